"""Counts of what was answered, exact at every moment.

New responses are folded into `Tally` behind the writes; whoever reads adds those not
yet folded, in one statement, so that the two halves come from one snapshot. Reading
therefore costs the same for 61 responses as for a million. An excluded response leaves
either half at once.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from django.db import connection, transaction
from django.db.models import Count, F

from surveys.counting import BETWEEN, count_codes, count_sums
from surveys.models import (
    Answer,
    Response,
    ResponseTally,
    Scorecard,
    UnfoldedResponse,
)
from surveys.ratings import answered, total
from surveys.sample.flagging import flag_responses

FOLD_AT_ONCE = 2000
# A table of counts, and what it counts by besides the scorecard, with its types.
Table: TypeAlias = tuple[str, Mapping[str, str]]
CELLS: Table = (
    "surveys_tally",
    {"goal_id": "bigint", "indicator_id": "bigint", "code": "varchar(1)"},
)
SUMS: Table = (
    "surveys_respondenttally",
    {"goal_id": "bigint", "answered": "int", "total": "int"},
)
RESPONSES: Table = ("surveys_responsetally", {})
# The few that wait come first, and each is asked for its scorecard: for a join both
# databases look through all responses. (CROSS JOIN is SQLite's word for keeping the
# order; to PostgreSQL it is a join like any other.)
SCORECARD = "(SELECT scorecard_id FROM surveys_response WHERE id = u.response_id)"
# One statement, hence one snapshot, on both databases. What is not folded comes as a
# row for each goal, with all its ratings in one piece: characters are told apart
# quicker here than there, and thousands of rows are slow to read.
TOGETHER = {"postgresql": "string_agg", "sqlite": "group_concat"}
EVERY_COUNT = """
SELECT 'cell', g.number, i.number, t.n, t.code
  FROM surveys_tally t
  JOIN surveys_goal g ON g.id = t.goal_id
  JOIN surveys_indicator i ON i.id = t.indicator_id
 WHERE t.scorecard_id = %(scorecard)s
UNION ALL
SELECT 'sum', g.number, t.answered, t.n, CAST(t.total AS varchar(10))
  FROM surveys_respondenttally t
  JOIN surveys_goal g ON g.id = t.goal_id
 WHERE t.scorecard_id = %(scorecard)s
UNION ALL
SELECT 'answers', g.number, 0, count(*), {together}(a.ratings, ' ')
  FROM surveys_unfoldedresponse u
 CROSS JOIN surveys_answer a CROSS JOIN surveys_goal g
 WHERE {SCORECARD} = %(scorecard)s
   AND a.response_id = u.response_id AND g.id = a.goal_id
 GROUP BY g.number
UNION ALL
SELECT 'responses', 0, 0, t.n, ''
  FROM surveys_responsetally t
 WHERE t.scorecard_id = %(scorecard)s
UNION ALL
SELECT 'responses', 0, 0, count(*), ''
  FROM surveys_unfoldedresponse u WHERE {SCORECARD} = %(scorecard)s
""".replace("{SCORECARD}", SCORECARD)
HOW_MANY = f"""
SELECT coalesce(sum(n), 0) FROM (
    SELECT t.n FROM surveys_responsetally t WHERE t.scorecard_id = %(scorecard)s
    UNION ALL
    SELECT count(*)
      FROM surveys_unfoldedresponse u WHERE {SCORECARD} = %(scorecard)s
) counts
"""
NEXT_TO_FOLD = f"""
SELECT CAST(u.response_id AS varchar(36)),
       (SELECT minutes FROM surveys_response WHERE id = u.response_id)
  FROM surveys_unfoldedresponse u WHERE {SCORECARD} = %s
 ORDER BY u.response_id LIMIT %s
"""
# Thousands of values go to the database as one, a list in JSON.
AMONG = {
    "postgresql": "= ANY(ARRAY("
    "SELECT CAST(value AS uuid) FROM json_array_elements_text(%s)))",
    "sqlite": "IN (SELECT value FROM json_each(%s))",
}
ROWS = {
    "postgresql": ("json_array_elements(%s)", "value ->> {place}"),
    "sqlite": ("json_each(%s)", "json_extract(value, '$[{place}]')"),
}
# Both pieces are put together from the same rows in the same order.
ANSWERS = """
SELECT goal_id, {together}(ratings, ' '),
       {together}(CAST(response_id AS varchar(36)), ' ')
  FROM surveys_answer WHERE response_id {among}
 GROUP BY goal_id
