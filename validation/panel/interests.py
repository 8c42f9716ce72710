"""Interests: an expert declares them goal by goal, the coordinator says what follows.

Where nothing is decided, what was declared is disclosed beside the expert's proposals.
"""

from datetime import datetime

from django.db import transaction

from surveys.models import Goal, Member
from validation.models import (
    Assignment,
    InterestDecision,
    InterestDeclaration,
    InterestHandling,
    Proposal,
    RoundGoal,
)


class NotOnThePanel(Exception):
    """The expert is not on the panel of this goal."""


class InterestTakenBack(Exception):
    """Once a round opened on the goal, more can be declared, but nothing taken back."""


class NothingDeclared(Exception):
    """What was not declared cannot be handled."""


class UnknownHandling(Exception):
    """A declared interest is disclosed or not counted."""


class ReasonMissing(Exception):
    """Somebody has proposed on the goal: what is changed now needs a reason."""


class AlreadySettled(Exception):
    """The goal is settled, and the figure rests on who was counted then."""


@transaction.atomic
def declare_interest(
    *, expert: Member, goal: Goal, text: str, now: datetime
) -> Assignment:
    """What interest the expert has on the goal; "" says that there is none to declare.

    Once a round opened on the goal, a text that was declared can only be added to.
    Saying the same once more adds nothing. Raises NotOnThePanel or InterestTakenBack.
    """
    text = text.strip()
    _hold(expert, goal)
    assignment = _assignment(expert, goal)
    kept = text.startswith(assignment.interest)
    if not kept and has_opened(expert, goal):
        raise InterestTakenBack
    last = InterestDeclaration.objects.filter(expert=expert, goal=goal).last()
    if last and (assignment.interest, last.has_interest) == (text, bool(text)):
        return assignment
    assignment.interest = text
    if not text:
        assignment.interest_handling = InterestHandling.NONE
    elif assignment.interest_handling == InterestHandling.NONE:
        assignment.interest_handling = InterestHandling.DISCLOSED
    assignment.save(update_fields=["interest", "interest_handling"])
    InterestDeclaration.objects.create(
        expert=expert, goal=goal, has_interest=bool(text), declared_at=now
    )
    return assignment


@transaction.atomic
def decide_interest(
    *,
    expert: Member,
    goal: Goal,
    handling: str,
    reason: str = "",
    by: Member,
    now: datetime,
) -> InterestDecision:
    """What follows from an interest: disclosed, or not counted as well.

    A change needs a reason once somebody has proposed on the goal. The same decision
    for the same reason is not written twice. Raises NotOnThePanel, NothingDeclared,
    UnknownHandling, ReasonMissing or AlreadySettled.
    """
    if handling not in (InterestHandling.DISCLOSED, InterestHandling.NOT_COUNTED):
        raise UnknownHandling(handling)
    reason = reason.strip()
    held = _hold(expert, goal)
    assignment = _assignment(expert, goal)
    if not assignment.interest:
        raise NothingDeclared
    changes = handling != assignment.interest_handling
    if changes:
        _check_change(held, reason)
    last = InterestDecision.objects.filter(expert=expert, goal=goal).last()
    if last and not changes and reason in ("", last.reason):
        return last
    assignment.interest_handling = handling
    assignment.save(update_fields=["interest_handling"])
    if changes:
        for round_goal in held:
            round_goal.touch()
    return InterestDecision.objects.create(
        expert=expert,
        goal=goal,
        handling=handling,
        reason=reason,
        decided_by=by,
        decided_at=now,
    )


def _check_change(held: list[RoundGoal], reason: str) -> None:
    is_settled = any(hasattr(one, "settlement") for one in held)
    if is_settled and not any(one.is_open for one in held):
        raise AlreadySettled
    if not reason and Proposal.objects.filter(round_goal__in=held).exists():
        raise ReasonMissing


def _hold(expert: Member, goal: Goal) -> list[RoundGoal]:
    """The goal in every round, held: proposals and settlements wait for this."""
    return list(
        RoundGoal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("settlement")
        .filter(scorecard=expert.scorecard_id, goal=goal)
        .order_by("pk")
    )


def _assignment(expert: Member, goal: Goal) -> Assignment:
    found = (
        Assignment.objects.select_for_update(of=("self",), no_key=True)
        .filter(expert=expert, goal=goal)
        .order_by("pk")
        .first()
    )
    if found is None:
        raise NotOnThePanel
    return found


def has_opened(expert: Member, goal: Goal) -> bool:
    """Whether a round was opened on the goal."""
    return RoundGoal.objects.filter(
        scorecard=expert.scorecard_id, goal=goal, round__opened_at__isnull=False
    ).exists()


def has_declared(assignment: Assignment, last: InterestDeclaration | None) -> bool:
    """Whether the expert has said if there is an interest; `last`: what they said."""
    return bool(assignment.interest) or (last is not None and not last.has_interest)
