"""Charts as plain SVG, for PDF, documents and readers without scripts.

The same description gives the same text, byte for byte. `data-value` on a mark is the
exact value it stands for.
"""

from dataclasses import replace

from surveys.charts.canvas import LINE, NARROW, SIZE, WIDE, Canvas
from surveys.charts.colours import INK, PAPER, PETROL, RULE, SOFT
from surveys.charts.description import (
    Bar,
    Bars,
    DotStrip,
    Dumbbell,
    DumbbellRow,
    StackedBars,
)
from surveys.charts.frame import Frame
from surveys.charts.lettering import width, wrap
from surveys.charts.parts import Chart
from surveys.charts.svg_strips import draw_dot_strip, draw_stacked_bars
from surveys.charts.words import exact, shown

_MARK = 30.0
_GAP = 9.0


def to_svg(chart: Chart, *, is_narrow: bool = False) -> str:
    """The chart as SVG 1.1: 680 units wide, or 340 for phones (`is_narrow`).

    No script, no style; user text is escaped. TypeError for an unknown chart.
    """
    canvas = Canvas(NARROW if is_narrow else WIDE)
    if isinstance(chart, Dumbbell):
        height = _draw_dumbbell(canvas, chart)
    elif isinstance(chart, Bars):
        height = _draw_bars(canvas, chart)
    elif isinstance(chart, StackedBars):
        height = draw_stacked_bars(canvas, chart)
    elif isinstance(chart, DotStrip):
        height = draw_dot_strip(canvas, chart)
    else:
        raise TypeError(f"no drawing for {type(chart).__name__}")
    return canvas.finish(height, chart.title, chart.alternative())


def _draw_dumbbell(canvas: Canvas, chart: Dumbbell) -> float:
    frame = Frame.for_values(canvas, chart.axis, chart.values(), end_room=34)
    top = _dumbbell_key(canvas, chart) + (LINE + 4 if chart.stretches else 6)
    heights = [_row_height(frame, row) for row in chart.rows] or [2 * LINE]
    bottom = top + sum(heights)
    frame.shade(chart.stretches, top, bottom)
    frame.grid(top, bottom)
    if not chart.rows:
        canvas.missing(frame.left + 6, top + LINE + 4, shown(None))
    y = top
    for row, height in zip(chart.rows, heights, strict=False):
        canvas.group(row.name, row.href)
        _draw_dumbbell_row(frame, row, y, height)
        canvas.ungroup()
        y += height
    return bottom + LINE + 10


def _dumbbell_key(canvas: Canvas, chart: Dumbbell) -> float:
    """What ring and dot mean, on one line or two; where it ends."""
    second = 24 + width(chart.start_label, SIZE) + 22
    fits = second + 16 + width(chart.end_label, SIZE) <= canvas.width
    x, y = (second, 16.0) if fits else (0.0, 16 + LINE + 4)
    canvas.ring(8, 11)
    canvas.label(20, 16, chart.start_label, canvas.width - 24, 1)
    canvas.dot(x + 8, y - 5, SOFT)
    canvas.label(x + 20, y, chart.end_label, canvas.width - x - 24, 1)
    return y + 10


def _row_height(frame: Frame, row: DumbbellRow) -> float:
    lines = len(wrap(row.label, frame.label_room - _MARK, SIZE))
    if frame.canvas.is_narrow:
        return lines * LINE + 34
    return max(27.0, lines * LINE + 10)


def _draw_dumbbell_row(
    frame: Frame, row: DumbbellRow, top: float, height: float
) -> None:
    canvas = frame.canvas
    if row.is_total:
        canvas.rule(0, top, canvas.width, top, stroke=INK)
    lines = len(wrap(row.label, frame.label_room - _MARK, SIZE))
    base = top + 19 if canvas.is_narrow else top + (height - lines * LINE) / 2 + 13
    weight = "600" if row.is_total else "400"
    indent = _MARK + 8 if row.mark or row.accent else 0.0
    if row.accent:
        tall = lines * LINE - 4
        canvas.add("rect", x=0, y=base - 12, width=5, height=tall, fill=row.accent)
    if row.mark:
        canvas.text(_MARK, base, row.mark, text_anchor="end", font_weight="600")
    canvas.label(indent, base, row.label, frame.label_room - _MARK, font_weight=weight)
    _draw_ends(frame, row, top + height - 16 if canvas.is_narrow else top + height / 2)


def _draw_ends(frame: Frame, row: DumbbellRow, y: float) -> None:
    canvas, fill = frame.canvas, row.accent or SOFT
    known = [value for value in (row.start, row.end) if value is not None]
    if not known:
        canvas.missing(frame.left + 6, y + 5, shown(None))
        return
    if len(known) == 2 and row.start != row.end:
        low, high = frame.x(row.start), frame.x(row.end)
        canvas.add("line", x1=low, y1=y, x2=high, y2=y, stroke=fill, stroke_width="4.5")
        canvas.rule(low, y - 2.8, high, y - 2.8, stroke=INK, stroke_width=".6")
        canvas.rule(low, y + 2.8, high, y + 2.8, stroke=INK, stroke_width=".6")
    if row.start is not None:
        canvas.ring(
            frame.x(row.start), y, data_role="start", data_value=exact(row.start)
        )
    if row.end is not None:
        canvas.dot(
            frame.x(row.end), y, fill, data_role="end", data_value=exact(row.end)
        )
    _write_ends(frame, row, y + 5)


