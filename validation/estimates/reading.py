"""A table of estimates in an uploaded file, or a reason why it cannot be read."""

from surveys.sheets.reading import Table, read_rows, table_of
from validation.estimates.columns import NEEDED, code_of

SHEET = "Estimates"


def read_table(content: bytes) -> Table:
    """The table in a CSV or XLSX file. Raises surveys.sheets.reading.Unreadable."""
    sheet = read_rows(
        content, knows=lambda name: code_of(name) is not None, preferred_sheet=SHEET
    )
    return table_of(sheet, code_of=code_of, missing=_missing)


def _missing(found: set[str]) -> list[str]:
    missing = [code for code in NEEDED if code not in found]
    return missing if {"expert", "email"} & found else ["expert", *missing]
