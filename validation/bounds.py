"""Where an expert says a figure lies, made comparable between experts.

Pure: no Django, clock, settings or randomness; exact in, exact out.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

LOWEST, HIGHEST = Fraction(0), Fraction(100)


@dataclass(frozen=True)
class Bounds:
    """From `lower` to `upper`, in percentage points, exact."""

    lower: Fraction
    upper: Fraction


def standardised(
    best: Fraction | Decimal | int,
    lower: Fraction | Decimal | int,
    upper: Fraction | Decimal | int,
    sureness: int,
    *,
    to: int = 80,
) -> Bounds:
    """best - (best - lower)·(to/c), best + (upper - best)·(to/c), kept in 0 to 100.

    `best`, `lower` and `upper` in percentage points, c = `sureness` in percent: how
    sure the expert is that the figure lies between the two. The result is what they
    would have said had they been `to` percent sure, by the straight line. A best
    estimate outside its own bounds, or a sureness that is not above 0 and at most 100,
    raises ValueError.

    Source: V. Hemming, M. A. Burgman, A. M. Hanea, M. F. McBride and B. C. Wintle, "A
    practical guide to structured expert elicitation using the IDEA protocol", Methods
    in Ecology and Evolution 9 (2018), 169-180.

    >>> standardised(30, 20, 45, 50)
    Bounds(lower=Fraction(14, 1), upper=Fraction(54, 1))
    """
    best, lower, upper = Fraction(best), Fraction(lower), Fraction(upper)
    if not lower <= best <= upper:
        raise ValueError(f"{lower} <= {best} <= {upper} does not hold")
    if not (0 < sureness <= 100 and 0 < to <= 100):
        raise ValueError(f"a sureness of {sureness}, to be shown at {to}")
    stretch = Fraction(to, sureness)
    return Bounds(
        lower=max(LOWEST, best - (best - lower) * stretch),
        upper=min(HIGHEST, best + (upper - best) * stretch),
    )
