"""The figures of a survey, held against published and hand-worked numbers."""

import doctest
import inspect
import math
from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from surveys import distributions, scoring
from surveys.distributions import chi_squared_survival, student_quantile
from surveys.scoring import (
    PERCENT_FORMULAS,
    Band,
    band_of,
    count,
    goal_mean,
    mean,
    median,
    overall,
    own_means,
    percent_of_maximum,
    percent_of_range,
    pooled_mean,
    round_half_up,
    standard_deviation,
    t_interval,
    variance,
)

# One 5-point item, the known answer in docs: 20 gave 1, 15 gave 2, and so on.
ITEM = {1: 20, 2: 15, 3: 15, 4: 8, 5: 3}
BANDS = [
    Band("very_low", 0, 30),
    Band("low", 31, 50),
    Band("medium", 51, 70),
    Band("high", 71, 100),
]

tallies = st.dictionaries(st.integers(0, 10), st.integers(0, 50), max_size=11)
fractions = st.fractions(-1000, 1000)


def spelled_out(tally):
    return [x for x, n in tally.items() for _ in range(n)]


# Counts, means, medians


def test_count_is_the_number_of_scores():
    assert count(ITEM) == 61
    assert count({}) == 0
    assert count({3: 0}) == 0


def test_a_count_below_zero_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        mean({1: 2, 3: -1})


def test_mean_of_the_known_item():
    # 20·1 + 15·2 + 15·3 + 8·4 + 3·5 = 142; 142 / 61 = 2.3279
    assert mean(ITEM) == F(142, 61)
    assert round_half_up(mean(ITEM), 4) == Decimal("2.3279")


def test_mean_of_nothing_is_none():
    assert mean({}) is None
    assert mean({4: 0}) is None


def test_a_mean_of_zero_is_zero_and_not_none():
    assert mean({0: 3}) == 0
    assert mean({0: 3}) is not None


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (ITEM, F(2)),  # the 31st of 61: 20 ones, then 15 twos
        ({1: 1, 2: 1}, F(3, 2)),  # midpoint of the two middle ones
        ({1: 2, 5: 2}, F(3)),
        ({5: 1, 1: 2}, F(1)),  # order of the keys does not matter
        ({1: 0, 4: 1, 5: 0}, F(4)),
        ({}, None),
        ({2: 0}, None),
    ],
)
def test_median(tally, expected):
    assert median(tally) == expected


@given(tallies)
def test_median_and_mean_stay_between_the_lowest_and_highest_score(tally):
    scores = spelled_out(tally)
    assume(scores)

    assert min(scores) <= median(tally) <= max(scores)
    assert min(scores) <= mean(tally) <= max(scores)


@given(tallies)
def test_figures_do_not_depend_on_the_order_of_a_tally(tally):
    backwards = dict(reversed(tally.items()))

    assert mean(tally) == mean(backwards)
    assert median(tally) == median(backwards)
    assert variance(tally) == variance(backwards)


@given(tallies, st.integers(1, 20))
def test_adding_a_constant_moves_the_mean_and_not_the_variance(tally, shift):
    assume(count(tally) > 1)
    moved = {x + shift: n for x, n in tally.items()}

    assert mean(moved) == mean(tally) + shift
    assert median(moved) == median(tally) + shift
    assert variance(moved) == variance(tally)


# Spread


def test_variance_is_exact():
    # 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares 9+1+1+1+0+0+4+16 = 32; 32 / 7
    assert variance({2: 1, 4: 3, 5: 2, 7: 1, 9: 1}) == F(32, 7)


def test_standard_deviation_of_the_known_item():
    assert round(standard_deviation(ITEM), 4) == 1.2072


def test_spread_of_one_score_is_none_and_of_equal_scores_zero():
    assert variance({4: 1}) is None
    assert standard_deviation({4: 1}) is None
    assert standard_deviation({}) is None
    assert variance({4: 2}) == 0
    assert standard_deviation({4: 2}) == 0.0


