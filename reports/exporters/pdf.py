"""The report as a tagged, accessible PDF, set by typst."""

from pathlib import Path

from django.utils.translation import gettext_noop

from reports.exporters.format import Format, Imprint
from reports.exporters.print.content import printed_report
from reports.pages.document import Report
from surveys.print.typesetting import write_pdf

TEMPLATE = Path(__file__).parent / "print" / "report.typ"


def write(report: Report, imprint: Imprint, path: Path) -> None:
    """Write the PDF. Raises PdfNotMade. User text goes in as data, never as markup."""
    write_pdf(TEMPLATE, printed_report(report, imprint), path)


FORMAT = Format(
    code="pdf",
    label=gettext_noop("PDF, to read and print"),
    content_type="application/pdf",
    writer=write,
)
