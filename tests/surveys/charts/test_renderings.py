"""SVG, Plotly figure and table of one chart hold the same numbers."""

import json
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest
from django.utils.translation import override

from surveys.charts import (
    Axis,
    Bar,
    BarGroup,
    Bars,
    Chart,
    DotStrip,
    Dumbbell,
    DumbbellRow,
    to_svg,
)
from surveys.charts.plotly_figure import to_plotly
from tests.surveys.charts.samples import (
    bars,
    bars_to_targets,
    dumbbell,
    empty,
    gaps,
    stacked,
    strip,
)

SVG = "{http://www.w3.org/2000/svg}"
Numbers = list[Fraction]


def drawn(svg: str, role: str) -> Numbers:
    """The exact values of the marks with a role, from top to bottom."""
    marks = ElementTree.fromstring(svg).iterfind(f".//*[@data-role='{role}']")
    return [Fraction(mark.attrib["data-value"]) for mark in marks]


def traces(figure: go.Figure, role: str) -> list[go.Scatter | go.Bar]:
    return [trace for trace in figure.data if trace.meta["role"] == role]


def plotted(figure: go.Figure, role: str) -> list[float]:
    """The positions of the marks with a role, from top to bottom."""
    return [x for trace in traces(figure, role) for x in trace.x if x is not None]


def visible_text(svg: str) -> list[str]:
    return [
        "".join(part for part in element.itertext())
        for element in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]


@pytest.mark.parametrize("is_narrow", [False, True])
@pytest.mark.parametrize("chart", [dumbbell(), dumbbell(goals=1), gaps()])
def test_dumbbell_ends_are_the_same_in_svg_and_plotly(
    chart: Dumbbell, is_narrow: bool
) -> None:
    svg, figure = to_svg(chart, is_narrow=is_narrow), to_plotly(chart)
    for role in ("start", "end"):
        values = [getattr(row, role) for row in chart.rows]
        known = [Fraction(value) for value in values if value is not None]
        assert drawn(svg, role) == known
        assert plotted(figure, role) == [float(value) for value in known]


@pytest.mark.parametrize("is_narrow", [False, True])
def test_bars_are_the_same_in_svg_and_plotly(is_narrow: bool) -> None:
    svg, figure = to_svg(bars(), is_narrow=is_narrow), to_plotly(bars())
    assert drawn(svg, "value") == [Fraction(77, 2), 100, 0]
    assert plotted(figure, "value") == [38.5, 100, 0]


@pytest.mark.parametrize("is_narrow", [False, True])
def test_targets_are_the_same_in_svg_and_plotly_and_table(is_narrow: bool) -> None:
    chart = bars_to_targets()
    svg, figure = to_svg(chart, is_narrow=is_narrow), to_plotly(chart)
    assert drawn(svg, "target") == plotted(figure, "target") == [10, 20, 5]
    assert [row[-2:] for row in chart.table().rows] == [
        (12, 10),
        (3, 20),
        (None, 5),
        (4, None),
    ]
    assert chart.table().header[-1] == "Target"
    assert "Below the target: Business." in chart.alternative()
    assert bars().table().header == ("Key area", "Dimension", "Value")


def test_a_target_lies_on_the_axis_and_its_words_beside_it() -> None:
    chart = bars_to_targets()
    assert to_plotly(chart).layout.xaxis.range[1] > 20
    for is_narrow in (False, True):
        svg = ElementTree.fromstring(to_svg(chart, is_narrow=is_narrow))
        (group,) = svg.iterfind(".//*[@data-row='Business']")
        (line,) = group.iterfind(".//*[@data-role='target']")
        words = [text for text in group.iter(f"{SVG}text") if "of 20" in text[0].text]
        assert float(line.attrib["x1"]) < float(words[0].attrib["x"])


@pytest.mark.parametrize("is_narrow", [False, True])
def test_stacked_counts_are_the_same_in_svg_and_plotly(is_narrow: bool) -> None:
    chart = stacked()
    svg, figure = to_svg(chart, is_narrow=is_narrow), to_plotly(chart)
    for index, category in enumerate(chart.categories):
        count = chart.rows[0].counts[index]
        (mark,) = [
            mark
            for mark in ElementTree.fromstring(svg).iter(f"{SVG}rect")
            if mark.get("data-role") == category.full_name
        ]
        assert Fraction(mark.attrib["data-value"]) == count
        (trace,) = traces(figure, category.full_name)
        assert trace.customdata[0] == count
        assert trace.x[0] == pytest.approx(100 * count / 39)
        assert trace.x[1] is None


