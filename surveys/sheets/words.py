"""Why a file cannot be read, in words; `%(detail)s` names what it is about."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.sheets import kinds, refusals
from surveys.sheets.refusals import Unreadable

UNREADABLE: dict[str, Promise] = {
    kinds.TOO_LARGE: _("The file is larger than %(detail)s MB."),
    kinds.EMPTY: _("There is nothing in this file."),
    kinds.OLD_WORKBOOK: _(
        "This is an old Excel file (.xls) or one locked by a password. Save it as "
        "XLSX without a password, or as CSV."
    ),
    kinds.BROKEN_WORKBOOK: _(
        "This file is not a readable workbook: it is damaged, or another kind of file "
        "under this name. Open it in a spreadsheet program and save it anew as XLSX."
    ),
    kinds.NO_TEXT: _(
        "This file is neither text nor a workbook, but another kind of file under "
        "this name."
    ),
    refusals.UNPACKS_TOO_LARGE: _(
        "This workbook is packed so tightly that it would take too much memory. Copy "
        "the rows into a new workbook and save that."
    ),
    refusals.BROKEN_TEXT: _(
        "This is no text file with a table in it. Save the table as XLSX or as CSV."
    ),
    refusals.NULL_BYTE: _(
        "In line %(detail)s stands a null byte, which no text holds. Remove it, or "
        "save the table as XLSX."
    ),
    refusals.UNCLOSED: _(
        "In row %(detail)s a quotation mark opens and is never closed, so that "
        "everything after it is one cell: the file was cut off, or a mark is missing."
    ),
    refusals.CUT_OFF: _(
        "The file ends in the middle of row %(detail)s: it was cut off. Save or send "
        "it again."
    ),
    refusals.UNKNOWN_ENCODING: _(
        "The letters of this file cannot be told: it is neither UTF-8 nor "
        "Windows-1251. Save it as “CSV UTF-8” or as XLSX."
    ),
    refusals.TOO_MANY_ROWS: _("The table has more than %(detail)s rows."),
    refusals.TOO_MANY_COLUMNS: _("The table has more than %(detail)s columns."),
    refusals.NO_HEADINGS: _("The first row does not name the columns."),
    refusals.MERGED_HEADINGS: _(
        "Cells of the headings are merged: %(detail)s. Each column needs a heading of "
        "its own, in one row."
    ),
    refusals.CELL_ERRORS: _(
        "Formulas in these cells give an error, such as #DIV/0!: %(detail)s. Correct "
        "or empty them."
    ),
    refusals.COLUMN_TWICE: _("Two columns mean the same: %(detail)s. Remove one."),
    refusals.COLUMN_MISSING: _("These columns are missing: %(detail)s."),
    refusals.UNNAMED_COLUMN: _(
        "In row %(detail)s something stands in a column without a heading. Name the "
        "column, or empty it."
    ),
}


def why_unreadable(refusal: Unreadable) -> str:
    """The refusal in words, in the page's language."""
    words = str(UNREADABLE[refusal.reason])
    return words % {"detail": refusal.detail} if refusal.detail else words
