"""Drafts read and goals' answers written, each in one statement written out.

These run for every page that is opened and for every change that is saved, so they
are spared what the ORM does for each query. A scorecard and its instrument are the
same for everyone: they are kept as long as their rows stay what they were.
"""

import json
from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from surveys.models import Draft, Scorecard

DRAFT = [field.attname for field in Draft._meta.concrete_fields]
VENDOR = connection.vendor
KEPT = 256  # scorecards, in each process


def _columns(model: type[models.Model], alias: str) -> str:
    fields = model._meta.concrete_fields
    return ", ".join(f'{alias}."{field.column}"' for field in fields)


# Changes with every change of a scorecard's row. SQLite keeps no such thing by itself.
VERSION = {
    "postgresql": "s.xmin::text || s.ctid::text",
    "sqlite": "json_array("
    + ", ".join(f's."{field.column}"' for field in Scorecard._meta.concrete_fields)
    + ")",
}
READ_DRAFT = f"""
SELECT {_columns(Draft, "d")}, %(version)s, i.checksum, (%(answers)s d.id)
  FROM surveys_draft d
  JOIN surveys_scorecard s ON s.id = d.scorecard_id
  JOIN surveys_instrument i ON i.id = s.instrument_id
 WHERE d.%(column)s = %%s
"""
READ_SCORECARD = """
SELECT s.id, %s, i.checksum
  FROM surveys_scorecard s JOIN surveys_instrument i ON i.id = s.instrument_id
 WHERE s.open_link = %%s AND s.has_open_link
"""
READ_ANSWERS = {
    "postgresql": """
SELECT json_agg(json_build_array(goal_id, ratings, texts, is_chosen))::text
  FROM surveys_draftanswer WHERE draft_id = """,
    "sqlite": """
SELECT json_group_array(json_array(goal_id, ratings, json(texts), is_chosen))
  FROM surveys_draftanswer WHERE draft_id = """,
}
ROW = "(%s, %s, %s, %s, %s)"
WRITE_ANSWER = """
INSERT INTO surveys_draftanswer (draft_id, goal_id, ratings, texts, is_chosen)
{rows}
ON CONFLICT (draft_id, goal_id) DO UPDATE
SET ratings = excluded.ratings, texts = excluded.texts, is_chosen = excluded.is_chosen
"""
WRITE = WRITE_ANSWER.format(rows=f"VALUES {ROW}")
# In one statement, where the database can.
CHANGE_AND_WRITE = """
WITH held AS (
    UPDATE surveys_draft SET revision = revision + 1, saved_at = %s
     WHERE id = %s AND revision = %s RETURNING id
)
""" + WRITE_ANSWER.format(rows="SELECT held.id, %s, %s, %s::jsonb, %s FROM held")
PUT_ASIDE = """
UPDATE surveys_draftanswer SET is_chosen = FALSE WHERE draft_id = %s AND is_chosen
"""
CHOOSE = """
INSERT INTO surveys_draftanswer (draft_id, goal_id, ratings, texts, is_chosen)
VALUES %s ON CONFLICT (draft_id, goal_id) DO UPDATE SET is_chosen = TRUE
"""
REMOVE_ANSWERS = "DELETE FROM surveys_draftanswer WHERE draft_id = %s"
REMOVE_DRAFT = "DELETE FROM surveys_draft WHERE id = %s"


class Written(NamedTuple):
    """What a draft holds on one goal."""

    goal_id: int
    ratings: str
    texts: Mapping[str, str]
    is_chosen: bool


def read_draft(**where: Any) -> Draft | None:
    """The draft with this `id`, `token_hash`, `code_hash` or `ticket_id`, all in it.

    Its scorecard and instrument are shared with others and must not be changed.
    """
    ((column, value),) = where.items()
    row = _one(_draft_query(column), value)
    return _draft(row) if row else None


def read_scorecard(open_link: str) -> Scorecard | None:
    """The scorecard that this link invites to answer; shared with other requests."""
    row = _one(READ_SCORECARD % VERSION[VENDOR], open_link)
    return _scorecard(*row) if row else None


@lru_cache(maxsize=4)
def _draft_query(column: str) -> str:
    return READ_DRAFT % {
        "column": column,
        "version": VERSION[VENDOR],
        "answers": READ_ANSWERS[VENDOR],
    }


def _one(query: str, *values: Any) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


def _draft(row: tuple) -> Draft:
    values = list(row[: len(DRAFT)])
    for place, converters in _converters().items():
        values[place] = _converted(values[place], converters)
    draft = Draft.from_db(connection.alias, DRAFT, values)
    *state, answers = row[len(DRAFT) :]
    draft.scorecard = _scorecard(draft.scorecard_id, *state)
    draft.__dict__["_answers"] = _written(answers)
    return draft


