"""Chapters outside the goals: blocks of headings, paragraphs, bullets and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from reports.pages.document import ChapterPage, Report
from reports.reading.links import Links
from reports.reading.overview import ChapterLink
from surveys.localized import FALLBACK, text_in

PLACEMENTS = ("front", "cross_cutting", "annex")


@dataclass(frozen=True)
class ShownChapter:
    """`blocks` in the page's language, else in the one they were written in."""

    title: str
    language: str
    blocks: Sequence[Mapping[str, Any]]
    before: ChapterLink | None
    after: ChapterLink | None


def chapter_page(report: Report, code: str, links: Links) -> ShownChapter | None:
    """The chapter with this code, or None."""
    chapter = report.chapter(code)
    if chapter is None:
        return None
    language = _language_of(chapter)
    before, after = _neighbours(report, chapter, links)
    return ShownChapter(
        title=text_in(chapter.title),
        language=language,
        blocks=chapter.blocks.get(language, []),
        before=before,
        after=after,
    )


def _language_of(chapter: ChapterPage) -> str:
    wanted = (get_language() or FALLBACK).split("-")[0]
    written = [code for code, blocks in chapter.blocks.items() if blocks]
    for code in (wanted, FALLBACK, *written):
        if code in written:
            return code
    return wanted


def _neighbours(
    report: Report, chapter: ChapterPage, links: Links
) -> tuple[ChapterLink | None, ChapterLink | None]:
    """The chapters before and after, in the order of the contents."""
    ordered = sorted(report.chapters, key=lambda page: PLACEMENTS.index(page.placement))
    place = next(i for i, page in enumerate(ordered) if page.code == chapter.code)
    shown = [
        ChapterLink(text_in(page.title), links.chapter(page.code)) for page in ordered
    ]
    before = shown[place - 1] if place else None
    after = shown[place + 1] if place + 1 < len(shown) else None
    return before, after
