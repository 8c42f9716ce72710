"""What every chart is made of: an axis, a title, a table, words instead of a picture.

Values are exact (`Fraction`, `Decimal`, `int`); None is a gap that reads "no figure".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from django.utils.translation import gettext

from surveys.charts.words import Value, shown


@dataclass(frozen=True)
class Axis:
    """The range a chart is drawn on, the unit of its values and shown decimals.

    `places` is as in `shown`: None for one where there is one to show.
    """

    lowest: int = 0
    highest: int = 100
    unit: str = "%"
    places: int | None = 0
    name: str = ""

    def shown(self, value: Value) -> str:
        """A value of this axis as text."""
        return shown(value, self.unit, self.places)

    def covering(self, values: list[Value]) -> tuple[float, float]:
        """(low, high) of the axis, widened where a value lies outside it."""
        known = [float(value) for value in values if value is not None]
        return min([self.lowest, *known]), max([self.highest, *known])


@dataclass(frozen=True)
class Stretch:
    """A named part of an axis, for example a band, in the unit of the axis."""

    name: str
    start: Fraction | int
    end: Fraction | int


@dataclass(frozen=True)
class Column:
    """A table column: its heading and how its figures are shown."""

    name: str
    unit: str = ""
    places: int | None = 0


Cell: TypeAlias = str | Value


@dataclass(frozen=True)
class Table:
    """The numbers of a chart: first column words, exact values elsewhere.

    `hrefs` holds one address (or "") per row.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    hrefs: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The column headings."""
        return tuple(column.name for column in self.columns)

    def shown_rows(self) -> list[list[str]]:
        """The rows as text, figures rounded half up."""
        return [
            [
                cell if isinstance(cell, str) else shown(cell, col.unit, col.places)
                for col, cell in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What all charts have: a title that says what is shown, and words for it."""

    title: str
    alt: str = ""

    def table(self) -> Table:
        """The same numbers in rows."""
        raise NotImplementedError

    def sentences(self) -> Iterator[str]:
        """What the picture tells, for those who do not see it."""
        raise NotImplementedError

    def alternative(self) -> str:
        """The given text alternative, else one made from the numbers."""
        if self.alt:
            return self.alt
        return " ".join(self.sentences()) or gettext("There are no figures yet.")


def extremes(labelled: list[tuple[str, Value]], axis: Axis) -> Iterator[str]:
    """Sentences on the highest and lowest of labelled values, and on the gaps."""
    known = [(label, value) for label, value in labelled if value is not None]
    missing = [label for label, value in labelled if value is None]
    if len(known) == 1:
        yield f"{known[0][0]}: {axis.shown(known[0][1])}."
    elif known:
        top = max(known, key=lambda pair: pair[1])
        low = min(known, key=lambda pair: pair[1])
        yield gettext(
            "Highest: %(top)s, %(top_value)s. Lowest: %(low)s, %(low_value)s."
        ) % {
            "top": top[0],
            "top_value": axis.shown(top[1]),
            "low": low[0],
            "low_value": axis.shown(low[1]),
        }
    if missing:
        yield gettext("No figure for: %(labels)s.") % {"labels": "; ".join(missing)}