@given(tallies)
def test_variance_agrees_with_its_definition(tally):
    scores = spelled_out(tally)
    assume(len(scores) > 1)
    centre = F(sum(scores), len(scores))

    expected = sum((x - centre) ** 2 for x in scores) / (len(scores) - 1)
    assert variance(tally) == expected


mean_tallies = st.dictionaries(
    st.fractions(0, 10, max_denominator=60), st.integers(0, 50), max_size=11
)


@given(mean_tallies)
def test_figures_of_fractions_agree_with_their_definitions(tally):
    scores = sorted(spelled_out(tally))
    n = len(scores)
    assume(n > 1)
    centre = sum(scores, F(0)) / n

    assert mean(tally) == centre
    assert variance(tally) == sum((x - centre) ** 2 for x in scores) / (n - 1)
    assert median(tally) == (scores[(n - 1) // 2] + scores[n // 2]) / 2


# Goals


def test_goal_mean_weighs_indicators_and_pooled_mean_ratings():
    # indicator means 1 and 9/2: (1 + 4.5) / 2 = 2.75; ratings (1+4+4+5+5) / 5 = 3.8
    indicators = [{1: 1}, {4: 2, 5: 2}]

    assert goal_mean(indicators) == F(11, 4)
    assert pooled_mean(indicators) == F(19, 5)


def test_indicators_nobody_rated_are_left_out():
    assert goal_mean([{2: 3}, {}, {5: 0}]) == 2
    assert goal_mean([{}, {}]) is None
    assert goal_mean([]) is None
    assert pooled_mean([{}]) is None


@given(
    st.lists(tallies, max_size=6).flatmap(
        lambda t: st.tuples(st.just(t), st.permutations(t))
    )
)
def test_the_order_of_indicators_does_not_matter(pair):
    indicators, shuffled = pair

    assert goal_mean(indicators) == goal_mean(shuffled)
    assert pooled_mean(indicators) == pooled_mean(shuffled)


@given(st.lists(tallies, max_size=6))
def test_the_pooled_mean_is_the_mean_of_all_ratings(indicators):
    scores = [x for tally in indicators for x in spelled_out(tally)]

    expected = F(sum(scores), len(scores)) if scores else None
    assert pooled_mean(indicators) == expected


# Percentages


def test_the_mean_of_2022_prints_as_it_was_printed():
    overall_mean = F(1753, 1000)

    assert round_half_up(overall_mean, 1) == Decimal("1.8")
    assert round_half_up(percent_of_maximum(overall_mean, 5)) == 35
    assert round_half_up(percent_of_range(overall_mean, 1, 5)) == 19


def test_percent_of_range_runs_from_nought_to_a_hundred():
    assert percent_of_range(1, 1, 5) == 0
    assert percent_of_range(3, 1, 5) == 50
    assert percent_of_range(5, 1, 5) == 100
    assert percent_of_maximum(1, 5) == 20


def test_no_mean_has_no_percentage():
    assert percent_of_maximum(None, 5) is None
    assert percent_of_range(None, 1, 5) is None


@pytest.mark.parametrize("maximum", [0, -1])
def test_percent_of_maximum_refuses_a_maximum_of_nothing(maximum):
    with pytest.raises(ValueError, match="maximum above 0"):
        percent_of_maximum(F(1), maximum)


def test_percent_of_range_refuses_a_range_without_length():
    with pytest.raises(ValueError, match="no length"):
        percent_of_range(F(1), 5, 5)


def test_both_formulas_are_called_alike_by_name():
    by_name = {name: f(F(2), 1, 5) for name, f in PERCENT_FORMULAS.items()}

    assert by_name == {"percent_of_maximum": 40, "percent_of_range": 25}
    assert [f(None, 1, 5) for f in PERCENT_FORMULAS.values()] == [None, None]


@given(st.fractions(0, 5))
def test_both_formulas_agree_where_the_scale_begins_at_nought(value):
    assert percent_of_maximum(value, 5) == percent_of_range(value, 0, 5)


def test_overall_is_the_mean_of_unrounded_percentages():
    # rounded first it would be (1 + 1 + 0) / 3 = 0.67
    assert overall([F(1, 2), F(1, 2), F(0)]) == F(1, 3)


@given(st.lists(st.one_of(st.none(), fractions, st.integers()), max_size=20))
def test_overall_agrees_with_a_sum_of_fractions(percentages):
    known = [F(p) for p in percentages if p is not None]

    assert overall(percentages) == (sum(known, F(0)) / len(known) if known else None)


def test_overall_leaves_out_goals_without_a_figure_but_not_a_zero():
    assert overall([F(30), None, F(40)]) == 35
    assert overall([F(30), F(0)]) == 15
    assert overall([None, None]) is None
    assert overall([]) is None


# Rounding and bands


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (F(1, 2), 0, "1"),
        (F(5, 2), 0, "3"),  # not the even neighbour
        (F(-1, 2), 0, "-1"),  # half goes away from zero
        (F(-1, 3), 0, "0"),  # and never -0
        (F(88, 3), 0, "29"),
        (F(88, 3), 2, "29.33"),
        (F(2005, 1000), 2, "2.01"),  # the float 2.005 lies below and would give 2.00
        (Decimal("1.25"), 1, "1.3"),
        (7, 1, "7.0"),
        (0, 0, "0"),
        (F(10**40) + F(1, 2), 0, "1" + "0" * 39 + "1"),  # beyond decimal's context
        (0.25, 1, "0.3"),
    ],
)
def test_round_half_up(value, places, shown):
    assert str(round_half_up(value, places)) == shown


