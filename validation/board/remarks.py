"""What is said around proposals: comments, and support taken back."""

from datetime import datetime

from django.db import IntegrityError, transaction

from surveys.models import Member, Role
from validation.board.services import GoalClosed, NotOnThePanel, ProposeFirst
from validation.ledger.services import record
from validation.models import (
    Comment,
    LedgerEntry,
    Proposal,
    RoundGoal,
    Support,
    Withdrawal,
)


class EmptyComment(Exception):
    """A comment says something."""


class ForeignProposal(Exception):
    """The proposal is not one on this goal in this round."""


class AlreadyWithdrawn(Exception):
    """The support was taken back before."""


@transaction.atomic
def comment_on_goal(
    *,
    member: Member,
    round_goal_id: int,
    text: str,
    proposal_id: int | None = None,
    now: datetime,
) -> Comment:
    """A remark on an open goal, or on one of its proposals.

    Experts of the goal's panel, the coordinator and rapporteurs may remark.
    Raises EmptyComment, GoalClosed, NotOnThePanel, ProposeFirst (an expert in a blind
    round who has not given an estimate) or ForeignProposal.
    """
    if not text.strip():
        raise EmptyComment
    round_goal = (
        RoundGoal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("round")
        .get(pk=round_goal_id)
    )
    if not round_goal.is_open:
        raise GoalClosed
    _check_speaker(member, round_goal)
    on_this_goal = Proposal.objects.visible_to(member).filter(round_goal=round_goal)
    if proposal_id and not on_this_goal.filter(pk=proposal_id).exists():
        raise ForeignProposal
    comment = Comment.objects.create(
        round_goal=round_goal,
        proposal_id=proposal_id,
        member=member,
        text=text.strip(),
        commented_at=now,
    )
    round_goal.touch()
    return comment


def _check_speaker(member: Member, round_goal: RoundGoal) -> None:
    if member.role == Role.OBSERVER or member.scorecard_id != round_goal.scorecard_id:
        raise NotOnThePanel
    if member.role != Role.EXPERT:
        return
    if not member.assignments.filter(goal=round_goal.goal_id).exists():
        raise NotOnThePanel
    shown = RoundGoal.objects.showing_panel_to(member)
    if not shown.filter(pk=round_goal.pk).exists():
        raise ProposeFirst


@transaction.atomic
def withdraw_support(
    *, expert: Member, support_id: int, reason: str = "", now: datetime
) -> Withdrawal:
    """Take one's support back; that it was given stays on record.

    Raises Support.DoesNotExist for anybody else's, GoalClosed or AlreadyWithdrawn.
    """
    support = Support.objects.select_related("proposal").get(
        pk=support_id, expert=expert
    )
    round_goal = RoundGoal.objects.select_for_update(of=("self",), no_key=True).get(
        pk=support.proposal.round_goal_id
    )
    if not round_goal.is_open:
        raise GoalClosed
    try:
        with transaction.atomic():
            withdrawal = Withdrawal.objects.create(
                support=support, reason=reason.strip(), withdrawn_at=now
            )
    except IntegrityError as error:
        raise AlreadyWithdrawn from error
    record(round_goal.scorecard_id, LedgerEntry.Kind.WITHDRAWAL, withdrawal)
    round_goal.touch()
    return withdrawal
