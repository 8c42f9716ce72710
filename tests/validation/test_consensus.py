"""Settlement rules and agreement, held against published and hand-worked numbers."""

import doctest
import inspect
import statistics
from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from surveys.scoring import round_half_up
from validation import agreement, consensus
from validation.consensus import (
    RULES,
    PanelView,
    RuleNotComputable,
    every_rule,
    interquartile_range,
    kendalls_w,
    leave_one_out,
    median,
    quartiles,
    settle,
    share_within,
    stability,
    van_der_eijk_a,
)

percents = st.integers(0, 1000).map(lambda tenths: F(tenths, 10))
backed = st.lists(st.tuples(percents, st.integers(0, 9)), max_size=8)
panels = st.builds(
    PanelView,
    survey_percent=percents,
    latest=st.lists(percents, max_size=8),
    supporters=backed,
    agreed=st.none() | percents,
)

PRINTED_GOAL_5 = PanelView(
    survey_percent=F(38),
    latest=[F(25), F(33), F(30), F(38)],
    supporters=[(F(25), 3), (F(33), 1), (F(30), 2), (F(38), 0)],
)

# Four judges rank ten things.
FOUR_JUDGES = [
    [1, 3, 4, 5, 2, 8, 6, 7, 10, 9],
    [2, 1, 4, 5, 6, 3, 8, 7, 10, 9],
    [3, 2, 1, 5, 7, 4, 6, 8, 9, 10],
    [4, 2, 3, 1, 6, 7, 5, 9, 8, 10],
]


def test_the_rules_are_the_five_by_name():
    assert list(RULES) == [
        "keep",
        "agreed",
        "mean_of_supported",
        "weighted_by_supporters",
        "median_of_latest",
    ]


# Settlement


def test_keep_leaves_the_survey_percent():
    assert settle("keep", PRINTED_GOAL_5) == 38


def test_agreed_takes_the_agreed_value_even_where_it_is_zero():
    assert settle("agreed", PanelView(F(45), agreed=F(30))) == 30
    assert settle("agreed", PanelView(F(45), agreed=F(0))) == 0


def test_mean_of_supported_gives_the_printed_figure():
    # (25 + 33 + 30) / 3 = 88/3 = 29.33; 38 has no supporter
    settled = settle("mean_of_supported", PRINTED_GOAL_5)

    assert settled == F(88, 3)
    assert round_half_up(settled) == 29


def test_mean_of_supported_counts_one_percent_once():
    # 25 twice and 35: (25 + 35) / 2, not (25 + 25 + 35) / 3
    panel = PanelView(F(38), supporters=[(F(25), 1), (F(25), 4), (F(35), 1)])

    assert settle("mean_of_supported", panel) == 30


def test_weighted_by_supporters_by_hand():
    # (25·3 + 33·1 + 30·2 + 38·0) / 6 = 168 / 6
    assert settle("weighted_by_supporters", PRINTED_GOAL_5) == 28


def test_median_of_latest_by_hand():
    # 25, 30, 33, 38: midpoint of 30 and 33
    assert settle("median_of_latest", PRINTED_GOAL_5) == F(63, 2)
    assert settle("median_of_latest", PanelView(F(38), latest=[F(9)])) == 9


@pytest.mark.parametrize(
    ("rule", "panel", "reason"),
    [
        ("mean_of_supported", PanelView(F(38)), "nothing_supported"),
        (
            "mean_of_supported",
            PanelView(F(38), latest=[F(2)], supporters=[(F(2), 0)]),
            "nothing_supported",
        ),
        (
            "weighted_by_supporters",
            PanelView(F(38), supporters=[(F(2), 0)]),
            "nothing_supported",
        ),
        ("median_of_latest", PanelView(F(38)), "nobody_proposed"),
        ("agreed", PanelView(F(38)), "agreed_missing"),
        ("loudest_voice", PRINTED_GOAL_5, "unknown_rule"),
    ],
)
def test_a_rule_that_is_not_computable_says_why(rule, panel, reason):
    with pytest.raises(RuleNotComputable) as caught:
        settle(rule, panel)

    assert (caught.value.rule, caught.value.reason) == (rule, reason)


def test_fewer_than_no_supporters_are_refused():
    with pytest.raises(ValueError, match="supporters"):
        PanelView(F(38), supporters=[(F(25), -1)])


def test_every_rule_side_by_side():
    assert every_rule(PRINTED_GOAL_5) == {
        "keep": 38,
        "agreed": None,
        "mean_of_supported": F(88, 3),
        "weighted_by_supporters": 28,
        "median_of_latest": F(63, 2),
    }


