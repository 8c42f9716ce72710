"""Excluding a response from every average, and undoing that. Nothing is deleted."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction

from surveys.frozen import FiguresFrozen
from surveys.models import Exclusion, Member, Readmission, Response, Scorecard
from surveys.tallies import hold_counts, put_back, take_out

CAUSES = Exclusion.Cause.values


class AlreadyExcluded(Exception):
    """Somebody excluded this response before."""


class NotExcluded(Exception):
    """This exclusion was undone before."""


def exclude_response(
    *, response_id: UUID, cause: str, reason: str, by: Member, now: datetime
) -> Exclusion:
    """Take a response out of every average. `reason` is printed in the report.

    `by`: a coordinator of its scorecard. Raises AlreadyExcluded, FiguresFrozen.
    """
    try:
        return _exclude(response_id, cause, reason, by, now)
    except IntegrityError as error:
        raise FiguresFrozen from _frozen(error)


@transaction.atomic
def _exclude(
    response_id: UUID, cause: str, reason: str, by: Member, now: datetime
) -> Exclusion:
    response = Response.objects.select_related("scorecard__instrument").get(
        pk=response_id
    )
    hold_counts(response.scorecard)
    if response.exclusions.standing().exists():
        raise AlreadyExcluded
    exclusion = Exclusion.objects.create(
        scorecard=response.scorecard,
        response=response,
        number=response.exclusions.count() + 1,
        cause=cause,
        reason=reason,
        excluded_by=by,
        excluded_at=now,
    )
    take_out(response)
    return exclusion


def readmit_response(
    *, exclusion_id: int, reason: str, by: Member, now: datetime
) -> Readmission:
    """Undo an exclusion: the response counts again, exactly as before.

    `by`: a coordinator of its scorecard. Raises NotExcluded, FiguresFrozen.
    """
    try:
        return _readmit(exclusion_id, reason, by, now)
    except IntegrityError as error:
        raise FiguresFrozen from _frozen(error)


@transaction.atomic
def _readmit(exclusion_id: int, reason: str, by: Member, now: datetime) -> Readmission:
    exclusion = Exclusion.objects.select_related("scorecard", "response").get(
        pk=exclusion_id
    )
    hold_counts(exclusion.scorecard)
    if not Exclusion.objects.standing().filter(pk=exclusion_id).exists():
        raise NotExcluded
    readmission = Readmission.objects.create(
        exclusion=exclusion, reason=reason, readmitted_by=by, readmitted_at=now
    )
    put_back(exclusion.response)
    return readmission


class ExclusionLine(TypedDict):
    """One excluded response: the kind of reason, and the coordinator's words."""

    cause: str
    reason: str


def standing_exclusions(scorecard: Scorecard) -> list[ExclusionLine]:
    """Why responses are excluded, by kind of reason and then by words.

    Not in the order of time, and without who was excluded.
    """
    rows = scorecard.exclusions.standing().values_list("cause", "reason")
    return [
        ExclusionLine(cause=cause, reason=reason)
        for cause, reason in sorted(
            rows, key=lambda row: (CAUSES.index(row[0]), row[1])
        )
    ]


def _frozen(error: IntegrityError) -> IntegrityError:
    """The refusal of a trigger on frozen figures; raises any other refusal again."""
    if "frozen" not in str(error):
        raise error
    return error
