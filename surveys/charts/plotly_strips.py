"""Stacked bars and strips of dots as Plotly figures."""

import plotly.graph_objects as go
from django.utils.translation import gettext

from surveys.charts.colours import INK, PAPER, PETROL, RULE, SHADE, SOFT, ink_on
from surveys.charts.description import DotStrip, StackedBars
from surveys.charts.frame import stacked_places
from surveys.charts.plotly_parts import (
    LEFT,
    blank_figure,
    row_axis,
    safe,
    value_axis,
    write_gap,
    write_label,
)
from surveys.charts.svg_strips import category_colours
from surveys.charts.words import shown


def stacked_figure(chart: StackedBars) -> go.Figure:
    """One trace per category, its bars as long as its share of the row."""
    rows = chart.rows
    hidden = {"visible": False, "range": [0, 100], "domain": [LEFT, 0.9]}
    figure = blank_figure(80 + 40 * max(len(rows), 1), hidden, row_axis(len(rows)))
    colours = category_colours(chart)
    for index, category in enumerate(chart.categories):
        counts = [row.counts[index] if row.counts else None for row in rows]
        figure.add_bar(
            x=[
                100 * count / row.total if count is not None and row.total else None
                for count, row in zip(counts, rows, strict=True)
            ],
            y=list(range(len(rows))),
            orientation="h",
            width=0.6,
            name=safe(category.full_name),
            marker={
                "color": colours[index],
                "line": {"color": SOFT if category.is_apart else PAPER, "width": 1},
            },
            text=["" if not count else str(count) for count in counts],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": ink_on(colours[index]), "size": 13},
            constraintext="none",
            hovertext=[_part_words(chart, row, index) for row in range(len(rows))],
            hoverinfo="text",
            customdata=counts,
            meta={"role": category.full_name},
        )
    for index, row in enumerate(rows):
        write_label(figure, index, row.label)
        _row_end(figure, index, row.total)
    if not rows:
        write_gap(figure, 0, 0)
    figure.update_layout(barmode="stack", margin={"t": 70, "b": 4})
    return figure


def _row_end(figure: go.Figure, index: int, total: int) -> None:
    if not total:
        write_gap(figure, 0, index)
        return
    figure.add_annotation(
        x=100,
        y=index,
        text=f"n = {total}",
        showarrow=False,
        xanchor="left",
        xshift=6,
        font={"color": SOFT},
    )


def _part_words(chart: StackedBars, row_index: int, index: int) -> str:
    row, category = chart.rows[row_index], chart.categories[index]
    count = row.counts[index] if row.counts else None
    words = f"{safe(category.full_name)}: {shown(count)}"
    of_all = gettext("of %(total)d") % {"total": row.total}
    return f"{safe(row.label)}<br>{words} {of_all if row.total else ''}".strip()


def strip_figure(chart: DotStrip) -> go.Figure:
    """The points, mine apart, with lines for median and references."""
    axis = chart.axis
    low, high = axis.covering(chart.values())
    placed = stacked_places(chart.points, (high - low) / 58 or 1, chart.mine)
    tall = 2 + max([place for _, place, _ in placed] or [0])
    figure = blank_figure(
        150 + 14 * tall,
        value_axis(axis, chart.values()),
        {"range": [-0.8, tall], "visible": False},
    )
    if chart.middle_half:
        start, end = (float(value) for value in chart.middle_half)
        figure.add_shape(
            type="rect",
            x0=start,
            x1=end,
            y0=0,
            y1=1,
            yref="paper",
            fillcolor=SHADE,
            line={"color": RULE},
            layer="below",
            name="middle half",
        )
    for role, words, value in chart.named():
        if role != "mine-name":
            _across(figure, role, words, float(value), tall)
    for role, name, symbol, fill in (
        ("point", gettext("Proposal"), "circle", "#8fb0b0"),
        ("mine", gettext("Mine"), "diamond", INK),
    ):
        marks = [mark for mark in placed if mark[2] == (role == "mine")]
        figure.add_scatter(
            x=[float(value) for value, _, _ in marks],
            y=[place for _, place, _ in marks],
            mode="markers",
            name=name,
            marker={
                "size": 13,
                "symbol": symbol,
                "color": fill,
                "line": {"color": PETROL, "width": 1.2},
            },
            hovertext=[f"{name}: {axis.shown(value)}" for value, _, _ in marks],
            hoverinfo="text",
            showlegend=bool(marks),
            meta={"role": role},
        )
    figure.update_layout(margin={"t": 44}, xaxis={"domain": [0.03, 0.97]})
    return figure


def _across(figure: go.Figure, role: str, words: str, value: float, tall: int) -> None:
    """A line across the strip for a median or a reference, named in the legend."""
    figure.add_scatter(
        x=[value, value],
        y=[-0.8, tall],
        mode="lines",
        name=safe(words),
        line={
            "color": INK,
            "width": 2 if role == "median" else 1.2,
            "dash": "solid" if role == "median" else "dash",
        },
        hovertext=safe(words),
        hoverinfo="text",
        meta={"role": role},
    )
