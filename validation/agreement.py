"""How far the experts of a panel agree, and whether they have stopped moving.

Pure: no Django, clock, settings or randomness. Estimates go in exact and come out
exact (`Fraction`); a float appears only where a number is irrational. What cannot be
computed is None, never 0; exceptions are for misuse. A threshold is an argument.
"""

import math
import statistics
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias, TypeVar

from surveys import scoring
from surveys.distributions import chi_squared_survival

Exact: TypeAlias = Fraction | int | Decimal
Expert = TypeVar("Expert", bound=Hashable)


@dataclass(frozen=True)
class Stability:
    """How far a panel moved between two rounds, over the experts who spoke in both.

    Changes are later minus earlier, in percentage points; shares run from 0 to 1.
    """

    experts: int
    median_change: Fraction
    iqr_change: Fraction | None
    share_steady: Fraction
    net_change: Fraction
    is_stable: bool


@dataclass(frozen=True)
class Concordance:
    """Kendall's W from 0 to 1, its chi-squared with `degrees` of freedom, and p."""

    w: Fraction
    chi_squared: Fraction
    degrees: int
    p: float


def median(values: Iterable[Exact]) -> Fraction | None:
    """(x⌈n/2⌉ + x⌊n/2⌋₊₁) / 2 of the n values in order; None if there is none.

    In the unit of the values, exact.

    Source: as `surveys.scoring.median`.

    >>> median([25, 30, 33, 38])
    Fraction(63, 2)
    """
    return scoring.median(Counter(Fraction(value) for value in values))


def quartiles(values: Iterable[Exact]) -> tuple[Fraction, Fraction] | None:
    """x at 1 + (n - 1)/4 and at 1 + 3(n - 1)/4 of n values in order, between two
    neighbours by the straight line; None under two values.

    In the unit of the values, exact: the ends of the middle half. The method is the
    inclusive one, type 7, as `statistics.quantiles(method="inclusive")`.

    Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The
    American Statistician 50 (1996), 361-365, definition 7.

    >>> quartiles([25, 30, 33, 38])
    (Fraction(115, 4), Fraction(137, 4))
    """
    exact = [Fraction(value) for value in values]
    if len(exact) < 2:
        return None
    first, _, third = statistics.quantiles(exact, n=4, method="inclusive")
    return first, third


def interquartile_range(values: Iterable[Exact]) -> Fraction | None:
    """Q3 - Q1, with the quartiles of `quartiles` (inclusive, type 7); None under two.

    In the unit of the values, exact. One expert alone has no spread, which is not the
    same as a spread of 0.

    Source: as `quartiles`.

    >>> interquartile_range([25, 30, 33, 38])
    Fraction(11, 2)
    """
    ends = quartiles(values)
    return None if ends is None else ends[1] - ends[0]


def share_within(values: Iterable[Exact], points: Exact = 5) -> Fraction | None:
    """#{x: |x - median| <= points} / n; None if there is no value.

    From 0 to 1, exact; `points` in the unit of the values, its ends included. An even
    panel split in two camps gives 0, a single expert 1. Negative points raise
    ValueError.

    Source: H. A. von der Gracht, "Consensus measurement in Delphi studies",
    Technological Forecasting and Social Change 79 (2012), 1525-1536: share of
    estimates within a stated distance.

    >>> share_within([25, 30, 33, 38])
    Fraction(1, 2)
    """
    if points < 0:
        raise ValueError(f"a distance of {points} points")
    exact = [Fraction(value) for value in values]
    middle = median(exact)
    if middle is None:
        return None
    near = sum(abs(value - middle) <= Fraction(points) for value in exact)
    return Fraction(near, len(exact))


def van_der_eijk_a(counts: Sequence[int]) -> Fraction | None:
    """A = Σ wᵢ·Uᵢ·(1 - (Sᵢ - 1)/(K - 1)) over the layers i of the distribution.

    Counts: how many chose each of K ordered categories, empty ones included. Layer
    after layer the smallest count left is taken off every category that is not empty;
    wᵢ is the share of all ratings in the layer, Sᵢ its categories, and
    Uᵢ = ((K - 2)·TU - (K - 1)·TDU) / ((K - 2)·(TU + TDU)), with TU the triples of
    categories that look like 110 or 011 and TDU those like 101; a layer of one
    category has A = 1, a layer of all A = 0. From -1 (two camps at the ends) over 0
    (all the same) to 1 (one category), exact. None under three categories or without
    a rating; a count below zero raises ValueError.

    Source: C. van der Eijk, "Measuring agreement in ordered rating scales", Quality &
    Quantity 35 (2001), 325-341, equation 2.

    >>> van_der_eijk_a([30, 40, 210, 130, 530, 50, 10])
    Fraction(917, 1500)
    """
    if any(n < 0 for n in counts):
        raise ValueError(f"counts below zero: {list(counts)!r}")
    ratings = sum(counts)
    if len(counts) < 3 or not ratings:
        return None
    left, a = list(counts), Fraction(0)
    while any(left):
        pattern = [n > 0 for n in left]
        height = min(n for n in left if n)
        weight = Fraction(height * sum(pattern), ratings)
        a += weight * _agreement_of_layer(pattern)
        left = [n - height if n else 0 for n in left]
    return a


