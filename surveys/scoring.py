"""What the ratings of a survey add up to: one function for one formula.

Pure: no Django, clock, settings or randomness. Counts and scores go in exact and come
out exact (`Fraction`); a float appears only where a number is irrational. What cannot
be computed is None, never 0; exceptions are for misuse. Rounding happens where a
number is shown, and `round_half_up` is how.

Sums are added up in whole numbers over one common denominator and become a `Fraction`
once, at their end: as exact as a sum of fractions, and several times as quick.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from surveys.distributions import student_quantile

Tally: TypeAlias = Mapping[int, int]
"""How often each score was given to one (goal, indicator): score -> times."""

MeanTally: TypeAlias = Mapping[Fraction, int]
"""How many respondents have each mean: mean -> respondents."""

Exact: TypeAlias = Fraction | int
PercentFormula: TypeAlias = Callable[[Fraction | None, int, int], Fraction | None]


@dataclass(frozen=True)
class Band:
    """A named stretch of whole percentages, both ends included.

    `name` is the key under which its label stands in each language.
    """

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class Interval:
    """A mean with the ends of its interval, on the scale of what was averaged."""

    mean: float
    low: float
    high: float
    n: int


def count(tally: Tally | MeanTally) -> int:
    """Σ n(x): how many scores were given.

    0 for an empty tally. A count below zero is misuse and raises ValueError.

    Source: definition.

    >>> count({1: 3, 5: 1})
    4
    """
    if min(tally.values(), default=0) < 0:
        raise ValueError(f"a tally cannot hold a count below zero: {dict(tally)!r}")
    return sum(tally.values())


def mean(tally: Tally | MeanTally) -> Fraction | None:
    """Σ x·n(x) / Σ n(x) over the scores that were given; None if nobody gave one.

    In points of the scale, exact.

    Source: definition of the arithmetic mean of grouped values.

    >>> mean({1: 3, 5: 1})
    Fraction(2, 1)
    """
    n = count(tally)
    if not n:
        return None
    scores, unit = _whole(tally)
    return Fraction(sum(x * times for x, times in scores), unit * n)


def median(tally: Tally | MeanTally) -> Fraction | None:
    """(x⌈n/2⌉ + x⌊n/2⌋₊₁) / 2 of the n scores in order; None if nobody gave one.

    In points of the scale, exact: the middle score, or the midpoint of the two middle
    scores where n is even.

    Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The
    American Statistician 50 (1996), 361-365: p = 1/2 of definition 7.

    >>> median({1: 2, 2: 1, 5: 1})
    Fraction(3, 2)
    """
    n = count(tally)
    if not n:
        return None
    below, above = _scores_at(tally, (n + 1) // 2, n // 2 + 1)
    return Fraction(below + above, 2)


def variance(tally: Tally | MeanTally, per_point: int = 1) -> Fraction | None:
    """(Σ x²·n(x) - (Σ x·n(x))² / N) / (N - 1), N = Σ n(x); None under two scores.

    In squared points of the scale, exact: the sample variance. `per_point`: how many
    of what the tally's scores count make a point of the scale (`own_means`).

    Source: G. W. Snedecor and W. G. Cochran, Statistical Methods, 8th ed. (1989),
    ch. 3.

    >>> variance({1: 3, 5: 1})
    Fraction(4, 1)
    """
    n = count(tally)
    if n < 2:
        return None
    scores, unit = _whole(tally)
    unit *= per_point
    total = sum(x * times for x, times in scores)
    squares = sum(x * x * times for x, times in scores)
    return Fraction(n * squares - total * total, unit * unit * n * (n - 1))


def standard_deviation(tally: Tally | MeanTally, per_point: int = 1) -> float | None:
    """√ variance, the sample standard deviation; None under two scores.

    In points of the scale; a float, because roots are irrational. 0.0 where all gave
    the same score. `per_point`: as `variance`.

    Source: as `variance`.

    >>> standard_deviation({1: 3, 5: 1})
    2.0
    """
    squared = variance(tally, per_point)
    return None if squared is None else math.sqrt(squared)


def goal_mean(tallies: Iterable[Tally]) -> Fraction | None:
    """Σ mean(tally) / k over the k indicators that somebody rated; None if k = 0.

    In points of the scale, exact. Every indicator weighs the same, however many rated
    it; indicators nobody rated are left out.

    Source: the report's own method, "People's Scorecard Kazakhstan 2022".

    >>> goal_mean([{1: 1}, {4: 2, 5: 2}, {}])
    Fraction(11, 4)
    """
    return overall(mean(tally) for tally in tallies)


def pooled_mean(tallies: Iterable[Tally]) -> Fraction | None:
    """Σ x·n(x) / Σ n(x) over all ratings of all indicators; None if there is none.

    In points of the scale, exact. Every rating weighs the same, so an indicator that
    more people rated counts for more than in `goal_mean`.

    Source: definition of the weighted mean.

    >>> pooled_mean([{1: 1}, {4: 2, 5: 2}, {}])
    Fraction(19, 5)
    """
    total = given = 0
    for tally in tallies:
        given += count(tally)
        total += sum(x * n for x, n in tally.items())
    return Fraction(total, given) if given else None


def percent_of_maximum(mean: Exact | None, maximum: int) -> Fraction | None:
    """100·mean / maximum; None where there is no mean.

    In percent, exact; 0% needs a mean of 0, so a scale that begins at 1 cannot fall
    below 100 / maximum. A maximum of 0 or less raises ValueError.

    Source: the report Kazakhstan 2022: 1.753 of 5 is printed as 35%.

    >>> percent_of_maximum(Fraction(1753, 1000), 5)
    Fraction(1753, 50)
    """
    if maximum <= 0:
        raise ValueError(f"percent of maximum needs a maximum above 0, not {maximum}")
    if mean is None:
        return None
    return Fraction(100 * mean.numerator, maximum * mean.denominator)


def percent_of_range(mean: Exact | None, minimum: int, maximum: int) -> Fraction | None:
    """100·(mean - minimum) / (maximum - minimum); None where there is no mean.

    In percent, exact: the lowest score is 0%, the highest 100%. A maximum that is not
    above the minimum raises ValueError.

    Source: P. Cohen, J. Cohen, L. S. Aiken and S. G. West, "The problem of units and
    the circumstance for POMP", Multivariate Behavioral Research 34 (1999), 315-346.

    >>> percent_of_range(Fraction(3), 1, 5)
    Fraction(50, 1)
    """
    if maximum <= minimum:
        raise ValueError(f"a range from {minimum} to {maximum} has no length")
    if mean is None:
        return None
    above = mean.numerator - minimum * mean.denominator
    return Fraction(100 * above, (maximum - minimum) * mean.denominator)


def _percent_of_maximum(
    mean: Fraction | None, minimum: int, maximum: int
) -> Fraction | None:
    return percent_of_maximum(mean, maximum)


PERCENT_FORMULAS: Mapping[str, PercentFormula] = {
    "percent_of_maximum": _percent_of_maximum,
    "percent_of_range": percent_of_range,
}
"""What an instrument may name; each is called with (mean, minimum, maximum)."""


def overall(percentages: Iterable[Exact | None]) -> Fraction | None:
    """Σ p / k over the k values that exist, unrounded; None if k = 0.

    In the unit of the values, exact. None among them (a goal nobody rated) is left
    out, not taken as 0.

    Source: definition of the arithmetic mean.

    >>> overall([Fraction(35), None, Fraction(36)])
    Fraction(71, 2)
    """
    known = [p for p in percentages if p is not None]
    if not known:
        return None
    unit = math.lcm(*(p.denominator for p in known))
    total = sum(p.numerator * (unit // p.denominator) for p in known)
    return Fraction(total, unit * len(known))


def round_half_up(value: Exact | Decimal | float, places: int = 0) -> Decimal:
    """sign(v)·⌊|v|·10ᵖ + 1/2⌋ / 10ᵖ: to the nearest, and a half away from zero.

    In the unit of the value, with exactly `places` (0 or more) decimals. Negatives
    mirror positives: 0.5 -> 1 and -0.5 -> -1; what rounds to zero is 0, never -0.
    Computed on the exact value; a float (a standard deviation, the end of an interval)
    is taken at its exact binary value, so hand over the Fraction where there is one.
    Negative `places`, infinity and NaN raise ValueError or OverflowError.

    Source: decimal.ROUND_HALF_UP (IEEE 754-2008, round to nearest, ties to away).

    >>> round_half_up(Fraction(61, 2)), round_half_up(Fraction(1753, 1000), 1)
    (Decimal('31'), Decimal('1.8'))
    """
    if places < 0:
        raise ValueError(f"{places} decimal places")
    exact = Fraction(value)
    units = math.floor(abs(exact) * 10**places + Fraction(1, 2))
    digits = tuple(int(digit) for digit in str(units))
    return Decimal((int(exact < 0 and units > 0), digits, -places))


def band_of(percent: Exact | None, bands: Sequence[Band]) -> Band | None:
    """The band with lowest <= round_half_up(percent) <= highest.

    Percent in percent, unrounded. None where there is no percentage, or where no band
    holds it; the first of the sequence where bands overlap.

    Source: the seed report's bands: 30 is very low, 31 is low, and so 30.5 is low.

    >>> low = Band("low", 31, 50)
    >>> band_of(Fraction(61, 2), [Band("very_low", 0, 30), low]) == low
    True
    """
    if percent is None:
        return None
    shown = round_half_up(percent)
    return next((band for band in bands if band.lowest <= shown <= band.highest), None)


def own_means(sums: Mapping[tuple[int, int], int]) -> tuple[Tally, int]:
    """total / answered of each respondent, as whole numbers of 1/u point; and this u.

    `sums`: (indicators answered, sum of scores) -> respondents; those who answered
    none are left out. u = lcm of the numbers answered, so every mean is exact.

    Source: the report's own method: a respondent counts once, with their own mean.

    >>> own_means({(2, 5): 1, (3, 12): 4, (4, 16): 2, (0, 0): 7})
    ({30: 1, 48: 6}, 12)
    """
    unit = math.lcm(*{answered for answered, _ in sums if answered})
    means: dict[int, int] = {}
    for (answered, total), n in sums.items():
        if answered:
            own = total * (unit // answered)
            means[own] = means.get(own, 0) + n
    return means, unit


def t_interval(
    respondent_means: Tally | MeanTally,
    level: Exact | float = Fraction(95, 100),
    per_point: int = 1,
) -> Interval | None:
    """mean ± t(1 - (1 - level)/2; n - 1)·s / √n over n respondents; None under two.

    Each respondent counts once, with the mean of the indicators they answered; in
    points of the scale. It describes the variability among those who answered, not
    the margin of error of a population, and is not cut off at the ends of the scale.
    Where all agree, low and high are the mean. `per_point`: as `variance`. A level
    outside (0, 1) raises ValueError.

    Source: Student, "The probable error of a mean", Biometrika 6 (1908), 1-25.

    >>> interval = t_interval({1: 20, 2: 15, 3: 15, 4: 8, 5: 3})
    >>> round(interval.low, 4), round(interval.high, 4), interval.n
    (2.0187, 2.6371, 61)
    """
    if not 0 < level < 1:
        raise ValueError(f"a level of {level!r} is not between 0 and 1")
    centre, spread = mean(respondent_means), variance(respondent_means, per_point)
    if centre is None or spread is None:
        return None
    n, centre = count(respondent_means), centre / per_point
    half = student_quantile(float((1 + level) / 2), n - 1) * math.sqrt(spread / n)
    return Interval(float(centre), float(centre) - half, float(centre) + half, n)


def _whole(tally: Tally | MeanTally) -> tuple[list[tuple[int, int]], int]:
    """(score, times), each score as a whole number of 1/unit; and that unit."""
    unit = math.lcm(*(x.denominator for x in tally))
    scores = [
        (x.numerator * (unit // x.denominator), times) for x, times in tally.items()
    ]
    return scores, unit


def _scores_at(tally: Tally | MeanTally, first: int, last: int) -> tuple[Exact, Exact]:
    """The scores at two places, counted from 1, when all scores stand in order."""
    pairs: Iterable[tuple[Exact, int]] = tally.items()
    found: list[Exact] = []
    passed = 0
    for x, n in sorted(pairs):
        passed += n
        while len(found) < 2 and passed >= (first, last)[len(found)]:
            found.append(x)
    at_first, at_last = found
    return at_first, at_last
