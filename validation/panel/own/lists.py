"""An expert's goals as they may know them, in a fixed number of queries.

No figure and no name of the panel: what was settled shows where the panel is shown.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Prefetch

from surveys.models import Goal, Member
from validation.access import round_goals_for, rounds_for
from validation.models import (
    Assignment,
    InterestDecision,
    InterestDeclaration,
    Meeting,
    Proposal,
    RoundGoal,
    Settlement,
)
from validation.panel.interests import has_declared


@dataclass(frozen=True)
class OwnBoard:
    """A goal of the expert in an opened round."""

    round_goal: RoundGoal
    mine: Proposal | None
    settlement: Settlement | None

    @property
    def is_waiting(self) -> bool:
        return self.round_goal.is_open and self.mine is None


@dataclass(frozen=True)
class OwnGoal:
    assignment: Assignment
    has_declared: bool
    decision: InterestDecision | None
    boards: list[OwnBoard] = field(default_factory=list)

    @property
    def goal(self) -> Goal:
        return self.assignment.goal

    @property
    def is_waiting(self) -> bool:
        return any(board.is_waiting for board in self.boards)


@dataclass(frozen=True)
class OwnMeeting:
    meeting: Meeting
    goals: list[Goal]
    is_over: bool


def own_goals(member: Member) -> list[OwnGoal]:
    """Every goal of the expert, with its boards, the latest round first."""
    boards = _boards(member)
    said = {
        one.goal_id: one for one in InterestDeclaration.objects.filter(expert=member)
    }
    decided = {
        one.goal_id: one for one in InterestDecision.objects.filter(expert=member)
    }
    assignments = member.assignments.select_related("goal").order_by("goal__number")
    return [
        OwnGoal(
            assignment=one,
            has_declared=has_declared(one, said.get(one.goal_id)),
            decision=decided.get(one.goal_id),
            boards=boards[one.goal_id],
        )
        for one in assignments
    ]


def _boards(member: Member) -> dict[int, list[OwnBoard]]:
    mine = {
        one.round_goal_id: one
        for one in Proposal.objects.filter(expert=member).current()
    }
    shown = set(RoundGoal.objects.showing_panel_to(member).values_list("pk", flat=True))
    boards: dict[int, list[OwnBoard]] = defaultdict(list)
    round_goals = round_goals_for(member).select_related("settlement")
    for one in round_goals.order_by("-round__number"):
        settlement = getattr(one, "settlement", None) if one.pk in shown else None
        board = OwnBoard(one, mine.get(one.pk), settlement)
        boards[one.goal_id].append(board)
    return boards


def own_meetings(member: Member, now: datetime) -> list[OwnMeeting]:
    """The meetings about a goal of the expert: what is to come, then what is over."""
    mine = member.assignments.values("goal")
    agenda = RoundGoal.objects.filter(goal__in=mine).select_related("goal")
    meetings = (
        Meeting.objects.filter(
            round__in=rounds_for(member).values("pk"), agenda__goal__in=mine
        )
        .distinct()
        .select_related("round")
        .prefetch_related(
            Prefetch("agenda", agenda.order_by("goal__number"), to_attr="mine")
        )
        .order_by("starts_at", "pk")
    )
    lines = [
        OwnMeeting(
            meeting=one,
            goals=[round_goal.goal for round_goal in one.mine],
            is_over=one.starts_at + timedelta(minutes=one.minutes_long) < now,
        )
        for one in meetings
    ]
    return sorted(lines, key=lambda line: line.is_over)