def stability(
    previous: Mapping[Expert, Exact],
    current: Mapping[Expert, Exact],
    *,
    points: Exact = 5,
    column: int = 10,
    limit: Fraction = Fraction(15, 100),
) -> Stability | None:
    """net change = Σ |h′(c) - h(c)| / 2n over the columns c; stable below `limit`.

    Previous and current: expert -> estimate in percent; only the n experts who spoke
    in both rounds count, and None is returned if there is none. h and h′ count the
    estimates in columns `column` points wide, beginning at 0. Beside it: the change of
    the median, of the interquartile range (None under two experts), and the share of
    experts who moved by at most `points`: the group may stand still while its members
    change places. Negative points or a column below 1 raise ValueError.

    Source: M. Scheibe, M. Skutsch and J. Schofer, "Experiments in Delphi methodology",
    in Linstone and Turoff, The Delphi Method (1975), 262-287: net person-changes,
    stable under 15%. For single experts: W. W. Chaffin and W. K. Talley, "Individual
    stability in Delphi studies", Technological Forecasting and Social Change 16
    (1980), 67-73.

    >>> moved = stability({"A": 25, "B": 40}, {"A": 30, "B": 30})
    >>> moved.share_steady, moved.net_change
    (Fraction(1, 2), Fraction(1, 1))
    """
    if points < 0 or column < 1:
        raise ValueError(f"points {points}, column {column}")
    both = [expert for expert in previous if expert in current]
    if not both:
        return None
    before = [Fraction(previous[expert]) for expert in both]
    after = [Fraction(current[expert]) for expert in both]
    steady = sum(
        abs(b - a) <= Fraction(points) for a, b in zip(before, after, strict=True)
    )
    net = _net_change(before, after, column)
    return Stability(
        experts=len(both),
        median_change=statistics.median(after) - statistics.median(before),
        iqr_change=_difference(interquartile_range(after), interquartile_range(before)),
        share_steady=Fraction(steady, len(both)),
        net_change=net,
        is_stable=net < limit,
    )


def kendalls_w(scores: Sequence[Sequence[Exact]]) -> Concordance | None:
    """W = 12·S / (m²·(n³ - n) - m·Σ(t³ - t)), χ² = m·(n - 1)·W, p = P(χ²ₙ₋₁ >= χ²).

    Scores: one row for each of m experts, one place for each of n goals, ranks or
    scores alike; equal ones within a row share the mean of their ranks. S = Σ (Rⱼ -
    R̄)² over the sums of ranks of the goals, t the sizes of the ties. W and χ² exact,
    from 0 (no concordance) to 1; p is an approximation that is poor for few goals
    (n <= 7). None under two experts or two goals, or where every row is one tie. Rows
    of different length raise ValueError.

    Source: M. G. Kendall and J. D. Gibbons, Rank Correlation Methods, 5th ed. (1990),
    ch. 6.

    >>> kendalls_w([[1, 2, 3], [1, 2, 3], [1, 3, 2]]).w
    Fraction(7, 9)
    """
    m, n = len(scores), len(scores[0]) if scores else 0
    if any(len(row) != n for row in scores):
        raise ValueError("every expert must have ranked the same goals")
    ties = sum(t**3 - t for row in scores for t in Counter(row).values())
    largest = m * m * (n**3 - n) - m * ties
    if m < 2 or n < 2 or not largest:
        return None
    sums = [sum(column) for column in zip(*map(_ranks, scores), strict=True)]
    centre = Fraction(m * (n + 1), 2)
    w = 12 * sum((r - centre) ** 2 for r in sums) / largest
    chi_squared = m * (n - 1) * w
    p = chi_squared_survival(float(chi_squared), n - 1)
    return Concordance(w, chi_squared, n - 1, p)


def _agreement_of_layer(pattern: Sequence[bool]) -> Fraction:
    k, filled = len(pattern), sum(pattern)
    if filled == 1:
        return Fraction(1)
    if filled == k:
        return Fraction(0)
    triples = Counter(combinations(pattern, 3))
    tu = triples[True, True, False] + triples[False, True, True]
    tdu = triples[True, False, True]
    unimodality = Fraction((k - 2) * tu - (k - 1) * tdu, (k - 2) * (tu + tdu))
    return unimodality * (1 - Fraction(filled - 1, k - 1))


def _net_change(before: list[Fraction], after: list[Fraction], column: int) -> Fraction:
    was = Counter(math.floor(value / column) for value in before)
    now = Counter(math.floor(value / column) for value in after)
    moved = sum(abs(now[c] - was[c]) for c in was | now)
    return Fraction(moved, 2 * len(before))


def _difference(later: Fraction | None, earlier: Fraction | None) -> Fraction | None:
    return None if later is None or earlier is None else later - earlier


def _ranks(row: Sequence[Exact]) -> list[Fraction]:
    """Ranks from 1, smallest first; equal values share the mean of their ranks."""
    counts, passed, rank_of = Counter(row), 0, {}
    for value in sorted(counts):
        rank_of[value] = passed + Fraction(counts[value] + 1, 2)
        passed += counts[value]
    return [rank_of[value] for value in row]
