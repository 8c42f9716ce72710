"""Whether an answer fits its question: each refusal names the field and the reason.

The one place that says what may be stored, wherever an answer comes from: the form, a
table, a program or a sheet of paper.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from surveys.intake.questionnaire import Questionnaire
from surveys.models import Question
from surveys.ratings import MARKERS, SKIPPED, Rating, encode

BLANKS: tuple[Any, ...] = (None, "", [])
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


class InvalidAnswer(Exception):
    """Something that does not fit its question. `field` and `reason` name them.

    `goal`: the number of the goal that it is about, where it is about one; else
    `place`, "profile" or "cross_cutting", as far as it is told.
    """

    def __init__(
        self, field: str, reason: str, goal: int | None = None, place: str = ""
    ) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason, self.goal, self.place = field, reason, goal, place


class NothingToSubmit(Exception):
    """Not one goal has been rated or commented."""


def check_rating(lowest: int, highest: int, rating: Rating, number: int) -> None:
    if isinstance(rating, str) and rating in MARKERS:
        return
    if type(rating) is not int or not lowest <= rating <= highest:
        raise InvalidAnswer(
            f"rating_{number}",
            gettext("%(rating)s is off the scale from %(lowest)d to %(highest)d")
            % {"rating": str(rating)[:30], "lowest": lowest, "highest": highest},
        )


def check_texts(questions: Iterable[Question], texts: Mapping[str, Any]) -> None:
    known = {question.code: question for question in questions}
    for code, text in texts.items():
        if code not in known:
            raise InvalidAnswer(code, gettext("is not a question here"))
        if isinstance(text, str):
            _check_characters(known[code], text)


def _check_characters(question: Question, text: str) -> None:
    if len(text) > question.max_length:
        raise InvalidAnswer(
            question.code,
            gettext("is longer than %(n)d characters") % {"n": question.max_length},
        )
    if "\x00" in text:
        raise InvalidAnswer(question.code, gettext("contains a null character"))
    if HALF_A_CHARACTER.search(text):
        raise InvalidAnswer(question.code, gettext("contains half a character"))


def checked_answers(
    questions: Iterable[Question], answers: Mapping[str, Any]
) -> dict[str, Any]:
    questions = list(questions)
    check_texts(questions, answers)
    given = {
        code: answer.strip() if isinstance(answer, str) else answer
        for code, answer in answers.items()
        if answer not in BLANKS
    }
    for question in questions:
        answer = given.get(question.code)
        if answer is None:
            continue
        _check_text(question, answer)
        _check_choice(question, answer)
        _check_number(question, answer)
    return given


def _check_text(question: Question, answer: Any) -> None:
    if question.kind == Question.Kind.LONG_TEXT and not isinstance(answer, str):
        raise InvalidAnswer(question.code, gettext("is not a text"))


def _check_choice(question: Question, answer: Any) -> None:
    if "choice" not in question.kind:
        return
    many = question.kind == Question.Kind.MULTIPLE_CHOICE
    chosen = answer if many else [answer]
    options = [option["code"] for option in question.options]
    if not isinstance(chosen, list) or any(one not in options for one in chosen):
        raise InvalidAnswer(question.code, gettext("is not one of the options"))
    if len(set(chosen)) < len(chosen):
        raise InvalidAnswer(question.code, gettext("names an option twice"))


def _check_number(question: Question, answer: Any) -> None:
    if question.kind != Question.Kind.NUMBER:
        return
    lowest, highest = question.lowest, question.highest
    if (
        type(answer) is not int
        or (lowest is not None and answer < lowest)
        or (highest is not None and answer > highest)
    ):
        raise InvalidAnswer(
            question.code,
            gettext("is not a whole number from %(lowest)s to %(highest)s")
            % {"lowest": lowest, "highest": highest},
        )


# ----------------------------------------------------------------- a whole response


@dataclass(frozen=True)
class GoalGiven:
    """What was said on one goal. `ratings`: indicator number -> rating."""

    ratings: Mapping[int, Rating] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GoalChecked:
    """`ratings` as they are stored (surveys.ratings), `texts` without blanks."""

    goal_id: int
    ratings: str
    texts: dict[str, str]

    @property
    def has_content(self) -> bool:
        """Whether anything was rated, marked or written."""
        return bool(self.ratings.strip(SKIPPED)) or bool(self.texts)


@dataclass(frozen=True)
class Checked:
    """A whole response as it may be stored, or what is wrong: every problem of it."""

    goals: list[GoalChecked]
    profile: dict[str, Any]
    cross_cutting: dict[str, Any]
    problems: list[InvalidAnswer]

    @property
    def is_empty(self) -> bool:
        return not self.goals


class _Notes:
    """Collects refusals instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[InvalidAnswer] = []

    def get(self, where: int | str, check: Callable[..., Any], *args: Any) -> Any:
        """`where`: the number of a goal, or a place."""
        try:
            return check(*args)
        except InvalidAnswer as refusal:
            if isinstance(where, int):
                refusal.goal = where
            else:
                refusal.place = where
            self.problems.append(refusal)
            return None


