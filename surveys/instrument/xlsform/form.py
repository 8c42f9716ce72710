"""An uploaded XLSForm as a tree of rows: cells read here, structure by pyxform.

The cells are taken as they stand. pyxform checks the form, resolves what its words
mean and nests the groups; it also straightens quotes and spaces, so that from it only
the structure is taken, and each text from its cell.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData

from surveys.instrument.parts import InvalidInstrument
from surveys.instrument.xlsform import convention as c
from surveys.sheets.reading import read_sheets

MOST_ROWS = 5_000
MOST_COLUMNS = 200
GROUPS = ("group", "repeat", "loop")
# Columns whose headings may name a language.
TEXTS = {"label": "label", "caption": "label", "hint": "hint"}

Cells = Mapping[str, str]


@dataclass
class Node:
    """A row of the survey sheet: a question, a note, or a group with what is in it.

    `part` is what the row is to us (see the convention): as written, or guessed.
    """

    row: int
    type: str
    name: str
    list_name: str
    cells: Cells
    children: list["Node"] = field(default_factory=list)
    part: str = ""

    @property
    def kind(self) -> str:
        """The kind of question, "" for what is none that we have."""
        return c.KINDS.get(self.type, "")

    @property
    def is_group(self) -> bool:
        return self.type in GROUPS

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Choice:
    row: int
    name: str
    cells: Cells


@dataclass
class Form:
    """`columns`: {sheet: {(text, language): heading}}. `languages`: codes, in order."""

    nodes: list[Node]
    choices: dict[str, list[Choice]]
    settings: Cells
    languages: list[str]
    columns: dict[str, dict[tuple[str, str], str]]

    def texts(self, sheet: str, cells: Cells, text: str = "label") -> dict[str, str]:
        """{language: text} of a row's labels or hints; {} where all are empty."""
        found = {}
        for language in self.languages:
            heading = self.columns[sheet].get((text, language), "")
            written = c.out_of_a_cell(cells.get(heading, "")).strip()
            if written:
                found[language] = written
        return found


def read_form(content: bytes, fallback: str) -> Form:
    """The form in a workbook. `fallback`: language of columns that name none.

    Raises surveys.sheets.reading.Unreadable for what is no workbook, else
    InvalidInstrument, naming sheet, row and column where there is one.
    """
    sheets = read_sheets(
        content, c.SHEETS, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS
    )
    for name in (c.SURVEY, c.CHOICES):
        if not sheets.get(name):
            raise InvalidInstrument(
                [gettext("there is no sheet “%(sheet)s” with rows") % {"sheet": name}]
            )
    tables = {name: _table(name, rows) for name, rows in sheets.items() if rows}
    settings = next(iter(tables.get(c.SETTINGS, {}).values()), {})
    columns = _text_columns(tables, settings, fallback)
    return Form(
        nodes=_nodes(_structure(tables), tables[c.SURVEY]),
        choices=_choices(tables[c.CHOICES]),
        settings=settings,
        languages=_languages(settings, columns),
        columns=columns,
    )


# ------------------------------------------------------------------------------ cells


def _table(
    sheet: str, rows: Sequence[tuple[int, list[str]]]
) -> dict[int, dict[str, str]]:
    """{row number: {heading: text}}. Raises InvalidInstrument."""
    (_, first), *body = rows
    headings = [" ".join(cell.split()) for cell in first]
    for place, heading in enumerate(headings):
        if heading and heading in headings[:place]:
            words = gettext("stands twice")
            raise InvalidInstrument([where(sheet, rows[0][0], heading, words)])
    table = {}
    for number, cells in body:
        table[number] = {
            headings[place]: text
            for place, text in enumerate(cells)
            if text.strip() and place < len(headings) and headings[place]
        }
    return table


def where(sheet: str, row: int | None, column: str, words: str) -> str:
    """A problem with its place, as every message of this room says it."""
    if row is None:
        return gettext("sheet %(sheet)s: %(words)s") % {"sheet": sheet, "words": words}
    if not column:
        return gettext("sheet %(sheet)s, row %(row)d: %(words)s") % {
            "sheet": sheet,
            "row": row,
            "words": words,
        }
    return gettext("sheet %(sheet)s, row %(row)d, column %(column)s: %(words)s") % {
        "sheet": sheet,
        "row": row,
        "column": column[:80],
        "words": words,
    }