def test_a_silent_panel_leaves_only_keep():
    preview = every_rule(PanelView(F(38)))

    assert {rule for rule, figure in preview.items() if figure is not None} == {"keep"}


@given(panels)
def test_the_preview_and_the_settlement_agree(panel):
    for rule, figure in every_rule(panel).items():
        if figure is None:
            with pytest.raises(RuleNotComputable):
                settle(rule, panel)
        else:
            assert settle(rule, panel) == figure


@given(panels, st.randoms(use_true_random=False))
def test_the_order_of_proposals_does_not_matter(panel, random):
    latest, supporters = list(panel.latest), list(panel.supporters)
    random.shuffle(latest)
    random.shuffle(supporters)
    shuffled = PanelView(panel.survey_percent, latest, supporters, panel.agreed)

    assert every_rule(shuffled) == every_rule(panel)


@given(panels)
def test_a_settlement_lies_between_the_values_it_is_made_of(panel):
    preview = every_rule(panel)
    supported = [p for p, backers in panel.supporters if backers]

    for rule in ("mean_of_supported", "weighted_by_supporters"):
        if preview[rule] is not None:
            assert min(supported) <= preview[rule] <= max(supported)
    if panel.latest:
        assert min(panel.latest) <= preview["median_of_latest"] <= max(panel.latest)


@given(panels)
def test_settlements_are_exact(panel):
    assert all(isinstance(f, F) for f in every_rule(panel).values() if f is not None)


# Who moved the result


def test_leave_one_out_says_how_far_each_expert_moved_the_figure():
    # 20, 30, 70: median 30. Without 20: 50. Without 30: 45. Without 70: 25.
    votes = {"A": F(20), "B": F(30), "C": F(70)}
    without = {
        expert: PanelView(F(38), latest=[v for e, v in votes.items() if e != expert])
        for expert in votes
    }
    panel = PanelView(F(38), latest=list(votes.values()))

    assert leave_one_out("median_of_latest", panel, without) == {
        "A": -20,
        "B": -15,
        "C": 5,
    }


def test_leave_one_out_is_none_where_a_side_is_not_computable():
    alone = PanelView(F(38), latest=[F(20)])
    nobody = PanelView(F(38))

    assert leave_one_out("median_of_latest", alone, {"A": nobody}) == {"A": None}
    assert leave_one_out("agreed", alone, {"A": nobody}) == {"A": None}


def test_leave_one_out_moves_nothing_under_keep():
    without = {"A": PanelView(F(38))}

    assert leave_one_out("keep", PRINTED_GOAL_5, without) == {"A": 0}


def test_leave_one_out_refuses_an_unknown_rule():
    with pytest.raises(RuleNotComputable) as caught:
        leave_one_out("loudest_voice", PRINTED_GOAL_5, {})

    assert caught.value.reason == "unknown_rule"


# Middle and spread


def test_median_and_quartiles_by_hand():
    # places 1 + 3/4 and 1 + 9/4 of 25, 30, 33, 38:
    # 25 + 3/4·5 = 28.75 and 33 + 1/4·5 = 34.25
    values = [33, 25, 38, 30]

    assert median(values) == F(63, 2)
    assert quartiles(values) == (F(115, 4), F(137, 4))
    assert interquartile_range(values) == F(11, 2)


def test_decimals_are_taken_exactly():
    assert median([Decimal("0.1"), Decimal("0.2")]) == F(3, 20)


def test_nobody_has_no_middle_and_one_has_no_spread():
    assert median([]) is None
    assert quartiles([]) is None
    assert interquartile_range([30]) is None
    assert interquartile_range([30, 30]) == 0


@given(st.lists(percents, min_size=2))
def test_quartiles_are_those_of_the_standard_library(values):
    q1, q2, q3 = statistics.quantiles(values, n=4, method="inclusive")

    assert quartiles(values) == (q1, q3)
    assert median(values) == q2
    assert min(values) <= q1 <= q2 <= q3 <= max(values)


def test_share_within_five_points_of_the_median():
    # median 31.5: 30 and 33 are near, 25 and 38 are 6.5 away
    assert share_within([25, 30, 33, 38]) == F(1, 2)
    assert share_within([25, 30, 33, 38], points=7) == 1
    # the ends belong to it
    assert share_within([25, 30, 35]) == 1
    assert share_within([24, 30, 35]) == F(2, 3)


