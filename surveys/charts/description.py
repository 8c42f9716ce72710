"""What a chart shows, before anybody draws it.

Nothing is rounded here. Each description knows its `table()`, the same numbers in
rows, and its `alternative()`, the same numbers in a sentence or two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import compress

from django.utils.translation import gettext, ngettext, pgettext

from surveys.charts.parts import Axis, Chart, Column, Stretch, Table, extremes
from surveys.charts.words import Value, shown


@dataclass(frozen=True)
class DumbbellRow:
    """One line from `start` to `end`; `mark` is a short sign before the label.

    `accent` is a colour beside the words, never a sign by itself. `is_total` sets the
    row apart (the overall figure).
    """

    label: str
    start: Value
    end: Value
    mark: str = ""
    accent: str = ""
    href: str = ""
    is_total: bool = False

    @property
    def name(self) -> str:
        """Mark and label together."""
        return f"{self.mark} {self.label}".strip()


@dataclass(frozen=True, kw_only=True)
class Dumbbell(Chart):
    """One line per goal, from survey average to post-consultation average."""

    rows: tuple[DumbbellRow, ...]
    start_name: str = ""
    end_name: str = ""
    row_name: str = ""
    axis: Axis = Axis()
    stretches: tuple[Stretch, ...] = ()

    @property
    def start_label(self) -> str:
        """What the left end is called."""
        return self.start_name or gettext("survey average")

    @property
    def end_label(self) -> str:
        """What the right end is called."""
        return self.end_name or gettext("post-consultation average")

    def values(self) -> list[Value]:
        """Every value drawn, row by row, start before end."""
        return [value for row in self.rows for value in (row.start, row.end)]

    def table(self) -> Table:
        """One row per line: label, start, end."""
        unit, places = self.axis.unit, self.axis.places
        return Table(
            columns=(
                Column(self.row_name or gettext("Goal")),
                Column(self.start_label, unit, places),
                Column(self.end_label, unit, places),
            ),
            rows=tuple((row.name, row.start, row.end) for row in self.rows),
            hrefs=tuple(row.href for row in self.rows),
        )

    def sentences(self) -> Iterator[str]:
        """Highest and lowest end, and the largest change."""
        rows = [row for row in self.rows if not row.is_total]
        yield from extremes([(row.name, row.end) for row in rows], self.axis)
        moves = [(abs(_change(row)), row) for row in rows if _change(row)]
        if moves:
            _, most = max(moves, key=lambda move: move[0])
            yield ngettext(
                "%(count)d changed: %(label)s, from %(start)s to %(end)s.",
                "%(count)d changed, most of all %(label)s, from %(start)s to %(end)s.",
                len(moves),
            ) % {
                "count": len(moves),
                "label": most.name,
                "start": self.axis.shown(most.start),
                "end": self.axis.shown(most.end),
            }
        for row in self.rows:
            if row.is_total:
                start, end = self.axis.shown(row.start), self.axis.shown(row.end)
                yield f"{row.name}: {self.start_label} {start}, {self.end_label} {end}."


def _change(row: DumbbellRow) -> Fraction:
    if row.start is None or row.end is None:
        return Fraction(0)
    return Fraction(row.end) - Fraction(row.start)


@dataclass(frozen=True)
class Bar:
    """One bar; `text` stands at its end and, if empty, is the value.

    `target`: what the value should come to, drawn as a line across the bar.
    """

    label: str
    value: Value
    text: str = ""
    href: str = ""
    target: Value = None


@dataclass(frozen=True)
class BarGroup:
    """Bars under one heading, for example the key areas of a dimension."""

    name: str
    rows: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Bars(Chart):
    """Horizontal bars grouped by dimension."""

    groups: tuple[BarGroup, ...]
    value_name: str = ""
    row_name: str = ""
    group_name: str = ""
    target_name: str = ""
    axis: Axis = Axis()

    def bars(self) -> list[Bar]:
        """All bars, top to bottom."""
        return [bar for group in self.groups for bar in group.rows]

    @property
    def has_targets(self) -> bool:
        """Whether any bar has something to come to."""
        return any(bar.target is not None for bar in self.bars())

    def values(self) -> list[Value]:
        """Every value drawn, top to bottom, then every target."""
        targets = [bar.target for bar in self.bars() if bar.target is not None]
        return [bar.value for bar in self.bars()] + targets

    def bar_text(self, bar: Bar) -> str:
        """What stands at the end of a bar."""
        return bar.text or self.axis.shown(bar.value)

    def table(self) -> Table:
        """One row per bar: label, group (if named), value, target (if there is one)."""
        has_groups = any(group.name for group in self.groups)
        unit, places = self.axis.unit, self.axis.places
        value_name = self.value_name or self.axis.name or gettext("Value")
        columns = [
            Column(self.row_name or gettext("Key area")),
            Column(self.group_name or gettext("Dimension")),
            Column(value_name, unit, places),
            Column(self.target_label, unit, places),
        ]
        kept = (True, has_groups, True, self.has_targets)
        rows = (
            (bar.label, group.name, bar.value, bar.target)
            for group in self.groups
            for bar in group.rows
        )
        return Table(
            tuple(compress(columns, kept)),
            tuple(tuple(compress(row, kept)) for row in rows),
            tuple(bar.href for bar in self.bars()),
        )

    @property
    def target_label(self) -> str:
        """What the line across a bar is called."""
        return self.target_name or gettext("Target")

    def sentences(self) -> Iterator[str]:
        """Highest and lowest bar, those without a figure, those short of a target."""
        yield from extremes([(b.label, b.value) for b in self.bars()], self.axis)
        short = [
            bar.label
            for bar in self.bars()
            if bar.value is not None
            and bar.target is not None
            and bar.value < bar.target
        ]
        if short:
            yield gettext("Below the target: %(labels)s.") % {
                "labels": "; ".join(short)
            }


@dataclass(frozen=True)
class Category:
    """One part of a stacked bar. `is_apart`: not on the scale (don't know, …)."""

    name: str
    mark: str = ""
    is_apart: bool = False

    @property
    def full_name(self) -> str:
        """Mark and name together."""
        return f"{self.mark} {self.name}".strip()


@dataclass(frozen=True)
class StackedRow:
    """One bar: how often each category was given; counts None if not shown."""

    label: str
    counts: tuple[int, ...] | None
    href: str = ""

    @property
    def total(self) -> int:
        """All counts together; 0 where they are not shown."""
        return sum(self.counts or ())


@dataclass(frozen=True, kw_only=True)
class StackedBars(Chart):
    """Distributions: every bar is as long as the next and split by share."""

    categories: tuple[Category, ...]
    rows: tuple[StackedRow, ...]
    row_name: str = ""

    def __post_init__(self) -> None:
        """Each row has one count per category; anything else raises ValueError."""
        for row in self.rows:
            if row.counts is not None and len(row.counts) != len(self.categories):
                raise ValueError(f"{len(row.counts)} counts: {row.label}")

    def table(self) -> Table:
        """One row per bar: label, the counts, their sum."""
        empty = (None,) * (len(self.categories) + 1)
        return Table(
            columns=(
                Column(self.row_name or gettext("Key area")),
                *(Column(category.full_name) for category in self.categories),
                Column(gettext("All")),
            ),
            rows=tuple(
                (
                    row.label,
                    *(empty if row.counts is None else row.counts + (row.total,)),
                )
                for row in self.rows
            ),
            hrefs=tuple(row.href for row in self.rows),
        )

    def sentences(self) -> Iterator[str]:
        """Each row with its most frequent category."""
        for row in self.rows:
            if not row.total or row.counts is None:
                yield f"{row.label}: {shown(None)}."
                continue
            most = max(row.counts)
            yield gettext(
                "%(label)s: most often %(category)s, %(count)d of %(total)d."
            ) % {
                "label": row.label,
                "category": self.categories[row.counts.index(most)].full_name,
                "count": most,
                "total": row.total,
            }


@dataclass(frozen=True)
class Reference:
    """A named value to compare with, drawn as a line across the strip."""

    name: str
    value: Fraction | Decimal | int


@dataclass(frozen=True, kw_only=True)
class DotStrip(Chart):
    """The values of a panel on one line, its middle half shaded, mine marked.

    `points` holds every value, mine included; `mine` says which is mine.
    """

    points: tuple[Fraction | Decimal | int, ...]
    median: Value = None
    middle_half: tuple[Fraction | Decimal | int, Fraction | Decimal | int] | None = None
    mine: Value = None
    references: tuple[Reference, ...] = ()
    axis: Axis = Axis()

    def __post_init__(self) -> None:
        """`mine` is one of the points; anything else raises ValueError."""
        if self.mine is not None and self.mine not in self.points:
            raise ValueError("mine is not among the points")

    def values(self) -> list[Value]:
        """Every value drawn."""
        known = [self.median, self.mine, *(ref.value for ref in self.references)]
        return [*self.points, *(self.middle_half or ()), *known]

    def named(self) -> list[tuple[str, str, Fraction]]:
        """(role, words, value) of what is named above the strip.

        A reference is not somebody's word: it is rounded as everywhere else.
        """
        whole = self.axis.places or 0
        named: list[tuple[str, str, Fraction]] = []
        for role, name, value in (
            ("median", gettext("Median"), self.median),
            ("mine-name", gettext("Mine"), self.mine),
        ):
            if value is not None:
                words = f"{name} {self.axis.shown(value)}"
                named.append((role, words, Fraction(value)))
        for one in self.references:
            words = f"{one.name} {shown(one.value, self.axis.unit, whole)}"
            named.append(("reference", words, Fraction(one.value)))
        return named

    def table(self) -> Table:
        """Median, middle half, mine and references, then every value in order."""
        rows: list[tuple[str, Value]] = [(gettext("Median"), self.median)]
        if self.middle_half:
            rows.append((gettext("Middle half, from"), self.middle_half[0]))
            rows.append((gettext("Middle half, to"), self.middle_half[1]))
        if self.mine is not None:
            rows.append((gettext("Mine"), self.mine))
        rows += [(reference.name, reference.value) for reference in self.references]
        rows += [(gettext("Proposal"), point) for point in sorted(self.points)]
        figure = Column(
            self.axis.name or gettext("Value"), self.axis.unit, self.axis.places
        )
        return Table((Column(pgettext("a number", "Figure")), figure), tuple(rows))

    def sentences(self) -> Iterator[str]:
        """How many values, from where to where, and the named ones."""
        if self.points:
            yield ngettext(
                "%(count)d value: %(low)s.",
                "%(count)d values, from %(low)s to %(high)s.",
                len(self.points),
            ) % {
                "count": len(self.points),
                "low": self.axis.shown(min(self.points)),
                "high": self.axis.shown(max(self.points)),
            }
        if self.median is not None:
            yield f"{gettext('Median')}: {self.axis.shown(self.median)}."
        if self.middle_half:
            low, high = (self.axis.shown(end) for end in self.middle_half)
            yield gettext("Middle half: %(low)s to %(high)s.") % {
                "low": low,
                "high": high,
            }
        if self.mine is not None:
            yield f"{gettext('Mine')}: {self.axis.shown(self.mine)}."
        for reference in self.references:
            yield f"{reference.name}: {self.axis.shown(reference.value)}."
