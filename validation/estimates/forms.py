"""What a coordinator or rapporteur sends: a file with a table."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.sheets.forms import TableFile, TableForm
from surveys.sheets.reading import MOST_BYTES, NO_HEADINGS, Table, Unreadable
from validation.estimates.reading import read_table


class EstimatesForm(TableForm):
    """Experts' estimates, as a table."""

    most_bytes = MOST_BYTES
    file = TableFile(
        label=_("Table of estimates"),
        help_text=_("CSV or XLSX, 5 MB and 10,000 rows at most."),
    )

    def read(self, content: bytes) -> Table:
        return read_table(content)

    def why(self, refusal: Unreadable) -> str:
        if refusal.reason == NO_HEADINGS:
            return gettext(
                "The first row does not name the columns. It has to say expert (or "
                "email), goal, best, confidence, reason, and may say more."
            )
        return super().why(refusal)