def test_share_within_of_two_camps_is_zero_and_of_nobody_none():
    assert share_within([10, 10, 50, 50]) == 0
    assert share_within([]) is None


def test_share_within_refuses_a_negative_distance():
    with pytest.raises(ValueError, match="points"):
        share_within([30], points=-1)


@given(
    st.lists(percents, min_size=1).flatmap(
        lambda v: st.tuples(st.just(v), st.permutations(v))
    )
)
def test_the_order_of_estimates_does_not_matter(pair):
    values, shuffled = pair

    assert median(values) == median(shuffled)
    assert interquartile_range(values) == interquartile_range(shuffled)
    assert share_within(values) == share_within(shuffled)


# Van der Eijk's A


def test_van_der_eijk_of_the_published_example():
    a = van_der_eijk_a([30, 40, 210, 130, 530, 50, 10])

    assert a == F(917, 1500)
    assert round(float(a), 7) == 0.6113333


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 0, 9, 0, 0], 1),  # one category: complete agreement
        ([5, 5, 5, 5, 5], 0),  # all alike
        ([5, 0, 0, 0, 5], -1),  # two camps at the ends
        # 110 of three: TU = 1, U = 1, A = 1·(1 - 1/2)
        ([4, 4, 0], F(1, 2)),
        # layers: all three, 3 of 6 ratings, A = 0; then 010, 3 of 6, A = 1
        ([1, 4, 1], F(1, 2)),
        # 11011 of five: TU: pairs beside the gap, (1,2,3) and (3,4,5) = 2; TDU: one
        # left, the gap, one right = 4; U = (3·2 - 4·4) / (3·6) = -5/9;
        # A = -5/9·(1 - 3/4) = -5/36
        ([2, 2, 0, 2, 2], F(-5, 36)),
    ],
)
def test_van_der_eijk_by_hand(counts, expected):
    assert van_der_eijk_a(counts) == expected


def test_van_der_eijk_needs_three_categories_and_a_rating():
    assert van_der_eijk_a([3, 4]) is None
    assert van_der_eijk_a([0, 0, 0]) is None
    assert van_der_eijk_a([]) is None


def test_van_der_eijk_refuses_counts_below_zero():
    with pytest.raises(ValueError, match="below zero"):
        van_der_eijk_a([1, -1, 3])


@given(st.lists(st.integers(0, 30), min_size=3, max_size=9), st.integers(2, 5))
def test_van_der_eijk_is_bounded_and_blind_to_direction_and_size(counts, times):
    assume(any(counts))
    a = van_der_eijk_a(counts)

    assert -1 <= a <= 1
    assert van_der_eijk_a(counts[::-1]) == a
    assert van_der_eijk_a([n * times for n in counts]) == a


# Stability


def test_stability_by_hand():
    # Both rounds: A, B, C, D; E left, F came.
    # before 20 30 40 50, after 25 30 35 38.
    # medians 35 and 32.5; quartiles 27.5-42.5 (15) and 28.75-35.75 (7).
    # moved 5, 0, 5, 12: three of four by at most 5.
    # columns of 10, before: 20s 30s 40s 50s with 1 each; after: 20s 1, 30s 3;
    # |differences| 0 + 2 + 1 + 1 = 4; 4 / (2·4) = 1/2.
    before = {"A": 20, "B": 30, "C": 40, "D": 50, "E": 99}
    after = {"A": 25, "B": 30, "C": 35, "D": 38, "F": 1}

    moved = stability(before, after)

    assert moved.experts == 4
    assert moved.median_change == F(-5, 2)
    assert moved.iqr_change == -8
    assert moved.share_steady == F(3, 4)
    assert moved.net_change == F(1, 2)
    assert moved.is_stable is False


def test_a_group_may_stand_still_while_its_members_change_places():
    moved = stability({"A": 20, "B": 60}, {"A": 60, "B": 20})

    assert moved.share_steady == 0
    assert moved.net_change == 0
    assert moved.median_change == 0
    assert moved.is_stable is True


def test_a_panel_is_stable_below_the_limit_and_not_at_it():
    # one of twenty leaves its column: 2 / 40 = 5%; three of twenty: 15%
    before = dict.fromkeys(range(20), 15)
    one, three = before | {0: 25}, before | {0: 25, 1: 25, 2: 25}

    assert stability(before, one).net_change == F(1, 20)
    assert stability(before, one).is_stable is True
    assert stability(before, three).net_change == F(3, 20)
    assert stability(before, three).is_stable is False
    assert stability(before, three, limit=F(1, 5)).is_stable is True


