"""How each goal's figure came about, and the meetings, for the report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import cast

from reports.pages import document as doc
from surveys.models import Scorecard
from validation.identities import names_of
from validation.models import (
    Assignment,
    InterestDecision,
    InterestHandling,
    Meeting,
    Proposal,
    RoundGoal,
    Settlement,
)


def report_names(scorecard: Scorecard) -> Mapping[int, str]:
    """Under which name everybody stands in the report: the same in all languages."""
    return names_of(scorecard, scorecard.languages[0])


def rounds_by_goal(
    scorecard: Scorecard, names: Mapping[int, str]
) -> dict[int, list[doc.RoundLine]]:
    """goal number -> what each opened round did on it, in the order of the rounds."""
    proposals = _proposals_by_round_goal(scorecard)
    interests = Interests(scorecard)
    settlements = {
        settlement.round_goal_id: settlement
        for settlement in Settlement.objects.filter(round_goal__scorecard=scorecard)
    }
    lines = defaultdict(list)
    round_goals = (
        RoundGoal.objects.filter(scorecard=scorecard, round__opened_at__isnull=False)
        .select_related("round", "goal")
        .prefetch_related("meetings")
        .order_by("round__number")
    )
    for round_goal in round_goals:
        round_ = round_goal.round
        settlement = settlements.get(round_goal.pk)
        said = proposals.get(round_goal.pk, [])
        left_out = interests.left_out(
            round_goal, said, settlement.settled_at if settlement else None
        )
        lines[round_goal.goal.number].append(
            doc.RoundLine(
                number=round_.number,
                title=round_.title,
                rule=round_goal.rule,
                is_blind=round_.is_blind,
                # Only opened rounds were asked for.
                opened_at=cast("datetime", round_.opened_at),
                closed_at=round_.closed_at,
                meetings=[meeting.number for meeting in round_goal.meetings.all()],
                proposals=_proposal_lines(said, names, left_out),
                settlement=_settlement_line(settlement, names),
                left_out=[
                    doc.LeftOut(by=names[expert], interest=interest)
                    for expert, interest in left_out.items()
                ],
            )
        )
    return lines


def _settlement_line(
    settlement: Settlement | None, names: Mapping[int, str]
) -> doc.SettlementLine | None:
    if settlement is None:
        return None
    return doc.SettlementLine(
        rule=settlement.rule,
        percent=settlement.percent,
        reason=settlement.reason,
        dissent=settlement.dissent,
        by=names[settlement.settled_by_id],
        settled_at=settlement.settled_at,
    )


class Interests:
    """Who was not counted on a goal because of an interest, and since when."""

    def __init__(self, scorecard: Scorecard) -> None:
        rows = Assignment.objects.filter(expert__scorecard=scorecard).exclude(
            interest=""
        )
        self.declared = {(row.expert_id, row.goal_id): row for row in rows}
        self.decided: dict[tuple[int, int], list[InterestDecision]] = defaultdict(list)
        for decision in InterestDecision.objects.filter(expert__scorecard=scorecard):
            self.decided[decision.expert_id, decision.goal_id].append(decision)

    def left_out(
        self, round_goal: RoundGoal, said: Sequence[Proposal], at: datetime | None
    ) -> dict[int, str]:
        """Expert -> interest, of those who spoke in the round and were not counted.

        `at`: when the goal was settled. What was decided later, for a later round,
        changes nothing in how this settlement came about.
        """
        spoke = {proposal.expert_id for proposal in said} | {
            support.expert_id
            for proposal in said
            for support in proposal.supports.all()
        }
        goal = round_goal.goal_id
        return {
            expert: self._words(expert, goal)
            for expert in sorted(spoke)
            if self._handling(expert, goal, at) == InterestHandling.NOT_COUNTED
        }

    def _handling(self, expert: int, goal: int, at: datetime | None) -> str:
        decided = self.decided.get((expert, goal), [])
        if at is not None and decided:
            before = [one.handling for one in decided if one.decided_at <= at]
            return before[-1] if before else InterestHandling.DISCLOSED
        declared = self.declared.get((expert, goal))
        return declared.interest_handling if declared else InterestHandling.NONE

    def _words(self, expert: int, goal: int) -> str:
        declared = self.declared.get((expert, goal))
        return declared.interest if declared else ""


def _proposals_by_round_goal(scorecard: Scorecard) -> dict[int, list[Proposal]]:
    grouped: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in Proposal.objects.filter(
        round_goal__scorecard=scorecard
    ).prefetch_related("supports__withdrawal"):
        grouped[proposal.round_goal_id].append(proposal)
    return grouped


def _proposal_lines(
    proposals: list[Proposal], names: Mapping[int, str], left_out: Mapping[int, str]
) -> list[doc.ProposalLine]:
    numbers = {proposal.pk: place for place, proposal in enumerate(proposals, start=1)}
    revised = {proposal.revises_id for proposal in proposals}
    return [
        doc.ProposalLine(
            number=numbers[proposal.pk],
            by=names[proposal.expert_id],
            kind=proposal.kind,
            percent=None if proposal.percent is None else Fraction(proposal.percent),
            justification=proposal.justification,
            confidence=proposal.confidence,
            interest=proposal.interest,
            revises=numbers.get(proposal.revises_id or 0),
            is_current=proposal.pk not in revised,
            is_counted=proposal.expert_id not in left_out,
            proposed_at=proposal.proposed_at,
            supports=[
                doc.SupportLine(
                    by=names[support.expert_id],
                    reason=support.reason,
                    is_counted=support.expert_id not in left_out,
                )
                for support in proposal.supports.all()
                if not hasattr(support, "withdrawal")
            ],
            withdrawn=[
                doc.SupportLine(
                    by=names[support.expert_id], reason=support.withdrawal.reason
                )
                for support in proposal.supports.all()
                if hasattr(support, "withdrawal")
            ],
        )
        for proposal in proposals
    ]


def meeting_lines(
    scorecard: Scorecard, names: Mapping[int, str]
) -> list[doc.MeetingLine]:
    """Every meeting, in the order of rounds and numbers."""
    meetings = (
        Meeting.objects.filter(round__scorecard=scorecard)
        .select_related("round")
        .prefetch_related("agenda__goal", "attended_by")
        .order_by("round__number", "number")
    )
    return [
        doc.MeetingLine(
            number=meeting.number,
            round=meeting.round.number,
            starts_at=meeting.starts_at,
            minutes_long=meeting.minutes_long,
            place=meeting.place,
            goals=[round_goal.goal.number for round_goal in meeting.agenda.all()],
            attended_by=sorted(
                names[member.pk] for member in meeting.attended_by.all()
            ),
            minutes=meeting.minutes,
        )
        for meeting in meetings
    ]