@given(fractions, st.integers(0, 6))
def test_rounding_moves_a_value_by_at_most_half_a_step(value, places):
    shown = round_half_up(value, places)

    assert abs(F(shown) - value) <= F(1, 2) / 10**places
    assert shown.as_tuple().exponent == -places
    assert round_half_up(-value, places) == -shown


@given(fractions, fractions)
def test_rounding_keeps_the_order(one, other):
    low, high = sorted([one, other])

    assert round_half_up(low) <= round_half_up(high)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_rounding_refuses_what_is_no_number(value):
    with pytest.raises((ValueError, OverflowError)):
        round_half_up(value)


def test_rounding_refuses_negative_places():
    with pytest.raises(ValueError, match="decimal places"):
        round_half_up(F(1), -1)


@pytest.mark.parametrize(
    ("percent", "name"),
    [
        (F(30), "very_low"),
        (F(3049, 100), "very_low"),
        (F(61, 2), "low"),  # 30.5 is shown as 31
        (F(31), "low"),
        (F(0), "very_low"),
        (F(100), "high"),
    ],
)
def test_a_band_is_looked_up_with_the_rounded_percentage(percent, name):
    assert band_of(percent, BANDS).name == name


def test_no_percentage_and_no_fitting_band_give_none():
    assert band_of(None, BANDS) is None
    assert band_of(F(101), BANDS) is None
    assert band_of(F(20), []) is None


@given(st.fractions(0, 100))
def test_every_percentage_falls_in_exactly_one_of_the_standard_bands(percent):
    holding = [b for b in BANDS if band_of(percent, [b])]

    assert [band_of(percent, BANDS)] == holding


# The interval over respondents


def test_the_interval_of_the_known_item():
    interval = t_interval({F(x): n for x, n in ITEM.items()})

    assert round(interval.mean, 4) == 2.3279
    assert round(interval.low, 4) == 2.0187
    assert round(interval.high, 4) == 2.6371
    assert interval.n == 61


def test_the_interval_of_two_respondents_by_hand():
    # means 2 and 4: mean 3, s = √2, s/√2 = 1, t(0.975; 1) = tan(0.475π) = 12.7062
    interval = t_interval({F(2): 1, F(4): 1})

    assert interval.low == pytest.approx(3 - math.tan(0.475 * math.pi), rel=1e-12)
    assert interval.high == pytest.approx(3 + math.tan(0.475 * math.pi), rel=1e-12)


def test_one_respondent_has_no_interval():
    assert t_interval({}) is None
    assert t_interval({F(3): 1}) is None