"""
FOLDED = "DELETE FROM surveys_unfoldedresponse WHERE response_id {among}"


@dataclass(frozen=True)
class Tallies:
    """What a scorecard's respondents answered, as counts.

    `cells`: (goal number, indicator number) -> {code: respondents}, where a code is a
    score or why there is none (surveys.ratings). `respondents`: goal number ->
    {(indicators answered, sum of scores): respondents}. `is_step`: what an open survey
    tells (surveys.sample.steps), where a goal of which nothing is told may be one that
    waits as well as one that nobody rated.
    """

    responses: int = 0
    cells: Mapping[tuple[int, int], Mapping[str, int]] = field(default_factory=dict)
    respondents: Mapping[int, Mapping[tuple[int, int], int]] = field(
        default_factory=dict
    )
    is_step: bool = field(default=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Lists of counts in a fixed order, the same for the same counts."""
        return {
            "responses": self.responses,
            "cells": sorted(
                [goal, indicator, code, n]
                for (goal, indicator), codes in self.cells.items()
                for code, n in codes.items()
            ),
            "respondents": sorted(
                [goal, answered, total, n]
                for goal, sums in self.respondents.items()
                for (answered, total), n in sums.items()
            ),
        }

    @classmethod
    def from_json(cls, counts: Mapping[str, Any]) -> "Tallies":
        return cls(
            responses=counts["responses"],
            cells=_nested(((g, i), code, n) for g, i, code, n in counts["cells"]),
            respondents=_nested((g, (a, t), n) for g, a, t, n in counts["respondents"]),
        )

    def without(self, answers: Iterable["Given"]) -> "Tallies":
        """The same, less some of the answers that are counted in it."""
        ratings = _by_goal(answers).items()
        cells = [(cell, code, -n) for one in ratings for cell, code, n in _cells(*one)]
        sums = [(goal, key, -n) for one in ratings for goal, key, n in _sums(*one)]
        return Tallies(
            responses=self.responses,
            cells=_nested([*_rows(self.cells), *cells]),
            respondents=_nested([*_rows(self.respondents), *sums]),
        )


def _rows(counts: Mapping[Any, Mapping[Any, int]]) -> Iterator[tuple[Any, Any, int]]:
    for outer, inside in counts.items():
        for inner, n in inside.items():
            yield outer, inner, n


def _nested(rows: Iterable[tuple[Any, Any, int]]) -> dict[Any, dict[Any, int]]:
    counts: dict[Any, dict[Any, int]] = {}
    for outer, inner, n in rows:
        inside = counts.setdefault(outer, {})
        inside[inner] = inside.get(inner, 0) + n
        if not inside[inner]:
            del inside[inner]
    return {outer: inside for outer, inside in counts.items() if inside}


class Given(NamedTuple):
    """One answer, as it is counted. `goal`: its number, or its key."""

    goal: int
    ratings: str


def _by_goal(answers: Iterable[Given]) -> dict[int, str]:
    """goal -> all ratings given to it, as surveys.counting takes them."""
    given = defaultdict(list)
    for answer in answers:
        given[answer.goal].append(answer.ratings)
    return {goal: BETWEEN.join(ratings) for goal, ratings in given.items()}


def _cells(goal: int, ratings: str) -> Iterator[tuple[tuple[int, int], str, int]]:
    for place, code, n in count_codes(ratings):
        yield (goal, place), code, n


def _sums(goal: int, ratings: str) -> Iterator[tuple[int, tuple[int, int], int]]:
    for key, n in count_sums(ratings).items():
        yield goal, key, n


def read_tallies(scorecard: Scorecard) -> Tallies:
    """Every count of a scorecard, folded and not yet folded, from one snapshot."""
    with connection.cursor() as cursor:
        together = TOGETHER[connection.vendor]
        query = EVERY_COUNT.replace("{together}", together)
        cursor.execute(query, {"scorecard": scorecard.pk})
        rows = cursor.fetchall()
    cells = [((g, i), code, n) for kind, g, i, n, code in rows if kind == "cell"]
    sums = [(g, (a, int(points)), n) for kind, g, a, n, points in rows if kind == "sum"]
    for kind, goal, _, _, ratings in rows:
        if kind == "answers":
            cells += _cells(goal, ratings)
            sums += _sums(goal, ratings)
    return Tallies(
        responses=sum(n for kind, *_, n, _ in rows if kind == "responses"),
        cells=_nested(cells),
        respondents=_nested(sums),
    )


def count_responses(scorecard: Scorecard) -> int:
    """How many responses count, without counting them one by one."""
    with connection.cursor() as cursor:
        cursor.execute(HOW_MANY, {"scorecard": scorecard.pk})
        return int(cursor.fetchone()[0])


