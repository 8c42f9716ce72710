"""Tables as people send them."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

HEADINGS = (
    "email",
    "goal",
    "round",
    "lower",
    "best",
    "upper",
    "sureness",
    "confidence",
    "reason",
    "keep_or_change",
)
ROW = {
    "email": "aigul@kazakhstan-2022.example",
    "goal": "5",
    "round": "1",
    "lower": "20",
    "best": "25",
    "upper": "40",
    "sureness": "70",
    "confidence": "medium",
    "reason": "Shelters closed.",
    "keep_or_change": "change",
}


def row(**changes: Any) -> dict[str, Any]:
    return ROW | changes


def csv_of(*rows: dict[str, Any], headings: Sequence[str] = HEADINGS) -> bytes:
    """Semicolons, so that a decimal comma needs no quotes."""
    lines = [";".join(headings)]
    for one in rows:
        cells = (str(one.get(name, "")).replace('"', '""') for name in headings)
        lines.append(";".join(f'"{cell}"' for cell in cells))
    return "\r\n".join(lines).encode("utf-8")


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        fill(book)
    return written.getvalue()


def xlsx_of(*rows: dict[str, Any], headings: Sequence[str] = HEADINGS) -> bytes:
    """Texts stay texts, numbers numbers; a text that begins with = is a formula."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headings)
        for number, one in enumerate(rows, start=1):
            sheet.write_row(number, 0, [one.get(name, "") for name in headings])

    return workbook(fill)
