"""The whole printed report as plain values, in the language that is active."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_info, gettext

from reports import charts
from reports.exporters.format import Imprint
from reports.exporters.print import blocks
from reports.exporters.print.annex import computation_chapter, sources_chapter
from reports.exporters.print.blocks import Block
from reports.exporters.print.goals import goal_chapter
from reports.exporters.print.overview import (
    findings_chapter,
    method_chapter,
    overview_chapter,
    sample_chapter,
)
from reports.pages.document import ChapterPage, Report
from surveys.charts.colours import goal_accent
from surveys.localized import text_in


def printed_report(report: Report, imprint: Imprint) -> dict[str, Any]:
    """What the template needs, nothing in it but strings, numbers, lists and dicts."""
    language = get_language() or imprint.language
    return {
        "language": language,
        "is_right_to_left": get_language_info(language)["bidi"],
        "title": gettext("People’s Scorecard: %(place)s %(year)d")
        % {"place": text_in(report.place), "year": report.year},
        "place": text_in(report.place),
        "year": str(report.year),
        "kicker": gettext("People’s Scorecard on the Sustainable Development Goals"),
        "lede": gettext(
            "Civil society’s own account of how far the country has come, goal by goal"
        ),
        "edition": imprint.name,
        "day": date_format(imprint.day),
        "date": [imprint.day.year, imprint.day.month, imprint.day.day],
        "notice": text_in(report.notice),
        "checksum": imprint.checksum_of(report),
        "ledger_head": report.method.ledger_head,
        "accents": [goal_accent(page.number) for page in report.goals],
        "words": {
            "contents": gettext("Contents"),
            "checksum": gettext("Checksum of the report (SHA-256)"),
            "ledger_head": gettext("Head of the ledger (SHA-256)"),
            "figure": gettext("Figure"),
            "table": gettext("Table"),
        },
        "chapters": list(_chapters(report)),
    }


def _chapters(report: Report) -> Iterator[Block]:
    yield overview_chapter(report)
    yield findings_chapter(report)
    yield from _written(report, "front")
    yield sample_chapter(report)
    yield method_chapter(report)
    for page in report.goals:
        yield goal_chapter(report, page)
    yield from _choices(report)
    for chapter in _written(report, "cross_cutting"):
        yield {**chapter, "runs_on": True}
    yield from _written(report, "annex")
    yield computation_chapter(report)
    if sources := sources_chapter(report):
        yield sources


def _choices(report: Report) -> Iterator[Block]:
    answered = [
        line for line in report.choices if any(group.n != 0 for group in line.groups)
    ]
    if answered:
        yield blocks.chapter(
            gettext("Questions across all goals"),
            [blocks.chart(charts.breakdown_bars(report, line)) for line in answered],
        )


def _written(report: Report, placement: str) -> Iterator[Block]:
    for chapter in report.chapters:
        if chapter.placement == placement:
            yield _written_chapter(chapter)


def _written_chapter(chapter: ChapterPage) -> Block:
    language = blocks.language_of({code: code for code in chapter.blocks})
    content = [
        {**block, "language": language}
        for part in chapter.blocks.get(language, [])
        for block in _written_blocks(part)
    ]
    return blocks.chapter(text_in(chapter.title), content)


def _written_blocks(part: Mapping[str, Any]) -> Iterator[Block]:
    if part.get("heading"):
        yield blocks.heading(part["heading"])
    if part.get("paragraphs"):
        yield blocks.paragraphs(part["paragraphs"])
    if part.get("bullets"):
        yield blocks.bullets(part["bullets"])
    if part.get("terms"):
        yield blocks.terms((term["short"], term["long"]) for term in part["terms"])
    if part.get("table"):
        table = part["table"]
        columns = len(table["columns"])
        yield blocks.table(
            table["columns"],
            ([str(cell) for cell in row] for row in table["rows"]),
            align="l" * columns,
            wide="1" * columns,
            caption=table.get("caption", ""),
            note=table.get("note", ""),
        )
