"""Stacked bars (how often each score was given) and strips of dots (a panel)."""

from fractions import Fraction

from django.utils.translation import gettext

from surveys.charts.canvas import LINE, SIZE, Canvas
from surveys.charts.colours import INK, PAPER, PETROL, RULE, SHADE, SOFT, ink_on, steps
from surveys.charts.description import (
    Category,
    DotStrip,
    StackedBars,
    StackedRow,
)
from surveys.charts.frame import Frame, stacked_places
from surveys.charts.lettering import width, wrap
from surveys.charts.parts import Axis
from surveys.charts.words import exact, shown

_BAR = 20.0


def category_colours(chart: StackedBars) -> list[str]:
    """One colour per category: light to dark on the scale, paper for those apart."""
    scale = iter(steps(sum(1 for c in chart.categories if not c.is_apart)))
    return [PAPER if c.is_apart else next(scale) for c in chart.categories]


def draw_stacked_bars(canvas: Canvas, chart: StackedBars) -> float:
    """Key, then one bar per row; returns where the drawing ends."""
    colours = category_colours(chart)
    room = max([width(f"n = {row.total}", SIZE) for row in chart.rows] or [0]) + 12
    frame = Frame.for_values(canvas, Axis(), [], end_room=room)
    frame = Frame(canvas, Axis(), 0, 100, frame.left - 20, frame.right)
    y = _draw_key(canvas, chart.categories, colours) + 14
    if not chart.rows:
        canvas.missing(frame.left, y + LINE, shown(None))
        return y + 2 * LINE
    for row in chart.rows:
        canvas.group(row.label, row.href)
        y += _draw_stack(frame, chart, row, colours, y)
        canvas.ungroup()
    return y + 6


def _draw_key(
    canvas: Canvas, categories: tuple[Category, ...], colours: list[str]
) -> float:
    x, y = 0.0, 4.0
    for category, colour in zip(categories, colours, strict=True):
        wide = 22 + width(category.full_name, SIZE)
        if x and x + wide > canvas.width:
            x, y = 0.0, y + LINE + 6
        _swatch(canvas, category, colour, x, y)
        canvas.label(x + 21, y + 12, category.full_name, canvas.width - x - 22, 1)
        x += wide + 16
    return y + LINE


def _swatch(
    canvas: Canvas, category: Category, colour: str, x: float, y: float
) -> None:
    look: dict[str, str] = {"fill": colour, "stroke": INK, "stroke_width": ".8"}
    if category.is_apart:
        look |= {"stroke": SOFT, "stroke_width": "1", "stroke_dasharray": "3 2"}
    canvas.add("rect", x=x + 0.5, y=y, width=14, height=14, **look)


def _draw_stack(
    frame: Frame, chart: StackedBars, row: StackedRow, colours: list[str], top: float
) -> float:
    canvas = frame.canvas
    lines = len(wrap(row.label, frame.label_room, SIZE))
    height = (
        max(lines * LINE, 17) + 38 if canvas.is_narrow else max(32, lines * 17 + 12)
    )
    y = top + height - 32 if canvas.is_narrow else top + (height - _BAR) / 2
    base = top + 15 if canvas.is_narrow else top + (height - lines * LINE) / 2 + 13
    canvas.label(0, base, row.label, frame.label_room)
    if row.counts is None or not row.total:
        canvas.missing(frame.left, y + 15, shown(None))
        canvas.parent.set("data-missing", "counts")
        return height
    done = 0
    for category, count, colour in zip(
        chart.categories, row.counts, colours, strict=True
    ):
        start = Fraction(100 * done, row.total)
        done += count
        end = Fraction(100 * done, row.total)
        _draw_part(frame, category, count, colour, (start, end), y)
    canvas.text(frame.right + 8, y + 15, f"n = {row.total}", fill=SOFT)
    return height


def _draw_part(
    frame: Frame,
    category: Category,
    count: int,
    colour: str,
    ends: tuple[Fraction, Fraction],
    y: float,
) -> None:
    left, right = (frame.x(end) for end in ends)
    look: dict[str, str] = {"fill": colour, "stroke": PAPER, "stroke_width": "1"}
    if category.is_apart:
        look |= {"stroke": SOFT, "stroke_dasharray": "3 2"}
    inset = 1.0 if category.is_apart and count else 0.0
    frame.canvas.add(
        "rect",
        x=left + inset,
        y=y,
        width=max(right - left - 2 * inset, 0),
        height=_BAR,
        data_role=category.full_name,
        data_value=str(count),
        **look,
    )
    if count and width(str(count), 13) + 4 <= right - left:
        frame.canvas.text(
            (left + right) / 2,
            y + 14.5,
            str(count),
            text_anchor="middle",
            font_size="13",
            fill=ink_on(colour),
        )


