"""What every Plotly figure of ours is made of: frame, axes, labels, gaps."""

from html import escape
from typing import Any

import plotly.graph_objects as go

from surveys.charts.colours import INK, RULE, SOFT
from surveys.charts.frame import ticks
from surveys.charts.lettering import FAMILY, wrap
from surveys.charts.parts import Axis
from surveys.charts.words import Value, shown

_LABELS, _SIZE = 256, 14
LEFT = 0.375  # share of the width that the labels take


def as_float(value: Value) -> float | None:
    """The place of a value; None stays a gap."""
    return None if value is None else float(value)


def safe(words: str) -> str:
    """Words with what Plotly would read as a tag or entity escaped."""
    return escape(words, quote=False)


def write_label(
    figure: go.Figure, y: float, words: str, mark: str = "", weight: int = 400
) -> None:
    """Words at the left edge of row `y`, on two lines at most, and their mark."""
    indent = 38 if mark else 0
    lines = wrap(words, _LABELS - indent, _SIZE)
    look = {"xref": "paper", "x": 0, "y": y, "showarrow": False, "align": "left"}
    figure.add_annotation(
        text="<br>".join(safe(line) for line in lines),
        xanchor="left",
        xshift=indent,
        font={"weight": weight},
        **look,
    )
    if mark:
        figure.add_annotation(
            text=safe(mark), xanchor="right", xshift=30, font={"weight": 600}, **look
        )


def blank_figure(
    height: int, xaxis: dict[str, Any], yaxis: dict[str, Any]
) -> go.Figure:
    """An empty figure, `height` pixels tall, in the looks of the site."""
    return go.Figure(
        layout={
            "template": go.layout.Template(),
            "height": height,
            "font": {"family": FAMILY, "size": _SIZE, "color": INK},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 4, "r": 4, "t": 34, "b": 34, "pad": 0},
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": "#ffffff",
                "bordercolor": INK,
                "font": {"family": FAMILY, "size": _SIZE, "color": INK},
                "align": "left",
            },
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "traceorder": "normal",
                "itemclick": False,
                "itemdoubleclick": False,
            },
            "xaxis": {"fixedrange": True, "zeroline": False, **xaxis},
            "yaxis": {"fixedrange": True, "zeroline": False, **yaxis},
        }
    )


def value_axis(axis: Axis, values: list[Value]) -> dict[str, Any]:
    """A horizontal axis that holds all values, its ticks written out."""
    low, high = axis.covering(values)
    at = ticks(low, high)
    pad = (high - low) * 0.02
    return {
        "range": [low - pad, high + pad],
        "domain": [LEFT, 0.96],
        "tickvals": at,
        "ticktext": [f"{tick}{axis.unit}".replace("-", "\u2212") for tick in at],
        "tickfont": {"size": 13, "color": SOFT},
        "gridcolor": RULE,
    }


def row_axis(count: int) -> dict[str, Any]:
    """An unseen vertical axis on which row 0 is at the top."""
    return {"range": [max(count, 1) - 0.4, -0.6], "visible": False}


def write_gap(figure: go.Figure, x: float, y: float, words: str = "") -> None:
    """The words for a gap, right of (x, y)."""
    figure.add_annotation(
        x=x,
        y=y,
        text=safe(words or shown(None)),
        showarrow=False,
        xanchor="left",
        xshift=6,
        font={"color": SOFT, "style": "italic"},
    )
