"""What is due by itself: planned reminders, and letters that wait for the opening."""

from datetime import datetime

from django.db.models import Q, QuerySet

from surveys.invitations.services import (
    JOB_KIND,
    RemindedLately,
    SurveyNotOpen,
    TooFewToRemind,
    drop_what_waits,
    occasion_of,
    remind,
)
from surveys.mailing.services import wake_for_what_waits
from surveys.models import (
    Anonymity,
    InvitationLetter,
    LetterState,
    PlannedReminder,
    ReminderRun,
    Scorecard,
)


def do_what_is_due(now: datetime) -> None:
    """Write reminders whose moment has come; see that letters go, or are dropped."""
    for scorecard in _open(now).filter(planned_reminders__isnull=False).distinct():
        _remind_in_time(scorecard, now)
    open_ones = InvitationLetter.objects.filter(scorecard__in=_open(now))
    wake_for_what_waits(open_ones, JOB_KIND, now)
    _tidy_up_closed(now)


def _open(now: datetime) -> QuerySet[Scorecard]:
    return Scorecard.objects.filter(opens_at__lte=now, closes_at__gt=now)


def due_reminder(scorecard: Scorecard, now: datetime) -> PlannedReminder | None:
    """The last planned reminder whose moment has come.

    None where the survey opened after that moment: people have just been invited.
    """
    passed = [
        planned
        for planned in scorecard.planned_reminders.select_related("scorecard")
        if planned.moment() <= now
    ]
    if not passed:
        return None
    last = max(passed, key=lambda planned: planned.moment())
    opened = scorecard.opens_at
    return last if opened and opened < last.moment() else None


def _remind_in_time(scorecard: Scorecard, now: datetime) -> None:
    planned = due_reminder(scorecard, now)
    if planned is None:
        return
    occasion = occasion_of(planned)
    if ReminderRun.objects.filter(scorecard=scorecard, occasion=occasion).exists():
        return
    try:
        remind(scorecard=scorecard, by=None, occasion=occasion, now=now)
    except (RemindedLately, TooFewToRemind):
        # Left out, and on record as that: it is not made up for in the night.
        ReminderRun.objects.get_or_create(
            scorecard=scorecard,
            occasion=occasion,
            defaults={"written_at": now, "left_out_at": now},
        )
    except SurveyNotOpen:
        pass


def _tidy_up_closed(now: datetime) -> None:
    telling = Q(run__isnull=False, scorecard__anonymity=Anonymity.ANONYMOUS)
    left = InvitationLetter.objects.filter(
        telling | Q(state=LetterState.WAITING), scorecard__closes_at__lte=now
    )
    keys = left.order_by().values("scorecard")
    for scorecard in Scorecard.objects.filter(pk__in=keys):
        drop_what_waits(scorecard)