def draw_dot_strip(canvas: Canvas, chart: DotStrip) -> float:
    """Named values above, dots on a line, the axis below; where it ends."""
    canvas_frame = Frame.for_values(canvas, chart.axis, chart.values(), end_room=24)
    frame = Frame(
        canvas, chart.axis, canvas_frame.low, canvas_frame.high, 24, canvas.width - 24
    )
    per_dot = 11 * (frame.high - frame.low) / (frame.right - frame.left)
    stacks = stacked_places(chart.points, per_dot or 1, chart.mine)
    named = chart.named()
    head = len(named) * (LINE + 3) + 6
    line = head + 26 + 13 * max([place for _, place, _ in stacks] or [0])
    if chart.middle_half:
        low, high = (frame.x(end) for end in chart.middle_half)
        _draw_middle_half(canvas, chart, low, high, head, line)
    frame.grid(line + 12, line + 18)
    canvas.rule(frame.left, line + 12, frame.right, line + 12, stroke=SOFT)
    _draw_named(frame, named, line)
    if not chart.points:
        canvas.missing(frame.left, line, shown(None))
    for value, place, is_mine in stacks:
        _draw_point(frame, value, line - 13 * place, is_mine)
    return _strip_key(frame, chart, line + 18 + 2 * LINE + 8)


def _strip_key(frame: Frame, chart: DotStrip, y: float) -> float:
    """What shade and diamond mean, below the axis; where it ends."""
    canvas, x = frame.canvas, frame.left
    if chart.middle_half:
        low, high = (chart.axis.shown(end) for end in chart.middle_half)
        words = gettext("middle half: %(low)s to %(high)s") % {"low": low, "high": high}
        canvas.add("rect", x=x, y=y - 11, width=14, height=12, fill=SHADE, stroke=RULE)
        canvas.label(x + 21, y, words, canvas.width - x - 24, 1)
        return y + 10
    return y - LINE + 4


def _draw_middle_half(
    canvas: Canvas, chart: DotStrip, low: float, high: float, top: float, line: float
) -> None:
    if chart.middle_half is None:
        return
    canvas.add(
        "rect",
        x=low,
        y=top,
        width=max(high - low, 2),
        height=line + 12 - top,
        fill=SHADE,
        stroke=RULE,
        data_role="middle half",
        data_value=" ".join(exact(end) for end in chart.middle_half),
    )


def _draw_point(frame: Frame, value: Fraction, y: float, is_mine: bool) -> None:
    x = frame.x(value)
    role = {"data_role": "mine" if is_mine else "point", "data_value": exact(value)}
    if is_mine:
        diamond = f"M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z"
        frame.canvas.add("path", d=diamond, fill=INK, stroke=PAPER, **role)
    else:
        frame.canvas.add(
            "circle",
            cx=x,
            cy=y,
            r=5.4,
            fill="#8fb0b0",
            stroke=PETROL,
            stroke_width="1.2",
            **role,
        )


def _draw_named(
    frame: Frame, named: list[tuple[str, str, Fraction]], line: float
) -> None:
    canvas = frame.canvas
    heights = [14 + index * (LINE + 3) for index in range(len(named))]
    for y, (role, _, value) in zip(heights, named, strict=True):
        x = frame.x(value)
        look = {"stroke": INK, "stroke_width": "1.6" if role == "median" else "1"}
        if role == "reference":
            look |= {"stroke_dasharray": "4 3"}
        bottom = line - 9 if role == "mine-name" else line + 12
        canvas.add(
            "line",
            x1=x,
            y1=y - 10,
            x2=x,
            y2=bottom,
            **look,
            data_role=role,
            data_value=exact(value),
        )
    for y, (role, words, value) in zip(heights, named, strict=True):
        x = frame.x(value)
        left, anchor = _beside(x, width(words, SIZE), canvas.width)
        canvas.label(
            left,
            y,
            words,
            canvas.width,
            1,
            text_anchor=anchor,
            font_weight="600" if role == "mine-name" else "400",
            # A line of another value may run behind the words.
            stroke=PAPER,
            stroke_width="4",
            stroke_linejoin="round",
            paint_order="stroke",
        )


def _beside(x: float, wide: float, room: float) -> tuple[float, str]:
    """Where words that name `x` stand, and from which end: on the roomier side.

    Words that fit on neither side stand over the line, whole.
    """
    if x > room / 2:
        return (x - 6, "end") if wide <= x - 6 else (0, "start")
    return (x + 6, "start") if x + 6 + wide <= room else (room, "end")
