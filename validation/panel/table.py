"""A table of experts, as pasted from a spreadsheet or sent as a CSV file.

Columns: name, e-mail, goals, expertise, language. With a heading in any order, without
one in this. All problems are found at once, each with its row and column.
"""

import csv
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext

from surveys.sheets.kinds import is_archive
from surveys.sheets.reading import check_kind, decoded, read_rows
from surveys.visible import is_blank

COLUMNS = ("name", "email", "goals", "expertise", "language")
# What people write over their columns.
HEADINGS = {
    "name": "name",
    "имя": "name",
    "фио": "name",
    "аты-жөні": "name",
    "e-mail": "email",
    "email": "email",
    "mail": "email",
    "e-mail address": "email",
    "почта": "email",
    "эл. почта": "email",
    "электронная почта": "email",
    "goal": "goals",
    "goals": "goals",
    "цели": "goals",
    "цур": "goals",
    "мақсаттар": "goals",
    "expertise": "expertise",
    "экспертиза": "expertise",
    "специализация": "expertise",
    "language": "language",
    "язык": "language",
    "тіл": "language",
}
MOST_ROWS = 500
LONGEST = 200


@dataclass(frozen=True)
class Problem:
    """What is wrong where; `column` is "" for the whole row, rows count from 1."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class Row:
    number: int
    name: str
    email: str
    goals: tuple[int, ...] = ()
    expertise: str = ""
    language: str = ""


@dataclass
class Table:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(
    text: str,
    *,
    goals: Collection[int],
    languages: Collection[str],
    known: Mapping[str, str],
) -> Table:
    """The rows of a table and everything that is wrong with them.

    `goals`: numbers that the instrument has; `languages`: codes of the scorecard;
    `known`: {address: name} of whoever has a role on it already.
    """
    table = Table()
    lines = _lines(text, table)
    if lines is None:
        return table
    columns, lines = _columns(lines, table)
    if len(lines) > MOST_ROWS:
        words = gettext("At most %(n)d people at a time.") % {"n": MOST_ROWS}
        table.problems.append(Problem(lines[MOST_ROWS][0], "", words))
    elif not lines and not table.problems:
        table.problems.append(Problem(1, "", gettext("There is nobody in the table.")))
    if table.problems:
        return table
    seen: dict[str, int] = {}
    for number, cells in lines:
        reader = _RowReader(number, table, goals, languages, known, seen)
        reader.read(columns, cells)
    return table


def text_of_file(content: bytes, name: str, most_bytes: int) -> str:
    """A CSV or XLSX file as the text that would have been pasted.

    The rows of a workbook stand in the lines of their numbers. Raises
    surveys.sheets.reading.Unreadable.
    """
    check_kind(content, name, most_bytes=most_bytes)
    if not is_archive(content):
        return decoded(content)[0]
    sheet = read_rows(content, most_bytes=most_bytes, most_rows=MOST_ROWS)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    line = 1
    for number, cells in sheet.rows:
        written.write("\n" * (number - line))
        # On a line of its own, whatever line breaks a cell holds.
        writer.writerow(" ".join(cell.split()) for cell in cells)
        line = number + 1
    return written.getvalue()


def _lines(text: str, table: Table) -> list[tuple[int, list[str]]] | None:
    """Every row that is not empty, with its number; None if they cannot be told."""
    text = text.lstrip("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    there = [sign for sign in "\t;," if sign in first] or [","]
    delimiter = next((sign for sign in there if _parts(first, sign)), there[0])
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    read: list[list[str]] = []
    try:
        read.extend(reader)
    except csv.Error as error:
        words = gettext("The table cannot be read from here: %(error)s")
        problem = Problem(len(read) + 1, "", words % {"error": error})
        table.problems.append(problem)
        return None
    numbered = [
        (number, [" ".join(cell.split()) for cell in cells])
        for number, cells in enumerate(read, start=1)
    ]
    return [(number, cells) for number, cells in numbered if any(cells)]


def _parts(line: str, sign: str) -> bool:
    """Whether the sign leaves a heading or an address standing by itself."""
    cells = next(csv.reader([line], delimiter=sign), [])
    return any(
        cell.strip().casefold() in HEADINGS
        or re.fullmatch(r"[^\s@,;]+@[^\s@,;]+", cell.strip())
        for cell in cells
    )


def _columns(
    lines: list[tuple[int, list[str]]], table: Table
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """What each column is, and the rows below the heading."""
    if not lines or any("@" in cell for cell in lines[0][1]):
        return list(COLUMNS), lines
    number, cells = lines[0]
    found = [HEADINGS.get(cell.casefold().rstrip(":"), "") for cell in cells]
    if "email" not in found and "name" not in found:
        # No heading, but a first row without an address.
        return list(COLUMNS), lines
    for cell, column in zip(cells, found, strict=True):
        if cell and not column:
            words = gettext("This heading is not known: %(heading)s") % {
                "heading": cell
            }
            table.problems.append(Problem(number, cell, words))
    for column in ("name", "email"):
        if column not in found:
            words = gettext("This column is missing.")
            table.problems.append(Problem(number, column, words))
    for column in {one for one in found if one and found.count(one) > 1}:
        words = gettext("This column is there twice.")
        table.problems.append(Problem(number, column, words))
    return found, lines[1:]


@dataclass
class _RowReader:
    number: int
    table: Table
    goals: Collection[int]
    languages: Collection[str]
    known: Mapping[str, str]
    seen: dict[str, int]

    def read(self, columns: list[str], cells: list[str]) -> None:
        before = len(self.table.problems)
        if any(cells[len(columns) :]):
            self.wrong("", gettext("There are more cells than columns."))
        typed = dict.fromkeys(COLUMNS, "")
        typed.update(zip(columns, cells, strict=False))
        row = Row(
            self.number,
            self.words("name", typed["name"], is_required=True),
            self.address(typed["email"]),
            self.numbers(typed["goals"]),
            self.words("expertise", typed["expertise"]),
            self.code(typed["language"]),
        )
        if len(self.table.problems) == before:
            self.table.rows.append(row)

    def wrong(self, column: str, words: str) -> None:
        self.table.problems.append(Problem(self.number, column, words))

    def words(self, column: str, cell: str, *, is_required: bool = False) -> str:
        if is_required and not cell:
            self.wrong(column, gettext("This is empty."))
        elif cell and is_blank(cell):
            self.wrong(column, gettext("Only invisible characters stand here."))
        if len(cell) > LONGEST:
            words = gettext("At most %(n)d characters.") % {"n": LONGEST}
            self.wrong(column, words)
        if "\x00" in cell:
            self.wrong(column, gettext("There is a character that cannot be kept."))
        return cell

    def address(self, cell: str) -> str:
        address = cell.lower()
        try:
            validate_email(address)
            MaxLengthValidator(254)(address)
        except ValidationError:
            words = gettext("This is no e-mail address: “%(cell)s”") % {"cell": cell}
            self.wrong("email", words if cell else gettext("This is empty."))
            return address
        if address in self.seen:
            words = gettext("The same address stands in row %(row)d.")
            self.wrong("email", words % {"row": self.seen[address]})
        elif address in self.known:
            words = gettext("%(name)s has this address and a role here already.")
            self.wrong("email", words % {"name": self.known[address]})
        self.seen.setdefault(address, self.number)
        return address

    def numbers(self, cell: str) -> tuple[int, ...]:
        found: list[int] = []
        for part in filter(None, re.split(r"[\s,;/.]+|\band\b", cell)):
            is_number = part.isascii() and part.isdigit() and len(part) < 4
            if not is_number or int(part) not in self.goals:
                words = gettext("There is no goal “%(cell)s” in this scorecard.")
                self.wrong("goals", words % {"cell": part})
            elif int(part) not in found:
                found.append(int(part))
        return tuple(found)

    def code(self, cell: str) -> str:
        code = cell.casefold()
        if code and code not in self.languages:
            words = gettext("Not a language of this scorecard (%(codes)s).")
            self.wrong("language", words % {"codes": ", ".join(self.languages)})
        return code
