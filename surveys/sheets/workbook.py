"""A sheet of an XLSX workbook as rows of texts; run as a program of its own.

A small file can describe a sheet that fills the memory. This runs in a process that
may use so much memory and so much time and no more, and ends; whatever goes wrong in
it, the page that asked gets an answer. Bytes in on stdin, JSON out on stdout.
"""

import json
import re
import sys
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

from surveys.sheets.plain_text import MOST_ABOVE

MEMORY = 1024**3
SECONDS = 30


def text_of(value: Any) -> str:
    """A cell as people would have typed it; formulas come as their last values."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        rounded = round(value, 10)
        return str(int(rounded)) if rounded == int(rounded) else repr(rounded)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def rows_of(
    content: bytes, most_rows: int, most_columns: int, preferred: str = ""
) -> dict[str, Any]:
    """{"rows": [[row number, [text, …]], …], "merged": [[1, 1, "B1:K1"], …],
    "errors": ["C7"]}.

    Empty rows are left out. The sheet is the one named `preferred`, else the first that
    is not hidden.
    `merged`: cells that are merged in the rows among which the headings are, each with
    the numbers of its first and last row.
    One row more than `most_rows` is returned where there are more, so that the caller
    can tell.
    """
    from python_calamine import SheetVisibleEnum

    book = _opened(content)
    names = [
        one.name
        for one in book.sheets_metadata
        if one.visible == SheetVisibleEnum.Visible
    ] or book.sheet_names
    chosen = preferred if preferred in names else names[0]
    rows = _rows(book.get_sheet_by_name(chosen), most_rows, most_columns)
    return rows | {"errors": _errors(content, book.sheet_names.index(chosen))}


def sheets_of(
    content: bytes, most_rows: int, most_columns: int, wanted: list[str]
) -> dict[str, dict[str, Any]]:
    """{name in small letters: what `rows_of` gives} for the sheets wanted and there."""
    book = _opened(content)
    return {
        name.strip().lower(): _rows(
            book.get_sheet_by_name(name), most_rows, most_columns
        )
        for name in book.sheet_names
        if name.strip().lower() in wanted
    }


def _opened(content: bytes) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(BytesIO(content))


def _rows(sheet: Any, most_rows: int, most_columns: int) -> dict[str, Any]:
    rows: list[tuple[int, list[str]]] = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [text_of(cell) for cell in row[: most_columns + 1]]
        if any(cell.strip() for cell in cells):
            rows.append((number, cells))
        if len(rows) > most_rows:
            break
    top = rows[: MOST_ABOVE + 1]
    merged = [
        (first[0] + 1, last[0] + 1, f"{_cell(*first)}:{_cell(*last)}")
        for first, last in _merged_ranges(sheet)
        if top and first[0] < top[-1][0] and top[0][0] <= last[0] + 1
    ]
    return {"rows": rows, "merged": merged}


def _cell(row: int, column: int) -> str:
    """The name of a cell: "B1" for row 0, column 1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


ERROR_CELL = re.compile(rb"""<c\s(?=[^>]*\bt=["']e["'])[^>]*\br=["']([A-Z]+\d+)["']""")
SHEET = re.compile(rb"""<(?:\w+:)?sheet\s[^>]*\b\w+:id=["']([^"']+)["']""")
TARGET = re.compile(rb"""<Relationship\s[^>]*>""")


def _errors(content: bytes, place: int) -> list[str]:
    """Cells whose formula gave an error, five at most: calamine reads them as empty.

    `place`: of the sheet in the workbook, counted from 0.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return []  # Another program's kind of workbook, which calamine reads too.
        ids = SHEET.findall(archive.read("xl/workbook.xml"))
        for one in TARGET.findall(archive.read("xl/_rels/workbook.xml.rels")):
            named = dict(re.findall(rb"""(\w+)=["']([^"']*)["']""", one))
            if place < len(ids) and named.get(b"Id") == ids[place]:
                path = named[b"Target"].decode().lstrip("/")
                path = path if path.startswith("xl/") else f"xl/{path}"
                found = ERROR_CELL.findall(archive.read(path))
                return [cell.decode() for cell in found[:5]]
    return []


def _merged_ranges(sheet: Any) -> list[Any]:
    return list(sheet.merged_cell_ranges or [])


def main() -> None:
    """Read stdin under a limit; end with 2 and say why on stderr if it is no table."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        most_rows, most_columns, preferred = sys.argv[1:4]
        content = sys.stdin.buffer.read()
        limits = int(most_rows), int(most_columns)
        found = (
            sheets_of(content, *limits, sys.argv[4:])
            if sys.argv[4:]
            else rows_of(content, *limits, preferred)
        )
    except BaseException as error:
        sys.stderr.write(type(error).__name__)
        sys.exit(2)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
