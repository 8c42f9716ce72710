"""One description of a chart, drawn twice: as Plotly figure and as plain SVG."""

from surveys.charts.description import (
    Bar,
    BarGroup,
    Bars,
    Category,
    DotStrip,
    Dumbbell,
    DumbbellRow,
    Reference,
    StackedBars,
    StackedRow,
)
from surveys.charts.parts import Axis, Chart, Column, Stretch, Table
from surveys.charts.svg import to_svg

__all__ = [
    "Axis",
    "Bar",
    "BarGroup",
    "Bars",
    "Category",
    "Chart",
    "Column",
    "DotStrip",
    "Dumbbell",
    "DumbbellRow",
    "Reference",
    "StackedBars",
    "StackedRow",
    "Stretch",
    "Table",
    "to_svg",
]
