"""Every row of a table held against the questionnaire and against what is on record."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext

from surveys.collected.records import content_of, on_record
from surveys.collected.tables.matching import (
    Columns,
    Matching,
    parts_of,
    rows_of,
)
from surveys.collected.tables.targets import (
    DAY,
    ID,
    LANGUAGE,
    MINUTES,
    RATINGS,
    Target,
    targets_of,
)
from surveys.collected.tables.values import (
    NO_ANSWER,
    NOT_MATCHED,
    NotADay,
    day_of,
    is_ticked,
)
from surveys.intake.checks import GoalGiven, InvalidAnswer, check_response
from surveys.intake.questionnaire import Questionnaire
from surveys.intake.storing import Submission, receipt_of
from surveys.models import Question, Response, Scorecard
from surveys.ratings import MARKERS, SKIPPED, Rating
from surveys.sheets.reading import Sheet
from surveys.table_text import out_of_a_cell

EARLIEST = date(2000, 1, 1)
MOST_MINUTES = 100_000


@dataclass
class CheckedRow:
    """`problems`: (column, words). `is_empty`: nothing was answered, it is left out.
    `state`: "new", "known", "changed" (on record with other answers)."""

    number: int
    problems: list[tuple[str, str]] = field(default_factory=list)
    submission: Submission | None = None
    is_empty: bool = False
    state: str = "new"
    is_day_told: bool = False
    # The receipt it would have without its identifier.
    without_mark: str = ""


@dataclass(frozen=True)
class Checked:
    rows: Sequence[CheckedRow]

    @property
    def with_problems(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.problems]

    def of(self, state: str) -> list[CheckedRow]:
        return [
            row
            for row in self.rows
            if row.state == state and not row.is_empty and not row.problems
        ]

    @property
    def adding(self) -> list[Submission]:
        return [row.submission for row in self.of("new") if row.submission]

    @property
    def known(self) -> list[CheckedRow]:
        return self.of("known")

    @property
    def changed(self) -> list[CheckedRow]:
        return self.of("changed")

    @property
    def empty(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.is_empty and not row.problems]

    @property
    def can_be_taken(self) -> bool:
        """All or nothing: no row has a problem, and some row is new."""
        return not self.with_problems and bool(self.adding)


Progress = Callable[[int, int], None]


def check_sheet(
    scorecard: Scorecard,
    sheet: Sheet,
    matching: Matching,
    today: date,
    progress: Progress = lambda done, total: None,
) -> Checked:
    """Every row; queries: the questionnaire's, and two for every 400 rows."""
    reader = _Reader(scorecard, sheet, matching, today)
    rows: list[CheckedRow] = []
    body = rows_of(sheet)
    for place, (number, cells) in enumerate(body):
        if place % 100 == 0:
            progress(place, len(body))
        rows.append(reader.row(number, cells))
    hold_against_record(rows)
    return Checked(rows)


def hold_against_record(rows: Iterable[CheckedRow]) -> None:
    """Which rows are new, and which are on record, with these answers or others."""
    rows = list(rows)
    for row in rows:
        row.state = "new"
    told = {
        row.submission.receipt: (row, row.submission) for row in rows if row.submission
    }
    unmarked = {row.without_mark: row for row in rows if row.without_mark}
    there_are = on_record([*told, *unmarked])
    for receipt, there in there_are.items():
        if receipt not in told:
            # Taken in before a column was chosen as identifier.
            if unmarked[receipt].state == "new":
                unmarked[receipt].state = "known"
            continue
        row, submission = told[receipt]
        same = there.content == content_of(submission)
        if row.is_day_told:
            same = same and there.submitted_on == submission.submitted_on
        row.state = "known" if same else "changed"


@dataclass
class _Given:
    """What a row says so far."""

    ratings: dict[int, dict[int, Rating]] = field(default_factory=dict)
    texts: dict[int, dict[str, str]] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    whole: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    day: date | None = None
    minutes: int | None = None
    mark: str = ""

    @property
    def goals(self) -> dict[int, GoalGiven]:
        return {
            number: GoalGiven(self.ratings.get(number, {}), self.texts.get(number, {}))
            for number in {**self.ratings, **self.texts}
        }