def recount_tallies(scorecard: Scorecard) -> Tallies:
    """The same counts, made anew from every answer. Slow: for checking."""
    rows = list(
        Answer.objects.counted()
        .filter(response__scorecard=scorecard)
        .values_list("goal__number", "ratings")
        .annotate(n=Count("*"))
    )
    return Tallies(
        responses=Response.objects.counted().filter(scorecard=scorecard).count(),
        cells=_nested(
            ((goal, indicator), code, n)
            for goal, codes, n in rows
            for indicator, code in enumerate(codes, start=1)
        ),
        respondents=_nested(
            (goal, (answered(codes), total(codes)), n) for goal, codes, n in rows
        ),
    )


@transaction.atomic
def fold_tallies(scorecard: Scorecard, at_once: int = FOLD_AT_ONCE) -> int:
    """Count the responses that are not counted yet; return how many there were.

    Safe to run twice and from two workers at once: a response is counted in the same
    transaction that takes it off the list of those not counted.
    """
    hold_counts(scorecard)
    minutes = dict(_execute(NEXT_TO_FOLD, scorecard.pk, at_once))
    if not minutes:
        return 0
    waiting = json.dumps(list(minutes))
    answers = _execute(ANSWERS, waiting)
    ratings = {goal: given for goal, given, _ in answers}
    _add(CELLS, scorecard, _cell_rows(scorecard, ratings))
    _add(SUMS, scorecard, _sum_rows(ratings))
    _add(RESPONSES, scorecard, [(len(minutes),)])
    flag_responses(
        scorecard,
        minutes,
        [(whose.split(BETWEEN), given.split(BETWEEN)) for _, given, whose in answers],
    )
    _execute(FOLDED, waiting)
    return len(minutes)


def hold_counts(scorecard: Scorecard) -> None:
    """Until this transaction ends, nobody else folds, excludes or freezes."""
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)


def take_out(response: Response) -> None:
    """Count a response no more. The transaction holds the counts (`hold_counts`)."""
    waiting, _ = UnfoldedResponse.objects.filter(pk=response.pk).delete()
    if waiting:
        return
    scorecard = response.scorecard
    ratings = dict(response.answers.values_list("goal_id", "ratings"))
    _subtract(CELLS, scorecard, _cell_rows(scorecard, ratings))
    _subtract(SUMS, scorecard, _sum_rows(ratings))
    ResponseTally.objects.filter(scorecard=scorecard).update(n=F("n") - 1)


def put_back(response: Response) -> None:
    """Count a response again: it waits to be folded, like a new one."""
    UnfoldedResponse.objects.create(response=response)


def _cell_rows(scorecard: Scorecard, ratings: Mapping[int, str]) -> list[tuple]:
    """(goal key, indicator key, code, respondents). `ratings`: by the goal's key."""
    keys = dict(scorecard.instrument.indicators.values_list("number", "pk"))
    return [
        (goal, keys[place], code, n)
        for goal, given in ratings.items()
        for place, code, n in count_codes(given)
    ]


def _sum_rows(ratings: Mapping[int, str]) -> list[tuple]:
    """(goal key, answered, total, respondents)."""
    return [
        (goal, *key, n)
        for goal, given in ratings.items()
        for key, n in count_sums(given).items()
    ]


def _add(table: Table, scorecard: Scorecard, rows: list[tuple]) -> None:
    """Add counts to a table of tallies, in one statement."""
    name, columns = table
    key = ", ".join(("scorecard_id", *columns))
    _execute(
        f"INSERT INTO {name} ({key}, n) "
        f"SELECT CAST(%s AS bigint), {_values({**columns, 'n': 'int'})} "
        # SQLite takes ON CONFLICT for the condition of a join, were it not for WHERE.
        f"WHERE true ON CONFLICT ({key}) DO UPDATE SET n = {name}.n + excluded.n",
        scorecard.pk,
        json.dumps(rows),
    )


def _subtract(table: Table, scorecard: Scorecard, rows: list[tuple]) -> None:
    """Take one from each of these, each counted once; a count that was 1 is gone."""
    name, columns = table
    where = (
        f"WHERE scorecard_id = %s "
        f"AND ({', '.join(columns)}) IN (SELECT {_values(columns)})"
    )
    for statement in (
        f"DELETE FROM {name} {where} AND n = 1",
        f"UPDATE {name} SET n = n - 1 {where}",
    ):
        _execute(statement, scorecard.pk, json.dumps(rows))


def _values(columns: Mapping[str, str]) -> str:
    """What to select to get these columns, in their order, out of a list in JSON."""
    rows, value = ROWS[connection.vendor]
    values = (
        f"CAST({value.format(place=place)} AS {kind})"
        for place, kind in enumerate(columns.values())
    )
    return f"{', '.join(values)} FROM {rows}"


def _execute(statement: str, *values: Any) -> list[tuple]:
    """The rows that a statement gives, none where it gives none."""
    vendor = connection.vendor
    statement = statement.replace("{among}", AMONG[vendor])
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{together}", TOGETHER[vendor]), values)
        return cursor.fetchall() if cursor.description else []
