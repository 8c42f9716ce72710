"""What an expert says on a goal: proposals, revisions of them, and support."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from surveys.models import Member, Role
from surveys.visible import is_blank
from validation.ledger.services import record
from validation.models import (
    Confidence,
    LedgerEntry,
    Proposal,
    RoundGoal,
    Support,
    Withdrawal,
)


class GoalClosed(Exception):
    """The goal takes no more proposals and no more support in this round."""


class NotOnThePanel(Exception):
    """The person is not an expert assigned to this goal."""


class InvalidProposal(Exception):
    """`field` and `reason` name what does not fit."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class OwnProposal(Exception):
    """An expert supports the proposals of others."""


class ProposalRevised(Exception):
    """Its expert has replaced this proposal by another."""


class AlreadySupported(Exception):
    """The expert supports this proposal already."""


class SupportWithdrawn(Exception):
    """The expert took their support for this proposal back; that is final."""


class ProposeFirst(Exception):
    """In a blind round an expert proposes before reading what the others did."""


@transaction.atomic
def propose_score(
    *,
    expert: Member,
    round_goal_id: int,
    kind: str,
    percent: Decimal | None,
    justification: str,
    confidence: str,
    interest: str = "",
    lower: Decimal | None = None,
    upper: Decimal | None = None,
    sureness: int | None = None,
    entered_by: Member | None = None,
    now: datetime,
) -> Proposal:
    """Propose to keep the survey average (no percent) or to change it (0 to 100).

    `lower` and `upper`, from 0 to 100, hold the figure with `sureness` percent (50 to
    99): all three or none. `entered_by` is the coordinator or rapporteur who entered
    what the expert said elsewhere.

    An expert's second proposal on a goal revises the first, which stays on record.
    Saying the same once more (a form sent twice) adds nothing: what stands is returned.
    Raises GoalClosed, NotOnThePanel, or InvalidProposal naming the field.
    """
    round_goal = _lock_open_goal(round_goal_id)
    _check_panel(expert, round_goal)
    _check(kind, percent, confidence)
    check_bounds(percent=percent, lower=lower, upper=upper, sureness=sureness)
    _check_texts(justification=justification, interest=interest)
    _check_writer(entered_by, round_goal)
    last = (
        Proposal.objects.filter(round_goal=round_goal, expert=expert).current().first()
    )
    said: dict[str, Any] = {
        "kind": kind,
        "percent": percent,
        "justification": justification.strip(),
        "confidence": confidence,
        "interest": interest.strip(),
        "lower": lower,
        "upper": upper,
        "sureness": sureness,
    }
    if last and all(getattr(last, name) == value for name, value in said.items()):
        return last
    proposal = Proposal.objects.create(
        round_goal=round_goal,
        expert=expert,
        entered_by=entered_by,
        revises=last,
        proposed_at=now,
        **said,
    )
    record(round_goal.scorecard_id, LedgerEntry.Kind.PROPOSAL, proposal)
    round_goal.touch()
    return proposal


@transaction.atomic
def support_proposal(
    *, expert: Member, proposal_id: int, reason: str = "", now: datetime
) -> Support:
    """Back somebody else's current proposal.

    Raises GoalClosed, NotOnThePanel, OwnProposal, ProposalRevised, ProposeFirst,
    AlreadySupported, or SupportWithdrawn.
    """
    proposal = Proposal.objects.select_related("round_goal__round").get(pk=proposal_id)
    round_goal = _lock_open_goal(proposal.round_goal_id)
    _check_panel(expert, round_goal)
    if proposal.expert_id == expert.pk:
        raise OwnProposal
    if Proposal.objects.filter(revises=proposal).exists():
        raise ProposalRevised
    if not Proposal.objects.visible_to(expert).filter(pk=proposal.pk).exists():
        raise ProposeFirst
    if Withdrawal.objects.filter(support__proposal=proposal, support__expert=expert):
        raise SupportWithdrawn
    try:
        with transaction.atomic():
            support = Support.objects.create(
                proposal=proposal,
                expert=expert,
                reason=reason.strip(),
                supported_at=now,
            )
    except IntegrityError as error:
        raise AlreadySupported from error
    record(round_goal.scorecard_id, LedgerEntry.Kind.SUPPORT, support)
    round_goal.touch()
    return support


def _lock_open_goal(round_goal_id: int) -> RoundGoal:
    """Hold the goal's row, so that it is not closed or settled meanwhile."""
    round_goal = RoundGoal.objects.select_for_update(of=("self",), no_key=True).get(
        pk=round_goal_id
    )
    if not round_goal.is_open:
        raise GoalClosed
    return round_goal


def _check_panel(expert: Member, round_goal: RoundGoal) -> None:
    if (
        expert.role != Role.EXPERT
        or expert.scorecard_id != round_goal.scorecard_id
        or not expert.assignments.filter(goal=round_goal.goal_id).exists()
    ):
        raise NotOnThePanel


def _check(kind: str, percent: Decimal | None, confidence: str) -> None:
    if kind not in Proposal.Kind.values:
        raise InvalidProposal("kind", "keep or change")
    if kind == Proposal.Kind.KEEP and percent is not None:
        raise InvalidProposal("percent", "keeping the survey average names no other")
    if kind == Proposal.Kind.CHANGE and not _is_percentage(percent):
        raise InvalidProposal("percent", "from 0 to 100, with two decimals at most")
    if confidence not in Confidence.values:
        raise InvalidProposal("confidence", "low, medium or high")


def check_bounds(
    *,
    percent: Decimal | None,
    lower: Decimal | None,
    upper: Decimal | None,
    sureness: int | None,
) -> None:
    """All three or none, 0 <= lower <= percent <= upper <= 100, sureness 50 to 99.

    Raises InvalidProposal naming the field. Where the survey average is kept there is
    no percent to compare with.
    """
    bounds = {"lower": lower, "upper": upper, "sureness": sureness}
    if all(value is None for value in bounds.values()):
        return
    for field, value in bounds.items():
        if value is None:
            raise InvalidProposal(field, "bounds need both ends and how sure")
    for field, bound in (("lower", lower), ("upper", upper)):
        if not _is_percentage(bound):
            raise InvalidProposal(field, "from 0 to 100, with two decimals at most")
    if lower > upper:  # type: ignore[operator]
        raise InvalidProposal("lower", "above the upper bound")
    if percent is not None and lower > percent:  # type: ignore[operator]
        raise InvalidProposal("lower", "above the percentage")
    if percent is not None and upper < percent:  # type: ignore[operator]
        raise InvalidProposal("upper", "below the percentage")
    if sureness not in range(50, 100):
        raise InvalidProposal("sureness", "from 50 to 99 percent")


def _check_writer(entered_by: Member | None, round_goal: RoundGoal) -> None:
    if entered_by and (
        entered_by.scorecard_id != round_goal.scorecard_id
        or entered_by.role not in (Role.COORDINATOR, Role.RAPPORTEUR)
    ):
        raise InvalidProposal("entered_by", "coordinators and rapporteurs enter")


def _is_percentage(percent: Decimal | None) -> bool:
    """0 to 100 with no more decimals than the column keeps."""
    return (
        percent is not None
        and percent.is_finite()
        and 0 <= percent <= 100
        and percent == round(percent, 2)
    )


def _check_texts(**texts: str) -> None:
    for field, text in texts.items():
        if "\x00" in text:
            raise InvalidProposal(field, "contains a null character")
    if is_blank(texts["justification"]):
        raise InvalidProposal("justification", "say why")
