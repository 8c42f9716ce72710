"""An uploaded file as rows of texts, or a reason why it cannot be read.

Nothing in the file is trusted: not its name, its length, its encoding or what a
workbook says about itself.
"""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings

from surveys.sheets.kinds import (
    BROKEN_WORKBOOK,
    EMPTY,
    TOO_LARGE,
    is_archive,
    what_is_wrong,
)
from surveys.sheets.plain_text import MOST_ABOVE, decoded, rows_of_text
from surveys.sheets.refusals import (
    CELL_ERRORS,
    COLUMN_MISSING,
    COLUMN_TWICE,
    MERGED_HEADINGS,
    NO_HEADINGS,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    UNNAMED_COLUMN,
    UNPACKS_TOO_LARGE,
    Unreadable,
)

MOST_BYTES = 5 * 1024**2
MOST_UNPACKED = 50 * 1024**2
MOST_ENTRIES = 500
MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST_CELL = 100_000
SECONDS = 40
PIECE = 64 * 1024
MERGED_NAMED = 5

# Numbers of the first and the last row, and the cells: (1, 1, "B1:K1").
Merged: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True)
class Sheet:
    """Rows that are not empty, each with its number as a spreadsheet counts.

    `encoding`: of a text file. `above`: lines of words that stood above the headings.
    """

    rows: Sequence[tuple[int, list[str]]]
    is_workbook: bool
    encoding: str = ""
    above: Sequence[str] = ()


@dataclass(frozen=True)
class Row:
    """`number` as a spreadsheet counts, the headings included. Column code -> text."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """`ignored`: headings that mean nothing here. `encoding`: of a text file."""

    rows: Sequence[Row]
    ignored: Sequence[str]
    is_workbook: bool
    encoding: str = ""


def read_rows(
    content: bytes,
    *,
    name: str = "",
    knows: Callable[[str], bool] | None = None,
    preferred_sheet: str = "",
    may_have_title: bool = False,
    most_bytes: int = MOST_BYTES,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
) -> Sheet:
    """What stands in a CSV or XLSX file, sent under this name. Raises Unreadable.

    `knows` says of a heading whether it means something, where that is known: it helps
    to tell the sign that divides a text file. `may_have_title`: lines of one cell each
    may stand above the headings. `most_rows` counts those below the headings.
    """
    check_kind(content, name, most_bytes=most_bytes)
    merged: Sequence[Merged] = ()
    if is_archive(content):
        rows, merged = _rows_of_workbook(
            content, most_rows, most_columns, preferred_sheet
        )
        sheet = Sheet(rows, is_workbook=True)
    else:
        text, encoding = decoded(content)
        rows = rows_of_text(text, most_rows, knows)
        sheet = Sheet(rows, is_workbook=False, encoding=encoding)
    if not rows:
        raise Unreadable(EMPTY)
    if len(rows) > most_rows + 1:
        raise Unreadable(TOO_MANY_ROWS, f"{most_rows}")
    if may_have_title:
        sheet = _below_the_title(sheet)
    _check_unmerged(sheet.rows[0][0], merged)
    if len(sheet.rows[0][1]) > most_columns:
        raise Unreadable(TOO_MANY_COLUMNS, f"{most_columns}")
    return sheet


def _below_the_title(sheet: Sheet) -> Sheet:
    """The same from its headings on, where lines of one cell each stand above them."""
    rows = list(sheet.rows)
    width = max((_filled(cells) for _, cells in rows[: MOST_ABOVE + 1]), default=0)
    place = next((n for n, (_, cells) in enumerate(rows) if _filled(cells) > 1), 0)
    if width < 3 or not 0 < place <= MOST_ABOVE:
        return sheet
    above = [" ".join("".join(cells).split()) for _, cells in rows[:place]]
    return replace(sheet, rows=rows[place:], above=above)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def check_kind(content: bytes, name: str = "", *, most_bytes: int = MOST_BYTES) -> None:
    """Refuse what is no table whatever stands in it. Raises Unreadable."""
    if reason := what_is_wrong(content, name, most_bytes=most_bytes):
        large = reason == TOO_LARGE
        raise Unreadable(reason, f"{most_bytes // 1024**2}" if large else "")


# ------------------------------------------------------------------------- workbooks


def read_sheets(
    content: bytes,
    names: Sequence[str],
    *,
    most_bytes: int = MOST_BYTES,
    most_rows: int = MOST_ROWS,
    most_columns: int = MOST_COLUMNS,
) -> dict[str, list[tuple[int, list[str]]]]:
    """{name: rows} of the sheets of a workbook that have these names, in small letters.

    Raises Unreadable; merged headings are refused, too many rows name their sheet.
    """
    check_kind(content, ".xlsx", most_bytes=most_bytes)
    _check_unpacked(content)
    found = _read_aside(content, most_rows, most_columns, "", *names)
    sheets = {name: _numbered(sheet) for name, sheet in found.items()}
    for name, rows in sheets.items():
        if rows:
            _check_unmerged(rows[0][0], found[name]["merged"])
        if len(rows) > most_rows:
            raise Unreadable(TOO_MANY_ROWS, f"{most_rows}")
        if any(len(cells) > most_columns for _, cells in rows[:1]):
            raise Unreadable(TOO_MANY_COLUMNS, f"{most_columns}")
    return sheets


def _rows_of_workbook(
    content: bytes, most_rows: int, most_columns: int, preferred: str
) -> tuple[list[tuple[int, list[str]]], Sequence[Merged]]:
    _check_unpacked(content)
    sheet = _read_aside(content, most_rows + 1, most_columns, preferred)
    if sheet["errors"]:
        raise Unreadable(CELL_ERRORS, ", ".join(sheet["errors"]))
    return _numbered(sheet), sheet["merged"]


def _numbered(sheet: dict[str, Any]) -> list[tuple[int, list[str]]]:
    return [(number, cells) for number, cells in sheet["rows"]]


def _check_unmerged(heading: int, merged: Sequence[Merged]) -> None:
    """Of merged cells only the first says something, so that no heading may be one.

    `heading`: the number of the row. Raises Unreadable.
    """
    found = [cells for first, last, cells in merged if first <= heading <= last]
    if found:
        raise Unreadable(MERGED_HEADINGS, ", ".join(found[:MERGED_NAMED]))


def _read_aside(
    content: bytes, most_rows: int, most_columns: int, *names: str
) -> dict[str, Any]:
    """What `surveys.sheets.workbook` says, run as a program that ends."""
    limits = str(most_rows), str(most_columns)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "surveys.sheets.workbook", *limits, *names],
            input=content,
            capture_output=True,
            cwd=Path(settings.BASE_DIR),
            timeout=SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(UNPACKS_TOO_LARGE) from error
    except subprocess.CalledProcessError as error:
        ran_out = error.returncode < 0 or b"Memory" in error.stderr
        reason = UNPACKS_TOO_LARGE if ran_out else BROKEN_WORKBOOK
        raise Unreadable(reason) from error
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _check_unpacked(content: bytes) -> None:
    """The sizes that the archive states, then those it really has, piece by piece."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            stated = sum(entry.file_size for entry in entries)
            if stated > MOST_UNPACKED or len(entries) > MOST_ENTRIES:
                raise Unreadable(UNPACKS_TOO_LARGE)
            unpacked = 0
            for entry in entries:
                with archive.open(entry) as opened:
                    while piece := opened.read(PIECE):
                        unpacked += len(piece)
                        if unpacked > MOST_UNPACKED:
                            raise Unreadable(UNPACKS_TOO_LARGE)
    except Unreadable:
        raise
    # An archive made to confuse: wrong sums, encrypted, unknown methods, cut off.
    except Exception as error:
        raise Unreadable(BROKEN_WORKBOOK) from error


