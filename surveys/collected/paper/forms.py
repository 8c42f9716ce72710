"""A sheet of paper as one page of fields: what was typed, and what it means.

Field names: `language`, `day`, `goal_<number>`, `text_<goal number>_<question code>`,
`profile_<code>`, `whole_<code>`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.collected.paper.digits import WrongLength, WrongSign, ratings_of
from surveys.instrument.languages import language_names
from surveys.intake.checks import (
    BLANKS,
    Checked,
    GoalGiven,
    InvalidAnswer,
    check_response,
)
from surveys.intake.forms import field_of, text_field
from surveys.intake.questionnaire import Questionnaire
from surveys.localized import text_in
from surveys.models import Goal, Question, Scorecard
from surveys.ratings import Rating, code_of
from surveys.words_field import WordsField

EARLIEST = date(2000, 1, 1)


class NumberForm(forms.Form):
    """The number that stands on a sheet."""

    number = WordsField(
        label=_("Number on the sheet"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the number that stands on the sheet.")},
    )


class DigitsField(forms.CharField):
    """The ratings of one goal as a row of signs (surveys.collected.paper.digits)."""

    def __init__(self, asked: Questionnaire, **kwargs: Any) -> None:
        super().__init__(required=False, strip=True, **kwargs)
        self.asked = asked
        self.widget.attrs.update(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "data-digits": len(asked.indicators),
            }
        )

    def to_python(self, value: Any) -> list[Rating]:  # type: ignore[override]
        instrument = self.asked.instrument
        lowest, highest = instrument.scale_minimum, instrument.scale_maximum
        try:
            return ratings_of(
                super().to_python(value) or "",
                len(self.asked.indicators),
                lowest,
                highest,
            )
        except WrongLength as wrong:
            raise forms.ValidationError(
                gettext("%(typed)d signs for %(wanted)d key areas.")
                % {"typed": wrong.typed, "wanted": wrong.wanted}
            ) from wrong
        except WrongSign as wrong:
            raise forms.ValidationError(
                gettext(
                    "“%(sign)s” at place %(place)d is neither a score from %(lowest)d "
                    "to %(highest)d nor ?, / or -."
                )
                % {
                    "sign": wrong.sign,
                    "place": wrong.place,
                    "lowest": lowest,
                    "highest": highest,
                }
            ) from wrong

    def run_validators(self, value: Any) -> None:
        """What was typed is checked sign by sign above."""


@dataclass(frozen=True)
class GoalFields:
    goal: Goal
    digits: BoundField
    texts: list[BoundField]

    @property
    def has_texts(self) -> bool:
        return any(field.value() or field.errors for field in self.texts)


class SheetForm(forms.Form):
    """Every field of a sheet. Nothing is required while one types."""

    def __init__(
        self, scorecard: Scorecard, today: date, typed: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(None if typed is None else as_sent(typed))
        self.asked = Questionnaire.of(scorecard.instrument)
        self.today = today
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the answers"),
            choices=[
                (one.code, one.name) for one in language_names(scorecard.languages)
            ],
        )
        self.fields["day"] = forms.DateField(
            label=_("Day it was filled in"),
            required=False,
            help_text=_("If it stands on the sheet; otherwise today counts."),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        for goal in self.asked.goals:
            self.fields[f"goal_{goal.number}"] = DigitsField(self.asked, label=goal)
            for question in self.asked.goal_questions:
                name = f"text_{goal.number}_{question.code}"
                self.fields[name] = field = text_field(question)
                # The question is asked of every goal: what is wrong names which.
                field.label = f"{goal.number}. {field.label}"
        for question in self._others():
            self.fields[other_name(question)] = field = field_of(question)
            # Without what respondents are told of submitting.
            field.help_text = escape(text_in(question.help))
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 2

    def _others(self) -> list[Question]:
        return [*self.asked.profile, *self.asked.cross_cutting]

    def clean_day(self) -> date | None:
        day = self.cleaned_data["day"]
        if day and not EARLIEST <= day <= self.today:
            raise forms.ValidationError(_("Choose a day between 2000 and today."))
        return day

    @property
    def signs(self) -> list[tuple[str, str, str]]:
        """(what one types, the score, its label): "a" is typed for a score of 10."""
        scale = self.asked.instrument.scale
        return [(code_of(score), str(score), label) for score, label in scale]

    @property
    def goal_fields(self) -> Iterator[GoalFields]:
        for goal in self.asked.goals:
            yield GoalFields(
                goal,
                self[f"goal_{goal.number}"],
                [
                    self[f"text_{goal.number}_{question.code}"]
                    for question in self.asked.goal_questions
                ],
            )

    @property
    def profile_fields(self) -> list[BoundField]:
        return [self[other_name(question)] for question in self.asked.profile]

    @property
    def whole_fields(self) -> list[BoundField]:
        return [self[other_name(question)] for question in self.asked.cross_cutting]

    def check_whole(self) -> Checked:
        """The whole sheet held against the questionnaire; notes what does not fit."""
        checked = check_values(self.asked, self.cleaned_data)
        for problem in checked.problems:
            name = field_name(self.asked, problem)
            if not self.errors.get(name):
                self.add_error(name, problem.reason)
        if checked.is_empty and not self.errors:
            self.add_error(None, gettext("No goal has been rated or commented."))
        return checked


def as_sent(typed: Mapping[str, Any]) -> MultiValueDict:
    return MultiValueDict(
        {name: v if isinstance(v, list) else [v] for name, v in typed.items()}
    )


def other_name(question: Question) -> str:
    place = "profile" if question.place == Question.Place.PROFILE else "whole"
    return f"{place}_{question.code}"


def check_values(asked: Questionnaire, values: Mapping[str, Any]) -> Checked:
    """What the fields of a sheet mean, checked as a response. `values`: cleaned."""
    goals = {}
    for goal in asked.goals:
        ratings = values.get(f"goal_{goal.number}") or []
        texts = {
            question.code: values.get(f"text_{goal.number}_{question.code}") or ""
            for question in asked.goal_questions
        }
        goals[goal.number] = GoalGiven(
            dict(zip(asked.numbers, ratings, strict=False)), texts
        )
    return check_response(
        asked,
        goals=goals,
        profile=_given(asked.profile, values),
        cross_cutting=_given(asked.cross_cutting, values),
        # Nobody can be asked again: what a sheet leaves open stays open.
        not_asked=[question.code for question in asked.profile],
    )


def _given(questions: list[Question], values: Mapping[str, Any]) -> dict[str, Any]:
    found = {one.code: values.get(other_name(one)) for one in questions}
    return {code: value for code, value in found.items() if value not in BLANKS}


def field_name(asked: Questionnaire, problem: InvalidAnswer) -> str:
    """The field of a sheet that a refusal is about."""
    if problem.goal is not None and problem.field.startswith("rating_"):
        return f"goal_{problem.goal}"
    if problem.goal is not None:
        return f"text_{problem.goal}_{problem.field}"
    place = "profile" if problem.place == Question.Place.PROFILE else "whole"
    return f"{place}_{problem.field}"


def typed_in(data: Any) -> dict[str, Any]:
    """{field name: what was typed} of a page that was sent; a list where several
    options may be chosen. Null characters, which no database keeps, are dropped."""
    fields = ("goal_", "text_", "profile_", "whole_")
    found: dict[str, Any] = {}
    for name in data:
        if name in ("language", "day") or name.startswith(fields):
            values = [one.replace("\x00", "") for one in data.getlist(name)]
            found[name] = values if len(values) > 1 else values[0]
    return found