@pytest.mark.parametrize("is_narrow", [False, True])
def test_strip_points_are_the_same_in_svg_and_plotly(is_narrow: bool) -> None:
    chart = strip()
    svg, figure = to_svg(chart, is_narrow=is_narrow), to_plotly(chart)
    assert drawn(svg, "point") == [25, 25, Fraction(88, 3), 30, 30, 45]
    assert plotted(figure, "point") == [25, 25, 88 / 3, 30, 30, 45]
    assert drawn(svg, "mine") == [33]
    assert plotted(figure, "mine") == [33]
    assert drawn(svg, "median") == [30]
    assert plotted(figure, "median") == [30, 30]
    assert drawn(svg, "reference") == [38]
    assert plotted(figure, "reference") == [38, 38]
    half = ElementTree.fromstring(svg).find(".//*[@data-role='middle half']")
    assert half is not None
    assert half.attrib["data-value"] == "27 63/2"
    (shape,) = [s for s in figure.layout.shapes if s.name == "middle half"]
    assert (shape.x0, shape.x1) == (27, 31.5)


def test_figures_are_rounded_half_up_and_alike_everywhere() -> None:
    row = DumbbellRow("five", Fraction(59, 2), Fraction(88, 3))
    chart = Dumbbell(title="t", rows=(row,))
    texts = visible_text(to_svg(chart))
    assert {"30%", "29%"} <= set(texts)
    figure = to_plotly(chart)
    assert traces(figure, "start")[0].text[0] == "30%"
    assert traces(figure, "end")[0].text[0] == "29%"
    assert chart.table().shown_rows() == [["five", "30%", "29%"]]


def test_decimals_and_fractions_stand_beside_each_other() -> None:
    row = DumbbellRow("five", Fraction(77, 2), Decimal("29.3"))
    chart = Dumbbell(title="t", rows=(row,))
    assert drawn(to_svg(chart), "end") == [Fraction(293, 10)]
    assert traces(to_plotly(chart), "end")[0].textposition == ("middle left",)
    assert "from 39% to 29%" in chart.alternative()


def test_figures_are_written_in_the_language_of_the_reader() -> None:
    chart = Bars(
        title="t",
        groups=(BarGroup("", (Bar("a", Fraction(7, 4)),)),),
        axis=Axis(lowest=1, highest=5, unit="", places=1),
    )
    with override("ru"):
        assert "1,8" in visible_text(to_svg(chart))
        assert chart.table().shown_rows() == [["a", "1,8"]]
    assert "1.8" in visible_text(to_svg(chart))


def test_table_holds_the_exact_values() -> None:
    assert gaps().table().rows[0] == ("only start", Fraction(88, 3), None)
    assert dumbbell().table().rows[4] == ("5 Goal 5", 38, 29)
    assert bars().table().rows[0] == ("Legal framework", "Policy", Fraction(77, 2))
    assert stacked().table().rows[0] == ("Plans", 20, 15, 3, 1, 39)
    assert stacked().table().rows[1] == ("Too few", None, None, None, None, None)
    figures = [row[1] for row in strip().table().rows]
    assert figures[:5] == [30, 27, Fraction(63, 2), 33, 38]
    assert figures[5:] == [25, 25, Fraction(88, 3), 30, 30, 33, 45]


def test_a_missing_figure_is_a_gap_with_words_not_zero() -> None:
    assert visible_text(to_svg(gaps())).count("no figure") == 3
    notes = [note.text for note in to_plotly(gaps()).layout.annotations]
    assert "no figure" in notes
    assert ["only end", "no figure", "97%"] in gaps().table().shown_rows()
    assert "no figure" in visible_text(to_svg(bars()))
    assert visible_text(to_svg(stacked())).count("no figure") == 2


def test_alternative_says_what_the_picture_shows() -> None:
    words = dumbbell().alternative()
    assert "Highest: 2 Goal 2, 47%. Lowest: 16 Goal 16, 20%." in words
    assert "6 changed, most of all 3 Goal 3, from 45% to 30%." in words
    assert "No figure for: Local." in bars().alternative()
    assert "Plans: most often 1 no, 20 of 39." in stacked().alternative()
    assert "7 values, from 25% to 45%. Median: 30%." in strip().alternative()
    assert Bars(title="t", groups=(), alt="mine").alternative() == "mine"


def test_a_strip_of_estimates_shows_them_as_they_were_given() -> None:
    half = Fraction(59, 2)
    chart = DotStrip(
        title="t", points=(half, 40), median=40, mine=half, axis=Axis(places=None)
    )
    for words in (" ".join(visible_text(to_svg(chart))), chart.alternative()):
        assert "29.5%" in words
        assert "40%" in words


def test_mine_must_be_one_of_the_points() -> None:
    with pytest.raises(ValueError, match="mine"):
        DotStrip(title="t", points=(1, 2), mine=3)


@pytest.mark.parametrize("chart", empty(), ids=lambda chart: type(chart).__name__)
def test_an_empty_chart_says_so(chart: Chart) -> None:
    for is_narrow in (False, True):
        assert "no figure" in visible_text(to_svg(chart, is_narrow=is_narrow))
    assert json.loads(to_plotly(chart).to_json())["layout"]
    assert chart.alternative() == "There are no figures yet."


def test_the_same_chart_is_the_same_text() -> None:
    for make in (dumbbell, gaps, bars, stacked, strip):
        assert to_svg(make()) == to_svg(make())
        assert to_plotly(make()).to_json() == to_plotly(make()).to_json()