def _write_ends(frame: Frame, row: DumbbellRow, y: float) -> None:
    """Figures outside the two marks; one figure where both are the same."""
    canvas, axis = frame.canvas, frame.axis
    start = {"fill": SOFT}
    end = {"font_weight": "600"}
    if row.start is None or row.end is None:
        known, look = (row.end, end) if row.start is None else (row.start, start)
        words = axis.shown(known)
        x = frame.x(known) + _GAP
        canvas.text(x, y, words, **look)
        role = "start" if row.start is None else "end"
        room = x + width(words, SIZE) + 8
        fits = room + width(shown(None), SIZE) < canvas.width
        left = frame.x(known) - _GAP - width(shown(None), SIZE)
        canvas.missing(room if fits else left, y, shown(None))
        canvas.parent.set("data-missing", role)
        return
    if row.start == row.end:
        canvas.text(frame.x(row.end) + _GAP, y, axis.shown(row.end), **end)
        return
    outer = {
        min(row.start, row.end): ("end", -_GAP),
        max(row.start, row.end): ("start", _GAP),
    }
    for value, look in ((row.start, start), (row.end, end)):
        anchor, shift = outer[value]
        x = frame.x(value) + shift
        canvas.text(x, y, axis.shown(value), text_anchor=anchor, **look)


def _draw_bars(canvas: Canvas, chart: Bars) -> float:
    frame = _bars_frame(canvas, chart)
    bottom = _bars_height(frame, chart)
    frame.grid(4, bottom)
    y = 4.0
    if not chart.bars():
        canvas.missing(frame.left + 6, y + LINE, shown(None))
    for group in chart.groups:
        if group.name:
            y += 12
            canvas.label(
                0, y + LINE - 3, group.name, canvas.width, 1, font_weight="600"
            )
            y += LINE + 6
        for bar in group.rows:
            canvas.group(bar.label, bar.href)
            _draw_bar(frame, chart, bar, y)
            canvas.ungroup()
            y += _bar_height(frame, bar)
    return bottom + LINE + 10


def _bars_frame(canvas: Canvas, chart: Bars) -> Frame:
    """As wide as it can be with every bar's text still on the sheet."""
    wide = Frame.for_values(canvas, chart.axis, chart.values(), end_room=20)
    left = 0.0 if canvas.is_narrow else wide.left
    right = wide.right
    for bar in chart.bars():
        end = max(float(bar.value or 0), float(bar.target or 0))
        share = (end - wide.low) / ((wide.high - wide.low) or 1)
        room = canvas.width - left - 9 - width(chart.bar_text(bar), SIZE)
        if share > 0:
            right = min(right, left + max(room, 40) / share)
    return replace(wide, left=left, right=right)


def _bars_height(frame: Frame, chart: Bars) -> float:
    named = sum(1 for group in chart.groups if group.name)
    tall = sum(_bar_height(frame, bar) for bar in chart.bars()) or 2 * LINE
    return 4 + named * (LINE + 18) + tall + 6


def _bar_height(frame: Frame, bar: Bar) -> float:
    lines = len(wrap(bar.label, frame.label_room, SIZE))
    if frame.canvas.is_narrow:
        return lines * LINE + 30
    return max(27.0, lines * LINE + 10)


def _draw_bar(frame: Frame, chart: Bars, bar: Bar, top: float) -> None:
    canvas, height = frame.canvas, _bar_height(frame, bar)
    lines = len(wrap(bar.label, frame.label_room, SIZE))
    narrow = canvas.is_narrow
    base = top + 15 if narrow else top + (height - lines * LINE) / 2 + 13
    canvas.label(0, base, bar.label, frame.label_room)
    y = top + height - 15 if narrow else top + height / 2
    text = chart.bar_text(bar)
    if bar.value is None:
        canvas.missing(frame.left + 6, y + 5, text)
        canvas.parent.set("data-missing", "value")
        _draw_target(frame, bar, y)
        return
    start, end = frame.x(max(frame.low, 0)), frame.x(bar.value)
    canvas.add(
        "rect",
        x=min(start, end),
        y=y - 7,
        width=abs(end - start),
        height=14,
        fill=PETROL,
        data_role="value",
        data_value=exact(bar.value),
    )
    canvas.rule(start, y - 9, start, y + 9, stroke=SOFT if bar.value else RULE)
    right = max(start, end, frame.x(bar.target) if bar.target is not None else 0)
    canvas.label(right + 7, y + 5, text, canvas.width - right - 8, 1)
    _draw_target(frame, bar, y)


def _draw_target(frame: Frame, bar: Bar, y: float) -> None:
    if bar.target is None:
        return
    x = frame.x(bar.target)
    for look in ({"stroke": PAPER, "stroke_width": "5"}, {"stroke": INK}):
        frame.canvas.add("line", x1=x, y1=y - 10, x2=x, y2=y + 10, **look)
    mark = frame.canvas.parent[-1]
    mark.set("stroke-width", "2.5")
    mark.set("data-role", "target")
    mark.set("data-value", exact(bar.target))
