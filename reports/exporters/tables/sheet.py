"""A table as values: what its columns are called and mean, and its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from surveys.scoring import round_half_up

Cell: TypeAlias = str | int | float | Decimal | date | datetime | None
"""None is an empty cell: there is no figure, or it may not be shown."""


@dataclass(frozen=True)
class Column:
    """`meaning` is its line in the codebook. `width` in characters.

    `kind`: text (wrapped), whole, decimal or moment.
    """

    name: str
    meaning: str
    width: int = 12
    kind: str = "text"


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def printed(value: Fraction | None) -> int | None:
    """As it is printed: rounded half up to a whole number."""
    return None if value is None else int(round_half_up(value))


def unrounded(value: Fraction | None) -> float | None:
    """As many decimals as a spreadsheet holds."""
    return None if value is None else float(value)


def fraction(value: Fraction | None) -> str | None:
    """Exactly: "88/3"."""
    return None if value is None else f"{value.numerator}/{value.denominator}"