def test_stability_thresholds_are_arguments():
    moved = stability({"A": 18}, {"A": 22}, points=3, column=25)

    assert (moved.share_steady, moved.net_change) == (0, 0)


def test_stability_needs_somebody_who_spoke_twice():
    assert stability({"A": 20}, {"B": 20}) is None
    assert stability({}, {}) is None
    assert stability({"A": 20}, {"A": 20}).iqr_change is None


def test_stability_refuses_senseless_thresholds():
    with pytest.raises(ValueError, match="column 0"):
        stability({"A": 20}, {"A": 20}, column=0)


@given(st.dictionaries(st.integers(), st.tuples(percents, percents), min_size=1))
def test_stability_is_bounded_and_still_where_nobody_moves(estimates):
    before = {e: first for e, (first, _) in estimates.items()}
    after = {e: second for e, (_, second) in estimates.items()}
    moved, still = stability(before, after), stability(before, before)

    assert 0 <= moved.share_steady <= 1
    assert 0 <= moved.net_change <= 1
    assert stability(after, before).net_change == moved.net_change
    assert (still.share_steady, still.net_change, still.median_change) == (1, 0, 0)


# Kendall's W


def test_kendalls_w_of_the_four_judges():
    result = kendalls_w(FOUR_JUDGES)

    assert round(float(result.w), 4) == 0.7939
    assert round(float(result.chi_squared), 2) == 28.58
    assert result.degrees == 9
    assert round(result.p, 5) == 0.00076


def test_kendalls_w_with_ties_by_hand():
    # ranks 1 2 3 / 1 2.5 2.5 / 1.5 1.5 3: sums 3.5, 6, 8.5, mean 6, S = 12.5
    # Σ(t³ - t) = 6 + 6 = 12; W = 12·12.5 / (9·24 - 3·12) = 150 / 180
    result = kendalls_w([[10, 20, 30], [1, 2, 2], [5, 5, 6]])

    assert result.w == F(5, 6)
    assert result.chi_squared == 5  # 3·2·5/6
    # with two degrees of freedom P(X >= x) = exp(-x/2)
    assert result.p == pytest.approx(0.0820849986)


def test_kendalls_w_at_its_ends():
    assert kendalls_w([[1, 2, 3], [1, 2, 3]]).w == 1
    assert kendalls_w([[1, 2, 3], [3, 2, 1]]).w == 0


def test_kendalls_w_is_none_where_there_is_nothing_to_compare():
    assert kendalls_w([]) is None
    assert kendalls_w([[1, 2, 3]]) is None
    assert kendalls_w([[1], [1]]) is None
    assert kendalls_w([[4, 4, 4], [2, 2, 2]]) is None


def test_kendalls_w_refuses_rows_of_different_length():
    with pytest.raises(ValueError, match="same goals"):
        kendalls_w([[1, 2, 3], [1, 2]])


score_tables = st.integers(2, 6).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(0, 5), min_size=n, max_size=n), min_size=2, max_size=6
    )
)


@settings(deadline=None)
@given(score_tables, st.randoms(use_true_random=False))
def test_kendalls_w_is_bounded_and_blind_to_order_and_direction(table, random):
    result = kendalls_w(table)
    assume(result is not None)
    goals = list(range(len(table[0])))
    random.shuffle(goals)
    other = [[-row[goal] for goal in goals] for row in table]
    random.shuffle(other)

    assert 0 <= result.w <= 1
    assert 0 <= result.p <= 1
    assert kendalls_w(other).w == result.w


@settings(deadline=None)
@given(score_tables)
def test_kendalls_chi_squared_is_friedmans(table):
    result = kendalls_w(table)
    assume(result is not None and len(table[0]) >= 3)

    friedman = stats.friedmanchisquare(*zip(*table, strict=True))
    assert float(result.chi_squared) == pytest.approx(friedman.statistic, abs=1e-9)
    assert result.p == pytest.approx(friedman.pvalue, rel=1e-6)


# The documentation


@pytest.mark.parametrize("module", [consensus, agreement])
def test_examples_in_the_docstrings_are_true(module):
    result = doctest.testmod(module)

    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize("module", [consensus, agreement])
def test_every_public_function_names_its_source_and_carries_an_example(module):
    incomplete = [
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and not all(part in (function.__doc__ or "") for part in (">>>", "Source:"))
    ]

    assert incomplete == []
