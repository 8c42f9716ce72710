"""The report as a workbook: figures beside what they follow from, and a codebook."""

import re
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext, gettext_noop
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from reports.exporters.format import Format, Imprint
from reports.exporters.tables import consultation, figures, words
from reports.exporters.tables.sheet import Cell, Sheet
from reports.pages.document import Report
from surveys.localized import text_in

# Text stays text: nothing that a person wrote becomes a formula, link or number.
AS_WRITTEN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST_CELL = 32_767
# What XML cannot hold, and what spreadsheets would read as an escape of their own.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SHEETS: tuple[Callable[[Report], Sheet], ...] = (
    figures.figures_sheet,
    figures.key_areas_sheet,
    consultation.proposals_sheet,
    consultation.settlements_sheet,
    consultation.statements_sheet,
    consultation.meetings_sheet,
    figures.sample_sheet,
)


def write(report: Report, imprint: Imprint, path: Path) -> None:
    """Write the workbook, a row at a time."""
    sheets = [words.about_sheet(report, imprint), *(make(report) for make in SHEETS)]
    sheets.append(words.codebook_sheet(report, sheets))
    with xlsxwriter.Workbook(str(path), AS_WRITTEN) as book:
        book.set_properties(
            {
                "title": contained(f"{text_in(report.place)} {report.year}"),
                "comments": imprint.checksum_of(report),
                "created": datetime.combine(imprint.day, time()),
            }
        )
        looks = _looks(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet_name(sheet.name)), sheet, looks)


def _looks(book: xlsxwriter.Workbook) -> dict[str, CellFormat]:
    top = {"valign": "top"}
    return {
        "header": book.add_format(
            {"bold": True, "text_wrap": True, "bottom": 1, **top}
        ),
        "text": book.add_format({"text_wrap": True, **top}),
        "whole": book.add_format({"num_format": "0", **top}),
        "decimal": book.add_format({"num_format": "0.00", **top}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", **top}),
    }


def _write_sheet(page: Worksheet, sheet: Sheet, looks: dict[str, CellFormat]) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width, looks[column.kind])
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, contained(column.name), looks["header"])
    for number, row in enumerate(sheet.rows, start=1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write_cell(page, (number, place), cell, looks[column.kind])


def _write_cell(
    page: Worksheet, at: tuple[int, int], cell: Cell, look: CellFormat
) -> None:
    write: Any
    if cell is None or cell == "":
        return
    elif isinstance(cell, str):
        write, cell = page.write_string, contained(cell)
    elif isinstance(cell, datetime):
        write = page.write_datetime
    else:
        write = page.write_number
    write(*at, cell, look)


def contained(text: str) -> str:
    """What a cell can hold of a text, with a mark where something cannot be held.

    >>> contained("a\\x00b")
    'a\ufffdb'
    """
    safe = FORBIDDEN.sub("\ufffd", text)
    if len(safe) <= LONGEST_CELL:
        return safe
    mark = gettext("… (%(n)d characters cut)") % {"n": len(safe)}
    kept = safe[: LONGEST_CELL - len(mark)]
    return kept + gettext("… (%(n)d characters cut)") % {"n": len(safe) - len(kept)}


def sheet_name(name: str) -> str:
    """At most 31 characters and none that a sheet's name may not have."""
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31].strip("'") or "?"


FORMAT = Format(
    code="xlsx",
    label=gettext_noop("Workbook (XLSX), with every figure and what it follows from"),
    content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    writer=write,
)
