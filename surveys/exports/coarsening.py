"""Telling less of each person where few gave an answer. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

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

    `starts`: the lowest value of each group but the first by which the same people are
    counted elsewhere, groups under `smallest` suppressed. Where spans meet at such a
    value, the groups on either side could be had by subtraction: those spans are joined
    where fewer than `smallest` would be told of so.

    `missing`: how many gave no value. Where they are 1 to `smallest` - 1, an empty cell
    would point to them: then it stands for those of the uppermost span as well.

    >>> spans_beside({16: 3, 17: 2, 30: 9, 50: 9}, missing=0, smallest=5)
    {16: (16, 17), 17: (16, 17), 30: (30, 30), 50: (50, 50)}
    >>> spans_beside({17: 2, 19: 9, 30: 5, 50: 9}, 0, smallest=5, starts=[18, 30, 45])
    {17: (17, 30), 19: (17, 30), 30: (17, 30), 50: (50, 50)}
    >>> spans_beside({20: 5, 30: 5}, missing=1, smallest=5)
    {20: (20, 20)}
    """
    pieces = sorted(set(spans(counts, smallest).values()))
    while joint := _telling_joint(pieces, counts, smallest, starts):
        pieces[joint - 1 : joint + 1] = [(pieces[joint - 1][0], pieces[joint][1])]
    if 0 < missing < smallest:
        pieces = pieces[:-1]
    return {
        value: piece
        for piece in pieces
        for value in sorted(counts)
        if piece[0] <= value <= piece[1]
    }


def _telling_joint(
    pieces: Sequence[tuple[int, int]],
    counts: Mapping[int, int],
    smallest: int,
    starts: Sequence[int],
) -> int:
    """The number of the span before which two meet that are to be joined; else 0."""
    groups = dict.fromkeys([min([0, *counts, *starts]) - 1, *starts], 0)
    for value, n in counts.items():
        groups[max(start for start in groups if start <= value)] += n
    shown = suppress(groups, smallest)
    hidden, joints = 0, [0]
    for start in groups:
        if not any(first < start <= last for first, last in pieces):
            # Between here and the joint before, spans tell how many there are.
            joint = sum(last < start for _, last in pieces)
            if 0 < hidden < smallest:
                return joint if joint < len(pieces) else joints[-1]
            hidden = 0
            joints.append(joint)
        hidden += groups[start] if shown[start] is None else 0
    return joints[-1] if 0 < hidden < smallest else 0


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
