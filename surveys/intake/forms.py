"""What a respondent's pages take in: text from the browser, values for the services.

Field names: `rating_<indicator number>`, `answer_<question code>`, `goals`, `consent`;
`base`: the marks of what the page showed when it was built (`surveys.intake.merging`).
Nothing is required while one writes; what a submission needs is said on the review.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.intake.merging import (
    answer_name,
    marks_of,
    rating_name,
    read_marks,
    shown,
    written,
)
from surveys.localized import text_in
from surveys.models import (
    Dimension,
    Goal,
    Indicator,
    Instrument,
    Question,
)
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED, Rating

# A required choice with more options than this is a list to open, not to look over.
MANY_OPTIONS = 12
Fields = dict[str, forms.Field]


class LongText(forms.CharField):
    """A text whose limit the page counts down to, but does not cut off at."""

    widget = forms.Textarea

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        # The browser would silently cut what is pasted: `max_length` stays unset.
        super().__init__(required=False, **kwargs)
        self.limit = limit
        self.widget.attrs.update({"rows": 5, "data-limit": limit})

    def to_python(self, value: Any) -> str:
        # Browsers count a line break as one character and send it as two.
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.limit:
            raise forms.ValidationError(
                gettext("Too long: %(length)d characters; at most %(limit)d fit.")
                % {"length": len(value), "limit": self.limit}
            )


class RatingField(forms.Field):
    """A score of the scale, "?" (don't know), "/" (not applicable) or nothing."""

    def __init__(self, *, lowest: int, highest: int, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.codes: dict[str, Rating] = {
            "": SKIPPED,
            **{marker: marker for marker in (DONT_KNOW, NOT_APPLICABLE, SKIPPED)},
            **{str(score): score for score in range(lowest, highest + 1)},
        }
        self.error_messages["off_scale"] = gettext(
            "Choose a score from %(lowest)d to %(highest)d."
        ) % {"lowest": lowest, "highest": highest}

    def to_python(self, value: Any) -> Rating:
        try:
            return self.codes[value or ""]
        except KeyError:
            message = self.error_messages["off_scale"]
            raise forms.ValidationError(message, code="off_scale") from None


@dataclass(frozen=True)
class RatingRow:
    """One indicator of the grid: what is chosen is a value of its radio buttons."""

    indicator: Indicator
    field: forms.BoundField
    chosen: str


def text_field(question: Question) -> forms.Field:
    return LongText(
        limit=question.max_length,
        label=text_in(question.text),
        help_text=_help(question),
    )


def _help(question: Question) -> str:
    """Escaped, because crispy prints a help text as it stands."""
    needed = gettext("Needed before you can submit.") if question.is_required else ""
    words = text_in(question.help).rstrip()
    if words and needed and words[-1] not in ".!?…。؟":
        words = f"{words}."
    return escape(f"{words} {needed}".strip())


def _number_field(question: Question) -> forms.Field:
    limits = {"lowest": question.lowest, "highest": question.highest}
    wrong = gettext("Enter a whole number.")
    if None not in limits.values():
        wrong = gettext("Enter a whole number from %(lowest)d to %(highest)d.") % limits
    return forms.IntegerField(
        required=False,
        min_value=question.lowest,
        max_value=question.highest,
        label=text_in(question.text),
        help_text=_help(question),
        # A number input would keep what is not a number from us, and from the page.
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )


def _choice_field(question: Question) -> forms.Field:
    options = [
        (option["code"], text_in(option["label"])) for option in question.options
    ]
    common: dict[str, Any] = {
        "required": False,
        "label": text_in(question.text),
        "help_text": _help(question),
        "error_messages": {"invalid_choice": _("Choose one of the options.")},
    }
    if question.kind == Question.Kind.MULTIPLE_CHOICE:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=options, widget=widget, **common)
    if question.is_required and len(options) <= MANY_OPTIONS:
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    # A list can be taken back to nothing without a script.
    return forms.ChoiceField(choices=[("", _("Choose…")), *options], **common)


def field_of(question: Question) -> forms.Field:
    """The form field of a question, in the page's language."""
    if question.kind == Question.Kind.LONG_TEXT:
        return text_field(question)
    if question.kind == Question.Kind.NUMBER:
        return _number_field(question)
    return _choice_field(question)


def question_fields(questions: Iterable[Question]) -> Fields:
    return {answer_name(question.code): field_of(question) for question in questions}


def rating_fields(instrument: Instrument, indicators: Iterable[Indicator]) -> Fields:
    return {
        rating_name(indicator.number): RatingField(
            lowest=instrument.scale_minimum,
            highest=instrument.scale_maximum,
            label=text_in(indicator.name),
        )
        for indicator in indicators
    }


@dataclass(frozen=True)
class Contested:
    """A text that was changed on this page and, meanwhile, elsewhere."""

    field: forms.BoundField
    mine: str
    theirs: str


class PageForm(forms.Form):
    """One page; the page's own template writes the form element around it.

    `given`: {field name: stored answer}. `typed`: texts to show instead, which were not
    stored because somebody else's would have been lost.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        given: Mapping[str, Any] | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        self.given, self.typed = given or {}, typed or {}
        super().__init__(data, initial={**self.given, **self.typed})

    @property
    def base(self) -> Mapping[str, str]:
        """The marks of what the page was built from, be it sent or about to be."""
        if self.is_bound:
            return read_marks(self.data.get("base", ""))
        return marks_of(self.given)

    @property
    def base_field(self) -> str:
        return written(self.base)

    @property
    def contested(self) -> list[Contested]:
        return [
            Contested(self[name], mine, shown(self.given.get(name)))
            for name, mine in self.typed.items()
        ]

    def labels(self, keys: Iterable[str]) -> list[str]:
        """The labels of these fields in the page's order, to end a sentence with."""
        names = {key.partition("=")[0] for key in keys}
        found = [f.label for name, f in self.fields.items() if name in names]
        return [str(label).rstrip(" ?!.:…") for label in found]

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class ConsentForm(PageForm):
    consent = forms.BooleanField(
        label=_("I have read this and want to take part."),
        error_messages={"required": _("Tick this box if you want to take part.")},
    )


class GoalsForm(PageForm):
    """Which goals to answer. `needs_one`: going on takes at least one."""

    def __init__(
        self,
        data: Any = None,
        *,
        goals: Sequence[Goal],
        needs_one: bool = False,
    ) -> None:
        super().__init__(data)
        self.by_number = {goal.number: goal for goal in goals}
        self.fields["goals"] = forms.TypedMultipleChoiceField(
            coerce=int,
            choices=[(number, str(goal)) for number, goal in self.by_number.items()],
            required=needs_one,
            label=_("Goals"),
            error_messages={
                "required": _("Choose at least one goal."),
                "invalid_choice": _("One of these is not a goal of this survey."),
                "invalid_list": _("One of these is not a goal of this survey."),
            },
        )

    @property
    def tiles(self) -> list[tuple[Goal, bool]]:
        """(goal, whether it is ticked)."""
        ticked = {str(number) for number in self["goals"].value() or []}
        return [
            (goal, str(number) in ticked) for number, goal in self.by_number.items()
        ]

    @property
    def goals(self) -> list[Goal]:
        return [self.by_number[number] for number in self.cleaned_data["goals"]]


class QuestionsForm(PageForm):
    """Questions of one place.

    `fields`: made before, for a form that is only read: a template writes on the
    widgets of the fields that it shows.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Sequence[Question],
        fields: Fields | None = None,
        **answers: Any,
    ) -> None:
        super().__init__(data, **answers)
        self.questions = questions
        self.fields |= question_fields(questions) if fields is None else fields

    @property
    def answers(self) -> dict[str, Any]:
        """{question code: text, option code, list of option codes, number or None}."""
        return {
            question.code: self.cleaned_data[answer_name(question.code)]
            for question in self.questions
        }


class GoalForm(QuestionsForm):
    """The page of one goal: its rating grid and its open questions."""

    def __init__(
        self,
        data: Any = None,
        *,
        instrument: Instrument,
        indicators: Sequence[Indicator],
        questions: Sequence[Question],
        fields: Fields | None = None,
        **answers: Any,
    ) -> None:
        super().__init__(data, questions=questions, fields=fields, **answers)
        self.indicators = indicators
        if fields is None:
            self.fields |= rating_fields(instrument, indicators)

    @property
    def ratings(self) -> dict[int, Rating]:
        """{indicator number: rating}."""
        return {
            indicator.number: self.cleaned_data[rating_name(indicator.number)]
            for indicator in self.indicators
        }

    @property
    def grid(self) -> list[tuple[Dimension, list[RatingRow]]]:
        return [
            (dimension, [self._row(indicator) for indicator in indicators])
            for dimension, indicators in groupby(
                self.indicators, key=lambda indicator: indicator.dimension
            )
        ]

    def _row(self, indicator: Indicator) -> RatingRow:
        field = self[rating_name(indicator.number)]
        return RatingRow(indicator, field, shown(field.value()))

    @property
    def open_questions(self) -> list[forms.BoundField]:
        return [self[answer_name(question.code)] for question in self.questions]
