"""The report as files: each format receives the finished, frozen report.

A new format is one module, one line in this list, and one test.
"""

from reports.exporters import pdf, xlsx
from reports.exporters.format import Format

FORMATS: tuple[Format, ...] = (
    pdf.FORMAT,
    xlsx.FORMAT,
)


def format_called(code: str) -> Format | None:
    """The format with this code, or None."""
    return next((known for known in FORMATS if known.code == code), None)
