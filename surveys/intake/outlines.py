"""What a questionnaire asks, read once and kept: it is the same for every respondent.

Kept by the instrument's checksum, which every change of its content renews.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from surveys.models import Goal, Indicator, Instrument, Question, Section

KEPT = 64  # versions of questionnaires, in each process


@dataclass(frozen=True, eq=False)
class Outline:
    """All that an instrument asks. Shared by all requests: nobody may change it."""

    goals: tuple[Goal, ...]
    indicators: tuple[Indicator, ...]
    questions: tuple[Question, ...]

    @cached_property
    def goal_by_number(self) -> Mapping[int, Goal]:
        return {goal.number: goal for goal in self.goals}

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The indicators' numbers, in order."""
        return tuple(indicator.number for indicator in self.indicators)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Those that ask something."""
        asked = (question.section for question in self.questions)
        return tuple(dict.fromkeys(section for section in asked if section))

    @cached_property
    def required(self) -> tuple[Question, ...]:
        """What nobody may leave open who submits."""
        profile = self.questions_of(Question.Place.PROFILE)
        return tuple(question for question in profile if question.is_required)

    def questions_of(
        self, place: str, section: Section | None = None
    ) -> tuple[Question, ...]:
        """Those of a place, and of it those of one section, in order."""
        return self._questions.get((place, section.pk if section else None), ())

    @cached_property
    def _questions(self) -> Mapping[tuple[str, int | None], tuple[Question, ...]]:
        found: dict[tuple[str, int | None], tuple[Question, ...]] = {}
        for question in self.questions:
            for section in {None, question.section_id}:
                key = (question.place, section)
                found[key] = (*found.get(key, ()), question)
        return found


def outline_of(instrument: Instrument) -> Outline:
    """What this version asks; read from the database only if it is new here."""
    return _read(instrument.pk, instrument.checksum)


@lru_cache(maxsize=KEPT)
def _read(instrument_id: int, checksum: str) -> Outline:
    theirs = {"instrument_id": instrument_id}
    return Outline(
        goals=tuple(Goal.objects.filter(**theirs)),
        indicators=tuple(
            Indicator.objects.filter(**theirs).select_related("dimension")
        ),
        questions=tuple(Question.objects.filter(**theirs).select_related("section")),
    )


def forget_everything() -> None:
    """For tests, which take back what they wrote."""
    _read.cache_clear()
