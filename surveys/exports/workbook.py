"""A workbook: what it is, the responses, the codebook, the remarks."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from django.utils.translation import gettext, gettext_noop
from xlsxwriter.format import Format as Look
from xlsxwriter.worksheet import Worksheet

from surveys.exports import words
from surveys.exports.coding import CODES
from surveys.exports.export import Export, Format
from surveys.exports.rows import Row
from surveys.exports.texts import LONGEST_CELL, for_xlsx
from surveys.jobs.files import making_folder

# A sheet holds 1,048,576 rows; its first is the head.
MOST_ROWS = 1_048_575


def write(export: Export, path: Path) -> None:
    """Write the workbook, a row at a time."""
    with TemporaryDirectory(dir=making_folder()) as folder:
        _write(export, path, folder)


def _write(export: Export, path: Path, folder: str) -> None:
    options = {
        "constant_memory": True,
        # Text stays text: nothing that a person wrote becomes formula, link or number.
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": folder,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet(gettext("About"))
        _responses(book, export, bold)
        book_lines, remark_lines = words.codebook_lines, words.remark_lines
        sheet = _sheet(book, gettext("Codebook"), [20, 34, 70, 70], wrapped)
        _lines(sheet, words.codebook_head(), book_lines(export), bold, wrapped)
        sheet = _sheet(book, gettext("Remarks"), [38, 26, 90], wrapped)
        _lines(sheet, words.remark_head(), remark_lines(export), bold, wrapped)
        first.set_column(0, 0, 28, wrapped)
        first.set_column(1, 1, 100, wrapped)
        for number, line in enumerate([*words.about(export), _limit()]):
            _line(first, number, line, wrapped)


def _limit() -> tuple[str, str]:
    return gettext("Long texts"), gettext(
        "A cell holds %(most)s characters. Where a text is longer, the sheet of "
        "remarks says so; the CSV files hold all of it."
    ) % {"most": f"{LONGEST_CELL:,}"}


def _responses(book: xlsxwriter.Workbook, export: Export, bold: Look) -> None:
    rows = export.contained(for_xlsx)
    names = [column.name for column in export.columns]
    number, is_full = 1, True
    while is_full:
        name = gettext("Responses")
        page = book.add_worksheet(name if number == 1 else f"{name} {number}")
        page.freeze_panes(1, 1)
        page.set_column(0, 0, 38)
        for place, column in enumerate(names):
            page.write_string(0, place, column, bold)
        is_full = _fill(page, rows)
        number += 1


def _fill(page: Worksheet, rows: Iterator[Row]) -> bool:
    """Write rows until the sheet is full; whether it is."""
    for number, row in enumerate(rows, start=1):
        _write_row(page, number, row)
        if number == MOST_ROWS:
            return True
    return False


def _write_row(page: Worksheet, number: int, row: Row) -> None:
    text, whole, day = page.write_string, page.write_number, page.write_datetime
    for place, cell in enumerate(row):
        if cell is None:
            continue
        kind = type(cell)
        if kind is int:
            whole(number, place, cell)
        elif kind is str:
            text(number, place, cell)
        else:
            day(number, place, cell)


def _sheet(
    book: xlsxwriter.Workbook, name: str, widths: Sequence[int], look: Look
) -> Worksheet:
    page = book.add_worksheet(name)
    for place, width in enumerate(widths):
        page.set_column(place, place, width, look)
    page.freeze_panes(1, 0)
    return page


def _lines(
    page: Worksheet,
    head: Sequence[str],
    lines: Iterable[Sequence[str]],
    bold: Look,
    look: Look,
) -> None:
    _line(page, 0, head, bold)
    for number, line in enumerate(lines, start=1):
        _line(page, number, line, look)


def _line(page: Worksheet, number: int, line: Sequence[str], look: Look) -> None:
    for place, text in enumerate(line):
        page.write_string(number, place, for_xlsx(text)[0], look)


FORMAT = Format(
    code="xlsx",
    suffix="xlsx",
    label=gettext_noop("Workbook (XLSX), for spreadsheet programs"),
    content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    coding=CODES,
    writer=write,
)
