"""How a table is read: what its columns and values stand for. Chosen by a person."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from surveys.collected.tables.guessing import guess_columns
from surveys.collected.tables.targets import DAY, Target
from surveys.collected.tables.values import ValueGuesser, orders_of
from surveys.intake.questionnaire import Questionnaire
from surveys.models import Scorecard, TableMatching
from surveys.sheets.reading import Sheet

MOST_VALUES = 80


@dataclass(frozen=True)
class Matching:
    """`columns`: the code of a target for each column of the table, "" to leave it out.
    `values`: {group of values: {value: meaning}}. `date_order`: "dmy", "mdy" or "".
    `language`: of rows that do not tell. `not_asked`: required profile questions that
    the table did not ask."""

    columns: Sequence[str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_order: str = ""
    language: str = ""
    not_asked: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Columns:
    """The table's columns, each with a name that no other has: of two of one name the
    second is "Comment (2)", one without a heading is named by its letter."""

    names: Sequence[str]

    @classmethod
    def of(cls, sheet: Sheet) -> "Columns":
        width = max(len(cells) for _, cells in sheet.rows)
        headings = [*sheet.rows[0][1], *[""] * width][:width]
        seen: Counter[str] = Counter()
        names = []
        for place, heading in enumerate(headings):
            name = " ".join(heading.split())[:300] or letters(place)
            seen[name] += 1
            names.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
        return cls(names)


def letters(place: int) -> str:
    """How a spreadsheet calls a column, counted from 0.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def rows_of(sheet: Sheet) -> Sequence[tuple[int, list[str]]]:
    """Those below the headings."""
    return sheet.rows[1:]


def column(sheet: Sheet, place: int) -> list[str]:
    return [cells[place] if place < len(cells) else "" for _, cells in rows_of(sheet)]


def has_headings_below(sheet: Sheet) -> bool:
    """Whether the first row seems to name groups of columns and the next the columns:
    its cells are words, no two alike, and more than the first row has different ones.
    """
    first, second = (_stripped(cells) for _, cells in sheet.rows[:2])
    are_words = not any(re.fullmatch(r"[\d\W_]+", text) for text in second)
    return are_words and len(set(first)) < len(set(second)) == len(second)


def in_brief(cells: Iterable[str], most: int = 4) -> str:
    """How a row begins: "Goal 1, Goal 5 …"."""
    texts = [f"{text[:40]}…" if len(text) > 40 else text for text in _stripped(cells)]
    return ", ".join(texts[:most]) + (" …" if len(texts) > most else "")


def first_guess(
    sheet: Sheet,
    asked: Questionnaire,
    targets: Mapping[str, Target],
    remembered: TableMatching | None,
) -> list[str]:
    """What each column probably stands for."""
    names = Columns.of(sheet).names
    headings = [*sheet.rows[0][1], *[""] * len(names)][: len(names)]
    known = remembered.columns if remembered else {}
    return guess_columns(names, headings, asked, targets, known)


def groups_of(
    sheet: Sheet, columns: Sequence[str], targets: Mapping[str, Target]
) -> dict[str, list[str]]:
    """{group: its different values in the table}, in the order of the columns."""
    found: dict[str, dict[str, None]] = {}
    for place, code in enumerate(columns):
        group = targets[code].values_of if code else ""
        if group:
            target = targets[code]
            into = found.setdefault(group, {})
            for cell in column(sheet, place):
                for value in parts_of(cell, target):
                    into.setdefault(value, None)
    return {
        group: [value for value in values if value.strip()]
        for group, values in found.items()
    }


def parts_of(cell: str, target: Target) -> list[str]:
    """The values in a cell: several where many options may be chosen.

    They are divided by semicolons, bars or line breaks, else by commas, unless a comma
    belongs to an option's own words; Kobo divides codes by spaces.
    """
    question = target.question
    if question is None or question.kind != question.Kind.MULTIPLE_CHOICE:
        return [cell.strip()]
    for sign in ("\n", ";", "|"):
        if sign in cell:
            return _stripped(cell.split(sign))
    words = cell.split()
    if len(words) > 1 and set(words) <= {one["code"] for one in question.options}:
        return words
    return _by_commas(cell, question.options)


def _by_commas(cell: str, options: Iterable[Mapping[str, Any]]) -> list[str]:
    labels = {text for one in options for text in one["label"].values() if "," in text}
    found = []
    for label in sorted(labels, key=len, reverse=True):
        if label in cell:
            found.append(label)
            cell = cell.replace(label, "")
    return found + _stripped(cell.split(","))


def _stripped(parts: Iterable[str]) -> list[str]:
    return [text for part in parts if (text := part.strip())]


def guessed_values(
    groups: Mapping[str, Sequence[str]],
    asked: Questionnaire,
    targets: Mapping[str, Target],
    card: Scorecard,
    remembered: TableMatching | None,
) -> dict[str, dict[str, str]]:
    """{group: {value: guessed meaning}}; "" where nothing is guessed."""
    guesses = {}
    for group, values in groups.items():
        told = remembered.values.get(group, {}) if remembered else {}
        guesser = ValueGuesser(group, targets, asked, card, told)
        guesses[group] = {value: guesser.guess(value) for value in values}
    return guesses


def date_orders(sheet: Sheet, columns: Sequence[str]) -> set[str]:
    """How the days can be read that are written with slashes (values.orders_of)."""
    if DAY not in columns:
        return set()
    return orders_of(column(sheet, columns.index(DAY)))
