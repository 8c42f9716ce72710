"""Why a file is no table that can be read; the words for it are in `words`."""

UNPACKS_TOO_LARGE = "unpacks_too_large"
BROKEN_TEXT = "broken_text"
NULL_BYTE = "null_byte"
UNKNOWN_ENCODING = "unknown_encoding"
TOO_MANY_ROWS = "too_many_rows"
TOO_MANY_COLUMNS = "too_many_columns"
NO_HEADINGS = "no_headings"
MERGED_HEADINGS = "merged_headings"
COLUMN_TWICE = "column_twice"
COLUMN_MISSING = "column_missing"
UNNAMED_COLUMN = "unnamed_column"
CELL_ERRORS = "cell_errors"
UNCLOSED = "unclosed"
CUT_OFF = "cut_off"


class Unreadable(Exception):
    """`reason` is one of the constants above or of `kinds`; `detail` names what it is
    about."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail
