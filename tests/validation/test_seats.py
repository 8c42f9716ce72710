"""A round that is over counts the panel as it was in that round."""

from datetime import timedelta
from fractions import Fraction
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from surveys.members.services import StillNeeded, add_member
from tests import factories
from tests.lifting import triggers_lifted
from validation.board.voices import panel_for
from validation.erasure.services import erase_person
from validation.models import RoundGoal, Seat
from validation.panel.services import unassign_goal
from validation.people.services import remove_person
from validation.room.panel import room_panel
from validation.rounds.services import assign_goal, close_round
from validation.seats import experts_on

LATER = factories.NOW + timedelta(hours=1)


def as_it_is(round_goal: RoundGoal) -> RoundGoal:
    return RoundGoal.objects.select_related("round", "goal", "settlement").get(
        pk=round_goal.pk
    )


def counted(coordinator, round_goal) -> tuple[int, int]:
    """(experts, estimated), as the room shows them."""
    shown = room_panel(coordinator, as_it_is(round_goal), Fraction(35), {})
    return shown.experts, shown.estimated


def join(round_goal, name="Late"):
    scorecard = round_goal.round.scorecard
    return factories.make_expert(scorecard=scorecard, name=name, goals=[5])


@pytest.fixture
def two_of_three(round_goal, experts):
    """Aigul and Bolat have estimated goal 5, Dana has not."""
    first = factories.propose(round_goal, experts[0], 20)
    factories.propose(round_goal, experts[1], 30)
    factories.support(first, experts[1])
    return round_goal


@pytest.fixture
def closed(two_of_three, coordinator):
    close_round(round_id=two_of_three.round_id, by=coordinator, now=LATER)
    return two_of_three


@pytest.fixture
def settled(two_of_three, coordinator):
    """While the round stays open for its other goals."""
    factories.settle(two_of_three, by=coordinator)
    return two_of_three


def test_the_panel_of_an_open_goal_grows(two_of_three, coordinator):
    join(two_of_three)
    assert counted(coordinator, two_of_three) == (4, 2)


@pytest.mark.parametrize("over", ["closed", "settled"])
def test_who_joins_later_was_not_waited_for(request, over, coordinator, experts):
    round_goal = request.getfixturevalue(over)
    late = join(round_goal)
    assert counted(coordinator, round_goal) == (3, 2)
    assert panel_for(coordinator, as_it_is(round_goal)).missing == (experts[2].pk,)
    assert late not in experts_on(as_it_is(round_goal))


@pytest.mark.parametrize("over", ["closed", "settled"])
def test_who_leaves_later_was_waited_for(request, over, coordinator, experts):
    round_goal = request.getfixturevalue(over)
    unassign_goal(expert=experts[2], goal=round_goal.goal)
    assert counted(coordinator, round_goal) == (3, 2)
    assert panel_for(coordinator, as_it_is(round_goal)).missing == (experts[2].pk,)


def test_closing_a_round_leaves_what_was_noted_when_a_goal_was_settled(
    settled, coordinator
):
    join(settled)
    close_round(round_id=settled.round_id, by=coordinator, now=LATER)
    assert counted(coordinator, settled) == (3, 2)
    others = RoundGoal.objects.filter(round=settled.round_id).exclude(pk=settled.pk)
    assert {one.seats.count() for one in others} == {3}


def test_settling_after_the_round_closed_changes_nothing(closed, coordinator):
    join(closed)
    factories.settle(closed, by=coordinator)
    assert counted(coordinator, closed) == (3, 2)


def test_the_next_round_on_the_goal_asks_the_panel_as_it_is_then(closed, coordinator):
    join(closed)
    scorecard = closed.round.scorecard
    later = factories.make_open_round(scorecard, {5: "agreed"}, by=coordinator)
    assert counted(coordinator, later.round_goals.get()) == (4, 0)
    assert counted(coordinator, closed) == (3, 2)


@pytest.mark.parametrize("is_before", [True, False])
def test_whoever_was_erased_counts_if_they_have_spoken(
    two_of_three, coordinator, experts, is_before
):
    def erase():
        for expert in experts[1:]:
            erase_person(member_id=expert.pk, by=coordinator, now=LATER)

    if is_before:
        erase()
    close_round(round_id=two_of_three.round_id, by=coordinator, now=LATER)
    if not is_before:
        erase()
    assert counted(coordinator, two_of_three) == (2, 2)
    assert panel_for(coordinator, as_it_is(two_of_three)).missing == ()


def test_pages_say_how_many_there_were(closed, coordinator, experts, sign_in):
    join(closed, "Zhanna the latecomer")
    client = sign_in(coordinator)
    place = [closed.round.scorecard.slug, closed.round.number, 5]
    assert "2 of 3 experts" in client.get(reverse("room", args=place)).content.decode()
    board = client.get(reverse("board", args=place)).content.decode()
    assert "No estimate yet from: Dana." in board
    assert "Zhanna" not in board


def test_nobody_on_whom_a_closed_round_rests_is_taken_off(
    closed, coordinator, experts, now
):
    for one in experts[2].assignments.select_related("goal"):
        unassign_goal(expert=experts[2], goal=one.goal)
    with pytest.raises(StillNeeded):
        remove_person(member_id=experts[2].pk, by=coordinator, now=now)


def test_panels_that_closed_before_seats_were_kept_are_noted_as_far_as_known(
    closed, coordinator
):
    """Who was taken up after the goal had closed was not on its panel."""
    scorecard = closed.round.scorecard
    late = add_member(
        scorecard=scorecard,
        email="late@example.org",
        name="Late",
        role="expert",
        by=coordinator,
        now=LATER + timedelta(minutes=1),
    )
    assign_goal(expert=late, goal=closed.goal)
    was = set(Seat.objects.values_list("round_goal", "expert"))
    migration = import_module("validation.migrations.0006_seats")
    with triggers_lifted():
        Seat.objects.all().delete()
        migration.seat_closed_panels(apps, None)
    assert set(Seat.objects.values_list("round_goal", "expert")) == was
