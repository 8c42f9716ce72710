"""Which columns a file has, from the questionnaire and what may be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext, pgettext

from surveys.exports.coding import Cell, Coding
from surveys.exports.columns import (
    CHOICE,
    DAY,
    FLAG,
    NUMBER,
    SCORE,
    TEXT,
    Column,
    with_unique_names,
)
from surveys.exports.fields import (
    ChoiceField,
    DayField,
    DaySpanField,
    Field,
    MultipleField,
    NumberField,
    SpanField,
    TextField,
)
from surveys.exports.protection import Protection
from surveys.localized import language_name, text_in
from surveys.models import Goal, Indicator, Instrument, Question, Response, Scorecard
from surveys.ratings import DIGITS, DONT_KNOW, NOT_APPLICABLE, SKIPPED

Asked = tuple[str, Field]


@dataclass(frozen=True)
class GoalBlock:
    """A goal's ratings, one column an indicator, and its questions."""

    goal_id: int
    ratings: Sequence[Column]
    codes: Mapping[str, Cell]
    questions: Sequence[Asked]


@dataclass(frozen=True)
class Layout:
    """The columns in order: of the response itself, profile, cross-cutting, goals.

    `head` fields take the response's own attribute of that name, the others its answer
    to the question of that code.
    """

    head: Sequence[Asked]
    profile: Sequence[Asked]
    cross_cutting: Sequence[Asked]
    goals: Sequence[GoalBlock]

    @property
    def columns(self) -> list[Column]:
        return with_unique_names(self._columns())

    def _columns(self) -> Iterator[Column]:
        for _, field in (*self.head, *self.profile, *self.cross_cutting):
            yield from field.columns
        for block in self.goals:
            yield from block.ratings
            for _, field in block.questions:
                yield from field.columns


def layout_of(scorecard: Scorecard, coding: Coding, protection: Protection) -> Layout:
    """The columns of a file of this scorecard, worded in the active language."""
    instrument = scorecard.instrument
    maker = _Maker(coding, protection)
    places = Question.Place
    questions = list(instrument.questions.select_related("section"))
    indicators = list(instrument.indicators.all())
    return Layout(
        head=maker.head(scorecard),
        profile=[
            maker.asked(question, gettext("Profile"), "profile_", told=True)
            for question in questions
            if question.place == places.PROFILE
        ],
        cross_cutting=[
            maker.asked(question, _section(question), "q_")
            for question in questions
            if question.place == places.CROSS_CUTTING
        ],
        goals=[
            maker.goal(
                instrument,
                goal,
                indicators,
                [question for question in questions if question.place == places.GOAL],
            )
            for goal in instrument.goals.all()
        ],
    )


def _section(question: Question) -> str:
    return text_in(question.section.title) if question.section else ""


