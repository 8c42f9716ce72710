"""The one place where a response is stored, wherever it comes from.

Three statements for any number of responses, inside the caller's transaction. What
keeps the same response from being stored twice is its receipt: the form's is made at
random and shown to the respondent; of what was collected elsewhere it is derived from
the mark it carries there, with a key that is not in the database.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from surveys.frozen import FiguresFrozen
from surveys.intake.checks import GoalChecked
from surveys.locks import hold_scorecard
from surveys.models import Answer, Response, UnfoldedResponse
from surveys.ratings import answered, total

# SQLite takes so many values in a statement, and some more.
VALUES_AT_ONCE = 900
ANSWER = "response_id", "goal_id", "ratings", "texts", "answered", "total"


def hash_of(secret: str) -> str:
    """What is stored of a token or receipt: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


@lru_cache
def _key() -> bytes:
    return hmac.digest(
        settings.SECRET_KEY.encode(), b"surveys.intake.storing.receipts", "sha256"
    )


def receipt_of(scorecard_id: int, origin: str, mark: str) -> str:
    """The receipt of a response that carries this mark where it was collected.

    The same mark gives the same receipt, and nobody gets from one to the other without
    the site's SECRET_KEY: 32 hexadecimal digits of an HMAC-SHA-256.
    """
    message = f"{scorecard_id}|{origin}|{mark}".encode()
    return hmac.digest(_key(), message, "sha256").hex()[:32]


@dataclass(frozen=True)
class Submission:
    """A response as it is stored. `minutes`: whole ones from first page to submitting,
    None where nobody knows. `invitation_id`: whose it is, where that may be kept."""

    scorecard_id: int
    origin: str
    receipt: str
    language: str
    submitted_on: date
    goals: Sequence[GoalChecked]
    profile: dict[str, Any] = field(default_factory=dict)
    cross_cutting: dict[str, Any] = field(default_factory=dict)
    minutes: int | None = None
    invitation_id: int | None = None


def store_responses(submissions: Iterable[Submission]) -> list[Response]:
    """Store all of them, or none, in the order given.

    Raises FiguresFrozen, or IntegrityError where one is on record already.
    """
    submissions = list(submissions)
    responses = [_response(one) for one in submissions]
    try:
        with transaction.atomic():
            for scorecard_id in {one.scorecard_id for one in submissions}:
                hold_scorecard(scorecard_id)
            Response.objects.bulk_create(responses)
            _insert(
                Answer,
                ANSWER,
                [
                    _answer(response, goal)
                    for response, one in zip(responses, submissions, strict=True)
                    for goal in one.goals
                ],
            )
            listed = [[_key_of(response)] for response in responses]
            _insert(UnfoldedResponse, ["response_id"], listed)
    except IntegrityError as error:
        # Refused by a trigger: the last moment at which figures can turn out frozen.
        if "frozen" not in str(error):
            raise
        raise FiguresFrozen from error
    return responses


def _insert(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Written out, because it is done for every response: making objects of its answers
    for Django's `bulk_create` costs more than the statement itself."""
    row = f"({', '.join(['%s'] * len(columns))})"
    table = connection.ops.quote_name(model._meta.db_table)
    at_once = VALUES_AT_ONCE // len(columns)
    for first in range(0, len(rows), at_once):
        some = rows[first : first + at_once]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                f"VALUES {', '.join([row] * len(some))}",
                [value for one in some for value in one],
            )


def _response(one: Submission) -> Response:
    return Response(
        scorecard_id=one.scorecard_id,
        origin=one.origin,
        language=one.language,
        submitted_on=one.submitted_on,
        profile=one.profile,
        cross_cutting=one.cross_cutting,
        minutes=one.minutes,
        invitation_id=one.invitation_id,
        receipt_hash=hash_of(one.receipt),
    )


def _answer(response: Response, goal: GoalChecked) -> list[Any]:
    texts = json.dumps(goal.texts)
    counts = answered(goal.ratings), total(goal.ratings)
    return [_key_of(response), goal.goal_id, goal.ratings, texts, *counts]


def _key_of(response: Response) -> Any:
    """As the database holds it: SQLite knows no UUID."""
    return Response._meta.pk.get_db_prep_value(response.pk, connection)
