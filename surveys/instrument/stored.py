"""The instrument that stands in the database, as the parts it was made of."""

from collections.abc import Iterable
from typing import Any

from surveys.instrument.parts import InstrumentFile, checked
from surveys.models import Goal, Instrument, Question


def file_of(instrument: Instrument) -> InstrumentFile:
    """The whole content of an instrument; six queries, however long it is."""
    questions = list(instrument.questions.select_related("section"))
    return checked(
        {
            "code": instrument.code,
            "version": instrument.version,
            "title": instrument.title,
            "languages": instrument.languages,
            "percent_formula": instrument.percent_formula,
            "missing_policy": instrument.missing_policy,
            "scale": [
                {"score": score, "label": label}
                for score, label in enumerate(
                    instrument.scale_labels, start=instrument.scale_minimum
                )
            ],
            "missing": instrument.missing_labels,
            "bands": instrument.bands,
            "dimensions": [
                _values(row, "number", "code", "name", "description")
                for row in instrument.dimensions.all()
            ],
            "indicators": [
                _values(row, "number", "code", "name", "question")
                | {"dimension": row.dimension.code}
                for row in instrument.indicators.select_related("dimension")
            ],
            "goals": [_goal(row) for row in instrument.goals.all()],
            "goal_questions": _asked(questions, Question.Place.GOAL),
            "cross_cutting": [
                {
                    "code": section.code,
                    "title": section.title,
                    "questions": _asked(
                        (q for q in questions if q.section == section),
                        Question.Place.CROSS_CUTTING,
                    ),
                }
                for section in instrument.sections.all()
            ],
            "profile": _asked(questions, Question.Place.PROFILE),
            "consent": instrument.consent,
        }
    )


def _goal(row: Goal) -> dict[str, Any]:
    return _values(row, "number", "code", "colour", "title", "full_title")


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _asked(questions: Iterable[Question], place: str) -> list[dict[str, Any]]:
    return [
        {
            "code": question.code,
            "kind": question.kind,
            "text": question.text,
            "help": question.help or None,
            "options": question.options,
            "required": question.is_required,
            "max_length": question.max_length,
            "lowest": question.lowest,
            "highest": question.highest,
        }
        for question in questions
        if question.place == place
    ]