# -------------------------------------------------------------- columns with a meaning


def table_of(
    sheet: Sheet,
    *,
    code_of: Callable[[str], str | None],
    missing: Callable[[set[str]], Sequence[str]],
) -> Table:
    """The table whose first row names columns that are known beforehand.

    `code_of` a heading is None where it means nothing; `missing` are the columns that
    are needed and not among the codes found. Raises Unreadable.
    """
    (_, headings), *body = sheet.rows
    codes, ignored = _columns(headings, code_of)
    if len(codes) < 2:
        raise Unreadable(NO_HEADINGS)
    if needed := missing(set(codes.values())):
        raise Unreadable(COLUMN_MISSING, ", ".join(needed))
    check_width(headings, body)
    return Table(
        rows=[
            Row(
                number,
                {
                    code: cells[place][:LONGEST_CELL]
                    for place, code in codes.items()
                    if place < len(cells)
                },
            )
            for number, cells in body
        ],
        ignored=ignored,
        is_workbook=sheet.is_workbook,
        encoding=sheet.encoding,
    )


def _columns(
    headings: Sequence[str], code_of: Callable[[str], str | None]
) -> tuple[dict[int, str], list[str]]:
    """Place -> code, and the headings that mean nothing here."""
    codes: dict[int, str] = {}
    ignored = []
    for place, heading in enumerate(headings):
        code = code_of(heading)
        if code in codes.values():
            raise Unreadable(COLUMN_TWICE, f"{code} ({heading.strip()[:60]})")
        if code:
            codes[place] = code
        elif heading.strip():
            ignored.append(heading.strip()[:60])
    return codes, ignored


def check_width(
    headings: Sequence[str], body: Iterable[tuple[int, Sequence[str]]]
) -> None:
    """Something that stands under no heading would be lost without a word.

    Raises Unreadable.
    """
    named = {place for place, heading in enumerate(headings) if heading.strip()}
    for number, cells in body:
        for place, cell in enumerate(cells):
            if cell.strip() and place not in named:
                raise Unreadable(UNNAMED_COLUMN, str(number))
