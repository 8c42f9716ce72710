"""A sheet of plain SVG 1.1: presentation attributes only, no style, no script."""

import re
from xml.etree import ElementTree

from surveys.charts.colours import INK, PAPER, RULE, SOFT
from surveys.charts.lettering import FAMILY, wrap

WIDE, NARROW = 680, 340
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SIZE = 14.0
LINE = 17.0


def number(value: float) -> str:
    """A coordinate, to a tenth, without idle zeros."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def clean(words: str) -> str:
    """`words` without the control characters and halves that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", words)


def safe_href(href: str) -> str:
    """`href` if it leads to a page (relative, http, https), else ""."""
    if href.startswith(("/", "#", "?", "https://", "http://")):
        return href
    return ""


class Canvas:
    """Collects shapes from top to bottom; `finish` gives the text of the picture."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.root = ElementTree.Element("svg")
        self.parent = self.root

    @property
    def is_narrow(self) -> bool:
        """Whether labels stand above what they name instead of beside it."""
        return self.width < 500

    def group(self, row: str, href: str = "") -> None:
        """Start a new group under the root, for what belongs to one row.

        A picture holds no links (screen readers see one image): the address is noted,
        the table beside the picture links it, and scripts may follow it on a click.
        """
        attributes = {"data-row": clean(row)}
        if safe_href(href):
            attributes["data-href"] = clean(href)
        self.parent = ElementTree.SubElement(self.root, "g", attributes)

    def ungroup(self) -> None:
        """What follows stands under the root again."""
        self.parent = self.root

    def add(self, tag: str, **attributes: str | float) -> ElementTree.Element:
        """A shape; underscores become hyphens, numbers are written to a tenth."""
        written = {
            key.rstrip("_").replace("_", "-"): (
                clean(value) if isinstance(value, str) else number(value)
            )
            for key, value in attributes.items()
        }
        return ElementTree.SubElement(self.parent, tag, written)

    def text(
        self, x: float, y: float, words: str, **attributes: str | float
    ) -> ElementTree.Element:
        """Words on the base line `y`."""
        element = self.add("text", x=x, y=y, **attributes)
        element.text = clean(words)
        return element

    def label(
        self,
        x: float,
        y: float,
        words: str,
        room: float,
        lines: int = 2,
        size: float = SIZE,
        **attributes: str | float,
    ) -> int:
        """Words on up to `lines` lines; how many. If cut, the title has them whole."""
        broken = wrap(words, room, size, lines)
        if size != SIZE:
            attributes["font_size"] = size
        element = self.add("text", x=x, y=y, **attributes)
        if broken[-1].endswith("…") and not words.endswith("…"):
            ElementTree.SubElement(element, "title").text = clean(words)
        for index, line in enumerate(broken):
            step = {"x": number(x), "y": number(y + index * LINE)}
            ElementTree.SubElement(element, "tspan", step).text = clean(line)
        return len(broken)

    def rule(self, x1: float, y1: float, x2: float, y2: float, **more: str) -> None:
        """A thin line."""
        look: dict[str, str] = {"stroke": RULE, "stroke_width": "1", **more}
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, **look)

    def ring(self, x: float, y: float, **data: str) -> ElementTree.Element:
        """A hollow dot."""
        return self.add(
            "circle",
            cx=x,
            cy=y,
            r=5,
            fill=PAPER,
            stroke=INK,
            stroke_width="1.6",
            **data,
        )

    def dot(self, x: float, y: float, fill: str, **data: str) -> ElementTree.Element:
        """A full dot, outlined in ink so that a light colour holds on paper."""
        return self.add(
            "circle",
            cx=x,
            cy=y,
            r=5.6,
            fill=fill,
            stroke=INK,
            stroke_width="1.2",
            **data,
        )

    def missing(self, x: float, y: float, words: str) -> None:
        """The words for a gap."""
        self.text(x, y, words, fill=SOFT, font_style="italic")

    def finish(self, height: float, title: str, description: str) -> str:
        """The picture as text, with its title and description."""
        for key, value in {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {self.width} {number(height)}",
            "width": str(self.width),
            "height": number(height),
            "role": "img",
            "aria-label": clean(f"{title}. {description}"),
            "font-family": FAMILY,
            "font-size": number(SIZE),
            "fill": INK,
        }.items():
            self.root.set(key, value)
        for tag, words in (("desc", description), ("title", title)):
            element = ElementTree.Element(tag)
            element.text = clean(words)
            self.root.insert(0, element)
        return ElementTree.tostring(self.root, encoding="unicode")
