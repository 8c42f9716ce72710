"""What is asked, loaded once: four queries, however much of it there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.models import Goal, Indicator, Instrument, Question


@dataclass(frozen=True)
class Questionnaire:
    instrument: Instrument
    goals: Sequence[Goal]
    indicators: Sequence[Indicator]
    questions: Sequence[Question]

    @classmethod
    def of(cls, instrument: Instrument) -> "Questionnaire":
        return cls(
            instrument,
            goals=list(instrument.goals.all()),
            indicators=list(instrument.indicators.all()),
            questions=list(instrument.questions.select_related("section")),
        )

    @cached_property
    def goal_by_number(self) -> dict[int, Goal]:
        return {goal.number: goal for goal in self.goals}

    @cached_property
    def numbers(self) -> list[int]:
        """Of the indicators, in the order of an answer's ratings."""
        return [indicator.number for indicator in self.indicators]

    @cached_property
    def goal_questions(self) -> list[Question]:
        return self._at(Question.Place.GOAL)

    @cached_property
    def profile(self) -> list[Question]:
        return self._at(Question.Place.PROFILE)

    @cached_property
    def cross_cutting(self) -> list[Question]:
        return self._at(Question.Place.CROSS_CUTTING)

    def _at(self, place: str) -> list[Question]:
        return [question for question in self.questions if question.place == place]
