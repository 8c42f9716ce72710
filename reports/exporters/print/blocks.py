"""What a printed chapter is made of: plain values that the template sets in type.

No block holds markup. A block's language is named where it is not the document's.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.utils.translation import get_language

from surveys.charts import Chart, to_svg
from surveys.localized import FALLBACK, text_in
from surveys.print.glyphs import drawable

Block: TypeAlias = dict[str, Any]


def heading(text: str, level: int = 2) -> Block:
    """A heading below the chapter's own, which is of level 1."""
    return {"kind": "heading", "text": text, "level": level}


def paragraphs(texts: Iterable[str], *, is_soft: bool = False) -> Block:
    """Running text; blank lines inside a text part it further."""
    parts = [part.strip() for text in texts for part in text.split("\n\n")]
    return {
        "kind": "paragraphs",
        "texts": [part for part in parts if part],
        "is_soft": is_soft,
    }


def bullets(texts: Iterable[str]) -> Block:
    return {"kind": "bullets", "texts": list(texts)}


def numbered(texts: Iterable[str]) -> Block:
    return {"kind": "numbered", "texts": list(texts)}


def terms(pairs: Iterable[tuple[str, str]]) -> Block:
    """Short names and what they stand for."""
    return {"kind": "terms", "pairs": [list(pair) for pair in pairs]}


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    align: str,
    wide: str = "",
    caption: str = "",
    note: str = "",
    has_total: bool = False,
) -> Block:
    """`align`: "l" or "r" a column. `wide`: "1" for a column that takes what is left,
    "0" for one as wide as its words, "2" for one whose heading may break between them;
    by default the first takes it all."""
    return {
        "kind": "table",
        "header": list(header),
        "rows": [list(row) for row in rows],
        "align": align,
        "wide": wide or "1" + "0" * (len(header) - 1),
        "caption": caption,
        "note": note,
        "has_total": has_total,
    }


def chart(description: Chart) -> Block:
    """A chart as SVG, with its title and the same numbers in words."""
    return {
        "kind": "chart",
        "svg": drawable(to_svg(description)),
        "caption": description.title,
        "alternative": description.alternative(),
    }


def figures(parts: Iterable[tuple[str, str, str]]) -> Block:
    """Key figures in a row: name, value, and what stands below it."""
    return {"kind": "figures", "parts": [list(part) for part in parts]}


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Labels with their values, a line each; empty values are left out."""
    return {"kind": "facts", "pairs": [list(pair) for pair in pairs if pair[1]]}


def chapter(title: str, blocks: Iterable[Block], **more: Any) -> Block:
    """A part of the report. It begins on a page of its own, unless it `runs_on`."""
    return {"title": title, "blocks": list(blocks), **more}


def in_language_of(texts: Mapping[str, str], block: Block) -> Block:
    """The block, marked with the language its text is in if that is another."""
    spoken, wanted = language_of(texts), (get_language() or FALLBACK).split("-")[0]
    return block if spoken == wanted else {**block, "language": spoken}


def language_of(texts: Mapping[str, str]) -> str:
    """The language in which `text_in` gives this text."""
    chosen = text_in(texts)
    wanted = (get_language() or FALLBACK).split("-")[0]
    for code in (wanted, FALLBACK, *texts):
        if texts.get(code) == chosen and chosen:
            return code
    return wanted
