"""What people wrote stays text, and stays on the sheet."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from surveys.charts import Bar, BarGroup, Bars, Chart, Dumbbell, DumbbellRow, to_svg
from surveys.charts.colours import INK, PAPER, ink_on, luminance, steps
from surveys.charts.lettering import shorten, width, wrap
from surveys.charts.plotly_figure import to_plotly
from tests.surveys.charts import samples
from tests.surveys.charts.samples import LONG, NASTY, UNBROKEN

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "title", "desc", "g", "text", "tspan"}
SHAPES |= {"line", "rect", "circle", "path"}


def charts_labelled(label: str) -> list[Chart]:
    makers = (samples.dumbbell, samples.bars, samples.stacked, samples.strip)
    return [make(label=label) for make in makers]


@pytest.mark.parametrize("chart", charts_labelled(NASTY))
@pytest.mark.parametrize("is_narrow", [False, True])
def test_markup_in_labels_is_escaped(chart: Chart, is_narrow: bool) -> None:
    svg = to_svg(chart, is_narrow=is_narrow)
    assert "<script" not in svg
    tags = {
        element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()
    }
    assert tags <= SHAPES
    assert "<script" not in to_plotly(chart).to_json()


@pytest.mark.parametrize("chart", charts_labelled(NASTY))
def test_markup_in_labels_is_escaped_on_the_page(chart: Chart) -> None:
    page = Template("{% load charts %}{% chart c %}").render(Context({"c": chart}))
    scripts = re.findall(r"<script([^>]*)>", page)
    assert len(scripts) == 2
    assert 'type="application/json"' in scripts[0]
    assert "src=" in scripts[1]
    data = re.search(r"<script[^>]*json[^>]*>(.*?)</script>", page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["data"]


@pytest.mark.parametrize("chart", charts_labelled("Plans"))
def test_no_style_and_no_script_in_the_picture(chart: Chart) -> None:
    for is_narrow in (False, True):
        root = ElementTree.fromstring(to_svg(chart, is_narrow=is_narrow))
        assert root.get("role") == "img"
        assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
        for element in root.iter():
            assert element.tag not in (f"{SVG}style", f"{SVG}script")
            assert "style" not in element.attrib
            assert not any(name.startswith("on") for name in element.attrib)


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", " //x"])
def test_an_address_that_is_no_page_is_no_link(href: str) -> None:
    chart = Dumbbell(title="t", rows=(DumbbellRow("a", 1, 2, href=href),))
    assert "href" not in to_svg(chart)
    assert href not in to_plotly(chart).to_json()
    page = Template("{% load charts %}{% chart c %}").render(Context({"c": chart}))
    assert href not in page


@pytest.mark.parametrize("label", [LONG, UNBROKEN, "A"])
@pytest.mark.parametrize("is_narrow", [False, True])
def test_words_stay_on_the_sheet_and_apart(label: str, is_narrow: bool) -> None:
    for chart in charts_labelled(label):
        root = ElementTree.fromstring(to_svg(chart, is_narrow=is_narrow))
        _, _, wide, high = map(float, root.attrib["viewBox"].split())
        boxes = [box for text in root.iter(f"{SVG}text") for box in text_boxes(text)]
        for left, top, right, bottom, words in boxes:
            assert left >= -1, words
            assert right <= wide + 1, words
            assert top >= -1, words
            assert bottom <= high, words
        assert_apart(boxes)


def test_a_shortened_label_keeps_its_words_in_a_title() -> None:
    chart = Bars(title="t", groups=(BarGroup("", (Bar(LONG, 3),)),))
    root = ElementTree.fromstring(to_svg(chart))
    assert LONG in [title.text for title in root.iterfind(f".//{SVG}text/{SVG}title")]


def test_lines_are_no_wider_than_their_room() -> None:
    for words in (LONG, UNBROKEN, "National action plans", ""):
        lines = wrap(words, 120, 14)
        assert len(lines) <= 2
        assert all(width(line, 14) <= 120 for line in lines)
    assert shorten("short", 500, 14) == "short"


def test_steps_are_told_apart_by_lightness_alone() -> None:
    for count in range(2, 8):
        light = [luminance(colour) for colour in steps(count)]
        assert light == sorted(light, reverse=True)
        assert len(set(light)) == count
    for colour in steps(7):
        other = luminance(ink_on(colour)) + 0.05
        ratio = max(other, luminance(colour) + 0.05) / min(
            other, luminance(colour) + 0.05
        )
        assert ratio >= 4.5
    assert ink_on("#ffffff") == INK
    assert ink_on("#000000") == PAPER


Box = tuple[float, float, float, float, str]


def text_boxes(text: ElementTree.Element) -> list[Box]:
    """(left, top, right, bottom, words) of each line, from the same letter widths."""
    size = float(text.get("font-size", "14"))
    lines = text.findall(f"{SVG}tspan") or [text]
    boxes = []
    for line in lines:
        words = line.text or ""
        x, y, wide = (
            float(line.attrib["x"]),
            float(line.attrib["y"]),
            width(words, size),
        )
        anchor = text.get("text-anchor", "start")
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        boxes.append((left, y - size * 0.72, left + wide, y + size * 0.22, words))
    return boxes


def assert_apart(boxes: list[Box]) -> None:
    for index, (left, top, right, bottom, words) in enumerate(boxes):
        for left2, top2, right2, bottom2, words2 in boxes[index + 1 :]:
            is_beside = right <= left2 + 1 or right2 <= left + 1
            is_above = bottom <= top2 + 1 or bottom2 <= top + 1
            assert is_beside or is_above, (words, words2)