@lru_cache(maxsize=1)
def _converters() -> dict[int, list]:
    """What makes a value of Python of a draft's columns, of those that need it."""
    found = {}
    for place, field in enumerate(Draft._meta.concrete_fields):
        column = field.get_col("d")
        own = column.get_db_converters(connection)
        found[place] = connection.ops.get_db_converters(column) + own
    return {place: converters for place, converters in found.items() if converters}


def _converted(value: Any, converters: Iterable) -> Any:
    for convert in converters:
        value = convert(value, None, connection)
    return value


@lru_cache(maxsize=KEPT)
def _scorecard(scorecard_id: int, version: str, checksum: str) -> Scorecard:
    """The scorecard in this version of its row, with its instrument."""
    found = Scorecard.objects.select_related("instrument").get(pk=scorecard_id)
    found.__dict__["_stamp"] = object()
    return found


def stamp_of(scorecard: Scorecard) -> Hashable:
    """Stands for the state of its row: another one after every change."""
    stamp = scorecard.__dict__.get("_stamp")
    if stamp is None:
        fields = Scorecard._meta.concrete_fields
        stamp = tuple(repr(getattr(scorecard, field.attname)) for field in fields)
    return stamp


def forget_everything() -> None:
    """For tests, which take back what they wrote."""
    _scorecard.cache_clear()


def read_answers(draft: Draft) -> dict[int, Written]:
    """{goal's key: what is written}, put aside or not, as the draft was read."""
    return draft.__dict__["_answers"] if is_read(draft) or reread(draft) else {}


def is_read(draft: Draft) -> bool:
    """Whether what is written in it is known, as of the same moment as all the rest."""
    return "_answers" in draft.__dict__


def _written(answers: str | None) -> dict[int, Written]:
    rows = json.loads(answers) if answers else []
    return {goal: Written(goal, *answer) for goal, *answer in rows}


def change(draft: Draft, now: datetime, **columns: Any) -> bool:
    """Set these columns, if the draft still is as it was read. Whether it was.

    Until the transaction ends nobody else changes it; whoever read it before finds out
    that somebody did.
    """
    columns |= {"saved_at": now, "revision": draft.revision + 1}
    as_read = Draft.objects.filter(pk=draft.pk, revision=draft.revision)
    if is_changed := as_read.update(**columns) == 1:
        draft.__dict__.update(columns)
    return is_changed


def write_answer(draft: Draft, answer: Written, now: datetime) -> bool:
    """Store this in place of what was there, if the draft still is as it was read.

    Whether it was; see `change`.
    """
    texts = json.dumps(dict(answer.texts))
    row: list[Any] = [answer.goal_id, answer.ratings, texts, answer.is_chosen]
    if VENDOR == "postgresql":
        with connection.cursor() as cursor:
            read: list[Any] = [now, draft.pk, draft.revision]
            cursor.execute(CHANGE_AND_WRITE, read + row)
            is_written = cursor.rowcount == 1
        if is_written:
            draft.revision, draft.saved_at = draft.revision + 1, now
    else:
        with transaction.atomic():
            if is_written := change(draft, now):
                with connection.cursor() as cursor:
                    cursor.execute(WRITE, [draft.pk, *row])
    if is_written and is_read(draft):
        draft.__dict__["_answers"][answer.goal_id] = answer
    return is_written


def write_choice(
    draft: Draft, goals: Collection[int], blank: str, now: datetime
) -> bool:
    """Choose these goals, put all others aside, if the draft still is as it was read.

    `blank`: the ratings of a goal on which nothing is written. Whether it was; see
    `change`.
    """
    with transaction.atomic():
        if not change(draft, now):
            return False
        with connection.cursor() as cursor:
            cursor.execute(PUT_ASIDE, [draft.pk])
            rows = [(draft.pk, goal, blank, "{}", True) for goal in goals]
            if rows:
                cursor.execute(CHOOSE % ", ".join([ROW] * len(rows)), sum(rows, ()))
    draft.__dict__.pop("_answers", None)
    return True


def reread(draft: Draft) -> bool:
    """Bring the draft up to what is stored now. Whether it still is."""
    there = read_draft(id=draft.pk)
    if there:
        draft.__dict__.update(there.__dict__)
    return there is not None


def remove_draft(draft: Draft) -> None:
    """The draft and all that is written in it, for good."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVE_ANSWERS, [draft.pk])
        cursor.execute(REMOVE_DRAFT, [draft.pk])
