"""What was said in the meetings, goal by goal, as lists to show."""

from collections.abc import Iterable
from dataclasses import dataclass

from surveys.models import Goal
from validation.models import Contribution
from validation.words import SECTION_NAMES


@dataclass(frozen=True)
class Said:
    """A contribution that stands, and what it corrected, latest first."""

    contribution: Contribution
    section: str
    earlier: list[Contribution]


@dataclass(frozen=True)
class SaidOnGoal:
    goal: Goal
    said: list[Said]


def said_by_goal(contributions: Iterable[Contribution]) -> list[SaidOnGoal]:
    """By goal, then challenges, achievements and recommendations in that order.

    From `contributions_for`, which has loaded what is read here. What a correction
    moved to another goal is listed there.
    """
    known = {one.pk: one for one in contributions}
    goals: dict[int, SaidOnGoal] = {}
    for one in known.values():
        if hasattr(one, "corrected_by"):
            continue
        goal = one.round_goal.goal
        here = goals.setdefault(goal.number, SaidOnGoal(goal, []))
        section = str(SECTION_NAMES[one.section])
        here.said.append(Said(one, section, _earlier(one, known)))
    order = list(SECTION_NAMES)
    for on_goal in goals.values():
        on_goal.said.sort(key=lambda said: order.index(said.contribution.section))
    return [goals[number] for number in sorted(goals)]


def _earlier(one: Contribution, known: dict[int, Contribution]) -> list[Contribution]:
    found = []
    while one.corrects_id in known:
        one = known[one.corrects_id]
        found.append(one)
    return found
