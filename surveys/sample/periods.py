"""Counts by day, of days long enough that nobody stands alone (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Period:
    """So many responses from the first to the last day, both included."""

    first: date
    last: date
    n: int


def periods(
    by_day: Mapping[date, int], *, smallest_group: int, is_final: bool
) -> list[Period]:
    """Days joined, from the earliest on, until `smallest_group` people stand together.

    What is left at the end is not shown, since others are still to come, or joins the
    last period if `is_final`. So a period stays as it was shown, and no count of fewer
    people follows from two of them.

    >>> days = {date(2022, 5, 1): 2, date(2022, 5, 2): 4, date(2022, 5, 3): 1}
    >>> [(one.last.day, one.n) for one in periods(
    ...     days, smallest_group=5, is_final=False)]
    [(2, 6)]
    >>> [(one.last.day, one.n) for one in periods(
    ...     days, smallest_group=5, is_final=True)]
    [(3, 7)]
    """
    found: list[Period] = []
    first, n = None, 0
    for day in sorted(by_day):
        first, n = first or day, n + by_day[day]
        if n >= smallest_group:
            found.append(Period(first, day, n))
            first, n = None, 0
    if n and is_final and found:
        before = found.pop()
        found.append(Period(before.first, max(by_day), before.n + n))
    return found
