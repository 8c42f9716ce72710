"""Hiding small groups, and what could be subtracted to get them. Pure."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


def suppress(groups: Mapping[Key, int], smallest: int) -> dict[Key, int | None]:
    """{group: n}, with None for each group that may not be shown.

    A group of 1 to `smallest` - 1 people is hidden. Since the total is known, one
    hidden group alone could be had by subtraction: then the smallest of the others is
    hidden too, as it is while the hidden groups together are fewer than `smallest`.
    Empty groups are shown: they say nothing about anybody. Where groups tie, the one
    named first is hidden.

    The same holds for the key areas of a goal, `n` being how many people rated each:
    the goal's mean is known, so that one hidden key area would follow from the others.

    Source: primary and complementary suppression as in Hundepool et al., "Statistical
    Disclosure Control" (2012), chapter 4.

    >>> suppress({"women": 30, "men": 28, "other": 3}, smallest=5)
    {'women': 30, 'men': None, 'other': None}
    >>> suppress({"women": 33, "men": 28}, smallest=5)
    {'women': 33, 'men': 28}
    """
    hidden = {key for key, n in groups.items() if 0 < n < smallest}
    while hidden and (
        len(hidden) == 1 or sum(groups[key] for key in hidden) < smallest
    ):
        others = [key for key, n in groups.items() if key not in hidden and n]
        if not others:
            break
        hidden.add(min(others, key=lambda key: groups[key]))
    return {key: None if key in hidden else n for key, n in groups.items()}
