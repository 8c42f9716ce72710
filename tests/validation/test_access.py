"""Rounds, goals and proposals as this member may reach them."""

import pytest
from django.http import Http404

from tests import factories
from validation.access import (
    round_for,
    round_goal_for,
    round_goals_for,
    rounds_for,
)
from validation.models import Proposal, Support
from validation.rounds.services import close_round, open_round, reveal_goal


@pytest.fixture
def prepared(frozen, scorecard):
    """Round 1 over goal 5, not opened."""
    return factories.prepare(scorecard, {5: "keep"})


def test_staff_see_a_round_before_it_opens_and_experts_do_not(
    prepared, coordinator, rapporteur, observer, expert, now
):
    for member in (coordinator, rapporteur, observer):
        assert list(rounds_for(member)) == [prepared]
        assert round_for(member, 1) == prepared
    assert not rounds_for(expert)
    with pytest.raises(Http404):
        round_for(expert, 1)
    open_round(round_id=prepared.pk, by=coordinator, now=now)
    assert round_for(expert, 1) == prepared


def test_an_expert_reaches_only_the_goals_of_their_panels(
    open_round, scorecard, experts, climate_expert
):
    dana_on_five = factories.make_expert(scorecard=scorecard, name="Five", goals=[5])
    assert round_goal_for(experts[0], 1, 1).goal.number == 1
    assert [goal.goal.number for goal in round_goals_for(dana_on_five)] == [5]
    with pytest.raises(Http404):
        round_goal_for(dana_on_five, 1, 1)
    assert not rounds_for(climate_expert)
    assert not round_goals_for(climate_expert)
    with pytest.raises(Http404):
        round_goal_for(climate_expert, 1, 5)


def test_an_expert_of_two_goals_sees_their_round_once(open_round, expert):
    assert rounds_for(expert).count() == 1


def test_a_stranger_reaches_nothing_of_this_scorecard(open_round, stranger):
    assert not rounds_for(stranger)
    assert not round_goals_for(stranger)
    for reach in (
        lambda: round_for(stranger, 1),
        lambda: round_goal_for(stranger, 1, 5),
    ):
        with pytest.raises(Http404):
            reach()


def test_a_goal_outside_the_round_is_not_there(open_round, coordinator):
    for round_number, goal_number in ((1, 13), (2, 5)):
        with pytest.raises(Http404):
            round_goal_for(coordinator, round_number, goal_number)


# ---------------------------------------------------------- who reads whose proposals


@pytest.fixture
def proposals(round_goal, experts):
    """Aigul and Bolat have proposed on goal 5, Dana has not."""
    aigul, bolat, _ = experts
    return [
        factories.propose(round_goal, aigul, 25),
        factories.propose(round_goal, bolat, 33),
    ]


def seen_by(member) -> set:
    return set(Proposal.objects.visible_to(member))


def test_in_a_blind_round_an_expert_sees_the_others_after_proposing(
    proposals, round_goal, experts
):
    assert seen_by(experts[0]) == set(proposals)
    assert seen_by(experts[2]) == set()
    late = factories.propose(round_goal, experts[2], 30)
    assert seen_by(experts[2]) == {*proposals, late}


def test_proposing_on_one_goal_opens_no_other(proposals, open_round, experts):
    own = factories.propose(open_round.round_goals.get(goal__number=1), experts[2], 9)
    assert seen_by(experts[2]) == {own}


def test_a_goal_that_is_no_longer_open_may_be_read_by_its_panel(
    proposals, open_round, experts, climate_expert, coordinator, now
):
    close_round(round_id=open_round.pk, by=coordinator, now=now)
    assert seen_by(experts[2]) == set(proposals)
    assert seen_by(climate_expert) == set()


def test_a_settled_goal_may_be_read_by_its_panel(
    proposals, round_goal, experts, coordinator
):
    factories.support(proposals[0], experts[1])
    factories.settle(round_goal, by=coordinator)
    assert seen_by(experts[2]) == set(proposals)


def test_in_an_open_round_the_panel_sees_everything_at_once(
    frozen, experts, climate_expert, coordinator
):
    scorecard = frozen.scorecard
    round_ = factories.make_open_round(
        scorecard, {5: "keep"}, by=coordinator, is_blind=False
    )
    proposal = factories.propose(round_.round_goals.get(), experts[0], 25)
    assert seen_by(experts[2]) == {proposal}
    assert seen_by(climate_expert) == set()


def test_a_second_blind_round_is_blind_again(
    proposals, open_round, scorecard, experts, coordinator, now
):
    close_round(round_id=open_round.pk, by=coordinator, now=now)
    second = factories.make_open_round(scorecard, {5: "keep"}, by=coordinator)
    new = factories.propose(second.round_goals.get(), experts[0], 29)
    assert seen_by(experts[1]) == set(proposals)
    assert seen_by(experts[0]) == {*proposals, new}


def test_staff_read_everything_and_strangers_nothing(
    proposals, coordinator, rapporteur, observer, stranger
):
    for member in (coordinator, rapporteur, observer):
        assert seen_by(member) == set(proposals)
    assert seen_by(stranger) == set()


def test_current_leaves_out_what_was_revised(proposals, round_goal, experts):
    revision = factories.propose(round_goal, experts[0], 28)
    assert set(Proposal.objects.current()) == {revision, proposals[1]}
    assert set(Proposal.objects.for_goal(round_goal.goal)) == {revision, *proposals}


def test_supporters_are_counted_one_by_one(proposals, experts):
    factories.support(proposals[0], experts[1])
    counted = Proposal.objects.with_supporters()
    assert {p.percent: p.supporter_count for p in counted} == {25: 1, 33: 0}
    assert Support.objects.count() == 1


def test_a_revealed_goal_may_be_read_by_its_panel_before_they_propose(
    proposals, open_round, round_goal, experts, climate_expert, coordinator, now
):
    reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=now)
    assert seen_by(experts[2]) == set(proposals)
    assert seen_by(climate_expert) == set()
