"""Survey averages against numbers worked out by hand."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from surveys.averages import SurveyAverages, percent_of, survey_averages
from surveys.models import Instrument, Scorecard
from surveys.tallies import Tallies, read_tallies
from tests import factories


def averages_of(scorecard: Scorecard) -> SurveyAverages:
    return survey_averages(scorecard, read_tallies(scorecard))


def respond_with(scorecard: Scorecard, goal: int, *ratings: str) -> None:
    for codes in ratings:
        factories.respond(scorecard, {goal: codes})


@pytest.fixture
def open_to_all(instrument: Instrument) -> Scorecard:
    """Such a scorecard, where a group of one may be shown."""
    return factories.make_scorecard(instrument=instrument, smallest_group=1)


def test_five_responses_give_the_figures_worked_out_by_hand(closed_scorecard):
    averages = averages_of(closed_scorecard)
    # Goal 1: 1, 2, 1, 2 from everybody. Goal 5: indicator 1 has 2, 2, 2, 1, 1.
    assert [cell.mean for cell in averages.goals[1].indicators] == [1, 2, 1, 2]
    assert averages.goals[1].mean == F(3, 2)
    assert averages.goals[1].percent == 30
    assert [cell.mean for cell in averages.goals[5].indicators] == [F(8, 5), 2, 2, 2]
    assert averages.goals[5].mean == F(19, 10)
    assert averages.goals[5].percent == 38
    # Goal 13 was answered by three people, and is not averaged over either.
    assert averages.percent == 34
    assert averages.mean == F(17, 10)
    assert averages.responses == 5


def test_averages_by_indicator_and_dimension_are_means_of_percentages(closed_scorecard):
    averages = averages_of(closed_scorecard)
    # Indicator 1: (20 + 32) / 2; 2 and 4: (40 + 40) / 2; 3: (20 + 40) / 2.
    assert averages.by_indicator == {1: 26, 2: 40, 3: 30, 4: 40}
    assert averages.by_dimension == {1: 33, 2: 35}


def test_a_goal_is_the_mean_of_its_indicator_means_with_the_pooled_mean_beside(
    open_to_all,
):
    # Indicator 1: 5 from one person. The other three: 1 from each of three people.
    respond_with(open_to_all, 1, "5111", "-111", "-111")
    goal = averages_of(open_to_all).goals[1]
    assert goal.mean == F(5 + 1 + 1 + 1, 4)
    assert goal.percent == 40
    # Ten scores: one 5 and nine 1s.
    assert goal.pooled_percent == F(14, 10) / 5 * 100


def test_a_missing_answer_is_not_zero(open_to_all):
    respond_with(open_to_all, 1, "4?/-", "2---")
    first, second, third, fourth = averages_of(open_to_all).goals[1].indicators
    assert (first.mean, first.n, first.missing) == (3, 2, {})
    assert (second.mean, second.n, second.missing) == (None, 0, {"?": 1, "-": 1})
    assert third.missing == {"/": 1, "-": 1}
    assert fourth.missing == {"-": 2}
    goal = averages_of(open_to_all).goals[1]
    assert (goal.mean, goal.percent, goal.respondents) == (3, 60, 2)


def test_a_goal_nobody_rated_has_no_average_and_lowers_none(open_to_all):
    respond_with(open_to_all, 1, "5555")
    respond_with(open_to_all, 5, "????")
    averages = averages_of(open_to_all)
    assert averages.goals[5].percent is None
    assert averages.goals[5].respondents == 0
    assert not averages.goals[5].is_suppressed
    assert averages.goals[13].percent is None
    assert averages.percent == 100


def test_nothing_is_averaged_before_the_first_response(scorecard):
    averages = averages_of(scorecard)
    assert averages.percent is None
    assert set(averages.goals) == {1, 5, 13}
    assert averages.by_indicator == dict.fromkeys([1, 2, 3, 4])
    assert averages.by_dimension == dict.fromkeys([1, 2])


def test_the_spread_is_over_respondents_not_over_ratings(open_to_all):
    # Respondents' own means: 1, 2 and 3. Standard deviation 1; t(2) = 4.3026527.
    respond_with(open_to_all, 1, "1111", "13-2", "3---")
    goal = averages_of(open_to_all).goals[1]
    assert goal.respondents == 3
    assert goal.standard_deviation == pytest.approx(1)
    assert goal.interval.mean == pytest.approx(2)
    assert goal.interval.low == pytest.approx(2 - 4.3026527 / 3**0.5, abs=1e-6)
    assert goal.interval.high == pytest.approx(2 + 4.3026527 / 3**0.5, abs=1e-6)


def test_a_goal_under_the_smallest_group_shows_nothing_of_its_answers(scorecard):
    respond_with(scorecard, 1, *["5?43"] * 4)
    goal = averages_of(scorecard).goals[1]
    assert goal.is_suppressed
    assert goal.respondents == 0
    shown = [goal.mean, goal.percent, goal.pooled_percent, goal.interval]
    assert shown == [None] * 4
    assert goal.standard_deviation is None
    assert all(cell.tally == {} and cell.missing == {} for cell in goal.indicators)
    assert all(cell.n == 0 and cell.mean is None for cell in goal.indicators)


def test_a_goal_with_just_the_smallest_group_is_shown(scorecard):
    respond_with(scorecard, 1, *["5?43"] * 5)
    goal = averages_of(scorecard).goals[1]
    assert not goal.is_suppressed
    assert goal.mean == F(5 + 4 + 3, 3)


def test_who_only_marked_missing_answers_does_not_make_a_group_larger(scorecard):
    respond_with(scorecard, 1, *["5555"] * 4, "????", "////")
    assert averages_of(scorecard).goals[1].is_suppressed


def test_a_suppressed_goal_is_left_out_of_every_mean(scorecard):
    respond_with(scorecard, 1, *["1111"] * 5)
    respond_with(scorecard, 5, *["5555"] * 4)
    averages = averages_of(scorecard)
    assert averages.percent == 20
    assert averages.by_indicator == {1: 20, 2: 20, 3: 20, 4: 20}


def test_the_scorecard_says_how_small_a_group_may_be(closed_scorecard):
    closed_scorecard.smallest_group = 6
    assert all(
        goal.is_suppressed for goal in averages_of(closed_scorecard).goals.values()
    )
    closed_scorecard.smallest_group = 3
    assert averages_of(closed_scorecard).goals[13].percent == 100


def test_the_instrument_says_which_percentage_is_meant(instrument: Instrument):
    assert percent_of(instrument, F(3, 2)) == 30
    instrument.percent_formula = Instrument.PercentFormula.OF_RANGE
    assert percent_of(instrument, F(3, 2)) == F(25, 2)
    assert percent_of(instrument, None) is None


def test_averages_follow_from_the_tallies_alone(closed_scorecard):
    tallies = read_tallies(closed_scorecard)
    again = Tallies.from_json(replace(tallies).as_json())
    factories.freeze(
        closed_scorecard,
        by=factories.make_member(scorecard=closed_scorecard, role="coordinator"),
    )
    assert survey_averages(closed_scorecard, again) == survey_averages(
        closed_scorecard, tallies
    )


def test_a_key_area_that_too_few_rated_is_hidden_with_one_more(scorecard):
    # One person rated key area 2, six rated 3, seven rated 1 and 4.
    respond_with(scorecard, 1, "1521", *["1-21"] * 5, "1--1")
    goal = averages_of(scorecard).goals[1]
    first, second, third, fourth = goal.indicators

    assert [cell.is_suppressed for cell in goal.indicators] == [
        False,
        True,
        True,
        False,
    ]
    for cell in (second, third):
        assert (cell.n, cell.tally, cell.missing) == (0, {}, {})
        assert (cell.mean, cell.percent, cell.standard_deviation) == (None, None, None)
    # The goal's mean is still that of all four: (1 + 5 + 2 + 1) / 4.
    assert goal.mean == F(9, 4)
    assert goal.pooled_percent is None
    assert (first.n, fourth.n) == (7, 7)


def test_hidden_key_areas_cannot_be_had_from_the_averages_over_all_goals(scorecard):
    respond_with(scorecard, 1, "1521", *["1-21"] * 5, "1--1")
    respond_with(scorecard, 5, *["3333"] * 5)
    averages = averages_of(scorecard)

    assert averages.by_indicator == {1: 40, 2: 60, 3: 60, 4: 40}
