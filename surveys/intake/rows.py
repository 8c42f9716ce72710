"""Drafts read and goals' answers written, each in one statement written out.

These run for every page that is opened and for every change that is saved, so they
are spared what the ORM does for each query. A scorecard and its instrument are the
same for everyone: they are kept as long as their rows stay what they were.
"""

import json
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, models

from surveys.models import Draft, Goal, Instrument, Scorecard

DRAFT = [field.attname for field in Draft._meta.concrete_fields]
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
SELECT {_columns(Draft, "d")}, i.checksum, t.checksum, %(version)s, %(answers)s
  FROM surveys_draft d
  JOIN surveys_scorecard s ON s.id = d.scorecard_id
  JOIN surveys_instrument i ON i.id = s.instrument_id
  LEFT JOIN surveys_instrument t ON t.id = d.tried_id
 WHERE %(condition)s
"""
CONDITIONS = {
    "id": "d.id = %s",
    "ticket_id": "d.ticket_id = %s",
    "token_hash": "d.token_hash = %s OR d.code_hash = %s",
}
READ_ANSWERS = {
    "postgresql": """
SELECT json_agg(json_build_array(goal_id, ratings, texts, is_chosen))::text
  FROM surveys_draftanswer WHERE draft_id = """,
    "sqlite": """
SELECT json_group_array(json_array(goal_id, ratings, json(texts), is_chosen))
  FROM surveys_draftanswer WHERE draft_id = """,
}
WRITE_ANSWER = """
INSERT INTO surveys_draftanswer (draft_id, goal_id, ratings, texts, is_chosen)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (draft_id, goal_id) DO UPDATE
SET ratings = excluded.ratings, texts = excluded.texts, is_chosen = excluded.is_chosen
"""
MARK_SAVED = "UPDATE surveys_draft SET saved_at = %s WHERE id = %s"
READ_ANSWER = """
SELECT ratings, texts, is_chosen FROM surveys_draftanswer
 WHERE draft_id = %s AND goal_id = %s
"""
REMOVE_ANSWERS = "DELETE FROM surveys_draftanswer WHERE draft_id = %s"
REMOVE_DRAFT = "DELETE FROM surveys_draft WHERE id = %s"


class Written(NamedTuple):
    """What a draft holds on one goal."""

    goal_id: int
    ratings: str
    texts: Mapping[str, str]
    is_chosen: bool


def read_draft(*, lock: bool = False, **where: Any) -> Draft | None:
    """The draft with this `token_hash`, `id` or `ticket_id`, all that it needs in it.

    The hash may be that of a short code's token. `lock`: until the transaction ends,
    nobody else changes the draft. Its scorecard and instrument are shared with other
    requests and must not be changed.
    """
    ((column, value),) = where.items()
    values = [value] * CONDITIONS[column].count("%s")
    row = _one(_draft_query(connection.vendor, column, lock), *values)
    return _draft(row) if row else None


@lru_cache(maxsize=12)
def _draft_query(vendor: str, column: str, lock: bool) -> str:
    # Whoever waited for a lock would get the answers as they were before waiting.
    query = READ_DRAFT % {
        "condition": CONDITIONS[column],
        "version": VERSION[vendor],
        "answers": "NULL" if lock else f"({READ_ANSWERS[vendor]} d.id)",
    }
    if lock and connection.features.has_select_for_update:
        query += " FOR UPDATE OF d"
    return query


def _one(query: str, *values: Any) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


def _draft(row: tuple) -> Draft:
    values = list(row[: len(DRAFT)])
    for place, converters in _converters(connection.vendor).items():
        values[place] = _converted(values[place], converters)
    draft = Draft.from_db(connection.alias, DRAFT, values)
    checksum, tried, version, answers = row[len(DRAFT) :]
    draft.scorecard = _scorecard(draft.scorecard_id, version, checksum)
    if draft.tried_id:
        draft.tried = _tried(draft.tried_id, tried)
    if answers:
        draft.__dict__["_answers"] = _written(answers)
    return draft


@lru_cache(maxsize=2)
def _converters(vendor: str) -> dict[int, list]:
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
    _tried.cache_clear()


@lru_cache(maxsize=KEPT)
def _tried(instrument_id: int, checksum: str) -> Instrument:
    return Instrument.objects.get(pk=instrument_id)


def read_answers(draft: Draft) -> dict[int, Written]:
    """{goal's key: what is written}, goals put aside included.

    As it was when the draft was read; if it was read locked, as it is now.
    """
    answers = draft.__dict__.get("_answers")
    if answers is None:
        row = _one(f"{READ_ANSWERS[connection.vendor]} %s", draft.pk)
        answers = _written(row[0]) if row and row[0] else {}
    return answers


def read_answer(draft: Draft, goal: Goal) -> Written | None:
    """What is written on one goal now."""
    row = _one(READ_ANSWER, draft.pk, goal.pk)
    if row is None:
        return None
    ratings, texts, is_chosen = row
    return Written(goal.pk, ratings, json.loads(texts), bool(is_chosen))


def reread_answers(draft: Draft) -> None:
    """They were changed: whoever asks for them next gets them as they are then."""
    draft.__dict__.pop("_answers", None)


def _written(answers: str) -> dict[int, Written]:
    return {goal: Written(goal, *answer) for goal, *answer in json.loads(answers)}


def write_answer(draft: Draft, answer: Written, now: datetime) -> None:
    """Store this, in place of what was there; the draft was saved now."""
    texts = json.dumps(dict(answer.texts))
    row: list[Any] = [draft.pk, answer.goal_id, answer.ratings, texts, answer.is_chosen]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            saved = [now, draft.pk, *row]
            cursor.execute(f"WITH saved AS ({MARK_SAVED}) {WRITE_ANSWER}", saved)
        else:
            cursor.execute(WRITE_ANSWER, row)
            mark_saved(draft, now)


def mark_saved(draft: Draft, now: datetime) -> None:
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(MARK_SAVED, [moment, draft.pk])


def remove_draft(draft: Draft) -> None:
    """The draft and all that is written in it, for good."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVE_ANSWERS, [draft.pk])
        cursor.execute(REMOVE_DRAFT, [draft.pk])