def check_response(
    asked: Questionnaire,
    *,
    goals: Mapping[int, GoalGiven],
    profile: Mapping[str, Any],
    cross_cutting: Mapping[str, Any],
    not_asked: Iterable[str] = (),
) -> Checked:
    """Hold a whole response against the questionnaire; no query.

    `not_asked`: codes of required profile questions that were not asked where it was
    collected, and may stay open.
    """
    notes = _Notes()
    checked = [
        goal
        for number, given in goals.items()
        if (goal := _checked_goal(asked, number, given, notes)) and goal.has_content
    ]
    person = _each(notes, Question.Place.PROFILE, asked.profile, profile)
    rest = _each(
        notes, Question.Place.CROSS_CUTTING, asked.cross_cutting, cross_cutting
    )
    for code in _open(asked, profile, not_asked):
        refusal = InvalidAnswer(
            code, gettext("is required"), place=Question.Place.PROFILE
        )
        notes.problems.append(refusal)
    return Checked(checked, person, rest, notes.problems)


def _open(
    asked: Questionnaire, profile: Mapping[str, Any], not_asked: Iterable[str]
) -> Iterator[str]:
    for question in asked.profile:
        if question.is_required and question.code not in not_asked:
            answer = profile.get(question.code)
            if answer in BLANKS or (isinstance(answer, str) and not answer.strip()):
                yield question.code


def _checked_goal(
    asked: Questionnaire, number: int, given: GoalGiven, notes: _Notes
) -> GoalChecked | None:
    before = len(notes.problems)
    if number not in asked.goal_by_number:
        refusal = InvalidAnswer(
            "goals", gettext("is not a goal of this questionnaire"), number
        )
        notes.problems.append(refusal)
        return None
    scale = asked.instrument.scale_minimum, asked.instrument.scale_maximum
    for indicator, rating in given.ratings.items():
        notes.get(number, check_rating, *scale, rating, indicator)
        if indicator not in asked.numbers:
            words = gettext("is not an indicator")
            notes.problems.append(InvalidAnswer(f"rating_{indicator}", words, number))
    texts = _each(notes, number, asked.goal_questions, given.texts)
    if len(notes.problems) > before:
        return None
    codes = encode(given.ratings.get(place, SKIPPED) for place in asked.numbers)
    return GoalChecked(asked.goal_by_number[number].pk, codes, texts)


def _each(
    notes: _Notes,
    where: int | str,
    questions: Iterable[Question],
    answers: Mapping[str, Any],
) -> dict[str, Any]:
    """The answers that fit; each that does not is noted by itself."""
    questions = list(questions)
    kept: dict[str, Any] = {}
    for code, answer in answers.items():
        one = [question for question in questions if question.code == code]
        kept |= notes.get(where, checked_answers, one, {code: answer}) or {}
    return {code: answer for code, answer in kept.items() if answer not in BLANKS}
