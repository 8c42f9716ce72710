"""Telling less of each person where few gave an answer. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from surveys.sample.ranges import people_by_range, range_of
from surveys.sample.suppression import suppress

Key = TypeVar("Key", bound="int | object")


def spans(counts: Mapping[Key, int], smallest: int) -> dict[Key, tuple[Key, Key]]:
    """{value: (first, last)} of the span it is told by; none if fewer in all.

    `counts`: how many people gave each value (days, ages). Neighbouring values are
    joined, from the lowest on, until each span holds `smallest` people; what is left at
    the upper end joins the last one.

    Source: univariate microaggregation with a minimum group size, as in Hundepool et
    al., "Statistical Disclosure Control" (2012), chapter 3; spans are kept, not means.

    >>> spans({20: 3, 21: 2, 30: 5, 44: 1}, smallest=5)
    {20: (20, 21), 21: (20, 21), 30: (30, 44), 44: (30, 44)}
    >>> spans({20: 3}, smallest=5)
    {}
    """
    groups: list[list[Key]] = []
    together: list[Key] = []
    people = 0
    for value in sorted(counts):  # type: ignore[type-var]
        together.append(value)
        people += counts[value]
        if people >= smallest:
            groups.append(together)
            together, people = [], 0
    if not groups:
        return {}
    groups[-1].extend(together)
    return {value: (group[0], group[-1]) for group in groups for value in group}


def spans_beside(
    counts: Mapping[int, int], missing: int, smallest: int, starts: Sequence[int] = ()
) -> dict[int, tuple[int, int]]:
    """As `spans`, safe beside what is told elsewhere, and beside empty cells.

    `starts`: the lowest number of each group but the first by which the monitor counts
    the same people. Spans lie inside those of its groups that it shows; numbers of the
    groups that it hides are told by none. Without such groups each span is one.

    `missing`: how many gave no number. They are a group as well: where they are 1 to
    `smallest` - 1, another one is hidden with them, since their cells are empty.

    >>> spans_beside({16: 3, 17: 2, 30: 9, 50: 9}, missing=0, smallest=5)
    {16: (16, 17), 17: (16, 17), 30: (30, 30), 50: (50, 50)}
    >>> spans_beside({17: 2, 19: 9, 30: 5, 50: 9}, 0, smallest=5, starts=[18, 30, 45])
    {19: (19, 19), 50: (50, 50)}
    >>> spans_beside({20: 5, 30: 5}, missing=1, smallest=5)
    {30: (30, 30)}
    """
    if not starts:
        starts = sorted({first for first, _ in spans(counts, smallest).values()})
    shown = suppress(people_by_range(counts, missing, starts), smallest)
    told: dict[int, tuple[int, int]] = {}
    for code in shown:
        within = {v: n for v, n in counts.items() if range_of(v, starts) == code}
        told |= spans(within, smallest) if shown[code] is not None else {}
    return told


def complete_before(counts: Mapping[Key, int], smallest: int) -> Key | None:
    """The last value of the last span but one, None if there are not two.

    While days are still added, what was told up to here never changes: the later span
    may still grow, and whatever is told afterwards differs from this by at least
    `smallest` people.

    >>> complete_before({1: 5, 2: 3, 3: 2, 4: 1}, smallest=5)
    1
    """
    found = spans(counts, smallest)
    firsts = sorted({first for first, _ in found.values()})  # type: ignore[type-var]
    if len(firsts) < 2:
        return None
    return max(last for _, last in found.values() if last < firsts[-1])  # type: ignore
