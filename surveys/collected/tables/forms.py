"""A table that is sent, and the screen on which its columns and values are matched."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.collected.tables.guessing import guess_language, plain
from surveys.collected.tables.matching import (
    MOST_VALUES,
    Columns,
    Matching,
    column,
    date_orders,
    first_guess,
    groups_of,
    guessed_values,
    has_headings_below,
    in_brief,
    parts_of,
)
from surveys.collected.tables.targets import DAY, RATINGS, Target, targets_of
from surveys.collected.tables.values import (
    NO_ANSWER,
    NOT_MATCHED,
    meanings_of,
)
from surveys.intake.questionnaire import Questionnaire
from surveys.localized import language_name
from surveys.models import Member, Scorecard, TableMatching
from surveys.ratings import SKIPPED
from surveys.sheets.forms import TableFile, TableForm
from surveys.sheets.reading import Sheet, read_rows

MOST_BYTES = 20 * 1024**2
MOST_ROWS = 5000
MOST_COLUMNS = 800


def read_sheet(content: bytes) -> Sheet:
    """Rows of a CSV or XLSX file, the first of which names the columns."""
    return read_rows(
        content,
        may_have_title=True,
        most_bytes=MOST_BYTES,
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
    )


class ResponsesForm(TableForm):
    """What was answered elsewhere, as a table with a row for each respondent."""

    most_bytes = MOST_BYTES
    file = TableFile(
        label=_("Table of responses"),
        help_text=_(
            "CSV or XLSX with a row for each respondent; 20 MB, 5,000 rows and 800 "
            "columns at most."
        ),
    )

    def read(self, content: bytes) -> Sheet:
        sheet = read_sheet(content)
        if len(sheet.rows) < 2:
            raise forms.ValidationError(_("The table has headings and no rows."))
        return sheet


@dataclass(frozen=True)
class ColumnLine:
    """`chosen`: the name of a target as it stands in the field."""

    field: str
    heading: str
    samples: Sequence[str]
    chosen: str
    error: str = ""


@dataclass(frozen=True)
class ValueLine:
    field: str
    value: str
    n: int
    chosen: str


@dataclass(frozen=True)
class ValueGroup:
    """`hidden`: how many different values more there are than are listed."""

    name: str
    meanings: Sequence[tuple[str, str]]
    lines: Sequence[ValueLine]
    hidden: int

    @property
    def open(self) -> int:
        return sum(line.chosen == NOT_MATCHED for line in self.lines)


class MatchingForm:
    """One screen: every column, then every value of those that have scores or options.

    Not one of Django's forms: which fields there are follows from what was chosen in
    others. Without `data`, everything is guessed.
    """

    def __init__(
        self,
        member: Member,
        sheet: Sheet,
        before: Matching | None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        self.card: Scorecard = member.scorecard
        self.sheet, self.data = sheet, data
        self.asked = Questionnaire.of(self.card.instrument)
        self.targets = targets_of(self.asked)
        self.remembered = TableMatching.objects.filter(scorecard=self.card).first()
        self.before = before
        self.names = Columns.of(sheet).names
        self.errors: dict[int, str] = {}
        self.columns = self._columns()
        self.groups = groups_of(sheet, self.columns, self.targets)
        self.guesses = guessed_values(
            self.groups, self.asked, self.targets, self.card, self.remembered
        )
        self.orders = date_orders(sheet, self.columns)

    # ------------------------------------------------------------------- columns

    def _columns(self) -> list[str]:
        if self.data is None:
            if self.before:
                return list(self.before.columns)
            return first_guess(self.sheet, self.asked, self.targets, self.remembered)
        by_name = {plain(one.name): code for code, one in self.targets.items()}
        chosen = []
        for place in range(len(self.names)):
            typed = self.data.get(f"column_{place}", "").strip()
            code = typed if typed in self.targets else by_name.get(plain(typed), "")
            if typed and not code:
                self.errors[place] = gettext("Choose one of the list, or empty it.")
            chosen.append(code)
        self._refuse_twice(chosen)
        return chosen

    def _refuse_twice(self, chosen: Sequence[str]) -> None:
        often = Counter(code for code in chosen if code)
        for place, code in enumerate(chosen):
            if often[code] > 1:
                self.errors[place] = gettext("Two columns stand for this: keep one.")

    @property
    def column_lines(self) -> Iterator[ColumnLine]:
        for place, name in enumerate(self.names):
            code = self.columns[place]
            typed = (self.data or {}).get(f"column_{place}", "")
            chosen = self.targets[code].name if code else typed
            samples = dict.fromkeys(
                text for cell in column(self.sheet, place) if (text := cell.strip())
            )
            yield ColumnLine(
                f"column_{place}",
                name,
                list(samples)[:3],
                chosen,
                self.errors.get(place, ""),
            )

    @property
    def n_matched(self) -> int:
        return sum(bool(code) for code in self.columns)

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """(field, heading) of the columns that nothing is matched with."""
        return [
            (f"column_{place}", self.names[place])
            for place, code in enumerate(self.columns)
            if not code
        ]

    # -------------------------------------------------------------------- values

    @property
    def values(self) -> dict[str, dict[str, str]]:
        """{group: {value: meaning}}: what was chosen, else what is guessed."""
        return {
            group: {
                value: self._chosen(group, value, guess)
                for value, guess in guesses.items()
            }
            for group, guesses in self.guesses.items()
        }

    def _chosen(self, group: str, value: str, guess: str) -> str:
        if self.data is not None:
            chosen = self.data.get(value_field(group, value))
        else:
            before = self.before.values.get(group, {}) if self.before else {}
            chosen = before.get(value)
        codes = {code for code, _ in self._meanings(group)} | {NOT_MATCHED}
        return guess if chosen is None or chosen not in codes else chosen

    def _meanings(self, group: str) -> list[tuple[str, str]]:
        found = meanings_of(group, self.targets, self.asked, self.card)
        return [*found, (NO_ANSWER, gettext("no answer"))]

    @property
    def value_groups(self) -> Iterator[ValueGroup]:
        for group, values in self.values.items():
            counts = self._counts(group)
            often = sorted(values, key=lambda value: (values[value] != "", value))
            yield ValueGroup(
                self._group_name(group),
                self._meanings(group),
                [
                    ValueLine(value_field(group, one), one, counts[one], values[one])
                    for one in often[:MOST_VALUES]
                ],
                max(0, len(often) - MOST_VALUES),
            )

    def _group_name(self, group: str) -> str:
        if group == RATINGS:
            return gettext("Ratings")
        return self.targets[group].name

    def _counts(self, group: str) -> Counter[str]:
        counts: Counter[str] = Counter()
        for place, code in enumerate(self.columns):
            if code and (target := self.targets[code]).values_of == group:
                for cell in column(self.sheet, place):
                    counts.update(parts_of(cell, target))
        return counts

    @property
    def has_new_values(self) -> bool:
        """Values that were not on the page that was sent and that nothing explains."""
        assert self.data is not None
        return any(
            meaning == NOT_MATCHED and value_field(group, value) not in self.data
            for group, values in self.values.items()
            for value, meaning in list(values.items())[:MOST_VALUES]
        )

    # ---------------------------------------------------------------------- rest

    @property
    def date_order(self) -> str:
        """ "dmy" or "mdy" where days need it and it is clear or chosen, else ""."""
        if len(self.orders) == 1:
            return next(iter(self.orders))
        if not self.orders:
            return ""
        chosen = self.data.get("date_order", "") if self.data is not None else ""
        if not chosen and self.data is None:
            chosen = (self.before.date_order if self.before else "") or (
                self.remembered.date_order if self.remembered else ""
            )
        return chosen if chosen in self.orders else ""

    @property
    def tells_day(self) -> bool:
        return DAY in self.columns

    @property
    def must_choose_order(self) -> bool:
        return len(self.orders) == 2

    @property
    def language(self) -> str:
        languages = self.card.languages
        given = self.data.get("language", "") if self.data is not None else ""
        given = given or (self.before.language if self.before else "")
        if given in languages:
            return given
        return guess_language(self.names, self.asked, languages)

    @property
    def languages(self) -> list[tuple[str, str]]:
        return [(code, language_name(code)) for code in self.card.languages]

    @property
    def unasked(self) -> list[Target]:
        """Required questions for which there is no column."""
        there = {code.partition("=")[0] for code in self.columns}
        return [
            self.targets[f"profile.{one.code}"]
            for one in self.asked.profile
            if one.is_required and f"profile.{one.code}" not in there
        ]

    @property
    def left_open(self) -> list[tuple[Target, int]]:
        """Required questions with a column that is empty in some rows: in how many.

        Rows without an answer on any goal are left out anyway and do not count.
        """
        found = []
        for question in self.asked.profile:
            code = f"profile.{question.code}"
            if question.is_required and code in self.columns:
                n = self._n_empty(self.columns.index(code), code)
                found += [(self.targets[code], n)] if n else []
        return found

    def _n_empty(self, place: int, code: str) -> int:
        meanings = self.values.get(self.targets[code].values_of, {})
        cells = column(self.sheet, place)
        return sum(
            not (text := cells[row].strip()) or meanings.get(text) == NO_ANSWER
            for row in self._rows_with_answers
        )

    @cached_property
    def _rows_with_answers(self) -> list[int]:
        """Places of the rows in which something is said on a goal."""
        ratings = self.values.get(RATINGS, {})
        found: set[int] = set()
        for place, code in enumerate(self.columns):
            if code and (target := self.targets[code]).goal:
                says = ratings if target.indicator else {}
                for row, cell in enumerate(column(self.sheet, place)):
                    if (text := cell.strip()) and says.get(text) != SKIPPED:
                        found.add(row)
        return sorted(found)

    @property
    def not_asked(self) -> list[str]:
        """Required questions that may stay open, because somebody said so."""
        targets = [*self.unasked, *(one for one, _ in self.left_open)]
        codes = [one.question.code for one in targets if one.question]
        if self.data is None:
            return [c for c in codes if self.before and c in self.before.not_asked]
        return [code for code in codes if f"unasked_{code}" in self.data]

    @property
    def rows_of_headings(self) -> tuple[str, str] | None:
        """How the headings begin and how the row below them, where no question on a
        goal was found and the second looks like the names of the columns."""
        if self._has_goals or not has_headings_below(self.sheet):
            return None
        first, second = (cells for _, cells in self.sheet.rows[:2])
        return in_brief(first), in_brief(second)

    @property
    def _has_goals(self) -> bool:
        return any(c.startswith(("rating.", "text.")) for c in self.columns)

    @property
    def problems(self) -> list[str]:
        """What keeps the table from being looked through, in words."""
        found = []
        if self.errors:
            found.append(gettext("Some columns below need your attention."))
        if not self._has_goals:
            found.append(gettext("No column is matched with a question on a goal."))
        if self.must_choose_order and not self.date_order:
            found.append(gettext("Say how the days are written."))
        said = self.not_asked
        if any(one.question and one.question.code not in said for one in self.unasked):
            found.append(
                gettext("A required question has no column: say that it was not asked.")
            )
        if self.has_new_values:
            found.append(
                gettext("There are values that could not be guessed: look at them.")
            )
        return found

    @property
    def matching(self) -> Matching:
        return Matching(
            columns=self.columns,
            values=self.values,
            date_order=self.date_order,
            language=self.language,
            not_asked=self.not_asked,
        )


def value_field(group: str, value: str) -> str:
    """The name of the field in which the meaning of a value is chosen."""
    digest = hashlib.sha256(f"{group}\x1f{value}".encode(errors="replace"))
    return f"value_{digest.hexdigest()[:16]}"
