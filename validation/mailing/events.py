"""What is told by itself: rounds that opened, goals that were settled, what is due.

A worker looks every minute and asks what happened lately, so that nothing is lost
between an event and its letter, and nobody has to remember to send one.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from surveys.mailing.services import wake_for_what_waits
from surveys.models import Scorecard
from validation.mailing.recipients import Kind, panel_of, to_be_reminded
from validation.mailing.services import JOB_KIND, REMINDERS, write_to
from validation.models import MailDelivery, Round, Settlement

# What happened longer ago is no news: nobody is told of it by a worker that slept.
NEWS = timedelta(days=1)
# A meeting settles goal after goal: one letter tells of all, so long after the last.
QUIET = timedelta(minutes=20)


def write_letters_due(now: datetime) -> None:
    """Write every letter that is due and was not written, and see that it is sent."""
    for round_ in _open_rounds():
        _tell_of_opening(round_, now)
        _remind_in_time(round_, now)
    _tell_of_settlements(now)
    wake_for_what_waits(MailDelivery.objects.all(), JOB_KIND, now)


def _open_rounds() -> list[Round]:
    return list(
        Round.objects.filter(
            opened_at__isnull=False, closed_at__isnull=True
        ).select_related("scorecard")
    )


def _tell_of_opening(round_: Round, now: datetime) -> None:
    if round_.opened_at is None or round_.opened_at < now - NEWS:
        return
    goals = round_.round_goals.values_list("goal", flat=True)
    write_to(
        panel_of(goals, round_.scorecard_id),
        scorecard=round_.scorecard,
        kind=Kind.ROUND_OPENED,
        occasion=f"round {round_.number}",
        round=round_,
        now=now,
    )


def reminder_due(round_: Round, now: datetime) -> str:
    """Which reminder is in its time, e.g. "1 day"; "" for none.

    The last one whose moment has come. A round that opened after that moment had no
    such reminder: its experts have just been told.
    """
    if round_.due_at is None or round_.opened_at is None or now >= round_.due_at:
        return ""
    passed = [
        (before, name)
        for name, before in REMINDERS.items()
        if round_.due_at - before <= now
    ]
    if not passed:
        return ""
    before, name = min(passed)
    return name if round_.opened_at < round_.due_at - before else ""


def _remind_in_time(round_: Round, now: datetime) -> None:
    name = reminder_due(round_, now)
    if not name or round_.due_at is None:
        return
    occasion = f"round {round_.number}, {name} before {round_.due_at:%Y-%m-%dT%H:%M}"
    if MailDelivery.objects.filter(round=round_, occasion=occasion).exists():
        # It was written, to whoever was late then.
        return
    write_to(
        [one.expert for one in to_be_reminded(round_, now) if one.gets_one],
        scorecard=round_.scorecard,
        kind=Kind.REMINDER,
        occasion=occasion,
        round=round_,
        now=now,
    )


def _tell_of_settlements(now: datetime) -> None:
    lately: dict[int, list[Settlement]] = defaultdict(list)
    news = Settlement.objects.filter(settled_at__gte=now - NEWS - QUIET)
    for one in news.select_related("round_goal"):
        lately[one.round_goal.scorecard_id].append(one)
    for scorecard_id, settlements in lately.items():
        if max(one.settled_at for one in settlements) <= now - QUIET:
            _tell_scorecard_of(scorecard_id, settlements, now)


@transaction.atomic
def _tell_scorecard_of(
    scorecard_id: int, settlements: list[Settlement], now: datetime
) -> None:
    """One letter to each expert, on all of these that they were not told of."""
    scorecard = Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard_id)
    told = defaultdict(set)
    letters = MailDelivery.objects.filter(scorecard=scorecard, kind=Kind.SETTLED)
    for member, about in letters.values_list("member", "settlements"):
        told[member].update(about)
    goals = {one.round_goal.goal_id for one in settlements}
    batches = defaultdict(list)
    for expert in panel_of(goals, scorecard_id).prefetch_related("assignments"):
        theirs = {assignment.goal_id for assignment in expert.assignments.all()}
        new = tuple(
            sorted(
                one.pk
                for one in settlements
                if one.round_goal.goal_id in theirs and one.pk not in told[expert.pk]
            )
        )
        if new:
            batches[new].append(expert)
    for new, experts in batches.items():
        write_to(
            experts,
            scorecard=scorecard,
            kind=Kind.SETTLED,
            occasion=f"settlements from {new[0]}",
            settlements=list(new),
            now=now,
        )
