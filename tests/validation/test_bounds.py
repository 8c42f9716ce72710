"""Bounds shown at 80 percent, held against numbers worked by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from validation.bounds import Bounds, standardised


@pytest.mark.parametrize(
    ("best", "lower", "upper", "sureness", "expected"),
    [
        # 30 - 10·80/50 and 30 + 15·80/50
        (30, 20, 45, 50, (14, 54)),
        # 30 - 10·80/80: 80 percent sure is what is shown
        (30, 20, 45, 80, (20, 45)),
        # 40 - 18·80/90 and 40 + 9·80/90: surer than 80 draws the bounds together
        (40, 22, 49, 90, (24, 48)),
        # 50 - 10·80/60 and 50 + 20·80/60, exactly
        (50, 40, 70, 60, (Fraction(110, 3), Fraction(230, 3))),
        # best at the end of its own bounds: that end does not move
        (20, 20, 30, 50, (20, 36)),
        # no width stays no width
        (20, 20, 20, 50, (20, 20)),
        # 10 - 10·80/50 = -6 and 95 + 5·80/50 = 103 are cut off
        (10, 0, 12, 50, (0, Fraction(66, 5))),
        (95, 90, 100, 50, (87, 100)),
        (Decimal("29.5"), Decimal("24.5"), Decimal("34.5"), 50, ("21.5", "37.5")),
    ],
)
def test_bounds_are_stretched_to_80_percent_by_the_straight_line(
    best, lower, upper, sureness, expected
):
    low, high = expected
    shown = standardised(best, lower, upper, sureness)

    assert shown == Bounds(Fraction(low), Fraction(high))


def test_another_level_can_be_asked_for():
    assert standardised(30, 20, 45, 50, to=90) == Bounds(Fraction(12), Fraction(57))


@pytest.mark.parametrize(
    ("best", "lower", "upper", "sureness"),
    [(10, 20, 30, 80), (40, 20, 30, 80), (25, 30, 20, 80), (25, 20, 30, 0)],
)
def test_what_runs_the_wrong_way_is_refused(best, lower, upper, sureness):
    with pytest.raises(ValueError, match="hold|sureness"):
        standardised(best, lower, upper, sureness)
