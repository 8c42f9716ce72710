"""Letters that wait, and those that are sent once more."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from surveys.jobs.services import request_job
from surveys.models import Job, LetterQuerySet, LetterState, Scorecard


class NotToBeTriedAgain(Exception):
    """The letter went out, waits its turn, or is being sent."""


def ask_a_worker(scorecard: Scorecard, job_kind: str, now: datetime) -> Job:
    """The job that sends whatever waits on this scorecard."""
    return request_job(
        scorecard=scorecard, kind=job_kind, parameters={}, requested_by=None, now=now
    )


@transaction.atomic
def send_again(
    letters: LetterQuerySet[Any],
    *,
    scorecard: Scorecard,
    job_kind: str,
    chosen: Iterable[int] | None = None,
    now: datetime,
) -> int:
    """Send once more what failed; `chosen`: these, also if nobody knows.

    Without `chosen` only what surely did not go out. Whoever names a letter that is put
    off does not want to wait. Returns how many wait now. Raises NotToBeTriedAgain where
    none of those that were named is among them.
    """
    theirs = letters.filter(scorecard=scorecard)
    if chosen is None:
        wanted = theirs.filter(state=LetterState.FAILED)
    else:
        wanted = theirs.to_be_tried_again(now).filter(pk__in=list(chosen))
    count = wanted.wait_anew()
    if chosen is not None and not count:
        raise NotToBeTriedAgain
    if count:
        ask_a_worker(scorecard, job_kind, now)
    return count


def wake_for_what_waits(
    letters: LetterQuerySet[Any], job_kind: str, now: datetime
) -> None:
    """Letters whose pause is over; and one that was written while a worker was just
    ending, which waits for nobody."""
    busy = Job.objects.filter(
        kind=job_kind, state__in=[Job.State.WAITING, Job.State.RUNNING]
    ).values("scorecard")
    waiting = letters.due(now).exclude(scorecard__in=busy)
    keys = waiting.order_by().values_list("scorecard", flat=True).distinct()
    for scorecard in Scorecard.objects.filter(pk__in=list(keys)):
        ask_a_worker(scorecard, job_kind, now)
