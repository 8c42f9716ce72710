"""Charts as Plotly figures, for pages on which scripts run.

Positions are the exact values as floats; every text is written here, rounded as on
the SVG, so that the browser computes nothing. Text that people wrote is escaped:
Plotly reads some tags and entities.
"""

import plotly.graph_objects as go

from surveys.charts.canvas import safe_href
from surveys.charts.colours import INK, PAPER, PETROL, SHADE, SOFT
from surveys.charts.description import (
    Bar,
    Bars,
    DotStrip,
    Dumbbell,
    DumbbellRow,
    StackedBars,
)
from surveys.charts.parts import Chart
from surveys.charts.plotly_parts import (
    LEFT,
    as_float,
    blank_figure,
    row_axis,
    safe,
    value_axis,
    write_gap,
    write_label,
)
from surveys.charts.plotly_strips import stacked_figure, strip_figure


def to_plotly(chart: Chart) -> go.Figure:
    """The chart as an interactive figure. TypeError for an unknown chart."""
    if isinstance(chart, Dumbbell):
        return _dumbbell(chart)
    if isinstance(chart, Bars):
        return _bars(chart)
    if isinstance(chart, StackedBars):
        return stacked_figure(chart)
    if isinstance(chart, DotStrip):
        return strip_figure(chart)
    raise TypeError(f"no figure for {type(chart).__name__}")


def _dumbbell(chart: Dumbbell) -> go.Figure:
    rows, axis = chart.rows, chart.axis
    low, high = axis.covering(chart.values())
    figure = blank_figure(
        100 + 35 * max(len(rows), 1),
        value_axis(axis, chart.values()),
        row_axis(len(rows)),
    )
    _shade(figure, chart)
    _ends(figure, chart, "start")
    _ends(figure, chart, "end")
    for name, fill in ((chart.start_label, PAPER), (chart.end_label, SOFT)):
        _key(figure, name, fill)
    for index, row in enumerate(rows):
        write_label(figure, index, row.label, row.mark, 600 if row.is_total else 400)
        _accent(figure, row, index)
        if row.start is None and row.end is None:
            write_gap(figure, low, index)
    if not rows:
        write_gap(figure, low, 0)
    figure.update_layout(margin={"t": 62 if chart.stretches else 40})
    return figure


def _accent(figure: go.Figure, row: DumbbellRow, index: int) -> None:
    """The line between the ends, and the colour beside the label."""
    look = {"type": "rect", "line": {"width": 0}, "fillcolor": row.accent or SOFT}
    if row.accent:
        ends = {"x0": 0, "x1": 0.007, "y0": index - 0.24, "y1": index + 0.24}
        figure.add_shape(xref="paper", name="accent", **look, **ends)
    if row.start is not None and row.end is not None and row.start != row.end:
        ends = {"x0": float(row.start), "x1": float(row.end)}
        heights = {"y0": index - 0.08, "y1": index + 0.08}
        figure.add_shape(layer="below", name="line", **look, **ends, **heights)


def _key(figure: go.Figure, name: str, fill: str) -> None:
    """A line of the legend."""
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=safe(name),
        marker={"size": 12, "color": fill, "line": {"color": INK, "width": 1.4}},
        meta={"role": "key"},
    )


def _ends(figure: go.Figure, chart: Dumbbell, role: str) -> None:
    """One trace of ring or dot marks with the figures beside them."""
    figures = [getattr(row, role) for row in chart.rows]
    others = [row.end if role == "start" else row.start for row in chart.rows]
    is_end = role == "end"
    fills = [row.accent or SOFT for row in chart.rows] if is_end else PAPER
    texts, sides = [], []
    for value, other in zip(figures, others, strict=True):
        is_told = value is not None and (is_end or value != other)
        texts.append(chart.axis.shown(value) if is_told else "")
        is_left = None not in (value, other) and value < other
        sides.append("middle left" if is_left else "middle right")
    figure.add_scatter(
        x=[as_float(value) for value in figures],
        y=list(range(len(figures))),
        mode="markers+text",
        showlegend=False,
        text=texts,
        textfont={"weight": 600 if is_end else 400, "color": INK if is_end else SOFT},
        textposition=sides or "middle right",
        cliponaxis=False,
        marker={"size": 12, "color": fills, "line": {"color": INK, "width": 1.4}},
        hovertext=[_dumbbell_words(chart, index) for index in range(len(figures))],
        hoverinfo="text",
        customdata=[safe_href(row.href) for row in chart.rows],
        meta={"role": role},
    )


