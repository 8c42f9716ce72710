"""A panel's agreement in words."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.utils import translation

from validation import agreement_words as words
from validation.agreement import (
    Concordance,
    interquartile_range,
    median,
    quartiles,
    stability,
    van_der_eijk_a,
)
from validation.consensus_figures import (
    PanelFigures,
    Ranking,
    Within,
    far_outside,
)


def figures(*estimates, rule="median_of_latest", before=None, influence=None):
    """Figures of experts 1, 2, … who estimate this; `before`: the round before."""
    values = {number: Fraction(v) for number, v in enumerate(estimates, start=1)}
    middle = median(values.values())
    classes = [0] * 10
    for value in values.values():
        classes[min(int(value / 10), 9)] += 1
    earlier = {number: Fraction(v) for number, v in enumerate(before or [], start=1)}
    return PanelFigures(
        round_goal=SimpleNamespace(rule=rule, goal=SimpleNamespace(number=5)),
        estimates=values,
        survey_percent=Fraction(38),
        median=middle,
        quartiles=quartiles(values.values()),
        iqr=interquartile_range(values.values()),
        within_5=Within(
            sum(abs(v - middle) <= 5 for v in values.values()), len(values)
        ),
        classes=tuple(classes),
        van_der_eijk_a=van_der_eijk_a(classes) if len(values) > 1 else None,
        previous=(
            None if before is None else SimpleNamespace(round=SimpleNamespace(number=1))
        ),
        stability=stability(earlier, values),
        settled=middle,
        influence=influence or {},
        far_out=far_outside(values),
    )


def value_of(code: str, panel: PanelFigures) -> str:
    return next(line.value for line in words.lines(panel) if line.code == code)


@pytest.mark.parametrize(
    ("estimates", "expected"),
    [
        ([], "No estimate yet."),
        ([29.5], "One expert so far: 29.5%."),
        ([30, 31], "All 2 within 5 points of 30.5%."),
        ([25, 28, 29, 30, 31, 33, 34, 60, 70], "6 of 9 within 5 points of 31%; two…"),
        ([5, 30, 30, 30], "3 of 4 within 5 points of 30%; one sees it much lower."),
        (
            [10, 10, 80, 80],
            "None of 4 within 5 points of 45%; two see it much lower; two see it much "
            "higher.",
        ),
        # exactly ten points away is not yet much, exactly five is still within
        ([30, 30, 30, 40], "3 of 4 within 5 points of 30%."),
        ([30, 30, 30, 35], "All 4 within 5 points of 30%."),
        (
            [30] * 11 + [90] * 10,
            "11 of 21 within 5 points of 30%; 10 see it much higher.",
        ),
    ],
)
def test_the_summary_says_how_many_are_near_and_who_is_far(estimates, expected):
    said = words.summary(figures(*estimates))

    if expected.endswith("…"):
        expected = "6 of 9 within 5 points of 31%; two see it much higher."
    assert said == expected


def test_every_measure_has_a_sentence_for_people_who_are_not_statisticians():
    lines = words.lines(figures(25, 30, 33, 38))
    lines.append(words.concordance_line(Ranking(None, (1, 5), 0, 3, 2)))

    assert [line.code for line in lines] == [
        "median",
        "iqr",
        "within_5",
        "van_der_eijk_a",
        "stability",
        "far_out",
        "influence",
        "kendalls_w",
    ]
    for line in lines:
        assert line.name
        assert line.value
        assert line.explanation.endswith((".", "person.", "first."))


def test_the_figures_are_those_of_the_panel():
    panel = figures(25, 30, 33, 38)

    assert value_of("median", panel) == "31.5%"
    assert value_of("iqr", panel) == "28.8% to 34.3%: 5.5 points wide"
    assert value_of("within_5", panel) == "2 of 4, 50%"
    # 25 in one step, 30, 33 and 38 in the next: 8·1 + … over four ratings
    assert value_of("van_der_eijk_a", panel).startswith("0.94 on")


def test_what_needs_more_experts_says_so():
    panel = figures(30)

    assert value_of("iqr", panel) == "needs at least two experts"
    assert value_of("van_der_eijk_a", panel) == "needs at least two experts"
    assert value_of("far_out", panel) == "needs at least four experts"
    assert value_of("stability", panel) == "no earlier round on this goal"
    assert value_of("influence", panel) == "no figure"


def test_movement_since_the_last_round_is_told_with_its_direction():
    moved = value_of("stability", figures(30, 30, 45, before=[30, 32, 50]))

    assert moved == (
        "middle −2 points since round 1; 3 of 3 moved by 5 points or less; still moving"
    )
    assert value_of("stability", figures(30, before=[31])).endswith("stable")
    assert value_of("stability", figures(30, before=[])) == "nobody spoke both times"


def test_influence_names_the_largest_and_what_is_agreed_has_none():
    moves = {1: Fraction(-3, 2), 2: Fraction(1), 3: None}

    assert value_of("influence", figures(30, 31, influence=moves)) == (
        "at most 1.5 points"
    )
    still = {1: Fraction(0)}
    assert value_of("influence", figures(30, influence=still)) == (
        "nobody alone moves the figure"
    )
    assert value_of("influence", figures(30, rule="agreed", influence=still)) == (
        "none: the figure is agreed in the meeting, not computed"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1), "1 point"),
        (Fraction(-1), "−1 point"),
        (Fraction(3, 2), "1.5 points"),
        (Fraction(0), "0 points"),
        # shown as 1, and so said as 1
        (Fraction(101, 100), "1 point"),
    ],
)
def test_points_agree_with_their_number(value, expected):
    assert words.points(value) == expected


def test_a_rise_has_its_sign():
    assert words.points(Fraction(2), signed=True) == "+2 points"


def test_the_decimal_sign_is_that_of_the_language():
    with translation.override("ru"):
        assert words.percent(Fraction(59, 2)) == "29,5%"


def test_kendalls_w_says_over_whom_and_what():
    ranking = Ranking(
        Concordance(Fraction(7, 9), Fraction(14, 3), 2, 0.0969), (1, 5, 13), 3, 4, 4
    )

    assert words.concordance_line(ranking).value == (
        "0.78 on a scale from 0 to 1 (3 experts, 3 goals)"
    )
    assert words.left_out(ranking) == (
        "3 of 4 experts are compared; the others have not estimated all these goals. "
        "Compared are the goals that they all estimated: 1, 5, 13."
    )
    everything = Ranking(ranking.concordance, (1, 5), 3, 3, 2)
    assert words.left_out(everything) == ""
    assert words.left_out(Ranking(None, (), 0, 3, 2)) == ""
    assert words.probability(0.0969) == "p = 0.097"
    assert words.probability(0.0000001) == "p below 0.001"


def test_far_outside_needs_both_the_fence_and_ten_points():
    def far(*values):
        return far_outside({n: Fraction(v) for n, v in enumerate(values, start=1)})

    # middle half 31 to 33: the fence is at 36, 70 is 37 beyond it
    assert far(30, 31, 32, 33, 70) == (5,)
    # 40 is beyond the fence of 36, but only 7 points beyond the middle half
    assert far(30, 31, 32, 33, 40) == ()
    # 60 is 20 points beyond 40, and 1.5 times 20 is more
    assert far(20, 20, 30, 40, 60) == ()
    assert far(0, 50, 50, 50, 51, 100) == (1, 6)
    # three say nothing about quartiles
    assert far(10, 10, 90) == ()
    assert far_outside({1: 30, 2: 31, 3: 32, 4: 33, 5: 40}, points=7) == (5,)
