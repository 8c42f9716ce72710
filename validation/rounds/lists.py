"""Rounds and their goals as one member reads them, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from surveys.models import Member, Role
from validation.access import round_goals_for, rounds_for
from validation.models import Proposal, Round, RoundGoal, Settlement
from validation.words import RULE_NAMES


@dataclass(frozen=True)
class GoalLine:
    """A goal in a round. `proposals` only for staff, `mine` only for experts."""

    round_goal: RoundGoal
    rule_name: str
    settlement: Settlement | None
    proposals: int | None
    mine: Proposal | None
    is_estimate_missing: bool
    # The goal in the last opened round before this one, with what was settled there.
    earlier: RoundGoal | None

    @property
    def earlier_settlement(self) -> Settlement | None:
        return getattr(self.earlier, "settlement", None)


@dataclass(frozen=True)
class RoundLine:
    round: Round
    goals: list[GoalLine]
    # How many current proposals the round has; None for experts.
    proposals: int | None

    @property
    def may_be_followed_up(self) -> bool:
        """It has closed, or one of its goals is settled."""
        return self.round.state == "closed" or self.settled > 0

    @property
    def settled(self) -> int:
        return sum(line.settlement is not None for line in self.goals)

    @property
    def missing(self) -> int:
        return sum(line.is_estimate_missing for line in self.goals)


def round_lines(member: Member) -> list[RoundLine]:
    """Every round this member knows of, with the goals they know of."""
    rounds = rounds_for(member).prefetch_related(
        Prefetch("round_goals", _round_goals(member), to_attr="lines")
    )
    mine = _mine(member)
    opened = _opened(member)
    return [_line(member, round_, round_.lines, mine, opened) for round_ in rounds]


def round_line(member: Member, round_: Round) -> RoundLine:
    """One round, with the goals this member knows of."""
    round_goals = _round_goals(member).filter(round=round_)
    return _line(member, round_, round_goals, _mine(member), _opened(member))


def _round_goals(member: Member) -> QuerySet[RoundGoal]:
    round_goals = (
        round_goals_for(member)
        .select_related("round", "goal", "settlement", "settlement__settled_by")
        .order_by("goal__number")
    )
    if member.role == Role.EXPERT:
        return round_goals
    current = Q(proposals__isnull=False, proposals__revised_by__isnull=True)
    return round_goals.annotate(current=Count("proposals", filter=current))


def _mine(member: Member) -> dict[int, Proposal]:
    if member.role != Role.EXPERT:
        return {}
    own = Proposal.objects.filter(expert=member).current()
    return {proposal.round_goal_id: proposal for proposal in own}


def _opened(member: Member) -> dict[int, list[RoundGoal]]:
    """Every goal -> where it was consulted on, the first round first."""
    found: dict[int, list[RoundGoal]] = {}
    for one in (
        round_goals_for(member)
        .filter(round__opened_at__isnull=False)
        .select_related("round", "goal", "settlement")
        .order_by("round__number")
    ):
        found.setdefault(one.goal_id, []).append(one)
    return found


def earlier_round_of(member: Member, round_goal: RoundGoal) -> RoundGoal | None:
    """The goal in the last opened round before this one, with its settlement."""
    return earlier_of(
        round_goal,
        round_goals_for(member)
        .filter(goal=round_goal.goal_id, round__opened_at__isnull=False)
        .select_related("round", "goal", "settlement")
        .order_by("round__number"),
    )


def earlier_of(
    round_goal: RoundGoal, on_the_goal: Iterable[RoundGoal]
) -> RoundGoal | None:
    """The last of them in a round before this one."""
    before = [one for one in on_the_goal if one.round.number < round_goal.round.number]
    return before[-1] if before else None


def _line(
    member: Member,
    round_: Round,
    round_goals: Iterable[RoundGoal],
    mine: dict[int, Proposal],
    opened: dict[int, list[RoundGoal]],
) -> RoundLine:
    is_expert = member.role == Role.EXPERT
    lines = [
        GoalLine(
            round_goal=one,
            rule_name=str(RULE_NAMES[one.rule]),
            settlement=getattr(one, "settlement", None),
            proposals=None if is_expert else one.current,  # type: ignore[attr-defined]
            mine=mine.get(one.pk),
            is_estimate_missing=is_expert and one.is_open and one.pk not in mine,
            earlier=earlier_of(one, opened.get(one.goal_id, [])),
        )
        for one in round_goals
    ]
    return RoundLine(
        round=round_,
        goals=lines,
        proposals=None if is_expert else sum(line.proposals or 0 for line in lines),
    )
