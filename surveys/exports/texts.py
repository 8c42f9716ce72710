"""What each kind of file can hold of a text, and what is said where it cannot.

Every function returns the text as it is written, and what is to be said about it (None
where it stands as it was answered).
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from django.utils.translation import gettext

from surveys.table_text import in_a_cell

Contained: TypeAlias = tuple[str, str | None]
Contain: TypeAlias = Callable[[str], Contained]

LONGEST_CELL = 32_767
# Every response of an SPSS file takes as much room as its longest text.
LONGEST_IN_SPSS = 1_000
# What no file of text can hold: a null, and halves of letters.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
# What XML cannot hold either.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MARK = "\ufffd"


def for_csv(text: str) -> Contained:
    """A CSV cell: never a formula.

    >>> for_csv("=1+1")
    ("'=1+1", None)
    """
    safe, words = _replaced(UNREADABLE, text)
    return in_a_cell(safe), words


def for_xlsx(text: str) -> Contained:
    """A cell of a workbook: at most LONGEST_CELL characters that XML can hold."""
    return _cut(*_replaced(NOT_IN_XML, text), LONGEST_CELL)


def for_spss(text: str) -> Contained:
    """A value of an SPSS file: at most LONGEST_IN_SPSS characters."""
    return _cut(*_replaced(UNREADABLE, text), LONGEST_IN_SPSS)


def _replaced(forbidden: re.Pattern[str], text: str) -> Contained:
    safe, n = forbidden.subn(MARK, text)
    if not n:
        return text, None
    said = gettext("%(n)d characters that no file can hold were replaced by %(mark)s")
    return safe, said % {"n": n, "mark": MARK}


def _cut(text: str, words: str | None, longest: int) -> Contained:
    if 2 * len(text) <= longest:
        return text, words
    # A spreadsheet counts an emoji as two: what counts is UTF-16.
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text, words
    kept = units[: 2 * (longest - 1)].decode("utf-16-le", "ignore")
    cut = gettext(
        "text of %(n)d characters, of which the file holds the first %(kept)d"
    ) % {"n": len(text), "kept": len(kept)}
    return kept + "…", "; ".join(filter(None, [words, cut]))
