"""A text file with a table in it: its encoding, the sign that divides it, its rows."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice

from surveys.sheets.refusals import (
    BROKEN_TEXT,
    CUT_OFF,
    NULL_BYTE,
    UNCLOSED,
    UNKNOWN_ENCODING,
    Unreadable,
)

# A title has few lines; what is below is a table.
MOST_ABOVE = 10

# What Russian texts are written with, beyond ASCII; a capital Ё is rare.
USUAL = frozenset(
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    "«»„“”‘’–—…№°§•\N{NO-BREAK SPACE}"
)


def decoded(content: bytes) -> tuple[str, str]:
    """(text, name of its encoding): UTF-8, UTF-16 with a mark, or Windows-1251.

    Raises Unreadable.
    """
    text, encoding = _text_of(content)
    # Also of UTF-32, whose mark begins like that of UTF-16.
    nulls = text.count("\x00")
    if 4 * nulls > len(text):
        raise Unreadable(BROKEN_TEXT)
    if nulls:
        line = text[: text.index("\x00")].count("\n") + 1
        raise Unreadable(NULL_BYTE, str(line))
    return text, encoding


def _text_of(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            raise Unreadable(UNKNOWN_ENCODING) from error
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        try:
            text = content.decode("windows-1251")
        except UnicodeDecodeError as error:
            raise Unreadable(UNKNOWN_ENCODING) from error
        if not _reads_as_cyrillic(text):
            raise Unreadable(UNKNOWN_ENCODING) from None
        return text, "Windows-1251"


def _reads_as_cyrillic(text: str) -> bool:
    """Every byte is a letter in Windows-1251, so any file "is" in it. Not one in which
    a word mixes two scripts, nor one with many signs that no Russian text has, nor
    one in capitals, which is what KOI8 turns into."""
    words = re.findall(r"[^\W\d_]+", text)
    if any(len({_script(letter) for letter in word}) > 1 for word in words):
        return False
    foreign = [sign for sign in text if ord(sign) > 127]
    usual = [sign for sign in foreign if sign in USUAL]
    letters = [sign for sign in usual if sign.isalpha()]
    lower = sum(sign.islower() for sign in letters)
    return 10 * len(usual) >= 9 * len(foreign) and 2 * lower >= len(letters) > 0


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def rows_of_text(
    text: str, most_rows: int, knows: Callable[[str], bool] | None = None
) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, two more than `most_rows` at most. Raises Unreadable.

    `knows` says of a heading whether it means something, where that is known.
    """
    sign, text = _said_sign(text)
    sign = sign or max(",;\t", key=lambda one: _fits(text, one, knows))
    rows: list[tuple[int, list[str]]] = []
    # A line of our own after the last: where a quotation mark stays open, it is
    # swallowed with everything else that follows.
    lines = chain(io.StringIO(text, newline=""), [f"{END}\n"])
    number, cells = 0, [END]
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=sign), start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            if len(rows) > most_rows + 2:
                return rows[:-1]
    except csv.Error as error:
        raise Unreadable(BROKEN_TEXT) from error
    if cells != [END]:
        raise Unreadable(UNCLOSED, str(number))
    rows.pop()
    _check_end(text, rows)
    return rows


END = "\x1e\x1eend\x1e\x1e"


def _check_end(text: str, rows: Sequence[tuple[int, list[str]]]) -> None:
    """A program ends its last line; a file that was cut off ends anywhere. One that a
    person made may lack the line's end, but not the last columns as well."""
    if len(rows) < 2 or text.endswith(("\n", "\r")):
        return
    # Of the headings, whatever title stands above them.
    width = next((len(cells) for _, cells in rows if len(cells) > 1), 0)
    number, last = rows[-1]
    if len(last) < width and len(rows[-2][1]) >= width > 2:
        raise Unreadable(CUT_OFF, str(number))


def _said_sign(text: str) -> tuple[str, str]:
    """The sign in a first line "sep=;", with which Excel is told, and the rest."""
    found = re.match(r"sep=([,;\t|])\r?\n", text, re.I)
    return (found[1], text[found.end() :]) if found else ("", text)


def _fits(
    text: str, sign: str, knows: Callable[[str], bool] | None
) -> tuple[int, int, int]:
    """How well the sign divides the text, the best being the greatest: by the known
    columns in its first row; then by how many of the rows where a title and headings
    stand it divides into equally many cells, and into how many."""
    rows = list(islice(_rows_with_words(text, sign), MOST_ABOVE + 1))
    known = sum(map(knows, rows[0])) if knows and rows else 0
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    n_rows, width = max(((n, width) for width, n in widths.items()), default=(0, 0))
    return known, n_rows, width


def _rows_with_words(text: str, sign: str) -> Iterator[list[str]]:
    # What is wrong is said when the file is read, by the sign that fits best.
    with suppress(csv.Error):
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            if re.search(r"\w", "".join(cells)):
                yield cells