def _text_columns(
    tables: Mapping[str, dict[int, dict[str, str]]], settings: Cells, fallback: str
) -> dict[str, dict[tuple[str, str], str]]:
    written = settings.get("default_language", "")
    default = (c.language_of(written) if written else None) or fallback
    found: dict[str, dict[tuple[str, str], str]] = {}
    for sheet, table in tables.items():
        found[sheet] = {}
        for heading in dict.fromkeys(h for cells in table.values() for h in cells):
            text, language = (*re.split("::?", heading, maxsplit=1), "")[:2]
            text, language = text.strip(), language.strip()
            if text.lower() not in TEXTS:
                continue
            code = c.language_of(language) if language else default
            if code is None:
                words = gettext("names no known language; write “label::Name (code)”")
                raise InvalidInstrument([where(sheet, 1, heading, words)])
            found[sheet].setdefault((TEXTS[text.lower()], code), heading)
    return found


def _languages(
    settings: Cells, columns: Mapping[str, Mapping[tuple[str, str], str]]
) -> list[str]:
    named = settings.get(c.LANGUAGES, "").split()
    found = [
        code
        for sheet in (c.SURVEY, c.CHOICES)
        for text, code in columns[sheet]
        if text == "label"
    ]
    return list(dict.fromkeys([*named, *found]))


# -------------------------------------------------------------------------- structure


def _structure(tables: Mapping[str, dict[int, dict[str, str]]]) -> dict[str, Any]:
    """What pyxform makes of the form. Raises InvalidInstrument in pyxform's words."""
    given: dict[str, Any] = {"sheet_names": list(tables)}
    for sheet, table in tables.items():
        rows: list[dict[str, str]] = [
            dict(table.get(number, {}))
            for number in range(2, max(table, default=1) + 1)
        ]
        if sheet == c.SURVEY:
            _read_kobo(rows)
            for number, cells in enumerate(rows, start=2):
                if cells:
                    cells[c.ROW] = str(number)
        headings = dict.fromkeys(heading for cells in rows for heading in cells)
        given[sheet] = rows
        given[f"{sheet}_header"] = [headings]
    try:
        return workbook_to_json(
            DefinitionData(**given),
            form_name="data",
            fallback_form_name="form",
            warnings=[],
        )
    except PyXFormError as error:
        raise InvalidInstrument([str(error)]) from error
    # A form that pyxform has no words for: its own mistakes are not ours to show.
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InvalidInstrument(
            [gettext("pyxform cannot read this form (%s)") % type(error).__name__]
        ) from error


# Kobo's own groups: a grid of ratings, an order, a table. Others have no word for them.
KOBO_GROUPS = ("score", "rank", "kobomatrix")


def _read_kobo(rows: Sequence[dict[str, str]]) -> None:
    """Say in the words of XLSForm what only Kobo's form builder understands: of a
    "rating" each row is a `select_one` of the list that its head names."""
    lists: list[str] = []
    for cells in rows:
        heading = next((one for one in cells if one.strip().lower() == "type"), "")
        kind = cells.get(heading, "").strip().lower().replace(" ", "_")
        begin, _, group = kind.partition("_")
        if begin in ("begin", "end") and group in KOBO_GROUPS:
            cells[heading] = f"{begin}_group"
            lists = [cells.get("kobo--score-choices", "").strip()]
        elif kind == "score__row" and lists:
            cells[heading] = f"select_one {lists[-1]}"
        elif kind == "rank__level":
            cells[heading] = "note"


def _nodes(parent: Mapping[str, Any], table: Mapping[int, Cells]) -> list[Node]:
    nodes = []
    for one in parent.get("children", []):
        row = int(one.get(c.ROW, 0))
        # What pyxform adds by itself, such as the heads of a grid, has no row.
        if not row:
            continue
        cells = table[row]
        nodes.append(
            Node(
                row=row,
                type=str(one["type"]),
                name=str(one.get("name", "")),
                list_name=str(one.get("itemset", "")),
                cells=cells,
                children=_nodes(one, table),
                part=cells.get(c.PART, "").strip(),
            )
        )
    return nodes


def _choices(table: Mapping[int, Cells]) -> dict[str, list[Choice]]:
    lists: dict[str, list[Choice]] = {}
    for number, cells in table.items():
        small = {heading.lower().replace(" ", "_"): heading for heading in cells}
        list_name = cells.get(small.get("list_name", ""), "").strip()
        name = cells.get(small.get("name", small.get("value", "")), "").strip()
        if list_name and name:
            lists.setdefault(list_name, []).append(Choice(number, name, cells))
    return lists
