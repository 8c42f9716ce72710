"""Records about people: declared interests, reminders, panels, erasures."""

from collections.abc import Iterable

from validation.models import (
    Assignment,
    Erasure,
    InterestDecision,
    InterestDeclaration,
    Proposal,
    Reminder,
    Seat,
)
from validation.trail.records import Record
from validation.trail.scope import Reading


def interests(reading: Reading) -> Iterable[Record]:
    """Declared for a goal as such; what is declared with a proposal stands there."""
    rows = Assignment.objects.filter(
        expert__scorecard=reading.member.scorecard_id
    ).exclude(interest="")
    if not reading.is_whole:
        goals = {one.goal_id for one in reading.round_goals.values()}
        hidden = set(reading.round_goals) - reading.shown
        goals -= {reading.round_goals[pk].goal_id for pk in hidden}
        rows = rows.filter(goal__in=goals)
    found = sorted(
        (row.goal.number, reading.name(row.expert_id), row.pk, row)
        for row in rows.select_related("goal")
    )
    for place, (goal, name, _pk, row) in enumerate(found, start=1):
        yield Record(
            "interest",
            f"interest {place}",
            by=name,
            member=row.expert_id,
            goals=(goal,),
            interest=row.interest,
            interest_handling=row.interest_handling,
            is_counted=(row.expert_id, row.goal_id) not in reading.not_counted,
        )


def interest_history(reading: Reading) -> Iterable[Record]:
    """Who declared what when, and who decided what follows from it: for staff."""
    if not reading.is_whole:
        return
    of_this = {"expert__scorecard": reading.member.scorecard_id}
    for said in InterestDeclaration.objects.filter(**of_this).select_related("goal"):
        yield Record(
            "interest_declaration",
            f"interest_declaration {said.pk}",
            at=said.declared_at,
            by=reading.name(said.expert_id),
            goals=(said.goal.number,),
            choice="interest" if said.has_interest else "none",
        )
    for decided in InterestDecision.objects.filter(**of_this).select_related("goal"):
        yield Record(
            "interest_decision",
            f"interest_decision {decided.pk}",
            at=decided.decided_at,
            by=reading.name(decided.expert_id),
            goals=(decided.goal.number,),
            interest_handling=decided.handling,
            text=decided.reason,
            entered_by=reading.name(decided.decided_by_id),
        )


def reminders(reading: Reading) -> Iterable[Record]:
    if not reading.is_whole:
        return
    rows = Reminder.objects.filter(round__scorecard=reading.member.scorecard_id)
    for row in rows.select_related("round"):
        yield Record(
            "reminder",
            f"reminder {row.pk}",
            at=row.sent_at,
            by=reading.name(row.expert_id),
            round=row.round.number,
        )


def seats(reading: Reading) -> Iterable[Record]:
    """Who was on the panel when a goal closed in a round, whether they spoke or not."""
    if not reading.is_whole:
        return
    spoken = set(
        Proposal.objects.filter(round_goal__in=list(reading.round_goals)).values_list(
            "round_goal", "expert"
        )
    )
    rows = Seat.objects.filter(round_goal__in=list(reading.round_goals)).values_list(
        "round_goal", "expert", "expert__erasure"
    )
    # Neither keys nor the order tell which of several people a name stands for.
    names = sorted(
        (place, reading.name(expert), expert)
        for place, expert, erasure in rows
        if erasure is None or (place, expert) in spoken
    )
    for number, (place, name, expert) in enumerate(names, start=1):
        one = reading.round_goals[place]
        settlement = getattr(one, "settlement", None)
        moments = [one.round.closed_at, settlement and settlement.settled_at]
        yield Record(
            "seat",
            f"seat {place}/{number}",
            at=min(moment for moment in moments if moment),
            by=name,
            member=expert,
            **reading.on(place),
        )


def erasures(reading: Reading) -> Iterable[Record]:
    if not reading.is_whole:
        return
    for row in Erasure.objects.filter(member__scorecard=reading.member.scorecard_id):
        yield Record(
            "erasure",
            f"erasure {row.pk}",
            at=row.erased_at,
            by=reading.name(row.member_id),
            entered_by=reading.name(row.erased_by_id),
        )
