"""The place of values on a drawing: margins, grid, and the axis below."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from surveys.charts.canvas import LINE, Canvas
from surveys.charts.colours import SHADE, SOFT
from surveys.charts.parts import Axis, Stretch
from surveys.charts.words import Value

_LABELS = 262.0
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


def ticks(low: float, high: float) -> list[int]:
    """At most six whole, evenly spaced values from `low` to `high`."""
    span = high - low
    step = next((step for step in _STEPS if span / step <= 5), round(span) or 1)
    first = -(-low // step) * step
    return [int(first + n * step) for n in range(int((high - first) // step) + 1)]


def stacked_places(
    points: Iterable[Fraction | Decimal | int], per_dot: float, mine: Value
) -> list[tuple[Fraction, int, bool]]:
    """(value, how many dots lie below it, whether it is mine), in order.

    A dot that would touch its neighbour (nearer than `per_dot`) stands above it.
    """
    placed: list[tuple[Fraction, int, bool]] = []
    wanted = None if mine is None else Fraction(mine)
    last: list[float] = []  # per height, the value of the dot furthest right
    for value in sorted(Fraction(point) for point in points):
        free = (n for n, x in enumerate(last) if float(value) - x >= per_dot)
        place = next(free, len(last))
        last[place : place + 1] = [float(value)]
        is_mine = value == wanted
        wanted = None if is_mine else wanted
        placed.append((value, place, is_mine))
    return placed


@dataclass(frozen=True)
class Frame:
    """The stretch of a drawing on which values lie, `left` to `right`."""

    canvas: Canvas
    axis: Axis
    low: float
    high: float
    left: float
    right: float

    @classmethod
    def for_values(
        cls, canvas: Canvas, axis: Axis, values: list[Value], end_room: float
    ) -> "Frame":
        """A frame that holds all values, with `end_room` for words at the right."""
        low, high = axis.covering(values)
        left = 20.0 if canvas.is_narrow else _LABELS + 30
        return cls(canvas, axis, low, high, left, canvas.width - end_room)

    @property
    def label_room(self) -> float:
        """How wide a label may be."""
        return self.canvas.width - 34 if self.canvas.is_narrow else _LABELS

    def x(self, value: Value | float) -> float:
        """Where a value lies."""
        share = (float(value or 0) - self.low) / ((self.high - self.low) or 1)
        return self.left + share * (self.right - self.left)

    def grid(self, top: float, bottom: float) -> None:
        """Thin lines at the ticks and their figures below; call before the marks."""
        for tick in ticks(self.low, self.high):
            x = self.x(tick)
            self.canvas.rule(x, top, x, bottom)
            self.canvas.text(
                x,
                bottom + LINE,
                f"{tick}{self.axis.unit}".replace("-", "\u2212"),
                text_anchor="start" if x < 12 else "middle",
                font_size="13",
                fill=SOFT,
            )

    def shade(self, stretches: tuple[Stretch, ...], top: float, bottom: float) -> None:
        """Every second stretch on a tint, all with their names above."""
        for index, stretch in enumerate(stretches):
            left, right = self.x(stretch.start), self.x(stretch.end)
            if index % 2 == 0:
                self.canvas.add(
                    "rect",
                    x=left,
                    y=top,
                    width=max(right - left, 0),
                    height=bottom - top,
                    fill=SHADE,
                    fill_opacity=".6",
                )
            if right - left > 24:
                self.canvas.label(
                    left + 3,
                    top - 6,
                    stretch.name,
                    right - left - 3,
                    lines=1,
                    size=12.5,
                    fill=SOFT,
                )
