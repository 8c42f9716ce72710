"""Counts of what was answered, exact at every moment.

New responses are folded into `Tally` behind the writes; whoever reads adds those not
yet folded, in one statement, so that the two halves come from one snapshot. Reading
therefore costs the same for 61 responses as for a million. An excluded response leaves
either half at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F

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
ROWS_AT_ONCE = 1000
# A table of counts, and what it counts by besides the scorecard.
Table: TypeAlias = tuple[str, tuple[str, ...]]
CELLS: Table = ("surveys_tally", ("goal_id", "indicator_id", "code"))
SUMS: Table = ("surveys_respondenttally", ("goal_id", "answered", "total"))
RESPONSES: Table = ("surveys_responsetally", ())
# The few that wait come first: SQLite would look through all responses (CROSS JOIN is
# its word for keeping the order; to PostgreSQL it is a join like any other).
WAITING = """
  FROM surveys_unfoldedresponse u
 CROSS JOIN surveys_response r
"""
# One statement, hence one snapshot, on both databases. What is not folded comes as a
# row for each goal, first all ratings in one piece, then all sums: characters are told
# apart quicker here than there, and thousands of rows are slow to read.
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
SELECT 'answers', g.number, 0, count(*),
       {together}(a.ratings, '') || ' '
       || {together}(a.answered || '/' || a.total, ' ')
{WAITING} CROSS JOIN surveys_answer a CROSS JOIN surveys_goal g
 WHERE r.id = u.response_id AND r.scorecard_id = %(scorecard)s
   AND a.response_id = u.response_id AND g.id = a.goal_id
 GROUP BY g.number
UNION ALL
SELECT 'responses', 0, 0, t.n, ''
  FROM surveys_responsetally t
 WHERE t.scorecard_id = %(scorecard)s
UNION ALL
SELECT 'responses', 0, 0, count(*), ''
{WAITING} WHERE r.id = u.response_id AND r.scorecard_id = %(scorecard)s
""".replace("{WAITING}", WAITING)
HOW_MANY = f"""
SELECT coalesce(sum(n), 0) FROM (
    SELECT t.n FROM surveys_responsetally t WHERE t.scorecard_id = %(scorecard)s
    UNION ALL
    SELECT count(*)
    {WAITING} WHERE r.id = u.response_id AND r.scorecard_id = %(scorecard)s
) counts
"""
NEXT_TO_FOLD = f"""
SELECT u.response_id
{WAITING} WHERE r.id = u.response_id AND r.scorecard_id = %s
 ORDER BY u.response_id LIMIT %s
"""


@dataclass(frozen=True)
class Tallies:
    """What a scorecard's respondents answered, as counts.

    `cells`: (goal number, indicator number) -> {code: respondents}, where a code is a
    score or why there is none (surveys.ratings). `respondents`: goal number ->
    {(indicators answered, sum of scores): respondents}.
    """

    responses: int = 0
    cells: Mapping[tuple[int, int], Mapping[str, int]] = field(default_factory=dict)
    respondents: Mapping[int, Mapping[tuple[int, int], int]] = field(
        default_factory=dict
    )

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
        given = list(answers)
        cells = [((g, i), code, -n) for g, i, code, n in _by_indicator(given)]
        sums = [(g, (a, t), -n) for (g, a, t), n in _by_sum(given).items()]
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
    answered: int
    total: int
    ratings: str


def _by_indicator(answers: Iterable[Given]) -> Iterator[tuple[int, int, str, int]]:
    """(goal, place of the indicator, code, respondents) of some answers."""
    ratings = defaultdict(list)
    for answer in answers:
        ratings[answer.goal].append(answer.ratings)
    for goal, given in ratings.items():
        for place, codes in enumerate(zip(*given, strict=True), start=1):
            for code, n in Counter(codes).items():
                yield goal, place, code, n


def _by_sum(answers: Iterable[Given]) -> Counter[tuple[int, int, int]]:
    return Counter((one.goal, one.answered, one.total) for one in answers)


