"""The two probability distributions both cores need, in arbitrary precision.

Pure: no Django, clock, settings or randomness. Results are the nearest float and are
kept, because a page asks for the same few again and again.
"""

from functools import lru_cache
from threading import Lock

from mpmath import MPContext, mpf

_mp = MPContext()
_mp.dps = 30
# mpmath raises the working precision of its context while it computes, so two threads
# must not be inside the same context at once.
_one_at_a_time = Lock()


@lru_cache(maxsize=4096)
def student_quantile(probability: float, degrees: int) -> float:
    """t with P(T <= t) = probability, for Student's t with `degrees` of freedom.

    P(T > t) = I(ν/(ν + t²); ν/2, 1/2) / 2 for t >= 0, solved by halving an interval.
    Probability strictly between 0 and 1, degrees a whole number of at least 1; anything
    else raises ValueError.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.1
    and 26.5.27.

    >>> round(student_quantile(0.975, 60), 4)
    2.0003
    """
    if not 0 < probability < 1:
        raise ValueError(f"{probability!r} is not between 0 and 1")
    if degrees < 1:
        raise ValueError(f"{degrees!r} degrees of freedom: at least 1 is needed")
    with _one_at_a_time:
        p = _mp.mpf(probability)
        above = min(p, 1 - p)
        size = float(_quantile_above(above, degrees))
    return size if probability >= 0.5 else -size


@lru_cache(maxsize=4096)
def chi_squared_survival(statistic: float, degrees: int) -> float:
    """P(X >= x) = Q(ν/2, x/2), the upper tail of chi-squared with `degrees` of freedom.

    Statistic at least 0 (where the result is 1), degrees a whole number of at least 1;
    anything else raises ValueError.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.4.2
    and 26.4.19.

    >>> round(chi_squared_survival(3.841459, 1), 4)
    0.05
    """
    if not statistic >= 0:
        raise ValueError(f"{statistic!r} is not a chi-squared statistic")
    if degrees < 1:
        raise ValueError(f"{degrees!r} degrees of freedom: at least 1 is needed")
    with _one_at_a_time:
        half = _mp.mpf(degrees) / 2
        x = _mp.mpf(statistic) / 2
        return float(_mp.gammainc(half, x, _mp.inf, regularized=True))


def _quantile_above(above: mpf, degrees: int) -> mpf:
    """The t >= 0 that is exceeded with probability `above` (at most 1/2)."""
    if above >= 0.5:
        return _mp.mpf(0)
    low, high = _mp.mpf(0), _mp.mpf(1)
    while _student_survival(high, degrees) > above:
        low, high = high, 2 * high
    while high - low > high * _mp.mpf(10) ** -18:
        middle = (low + high) / 2
        if _student_survival(middle, degrees) > above:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _student_survival(t: mpf, degrees: int) -> mpf:
    nu = _mp.mpf(degrees)
    share = nu / (nu + t * t)
    return _mp.betainc(nu / 2, _mp.mpf(1) / 2, 0, share, regularized=True) / 2
