"""An expert's goals, and the boards on which they are consulted.

Only what they may know: which of their goals are in which round, and whether they
have proposed. No figure of the panel, not even a count.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from surveys.localized import text_in
from surveys.models import Goal, Member
from validation.access import round_goals_for
from validation.models import RoundGoal


@dataclass(frozen=True)
class Board:
    """`href` is "" for a goal that has not been in an opened round."""

    number: int
    title: str
    words: str
    href: str = ""
    is_waiting: bool = False
    is_open: bool = False


def boards_of(member: Member) -> list[Board]:
    """Every goal of the expert, with the latest round that consults on it."""
    latest: dict[int, RoundGoal] = {}
    for round_goal in round_goals_for(member).order_by("round__number"):
        latest[round_goal.goal_id] = round_goal
    proposed = set(member.proposals.values_list("round_goal", flat=True))
    goals = [row.goal for row in member.assignments.select_related("goal")]
    return [_board(member, goal, latest.get(goal.pk), proposed) for goal in goals]


def _board(
    member: Member, goal: Goal, round_goal: RoundGoal | None, proposed: set[int]
) -> Board:
    title = text_in(goal.title)
    if round_goal is None:
        return Board(goal.number, title, gettext("not in a round yet"))
    has_proposed = round_goal.pk in proposed
    href = reverse(
        "board", args=[member.scorecard.slug, round_goal.round.number, goal.number]
    )
    if not round_goal.is_open:
        words = gettext("closed: see what was settled")
    elif has_proposed:
        words = gettext("open: you have proposed and may revise")
    else:
        words = gettext("open: waits for your proposal")
    return Board(
        goal.number,
        title,
        words,
        href,
        is_waiting=round_goal.is_open and not has_proposed,
        is_open=round_goal.is_open,
    )