class _Reader:
    """Reads rows one after another; notes every problem instead of stopping."""

    def __init__(
        self, scorecard: Scorecard, sheet: Sheet, matching: Matching, today: date
    ) -> None:
        self.scorecard, self.matching, self.today = scorecard, matching, today
        self.asked = Questionnaire.of(scorecard.instrument)
        targets = targets_of(self.asked)
        self.names = Columns.of(sheet).names
        self.is_workbook = sheet.is_workbook
        self.columns: list[tuple[int, Target]] = [
            (place, targets[code])
            for place, code in enumerate(matching.columns)
            if code in targets
        ]
        self.name_of = {t.code: self.names[place] for place, t in self.columns}
        whole = (ID, DAY, LANGUAGE, MINUTES)
        self.whole_columns = {self.name_of[c] for c in whole if c in self.name_of}
        self.seen: dict[str, int] = {}
        self.alike: dict[str, int] = {}

    def row(self, number: int, cells: Sequence[str]) -> CheckedRow:
        checked = CheckedRow(number)
        given = _Given(language=self.matching.language)
        for place, target in self.columns:
            cell = cells[place] if place < len(cells) else ""
            cell = cell if self.is_workbook else out_of_a_cell(cell)
            try:
                self._read(cell, target, given)
            except _Problem as problem:
                checked.problems.append((self.names[place], problem.words))
        self._finish(checked, given, cells)
        return checked

    # ---------------------------------------------------------------- one cell

    def _read(self, cell: str, target: Target, given: _Given) -> None:
        if target.code in (ID, DAY, LANGUAGE, MINUTES):
            self._read_whole(cell, target.code, given)
        elif target.indicator is not None and target.goal is not None:
            ratings = given.ratings.setdefault(target.goal.number, {})
            ratings[target.indicator.number] = self._rating(cell)
        elif target.goal is not None and target.question is not None:
            if text := cell.strip():
                texts = given.texts.setdefault(target.goal.number, {})
                texts[target.question.code] = text
        elif target.question is not None:
            is_profile = target.question.place == Question.Place.PROFILE
            into = given.profile if is_profile else given.whole
            self._read_question(cell, target, target.question, into)

    def _read_whole(self, cell: str, code: str, given: _Given) -> None:
        text = cell.strip()
        if code == DAY and not text:
            raise _Problem(gettext("The day is missing."))
        if code == ID:
            given.mark = text
            if not text:
                raise _Problem(gettext("The identifier is missing."))
        elif code == DAY:
            given.day = self._day(text)
        elif code == LANGUAGE and text:
            given.language = self._meaning(LANGUAGE, text)
        elif code == MINUTES and text:
            given.minutes = _whole_number(text)
            if given.minutes is None or not 0 <= given.minutes <= MOST_MINUTES:
                raise _Problem(gettext("“%s” is no number of minutes.") % text[:30])

    def _day(self, text: str) -> date:
        try:
            day = day_of(text, self.matching.date_order, self.scorecard.zone)
        except NotADay:
            raise _Problem(gettext("“%s” is not a day.") % text[:30]) from None
        if not EARLIEST <= day <= self.today:
            raise _Problem(
                gettext("%s does not lie between 2000 and today.") % day.isoformat()
            )
        return day

    def _rating(self, cell: str) -> Rating:
        if not cell.strip():
            return SKIPPED
        meaning = self._meaning(RATINGS, cell.strip())
        return meaning if meaning in MARKERS else int(meaning)

    def _meaning(self, group: str, value: str) -> str:
        meaning = self.matching.values.get(group, {}).get(value, NOT_MATCHED)
        if meaning == NOT_MATCHED:
            short = value if len(value) <= 40 else f"{value[:40]}…"
            raise _Problem(
                gettext("“%s” is not matched with anything: choose what it means.")
                % short
            )
        return meaning

    def _read_question(
        self, cell: str, target: Target, question: Question, into: dict[str, Any]
    ) -> None:
        if target.option:
            self._read_tick(cell, target, question, into)
        elif not cell.strip():
            return
        elif question.kind == Question.Kind.MULTIPLE_CHOICE:
            chosen = [self._meaning(target.code, v) for v in parts_of(cell, target)]
            _choose(into, question, [one for one in chosen if one != NO_ANSWER])
        elif question.kind == Question.Kind.SINGLE_CHOICE:
            meaning = self._meaning(target.code, cell.strip())
            if meaning != NO_ANSWER:
                into[question.code] = meaning
        elif question.kind == Question.Kind.NUMBER:
            number = _whole_number(cell.strip())
            into[question.code] = cell.strip() if number is None else number
        else:
            into[question.code] = cell.strip()

    def _read_tick(
        self, cell: str, target: Target, question: Question, into: dict[str, Any]
    ) -> None:
        ticked = is_ticked(cell, question, target.option)
        if ticked is None:
            words = gettext("“%s” does not say whether this was chosen.")
            raise _Problem(words % cell.strip()[:30])
        if ticked:
            _choose(into, question, [target.option])

    # --------------------------------------------------------------- the whole row

    def _finish(self, checked: CheckedRow, given: _Given, cells: Sequence[str]) -> None:
        answers = check_response(
            self.asked,
            goals=given.goals,
            profile=given.profile,
            cross_cutting=given.whole,
            not_asked=self.matching.not_asked,
        )
        wrong = [one for one in answers.problems if not self._is_told(one, checked)]
        if answers.is_empty and self._says_nothing(checked, wrong):
            checked.is_empty, checked.problems = True, []
            return
        checked.problems += [(self._column(one), one.reason) for one in wrong]
        receipt = self._receipt(checked, given, cells)
        if checked.problems:
            return
        checked.is_day_told = given.day is not None
        checked.submission = Submission(
            scorecard_id=self.scorecard.pk,
            origin=Response.Origin.TABLE,
            receipt=receipt,
            language=given.language,
            submitted_on=given.day or self.today,
            goals=answers.goals,
            profile=answers.profile,
            cross_cutting=answers.cross_cutting,
            minutes=given.minutes,
        )

    def _says_nothing(self, checked: CheckedRow, wrong: list[InvalidAnswer]) -> bool:
        """No answer is wrong: what is missing is missed of rows with answers only."""
        columns = {column for column, _ in checked.problems}
        return columns <= self.whole_columns and all(
            one.place == Question.Place.PROFILE for one in wrong
        )

    def _is_told(self, one: InvalidAnswer, checked: CheckedRow) -> bool:
        """Whether the row says already what is wrong with this column."""
        return self._column(one) in {column for column, _ in checked.problems}

    def _column(self, one: InvalidAnswer) -> str:
        """The heading of the column that a refusal is about."""
        if one.goal is not None and one.field.startswith("rating_"):
            number = int(one.field[7:])
            code = next(i.code for i in self.asked.indicators if i.number == number)
            return self.name_of.get(f"rating.{one.goal}.{code}", code)
        if one.goal is not None:
            return self.name_of.get(f"text.{one.goal}.{one.field}", one.field)
        place = "profile" if one.place == Question.Place.PROFILE else "whole"
        return self.name_of.get(f"{place}.{one.field}", one.field)

    def _receipt(self, checked: CheckedRow, given: _Given, cells: Sequence[str]) -> str:
        """By the identifier, else by what stands in the row; of rows that are alike
        each is a response of its own."""
        whole = "\x1f".join(cell.strip() for cell in cells).rstrip("\x1f")
        digest = hashlib.sha256(whole.encode()).hexdigest()
        self.alike[digest] = self.alike.get(digest, 0) + 1
        by_row = self._sealed(f"row:{digest}:{self.alike[digest]}")
        if not given.mark:
            return by_row
        checked.without_mark = by_row
        if first := self.seen.get(given.mark):
            words = gettext("Row %(n)d has the same identifier.") % {"n": first}
            checked.problems.append((self.name_of[ID], words))
        self.seen.setdefault(given.mark, checked.number)
        return self._sealed(f"id:{given.mark}")

    def _sealed(self, mark: str) -> str:
        return receipt_of(self.scorecard.pk, Response.Origin.TABLE, mark)


class _Problem(Exception):
    """What is wrong with a cell, in words."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def _choose(into: dict[str, Any], question: Question, options: list[str]) -> None:
    """Options chosen; a program may say the same in one column and in one for each."""
    into[question.code] = list(dict.fromkeys([*into.get(question.code, []), *options]))


def _whole_number(text: str) -> int | None:
    """34 from "34" or "34.0"; None where it is none."""
    head, sign, tail = text.replace(",", ".").partition(".")
    is_number = head.isascii() and head.isdecimal() and len(head) <= 9
    return int(head) if is_number and not (sign and tail.strip("0")) else None
