"""People in ranges of a number, and those who gave none: one division for all. Pure.

What the monitor, the report and the files hide of ages is hidden by `suppress` of this
division: were it another one anywhere, one could be subtracted from the other.
"""

from collections.abc import Mapping, Sequence

AGE = "age"
UNKNOWN = "unanswered"
# The lowest number of each group but the first.
AGES = (18, 30, 45, 60)


def range_of(number: int, starts: Sequence[int]) -> str:
    """The code of the range that `number` is in.

    >>> range_of(17, AGES), range_of(18, AGES)
    ('from_0', 'from_18')
    """
    return f"from_{max((start for start in starts if start <= number), default=0)}"


def people_by_range(
    counts: Mapping[int, int], missing: int, starts: Sequence[int]
) -> dict[str, int]:
    """{range: people}, the lowest first; last those who gave no number.

    `counts`: how many people gave each number. `missing`: how many gave none.

    >>> people_by_range({17: 2, 19: 9, 16: 1}, missing=4, starts=AGES)
    {'from_0': 3, 'from_18': 9, 'unanswered': 4}
    """
    groups: dict[str, int] = {}
    for number in sorted(counts):
        code = range_of(number, starts)
        groups[code] = groups.get(code, 0) + counts[number]
    return {**groups, UNKNOWN: missing}