def _dumbbell_words(chart: Dumbbell, index: int) -> str:
    row, axis = chart.rows[index], chart.axis
    return (
        f"{safe(row.name)}<br>"
        f"{safe(chart.start_label)}: {axis.shown(row.start)}<br>"
        f"{safe(chart.end_label)}: {axis.shown(row.end)}"
    )


def _shade(figure: go.Figure, chart: Dumbbell) -> None:
    for index, stretch in enumerate(chart.stretches):
        figure.add_shape(
            type="rect",
            x0=float(stretch.start),
            x1=float(stretch.end),
            y0=0,
            y1=1,
            yref="paper",
            fillcolor=SHADE if index % 2 == 0 else "rgba(0,0,0,0)",
            opacity=0.6,
            line={"width": 0},
            layer="below",
        )
        figure.add_annotation(
            x=float(stretch.start),
            y=1,
            yref="paper",
            text=safe(stretch.name),
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            xshift=2,
            font={"color": SOFT, "size": 13},
        )


def _bars(chart: Bars) -> go.Figure:
    bars, axis = chart.bars(), chart.axis
    named = sum(1 for group in chart.groups if group.name)
    count = len(bars) + named
    figure = blank_figure(
        50 + 34 * max(count, 1), value_axis(axis, chart.values()), row_axis(count)
    )
    places = _name_bars(figure, chart)
    figure.add_bar(
        x=[as_float(bar.value) for bar in bars],
        y=places,
        orientation="h",
        width=0.55,
        marker={"color": PETROL},
        text=["" if _is_short(bar) else safe(chart.bar_text(bar)) for bar in bars],
        textposition="outside",
        cliponaxis=False,
        hovertext=[f"{safe(bar.label)}<br>{safe(chart.bar_text(bar))}" for bar in bars],
        hoverinfo="text",
        customdata=[safe_href(bar.href) for bar in bars],
        showlegend=False,
        meta={"role": "value"},
    )
    _targets(figure, chart, places)
    for bar, place in zip(bars, places, strict=True):
        if bar.value is None:
            write_gap(figure, axis.lowest, place, chart.bar_text(bar))
    if not bars:
        write_gap(figure, axis.lowest, 0)
    figure.update_layout(margin={"t": 8}, xaxis={"domain": [LEFT, 0.86]})
    return figure


def _is_short(bar: Bar) -> bool:
    """Whether the target lies where the bar's text would stand."""
    if bar.value is None or bar.target is None:
        return False
    return bar.value < bar.target


def _targets(figure: go.Figure, chart: Bars, places: list[int]) -> None:
    """A line across each bar that has something to come to."""
    wanted = [
        (bar, place)
        for bar, place in zip(chart.bars(), places, strict=True)
        if bar.target is not None
    ]
    if not wanted:
        return
    figure.add_scatter(
        x=[as_float(bar.target) for bar, _ in wanted],
        y=[place for _, place in wanted],
        mode="markers+text",
        text=[safe(chart.bar_text(b)) if _is_short(b) else "" for b, _ in wanted],
        textposition="middle right",
        showlegend=False,
        cliponaxis=False,
        marker={
            "symbol": "line-ns-open",
            "size": 22,
            "color": INK,
            "line": {"color": INK, "width": 2.5},
        },
        hovertext=[
            f"{safe(bar.label)}<br>{safe(chart.target_label)}: "
            f"{chart.axis.shown(bar.target)}"
            for bar, _ in wanted
        ],
        hoverinfo="text",
        meta={"role": "target"},
    )


def _name_bars(figure: go.Figure, chart: Bars) -> list[int]:
    """Write group names and labels; the row of each bar."""
    places: list[int] = []
    row = 0
    for group in chart.groups:
        if group.name:
            write_label(figure, row, group.name, weight=600)
            row += 1
        for bar in group.rows:
            write_label(figure, row, bar.label)
            places.append(row)
            row += 1
    return places
