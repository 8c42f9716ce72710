"""The pages that take answers: what each of them asks, shows and saves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from surveys.intake.forms import (
    Fields,
    GoalForm,
    QuestionsForm,
    question_fields,
    rating_fields,
)
from surveys.intake.merging import Merged
from surveys.intake.outlines import Outline, outline_of
from surveys.intake.rows import Written
from surveys.intake.services import save_cross_cutting, save_goal_answer, save_profile
from surveys.intake.values import given_answers, goal_values
from surveys.models import Draft, Goal, Instrument, Question, Section


@dataclass(frozen=True)
class AnswerPage:
    """A goal's page, a section's, or the one about the respondent."""

    draft: Draft
    key: str
    template: str
    questions: Sequence[Question]
    goal: Goal | None = None
    section: Section | None = None

    def form(self, data: Any = None, **answers: Any) -> QuestionsForm:
        """The page's form. `answers`: see `surveys.intake.forms.PageForm`."""
        if self.goal is None:
            return QuestionsForm(data, questions=self.questions, **answers)
        return GoalForm(
            data,
            instrument=self.draft.instrument,
            indicators=self.outline.indicators,
            questions=self.questions,
            **answers,
        )

    def sent(self, data: Any) -> QuestionsForm:
        """What was sent, to be read only: its fields are shared by all requests."""
        rated = self.draft.instrument if self.goal else None
        language = get_language() or ""
        fields = _fields(self.outline, language, tuple(self.questions), rated)
        return self.form(data, fields=fields)

    @property
    def outline(self) -> Outline:
        return outline_of(self.draft.instrument)

    def context(self, form: QuestionsForm) -> dict[str, Any]:
        """What the page's template needs."""
        asked = {"form": form, "goal": self.goal, "section": self.section}
        if self.goal is None:
            return asked
        instrument = self.draft.instrument
        return asked | {
            "scale": instrument.scale,
            "missing_labels": instrument.missing_labels,
        }

    def given(self, answers: Mapping[int, Written]) -> dict[str, Any]:
        """{field name: stored answer}. `answers`: what is written on the goals."""
        if self.goal is not None:
            return goal_values(answers.get(self.goal.pk), self.outline.numbers)
        stored = self.draft.cross_cutting if self.section else self.draft.profile
        return given_answers(self.questions, stored)

    def save(self, form: QuestionsForm, now: datetime) -> Merged:
        """Store what a valid form holds. Raises what the services raise."""
        common: dict[str, Any] = {"draft": self.draft, "base": form.base, "now": now}
        if isinstance(form, GoalForm) and self.goal is not None:
            return save_goal_answer(
                goal=self.goal, ratings=form.ratings, texts=form.answers, **common
            )
        if self.section is not None:
            return save_cross_cutting(answers=form.answers, **common)
        return save_profile(profile=form.answers, **common)


@lru_cache(maxsize=256)
def _fields(
    outline: Outline,
    language: str,
    questions: tuple[Question, ...],
    rated: Instrument | None,
) -> Fields:
    asked = question_fields(questions)
    return asked | rating_fields(rated, outline.indicators) if rated else asked


def goal_page(draft: Draft, number: int) -> AnswerPage | None:
    """The rating grid and the open questions of the goal with this number."""
    outline = outline_of(draft.instrument)
    goal = outline.goal_by_number.get(number)
    if goal is None:
        return None
    return AnswerPage(
        draft,
        key=f"goal-{number}",
        template="intake/goal.html",
        questions=outline.questions_of(Question.Place.GOAL),
        goal=goal,
    )


def section_page(draft: Draft, code: str) -> AnswerPage | None:
    """A section of questions about the country as a whole."""
    outline = outline_of(draft.instrument)
    section = next((one for one in outline.sections if one.code == code), None)
    if section is None:
        return None
    return AnswerPage(
        draft,
        key=f"section-{code}",
        template="intake/section.html",
        questions=outline.questions_of(Question.Place.CROSS_CUTTING, section),
        section=section,
    )


def profile_page(draft: Draft) -> AnswerPage:
    """About the respondent."""
    return AnswerPage(
        draft,
        key="about-you",
        template="intake/profile.html",
        questions=outline_of(draft.instrument).questions_of(Question.Place.PROFILE),
    )


def answer_page(draft: Draft, key: str) -> AnswerPage | None:
    """The page with this key (`surveys.intake.progress.Page`), if it takes answers."""
    kind, _, which = key.partition("-")
    if kind == "goal":
        return goal_page(draft, int(which))
    if kind == "section":
        return section_page(draft, which)
    return profile_page(draft) if key == "about-you" else None


def answer_pages(draft: Draft) -> list[AnswerPage]:
    """All of them, goals that were not chosen included."""
    outline = outline_of(draft.instrument)
    goals = [goal_page(draft, number) for number in outline.goal_by_number]
    sections = [section_page(draft, section.code) for section in outline.sections]
    about = [profile_page(draft)] if profile_page(draft).questions else []
    return [page for page in [*goals, *sections, *about] if page]
