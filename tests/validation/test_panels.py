"""A goal's panel as the settlement rules see it."""

from fractions import Fraction as F

from tests import factories
from validation.panels import panel_view, percent_of_proposal

SURVEY = F(38)


def test_the_panel_is_everybodys_latest_proposal_with_its_supporters(
    round_goal, experts
):
    aigul, bolat, dana = experts
    first = factories.propose(round_goal, aigul, 10)
    other = factories.propose(round_goal, bolat, 33)
    factories.propose(round_goal, dana)
    factories.support(first, bolat)
    factories.support(other, dana)
    factories.support(other, aigul)
    factories.propose(round_goal, aigul, "25.5")
    panel = panel_view(round_goal, SURVEY)
    assert sorted(panel.latest) == [F(51, 2), 33, 38]
    # Support stays with the proposal that it was given to, not with what replaced it.
    assert sorted(panel.supporters) == [(F(51, 2), 0), (33, 2), (38, 0)]
    assert (panel.survey_percent, panel.agreed) == (38, None)


def test_another_goal_of_the_same_round_is_another_panel(open_round, experts):
    one, five = open_round.round_goals.all()
    factories.propose(one, experts[0], 10)
    assert panel_view(five, SURVEY).latest == ()


def test_keeping_comes_to_the_survey_average(round_goal, expert):
    assert percent_of_proposal(factories.propose(round_goal, expert), F(88, 3)) == F(
        88, 3
    )


def test_zero_is_a_percentage_and_not_a_wish_to_keep(round_goal, expert):
    assert percent_of_proposal(factories.propose(round_goal, expert, 0), SURVEY) == 0


def test_a_panel_costs_one_query_however_many_experts_speak(
    round_goal, experts, scorecard, django_assert_num_queries
):
    factories.propose(round_goal, experts[0], 10)
    with django_assert_num_queries(1):
        panel_view(round_goal, SURVEY)
    for number in range(29):
        name = f"Expert {number}"
        expert = factories.make_expert(scorecard=scorecard, name=name, goals=[5])
        factories.propose(round_goal, expert, number)
    with django_assert_num_queries(1):
        assert len(panel_view(round_goal, SURVEY).latest) == 30
