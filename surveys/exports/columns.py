"""What a column of a file is: its name, what it means, what stands in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.exports.coding import Cell

# SPSS takes no longer name; the other files have the same names.
LONGEST_NAME = 64
SCORE, CHOICE, NUMBER, FLAG, DAY, TEXT = (
    "score",
    "choice",
    "number",
    "flag",
    "day",
    "text",
)


@dataclass(frozen=True)
class Column:
    """`part`, `label` and the labels in `values` are in the language of the file.

    `values`: cell -> what it means; `missing`: those of them that are no answers.
    """

    name: str
    part: str
    label: str
    kind: str
    values: Mapping[Cell, str] = field(default_factory=dict)
    missing: tuple[Cell, ...] = ()


def with_unique_names(columns: Iterable[Column]) -> list[Column]:
    """The columns, named so that every program takes the names: no two alike.

    Letters, digits and underscores, at most LONGEST_NAME; capitals count as small.
    """
    taken: set[str] = set()
    named = []
    for column in columns:
        name = _free(re.sub(r"[^a-z0-9_]", "_", column.name.lower()), taken)
        taken.add(name)
        named.append(replace(column, name=name))
    return named


def _free(name: str, taken: set[str]) -> str:
    wanted = name[:LONGEST_NAME]
    number = 1
    while wanted in taken:
        number += 1
        end = f"_{number}"
        wanted = name[: LONGEST_NAME - len(end)] + end
    return wanted


def codebook(columns: Sequence[Column]) -> Iterable[tuple[str, str, str, str]]:
    """(name, part, label, what stands in it) of each column, in order."""
    for column in columns:
        values = "; ".join(
            f"{_plain(value)} = {meaning}" for value, meaning in column.values.items()
        )
        yield column.name, column.part, column.label, values


def _plain(value: Cell) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
