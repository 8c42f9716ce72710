"""Asking for letters to invitees. A row is written for each; a worker sends them."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from surveys.mailing.services import ask_a_worker, send_again
from surveys.models import (
    Anonymity,
    InvitationLetter,
    InvitationQuerySet,
    Member,
    PlannedReminder,
    ReminderRun,
    Scorecard,
)

JOB_KIND = "invite"
# Whoever was written to so recently is not reminded.
REST = timedelta(hours=20)


class SurveyClosed(Exception):
    """Nobody can answer any more, so that nobody is asked to."""


class SurveyNotOpen(Exception):
    """Reminders are of a survey that is open."""


class TooFewToRemind(Exception):
    """Whether a reminder goes out would tell of each of them who has finished."""


class RemindedLately(Exception):
    """`at`: when the last reminders were written."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at.isoformat())
        self.at = at


@transaction.atomic
def invite_everybody(*, scorecard: Scorecard, by: Member, now: datetime) -> int:
    """Write to whoever is on the list and was not written to; how many that are.

    Before the survey opens the letters wait. Raises SurveyClosed.
    """
    if scorecard.has_closed(now):
        raise SurveyClosed
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    letters = InvitationLetter.objects.bulk_create(
        [
            InvitationLetter(
                scorecard=scorecard,
                invitation=invitation,
                requested_by=by,
                requested_at=now,
            )
            for invitation in to_be_invited(scorecard)
        ],
        batch_size=500,
    )
    if letters:
        wake_if_open(scorecard, now)
    return len(letters)


def to_be_invited(scorecard: Scorecard) -> InvitationQuerySet:
    return scorecard.invitations.reachable().unfinished().not_written_to()


def wake_if_open(scorecard: Scorecard, now: datetime) -> None:
    """Letters are sent while people can answer; until then they wait."""
    if scorecard.is_open(now):
        ask_a_worker(scorecard, JOB_KIND, now)


def try_again(
    *, scorecard: Scorecard, letters: list[int] | None = None, now: datetime
) -> int:
    """Send once more what failed; `letters`: these, also if nobody knows.

    Returns how many wait now. Raises SurveyClosed, and
    surveys.mailing.services.NotToBeTriedAgain where one that was named is not among
    them. Where all is anonymous no reminder can be named: that there is one would tell
    that its person had not finished.
    """
    if scorecard.has_closed(now):
        raise SurveyClosed
    theirs = InvitationLetter.objects.all()
    if letters is not None and scorecard.anonymity == Anonymity.ANONYMOUS:
        theirs = theirs.filter(run=None)
    return send_again(
        theirs,
        scorecard=scorecard,
        job_kind=JOB_KIND,
        chosen=letters,
        now=now,
    )


# ------------------------------------------------------------------------- reminding


def to_be_reminded(scorecard: Scorecard, now: datetime) -> InvitationQuerySet:
    """Those who were invited some time ago, have not finished and want letters."""
    return invited_some_time_ago(scorecard, now).unfinished()


def invited_some_time_ago(scorecard: Scorecard, now: datetime) -> InvitationQuerySet:
    """Those who would be reminded had they not finished."""
    return scorecard.invitations.reachable().invited_before(now - REST)


@transaction.atomic
def remind(
    *, scorecard: Scorecard, by: Member | None, occasion: str, now: datetime
) -> ReminderRun:
    """Remind everybody who has not finished, once for this occasion.

    Where there is nobody to remind it is on record as left out. Asked again for an
    occasion that is on record, it gives that. Raises SurveyNotOpen, RemindedLately,
    TooFewToRemind.
    """
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    if not scorecard.is_open(now):
        raise SurveyNotOpen
    if last := last_run(scorecard, now):
        raise RemindedLately(last.written_at)
    same = ReminderRun.objects.filter(scorecard=scorecard, occasion=occasion)
    if known := same.first():
        return known
    is_left_out = _is_to_be_left_out(scorecard, now)
    run = ReminderRun.objects.create(
        scorecard=scorecard,
        occasion=occasion,
        requested_by=by,
        written_at=now,
        left_out_at=now if is_left_out else None,
    )
    if not is_left_out:
        _write_reminders(run, now)
        ask_a_worker(scorecard, JOB_KIND, now)
    return run


def _is_to_be_left_out(scorecard: Scorecard, now: datetime) -> bool:
    """Whether there is nobody to remind.

    Where all is anonymous: nobody, finished or not, since a coordinator says who wants
    no letters, and could leave one. Raises TooFewToRemind.
    """
    if scorecard.anonymity == Anonymity.CONFIDENTIAL:
        return not to_be_reminded(scorecard, now).exists()
    n = invited_some_time_ago(scorecard, now).count()
    if 0 < n < scorecard.smallest_group:
        raise TooFewToRemind
    return n == 0


def _write_reminders(run: ReminderRun, now: datetime) -> None:
    people = list(to_be_reminded(run.scorecard, now))
    # In no order: the links are made in that of the letters, and stay.
    random.SystemRandom().shuffle(people)
    letters = [
        InvitationLetter(
            scorecard=run.scorecard,
            invitation=person,
            run=run,
            requested_by=run.requested_by,
            requested_at=now,
        )
        for person in people
    ]
    InvitationLetter.objects.bulk_create(letters, batch_size=500)
    run.written = len(letters)
    run.save(update_fields=["written"])


def last_run(scorecard: Scorecard, now: datetime) -> ReminderRun | None:
    """The last reminders, if they went out so lately that none go out now.

    Not by how many letters there were: where all had finished there were none.
    """
    lately = ReminderRun.objects.filter(
        scorecard=scorecard, left_out_at=None, written_at__gt=now - REST
    )
    return lately.first()


def remind_by_hand(*, scorecard: Scorecard, by: Member, now: datetime) -> ReminderRun:
    """Remind at a coordinator's word.

    Raises SurveyNotOpen, RemindedLately, TooFewToRemind.
    """
    moment = now.astimezone(scorecard.zone).isoformat(timespec="seconds")
    return remind(scorecard=scorecard, by=by, occasion=f"by hand {moment}", now=now)


@transaction.atomic
def plan_reminders(*, scorecard: Scorecard, days: list[int], hour: int) -> None:
    """Remind so many days before the survey closes, at that hour of the day."""
    scorecard.planned_reminders.exclude(days_before__in=days).delete()
    for number in days:
        PlannedReminder.objects.update_or_create(
            scorecard=scorecard, days_before=number, defaults={"hour": hour}
        )


def occasion_of(planned: PlannedReminder) -> str:
    """Under which a planned reminder is on record: a later closing has its own."""
    return f"{planned.days_before} days before {planned.moment():%Y-%m-%d}"[:80]


def drop_what_waits(scorecard: Scorecard) -> None:
    """After closing nobody is asked to answer any more.

    Nor is it kept, where all is anonymous, whom a reminder could not reach: they had
    not finished then.
    """
    letters = InvitationLetter.objects.filter(scorecard=scorecard)
    if scorecard.anonymity == Anonymity.ANONYMOUS:
        letters.filter(run__isnull=False).delete()
    letters.drop_what_waits()
