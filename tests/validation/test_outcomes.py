"""Post-consultation averages: the settlement's percentage, else the survey's."""

from fractions import Fraction as F

import pytest

from tests import factories
from tests.factories import DAY
from validation.baseline import averages_in_force
from validation.outcomes import outcomes_of
from validation.rounds.services import close_round


def outcomes(scorecard):
    return outcomes_of(scorecard, averages_in_force(scorecard))


def test_without_a_settlement_the_survey_average_stands(frozen):
    after = outcomes(frozen.scorecard)
    assert {number: goal.percent for number, goal in after.goals.items()} == {
        1: 30,
        5: 38,
        13: None,
    }
    assert after.percent == 34
    assert all(goal.settlement is None for goal in after.goals.values())


def test_a_settlement_replaces_the_survey_average_of_its_goal_only(
    round_goal, experts, coordinator, scorecard
):
    # The seed's goal 5: 38 became (25 + 33 + 30) / 3.
    proposals = [
        factories.propose(round_goal, expert, percent)
        for expert, percent in zip(experts, (25, 33, 30), strict=True)
    ]
    for place, proposal in enumerate(proposals):
        factories.support(proposal, experts[place - 1])
    settlement = factories.settle(round_goal, by=coordinator)
    after = outcomes(scorecard)
    assert settlement.percent == F(88, 3)
    assert after.goals[5].percent == F(88, 3)
    assert after.goals[5].survey_percent == 38
    assert after.goals[5].settlement == settlement
    assert after.goals[1].percent == 30
    # Unrounded: (30 + 88/3) / 2.
    assert after.percent == F(89, 3)


def test_a_goal_settled_in_two_rounds_has_the_later_settlement(
    open_round, coordinator, scorecard, now
):
    first = open_round.round_goals.get(goal__number=1)
    factories.settle(first, by=coordinator, agreed=20)
    close_round(round_id=open_round.pk, by=coordinator, now=now)
    again = factories.make_open_round(
        scorecard, {1: "agreed"}, by=coordinator, now=now + DAY
    )
    assert outcomes(scorecard).goals[1].percent == 20
    factories.settle(again.round_goals.get(), by=coordinator, agreed=25, now=now + DAY)
    assert outcomes(scorecard).goals[1].percent == 25


def test_a_settlement_at_zero_counts_as_zero(open_round, coordinator, scorecard):
    goal = open_round.round_goals.get(goal__number=1)
    factories.settle(goal, by=coordinator, agreed=0)
    assert outcomes(scorecard).goals[1].percent == 0
    assert outcomes(scorecard).percent == 19


@pytest.mark.parametrize("with_settlement", [False, True])
def test_outcomes_cost_one_query(
    open_round, coordinator, scorecard, django_assert_num_queries, with_settlement
):
    if with_settlement:
        goal = open_round.round_goals.get(goal__number=1)
        factories.settle(goal, by=coordinator, agreed=20)
    averages = averages_in_force(scorecard)
    with django_assert_num_queries(1):
        outcomes_of(scorecard, averages)
