"""A consultation in which everything happens once, or twice."""

from datetime import timedelta

import pytest

from tests import factories
from validation.board.remarks import comment_on_goal, withdraw_support
from validation.models import Assignment, Contribution, Reminder
from validation.rounds.services import (
    add_meeting,
    close_round,
    record_meeting,
    reveal_goal,
)


class Clock:
    """Every call is a minute later."""

    def __init__(self):
        self.minutes = 0

    def __call__(self):
        self.minutes += 1
        return factories.NOW + timedelta(minutes=self.minutes)


@pytest.fixture
def later():
    return Clock()


@pytest.fixture
def told(round_goal, experts, coordinator, rapporteur, later):
    """Goal 5: two estimates, a revision, support that is taken back, a comment, a
    reveal, a meeting, a settlement (29), a closed round."""
    aigul, bolat, dana = experts
    Assignment.objects.filter(expert=dana, goal=round_goal.goal).update(
        interest="Runs a shelter.", interest_handling="not_counted"
    )
    first = factories.propose(
        round_goal, aigul, 33, justification="=1+1 is no law", now=later()
    )
    factories.propose(
        round_goal,
        bolat,
        30,
        justification="Қазақша: заң бар",
        interest="My sister works there.",
        now=later(),
    )
    support = factories.support(first, bolat, reason="Well said.", now=later())
    withdraw_support(
        expert=bolat, support_id=support.pk, reason="On reflection.", now=later()
    )
    current = factories.propose(
        round_goal, aigul, "28.5", justification="Now there is one.", now=later()
    )
    factories.propose(round_goal, dana, justification="I would keep it.", now=later())
    factories.support(current, bolat, reason="Yes.", now=later())
    comment_on_goal(
        member=dana,
        round_goal_id=round_goal.pk,
        text="What of the by-laws?",
        now=later(),
    )
    Reminder.objects.create(round=round_goal.round, expert=dana, sent_at=later())
    reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=later())
    meeting = add_meeting(
        round_=round_goal.round,
        starts_at=later(),
        minutes_long=60,
        place="Zoom",
        agenda=[round_goal],
    )
    record_meeting(
        meeting_id=meeting.pk, attended_by=[aigul, bolat], minutes="All spoke."
    )
    Contribution.objects.create(
        meeting=meeting,
        round_goal=round_goal,
        section="challenge",
        text="No by-laws.",
        recorded_by=rapporteur,
        recorded_at=later(),
    )
    factories.settle(round_goal, by=coordinator, dissent="Dana: too low.", now=later())
    close_round(round_id=round_goal.round_id, by=coordinator, now=later())
    return round_goal


@pytest.fixture
def second_round(told, experts, coordinator, later):
    """Goal 5 once more, blind and open: Aigul 30, Bolat 40."""
    round_ = factories.make_open_round(
        told.round.scorecard, {5: "median_of_latest"}, by=coordinator, now=later()
    )
    round_goal = round_.round_goals.get()
    factories.propose(round_goal, experts[0], 30, now=later())
    factories.propose(round_goal, experts[1], 40, now=later())
    return round_goal
