"""An instrument as an XLSForm workbook.

Key areas are asked anew for every goal, so their rows repeat. From the second goal on
their texts are formulas that point to the first: whoever rewords one in a spreadsheet
rewords it everywhere.
"""

import io
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext

from surveys.instrument.parts import (
    GoalPart,
    IndicatorPart,
    InstrumentFile,
    QuestionPart,
)
from surveys.instrument.xlsform import convention as c

Cells = dict[str, Any]
WIDE, NARROW = 44, 18
# Read as something else where they are the last value of a formula.
UNPOINTED = re.compile(r"^#|_x[0-9a-fA-F]{4}_")


def write_xlsform(file: InstrumentFile) -> bytes:
    """The workbook, which `read_xlsform` gives back unchanged and pyxform accepts."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False}
    ) as book:
        book.set_properties({"title": next(iter(file.title.values()))[:200]})
        _Sheet(book, c.SURVEY, _survey_columns(file)).write(_survey(file))
        _Sheet(book, c.CHOICES, _choice_columns(file)).write(_choices(file))
        settings = _settings(file)
        _Sheet(book, c.SETTINGS, list(settings)).write([settings])
    return written.getvalue()


class _Sheet:
    """Rows under headings. A text that stood in the sheet before is pointed to."""

    def __init__(self, book: Any, name: str, columns: list[str]) -> None:
        self.sheet = book.add_worksheet(name)
        self.columns = columns
        self.first: dict[tuple[str, str], str] = {}
        head = book.add_format({"bold": True, "bottom": 1})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.sheet.freeze_panes(1, 2)
        for place, column in enumerate(columns):
            self.sheet.write_string(0, place, column, head)
            width = WIDE if "::" in column else NARROW
            self.sheet.set_column(place, place, width)

    def write(self, rows: Any) -> None:
        for number, cells in enumerate(rows, start=1):
            same_as = cells.pop("same_as", "")
            for column, value in cells.items():
                if value not in (None, ""):
                    self._cell(number, column, value, same_as)

    def _cell(self, number: int, column: str, value: Any, same_as: str) -> None:
        place = self.columns.index(column)
        if isinstance(value, int):
            self.sheet.write_number(number, place, value, self.text)
            return
        key = (same_as, column)
        is_pointed = same_as and "::" in column and not UNPOINTED.search(value)
        if is_pointed and key in self.first:
            formula = f'={self.first[key]}&""'
            self.sheet.write_formula(number, place, formula, self.text, value)
            return
        self.first.setdefault(key, f"{c.column_name(place)}{number + 1}")
        self.sheet.write_string(number, place, value, self.text)


def _texts(column: str, texts: Mapping[str, str] | None) -> Cells:
    return {
        c.heading(column, code): c.in_a_cell(text)
        for code, text in (texts or {}).items()
    }


# ----------------------------------------------------------------------------- survey


def _survey_columns(file: InstrumentFile) -> list[str]:
    return [
        "type",
        "name",
        *c.text_columns(("label", "hint"), file.languages),
        "required",
        "constraint",
        "appearance",
        c.PART,
        c.CODE,
        c.NUMBER,
        c.COLOUR,
    ]


def _survey(file: InstrumentFile) -> Iterator[Cells]:
    yield {"type": "note", "name": "scorecard_title", c.PART: c.TITLE} | _texts(
        "label", file.title
    )
    yield {"type": "note", "name": "scorecard_consent", c.PART: c.CONSENT} | _texts(
        "label", file.consent
    )
    for goal in file.goals:
        yield from _goal(file, goal)
    for section in file.cross_cutting:
        yield {
            "type": "begin_group",
            "name": f"s_{section.code}",
            c.PART: c.SECTION,
            c.CODE: section.code,
        } | _texts("label", section.title)
        for question in section.questions:
            yield _question(f"q_{question.code}", question)
        yield {"type": "end_group"}
    if file.profile:
        yield {"type": "begin_group", "name": "profile", c.PART: c.PROFILE} | _texts(
            "label", {code: _about_you(code) for code in file.languages}
        )
        for question in file.profile:
            yield _question(f"q_{question.code}", question)
        yield {"type": "end_group"}


def _about_you(language: str) -> str:
    with translation.override(language):
        return gettext("About you")


def _goal(file: InstrumentFile, goal: GoalPart) -> Iterator[Cells]:
    name = f"g_{goal.code}"
    yield (
        {
            "type": "begin_group",
            "name": name,
            c.PART: c.GOAL,
            c.CODE: goal.code,
            c.NUMBER: goal.number,
            c.COLOUR: goal.colour,
        }
        | _texts("label", goal.title)
        | _texts("hint", goal.full_title)
    )
    yield from _grid(file, name)
    for question in file.goal_questions:
        yield _question(f"{name}__q_{question.code}", question, "goal question")
    yield {"type": "end_group"}


def _grid(file: InstrumentFile, goal: str) -> Iterator[Cells]:
    runs = groupby(file.indicators, key=lambda part: part.dimension)
    for place, (code, indicators) in enumerate(runs, start=1):
        yield from _dimension(file, goal, place, code, list(indicators))
    empty = {part.code for part in file.dimensions}
    empty -= {part.dimension for part in file.indicators}
    for part in file.dimensions:
        if part.code in empty:
            yield from _dimension(file, goal, 100 + part.number, part.code, [])


def _dimension(
    file: InstrumentFile,
    goal: str,
    place: int,
    code: str,
    indicators: list[IndicatorPart],
) -> Iterator[Cells]:
    dimension = next(part for part in file.dimensions if part.code == code)
    name = f"{goal}__{place}"
    yield {
        "type": "begin_group",
        "name": name,
        "appearance": "table-list" if indicators else "field-list",
        c.PART: c.DIMENSION,
        c.CODE: code,
        c.NUMBER: dimension.number,
        "same_as": f"dimension {code}",
    } | _texts("label", dimension.name)
    yield {
        "type": "note",
        "name": f"{name}_about",
        c.PART: c.DESCRIPTION,
        "same_as": f"description {code}",
    } | _texts("label", dimension.description)
    for part in indicators:
        yield (
            {
                "type": f"select_one {c.SCALE_LIST}",
                "name": f"{goal}__{part.code}",
                c.PART: c.RATING,
                c.CODE: part.code,
                "same_as": f"rating {part.code}",
            }
            | _texts("label", part.name)
            | _texts("hint", part.question)
        )
    yield {"type": "end_group"}


def _question(name: str, question: QuestionPart, same_as: str = "") -> Cells:
    is_text = question.kind == "long_text"
    kind = c.TYPES[question.kind]
    return (
        {
            "type": f"{kind} q_{question.code}" if question.options else kind,
            "name": name,
            "required": "yes" if question.required else "",
            "constraint": c.constraint(
                lowest=question.lowest,
                highest=question.highest,
                longest=question.max_length if is_text else None,
            ),
            "appearance": "multiline" if is_text else "",
            c.PART: c.QUESTION,
            c.CODE: question.code,
            "same_as": same_as and f"{same_as} {question.code}",
        }
        | _texts("label", question.text)
        | _texts("hint", question.help)
    )


# ------------------------------------------------------------------- choices, settings


def _choice_columns(file: InstrumentFile) -> list[str]:
    labels = c.text_columns(["label"], file.languages)
    return ["list_name", "name", *labels, c.LOWEST, c.HIGHEST]


def _choices(file: InstrumentFile) -> Iterator[Cells]:
    for part in file.scale:
        yield _choice(c.SCALE_LIST, str(part.score), part.label)
    for code in c.MISSING:
        yield _choice(c.SCALE_LIST, code, file.missing[code])  # type: ignore[index]
    for band in file.bands:
        yield _choice(c.BANDS_LIST, band.code, band.name) | {
            c.LOWEST: band.lowest,
            c.HIGHEST: band.highest,
        }
    for question in file.questions:
        for option in question.options:
            yield _choice(f"q_{question.code}", option.code, option.label)


def _choice(list_name: str, name: str, label: Mapping[str, str]) -> Cells:
    return {"list_name": list_name, "name": name} | _texts("label", label)


def _settings(file: InstrumentFile) -> Cells:
    return {
        "form_title": c.in_a_cell(next(iter(file.title.values())).replace("\n", " ")),
        "form_id": file.code,
        "version": str(file.version),
        "default_language": c.language_heading(file.languages[0]),
        "clean_text_values": "no",
        c.FORMULA: file.percent_formula,
        c.MISSING_POLICY: file.missing_policy,
        c.LANGUAGES: " ".join(file.languages),
    }
