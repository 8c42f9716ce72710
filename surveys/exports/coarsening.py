"""Telling less of each person where few gave an answer. Pure."""

from collections.abc import Mapping
from typing import TypeVar

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


def spans_but(
    counts: Mapping[Key, int], missing: int, smallest: int
) -> dict[Key, tuple[Key, Key]]:
    """As `spans`; the uppermost is not told where it hides the few who gave no value.

    `missing`: how many gave none. Where they are 1 to `smallest` - 1, an empty cell
    would point to them: then it stands for those of the uppermost span as well.

    >>> spans_but({20: 5, 30: 5}, missing=1, smallest=5)
    {20: (20, 20)}
    >>> spans_but({20: 5, 30: 5}, missing=0, smallest=5)
    {20: (20, 20), 30: (30, 30)}
    """
    found = spans(counts, smallest)
    if not found or not 0 < missing < smallest:
        return found
    last = max(found)  # type: ignore[type-var]
    return {value: span for value, span in found.items() if span != found[last]}


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
