"""Every kind of file, in one list. A new one is one module and one line."""

from surveys.exports import csv_files, spss, workbook
from surveys.exports.export import Format

FORMATS: tuple[Format, ...] = (workbook.FORMAT, csv_files.FORMAT, spss.FORMAT)


def format_called(code: str) -> Format | None:
    return next((known for known in FORMATS if known.code == code), None)