def read_tallies(scorecard: Scorecard) -> Tallies:
    """Every count of a scorecard, folded and not yet folded, from one snapshot."""
    with connection.cursor() as cursor:
        together = TOGETHER[connection.vendor]
        query = EVERY_COUNT.replace("{together}", together)
        cursor.execute(query, {"scorecard": scorecard.pk})
        rows = cursor.fetchall()
    cells = [((g, i), code, n) for kind, g, i, n, code in rows if kind == "cell"]
    sums = [(g, (a, int(points)), n) for kind, g, a, n, points in rows if kind == "sum"]
    for kind, goal, _, people, answers in rows:
        if kind == "answers":
            ratings, *given = answers.split(" ")
            cells += _cells_of(goal, ratings, len(ratings) // people)
            sums += _sums_of(goal, given)
    return Tallies(
        responses=sum(n for kind, *_, n, _ in rows if kind == "responses"),
        cells=_nested(cells),
        respondents=_nested(sums),
    )


def _cells_of(
    goal: int, ratings: str, indicators: int
) -> Iterator[tuple[tuple[int, int], str, int]]:
    """`ratings`: those of many people one behind the other, as many of each."""
    for place in range(indicators):
        for code, n in Counter(ratings[place::indicators]).items():
            yield (goal, place + 1), code, n


def _sums_of(
    goal: int, given: Iterable[str]
) -> Iterator[tuple[int, tuple[int, int], int]]:
    """`given`: "indicators answered/sum of scores" of each person."""
    for pair, n in Counter(given).items():
        indicators, points = pair.split("/")
        yield goal, (int(indicators), int(points)), n


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
    with connection.cursor() as cursor:
        cursor.execute(NEXT_TO_FOLD, [scorecard.pk, at_once])
        waiting = [_as_uuid(key) for (key,) in cursor.fetchall()]
    if not waiting:
        return 0
    by_response: dict[UUID, list[str]] = {response: [] for response in waiting}
    answers = []
    for response, *given in _answers(waiting):
        answers.append(Given(*given))
        by_response[response].append(answers[-1].ratings)
    _add(CELLS, scorecard, _cell_keys(scorecard, answers))
    _add(SUMS, scorecard, _by_sum(answers))
    _add(RESPONSES, scorecard, {(): len(waiting)})
    flag_responses(scorecard, by_response)
    UnfoldedResponse.objects.filter(pk__in=waiting).delete()
    return len(waiting)


def hold_counts(scorecard: Scorecard) -> None:
    """Until this transaction ends, nobody else folds, excludes or freezes."""
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)


def take_out(response: Response) -> None:
    """Count a response no more. The transaction holds the counts (`hold_counts`)."""
    waiting, _ = UnfoldedResponse.objects.filter(pk=response.pk).delete()
    if waiting:
        return
    scorecard = response.scorecard
    answers = [Given(*given) for _, *given in _answers([response.pk])]
    _subtract_one(CELLS, scorecard, _cell_keys(scorecard, answers))
    _subtract_one(SUMS, scorecard, _by_sum(answers))
    ResponseTally.objects.filter(scorecard=scorecard).update(n=F("n") - 1)


def put_back(response: Response) -> None:
    """Count a response again: it waits to be folded, like a new one."""
    UnfoldedResponse.objects.create(response=response)


def _as_uuid(key: UUID | str) -> UUID:
    return key if isinstance(key, UUID) else UUID(key)


def _answers(responses: Iterable[UUID]) -> Iterable[tuple]:
    """(response, goal key, answered, total, ratings) of each answer."""
    return (
        Answer.objects.filter(response_id__in=responses)
        .order_by()
        .values_list("response_id", "goal_id", "answered", "total", "ratings")
    )


def _cell_keys(
    scorecard: Scorecard, answers: Iterable[Given]
) -> dict[tuple[int, int, str], int]:
    """(goal key, indicator key, code) -> respondents."""
    keys = dict(scorecard.instrument.indicators.values_list("number", "pk"))
    return {
        (goal, keys[place], code): n for goal, place, code, n in _by_indicator(answers)
    }


def _add(table: Table, scorecard: Scorecard, counts: Mapping[Any, int]) -> None:
    """Add counts to a table of tallies, in one statement for a thousand of them."""
    name, columns = table
    rows = [(scorecard.pk, *key, n) for key, n in sorted(counts.items())]
    key = ", ".join(("scorecard_id", *columns))
    for some in batched(rows):
        values = _marks(some)
        _execute(
            f"INSERT INTO {name} ({key}, n) VALUES {values} "
            f"ON CONFLICT ({key}) DO UPDATE SET n = {name}.n + excluded.n",
            some,
        )


def _subtract_one(table: Table, scorecard: Scorecard, counts: Iterable[Any]) -> None:
    """Take one from each of these counts; one that was 1 is gone."""
    name, columns = table
    for some in batched(sorted(counts)):
        where = (
            f"WHERE scorecard_id = {scorecard.pk} "
            f"AND ({', '.join(columns)}) IN (VALUES {_marks(some)})"
        )
        _execute(f"DELETE FROM {name} {where} AND n = 1", some)
        _execute(f"UPDATE {name} SET n = n - 1 {where}", some)


def batched(rows: Sequence[tuple]) -> Iterator[Sequence[tuple]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]


def _marks(rows: Sequence[tuple]) -> str:
    return ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))


def _execute(statement: str, rows: Sequence[tuple]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
