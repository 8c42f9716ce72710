"""Two people's typing of one sheet, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from surveys.intake.questionnaire import Questionnaire
from surveys.localized import text_in
from surveys.models import Question
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED, Rating


@dataclass(frozen=True)
class Difference:
    """`name`: of the field, with the number of the place in a row of ratings."""

    name: str
    label: str
    first: str
    second: str
    chosen: str = ""


def differences(
    asked: Questionnaire,
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    decided: Mapping[str, str],
) -> list[Difference]:
    """Where two sheets, as cleaned values, do not say the same.

    Texts that differ in spaces alone are the same. `decided`: {name: "1" or "2"}.
    """
    found = []
    for name, label, show in _fields(asked):
        a, b = _plain(value_of(first, name)), _plain(value_of(second, name))
        if a != b:
            chosen = decided.get(name, "")
            found.append(
                Difference(
                    name,
                    label,
                    show(a),
                    show(b),
                    chosen if chosen in ("1", "2") else "",
                )
            )
    return found


def merged(
    asked: Questionnaire,
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    decided: Mapping[str, str],
) -> dict[str, Any]:
    """The values of a sheet, each from the typing that was chosen for it."""
    values = dict(first)
    for goal in asked.goals:
        name = f"goal_{goal.number}"
        ratings = [
            value_of(second if decided.get(part) == "2" else first, part)
            for part in (f"{name}:{place}" for place in range(len(asked.numbers)))
        ]
        values[name] = ratings
    for name, choice in decided.items():
        if choice == "2" and ":" not in name:
            values[name] = second.get(name)
    return values


def value_of(values: Mapping[str, Any], name: str) -> Any:
    """The value of a field, or of one place in a row of ratings ("goal_5:0")."""
    field, is_place, place = name.partition(":")
    if not is_place:
        return values.get(field)
    ratings = values.get(field) or []
    return ratings[int(place)] if int(place) < len(ratings) else SKIPPED


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return sorted(value)
    return "" if value is None else value


def _fields(asked: Questionnaire) -> Any:
    """(name, label, how a value is shown) of everything that can differ."""
    yield "language", gettext("Language of the answers"), _show
    yield "day", gettext("Day it was filled in"), _show
    scale = dict(asked.instrument.scale)
    for goal in asked.goals:
        for place, indicator in enumerate(asked.indicators):
            label = f"{goal}: {text_in(indicator.name)}"
            yield f"goal_{goal.number}:{place}", label, _shows_rating(asked, scale)
        for question in asked.goal_questions:
            label = f"{goal}: {text_in(question.text)}"
            yield f"text_{goal.number}_{question.code}", label, _show
    for question in [*asked.profile, *asked.cross_cutting]:
        is_profile = question.place == Question.Place.PROFILE
        name = f"{'profile' if is_profile else 'whole'}_{question.code}"
        yield name, text_in(question.text), _shows_options(question)


def _show(value: Any) -> str:
    return str(value) if value not in ("", None, []) else gettext("nothing")


def _shows_rating(asked: Questionnaire, scale: Mapping[int, str]) -> Any:
    missing = asked.instrument.missing_labels
    words = {
        DONT_KNOW: text_in(missing["dont_know"]),
        NOT_APPLICABLE: text_in(missing["not_applicable"]),
        SKIPPED: gettext("nothing"),
    }

    def show(rating: Rating) -> str:
        if isinstance(rating, int):
            return f"{rating} – {scale[rating]}"
        return words[rating]

    return show


def _shows_options(question: Question) -> Any:
    labels = {one["code"]: text_in(one["label"]) for one in question.options}

    def show(value: Any) -> str:
        if isinstance(value, list) and value:
            return "; ".join(labels.get(one) or one for one in value)
        return (
            labels.get(value, _show(value)) if isinstance(value, str) else _show(value)
        )

    return show