@dataclass(frozen=True)
class _Maker:
    coding: Coding
    protection: Protection

    def head(self, scorecard: Scorecard) -> list[Asked]:
        part = pgettext("one respondent's", "Response")
        coding = self.coding
        key = Column("response", part, gettext("Random key of the response"), TEXT)
        excluded = Column(
            "excluded",
            part,
            gettext("Whether it was excluded from every average"),
            FLAG,
            {
                coding.flag(False): gettext("counted"),
                coding.flag(True): gettext("excluded"),
            },
        )
        reason = Column("excluded_reason", part, gettext("Why it was excluded"), TEXT)
        asked: list[Asked] = [
            ("id", TextField([key])),
            ("is_excluded", NumberField([excluded], coding)),
            ("excluded_reason", TextField([reason])),
            ("submitted_on", self._day(part)),
            ("language", self._among("language", scorecard.languages, part)),
            ("origin", self._among("origin", Response.Origin.values, part)),
        ]
        return asked + self._minutes(part)

    def _day(self, part: str) -> Field:
        label = gettext("Day on which it was submitted")
        if self.protection.is_full:
            return DayField([Column("submitted_on", part, label, DAY)], self.coding)
        labels = _ends(label)
        names = ("submitted_from", "submitted_until")
        columns = [
            Column(n, part, label, DAY) for n, label in zip(names, labels, strict=True)
        ]
        return DaySpanField(columns, self.protection.days, self.coding)

    def _minutes(self, part: str) -> list[Asked]:
        if not self.protection.is_full:
            return []
        label = gettext("Minutes from the first page to submitting")
        column = Column("minutes", part, label, NUMBER)
        return [("minutes", NumberField([column], self.coding))]

    def _among(self, name: str, codes: Sequence[str], part: str) -> Field:
        labels = {
            "language": gettext("Language in which it was answered"),
            "origin": gettext("How it got here"),
        }
        column = Column(name, part, labels[name], CHOICE)
        return self._choice(
            column,
            [{"code": code, "label": {"": _word(code)}} for code in codes],
            self.protection.hides(name),
        )

    def asked(
        self, question: Question, part: str, prefix: str, told: bool = False
    ) -> Asked:
        """A question's field; `told` where the protection says what is told of it."""
        column = Column(prefix + question.code, part, text_in(question.text), TEXT)
        hidden = self.protection.hides(question.code) if told else frozenset()
        return question.code, self._field(question, column, hidden, told)

    def _field(
        self,
        question: Question,
        column: Column,
        hidden: frozenset[str | None],
        told: bool,
    ) -> Field:
        if question.kind == Question.Kind.SINGLE_CHOICE:
            return self._choice(replace(column, kind=CHOICE), question.options, hidden)
        if question.kind == Question.Kind.MULTIPLE_CHOICE:
            return self._multiple(column, question.options, hidden)
        if question.kind != Question.Kind.NUMBER:
            return TextField([column])
        column = replace(column, kind=NUMBER)
        if self.protection.is_full or not told:
            return NumberField([column], self.coding)
        first, last = _ends(column.label)
        return SpanField(
            [
                replace(column, name=f"{column.name}_from", label=first),
                replace(column, name=f"{column.name}_until", label=last),
            ],
            self.protection.numbers.get(question.code, {}),
            self.coding,
        )

    def _choice(
        self,
        column: Column,
        options: Sequence[Mapping[str, Any]],
        hidden: frozenset[str | None],
    ) -> ChoiceField:
        cells = self.coding.options(options)
        values = {cells[option["code"]]: text_in(option["label"]) for option in options}
        codes: dict[str | None, Cell] = {None: None}
        codes.update(cells)
        if not hidden:
            return ChoiceField([replace(column, values=values)], codes)
        away = self.coding.not_shown(len(options))
        values = {
            cell: label
            for option in options
            if (cell := cells[option["code"]]) is not None
            and option["code"] not in hidden
            for label in [text_in(option["label"])]
        }
        values[away] = self._too_few()
        column = replace(column, values=values, missing=(away,))
        return ChoiceField([column], codes | dict.fromkeys(hidden, away))

    def _too_few(self) -> str:
        return gettext("not shown: fewer than %(n)d people, or told by subtraction") % {
            "n": self.protection.smallest
        }

    def _multiple(
        self,
        column: Column,
        options: Sequence[Mapping[str, Any]],
        hidden: frozenset[str | None],
    ) -> MultipleField:
        flag = self.coding.flag
        values = {flag(False): gettext("not chosen"), flag(True): gettext("chosen")}
        columns = [
            replace(
                column,
                name=f"{column.name}__{option['code']}",
                label=f"{column.label}: {text_in(option['label'])}",
                kind=FLAG,
                values={} if option["code"] in hidden else values,
            )
            for option in options
        ]
        codes = [option["code"] for option in options]
        return MultipleField(columns, codes, hidden, self.coding)

    def goal(
        self,
        instrument: Instrument,
        goal: Goal,
        indicators: Sequence[Indicator],
        questions: Sequence[Question],
    ) -> GoalBlock:
        prefix = f"g{goal.number:02d}_"
        values = self._scale(instrument)
        missing = tuple(self.coding.missing().values())
        return GoalBlock(
            goal_id=goal.pk,
            ratings=[
                Column(
                    name=f"{prefix}i{indicator.number:02d}",
                    part=str(goal),
                    label=f"{goal.number}. {text_in(indicator.name)}: "
                    f"{text_in(indicator.question)}",
                    kind=SCORE,
                    values=values,
                    missing=missing,
                )
                for indicator in indicators
            ],
            codes={
                **{
                    DIGITS[score]: self.coding.score(score)
                    for score, _ in instrument.scale
                },
                **self.coding.missing(),
            },
            questions=[
                self.asked(question, str(goal), prefix) for question in questions
            ],
        )

    def _scale(self, instrument: Instrument) -> dict[Cell, str]:
        missing = self.coding.missing()
        labels = instrument.missing_labels
        return {
            **{self.coding.score(score): label for score, label in instrument.scale},
            missing[DONT_KNOW]: text_in(labels.get("dont_know", {})) or DONT_KNOW,
            missing[NOT_APPLICABLE]: text_in(labels.get("not_applicable", {}))
            or NOT_APPLICABLE,
            missing[SKIPPED]: gettext("Skipped"),
        }


def _ends(label: str) -> tuple[str, str]:
    first = gettext("%(label)s: from (span that enough people share)")
    last = gettext("%(label)s: until (span that enough people share)")
    return first % {"label": label}, last % {"label": label}


def _word(code: str) -> str:
    """An origin or a language, in words."""
    words = {
        "form": gettext("filled in on the site"),
        "paper": gettext("entered from paper"),
        "table": gettext("taken in from a table"),
        "api": gettext("sent by another system"),
    }
    return words.get(code) or language_name(code)