def test_respondents_who_agree_have_an_interval_of_no_width():
    interval = t_interval({F(7, 2): 9})

    assert (interval.low, interval.mean, interval.high, interval.n) == (3.5,) * 3 + (9,)


sums = st.dictionaries(
    st.integers(0, 60).flatmap(
        lambda answered: st.tuples(st.just(answered), st.integers(0, 35 * answered))
    ),
    st.integers(1, 50),
    max_size=15,
)


@settings(deadline=None)
@given(sums)
def test_own_means_give_the_figures_that_their_fractions_give(sums):
    means = {}
    for (answered, total), n in sums.items():
        if answered:
            means[F(total, answered)] = means.get(F(total, answered), 0) + n

    own, per_point = own_means(sums)

    assert {F(x, per_point): n for x, n in own.items()} == means
    assert variance(own, per_point) == variance(means)
    assert standard_deviation(own, per_point) == standard_deviation(means)
    assert t_interval(own, per_point=per_point) == t_interval(means)


def test_a_higher_level_gives_a_wider_interval():
    narrow, wide = t_interval(ITEM, F(9, 10)), t_interval(ITEM, 0.99)

    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_outside_nought_and_one_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        t_interval(ITEM, level)


# The two distributions


@pytest.mark.parametrize(
    ("probability", "degrees", "expected"),
    [
        # Table of Student's t, e.g. Snedecor and Cochran, appendix table A 4.
        (0.975, 1, 12.706),
        (0.975, 4, 2.776),
        (0.975, 30, 2.042),
        (0.95, 10, 1.812),
        (0.995, 120, 2.617),
        (0.5, 7, 0.0),
        (0.025, 4, -2.776),
    ],
)
def test_student_quantile_matches_the_printed_table(probability, degrees, expected):
    assert round(student_quantile(probability, degrees), 3) == expected


@pytest.mark.parametrize(
    ("statistic", "degrees", "expected"),
    [
        # Table of chi-squared: upper 5%, 1% and 0.1% points.
        (3.8415, 1, 0.05),
        (21.666, 9, 0.01),
        (29.588, 10, 0.001),
        (0, 3, 1.0),
    ],
)
def test_chi_squared_survival_matches_the_printed_table(statistic, degrees, expected):
    assert chi_squared_survival(statistic, degrees) == pytest.approx(expected, rel=1e-3)


@settings(deadline=None)
@given(st.floats(0.001, 0.999), st.integers(1, 2000))
def test_student_quantile_agrees_with_scipy(probability, degrees):
    expected = float(stats.t.ppf(probability, degrees))
    assert student_quantile(probability, degrees) == pytest.approx(
        expected, rel=1e-8, abs=1e-8
    )


@settings(deadline=None)
@given(st.floats(0, 200), st.integers(1, 40))
def test_chi_squared_survival_agrees_with_scipy(statistic, degrees):
    expected = float(stats.chi2.sf(statistic, degrees))
    assert chi_squared_survival(statistic, degrees) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("probability", [0, 1, 1.5, math.nan])
def test_student_quantile_refuses_what_is_no_probability(probability):
    with pytest.raises(ValueError, match="between 0 and 1"):
        student_quantile(probability, 5)


@pytest.mark.parametrize("statistic", [-1, math.nan])
def test_chi_squared_survival_refuses_what_is_no_statistic(statistic):
    with pytest.raises(ValueError, match="not a chi-squared"):
        chi_squared_survival(statistic, 5)


def test_no_degrees_of_freedom_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        student_quantile(0.975, 0)
    with pytest.raises(ValueError, match="at least 1"):
        chi_squared_survival(1.0, 0)


# The documentation


@pytest.mark.parametrize("module", [scoring, distributions])
def test_examples_in_the_docstrings_are_true(module):
    result = doctest.testmod(module)

    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize("module", [scoring, distributions])
def test_every_public_function_names_its_source_and_carries_an_example(module):
    incomplete = [
        name
        for name, function in inspect.getmembers(module, inspect.isroutine)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and not all(part in (function.__doc__ or "") for part in (">>>", "Source:"))
    ]

    assert incomplete == []
