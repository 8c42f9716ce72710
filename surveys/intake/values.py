"""Answers by the names of the fields in which a page shows them."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from surveys.intake.merging import answer_name, rating_name
from surveys.models import Question
from surveys.ratings import SKIPPED, Rating, decode


class GoalText(Protocol):
    """Ratings and texts on one goal, wherever they are written."""

    @property
    def ratings(self) -> str: ...

    @property
    def texts(self) -> Mapping[str, str]: ...


def goal_values(written: GoalText | None, numbers: Iterable[int]) -> dict[str, Any]:
    """{field name: answer} of a goal's page, by the indicators' numbers in order."""
    if written is None:
        return {}
    ratings = zip(numbers, decode(written.ratings), strict=True)
    return rating_values(dict(ratings)) | answer_values(written.texts)


def rating_values(ratings: Mapping[int, Rating]) -> dict[str, Any]:
    """{field name: rating}; None for one left out."""
    return {
        rating_name(number): None if rating == SKIPPED else rating
        for number, rating in ratings.items()
    }


def given_answers(
    questions: Iterable[Question], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """{field name: answer} of the questions that were answered."""
    codes = [question.code for question in questions]
    return answer_values({code: answers[code] for code in codes if code in answers})


def answer_values(answers: Mapping[str, Any]) -> dict[str, Any]:
    """{field name: answer} of answers by question code."""
    return {answer_name(code): answer for code, answer in answers.items()}


def has_content(answer: GoalText) -> bool:
    """Whether anything was rated, marked or written on this goal."""
    return bool(answer.ratings.strip(SKIPPED)) or any(answer.texts.values())
