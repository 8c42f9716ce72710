"""Forms of the parts of an instrument: every text in all languages, side by side.

Fields of a text are named `title__ru`. A text may be missing in a language, but not in
all of them. The forms turn text into values; `surveys.instrument.editing` puts them in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.instrument.languages import LanguageName, language_names
from surveys.instrument.parts import DEFAULT_LENGTH, LONGEST_TEXT, UNPRINTABLE
from surveys.instrument.xlsform.guessing import code_from
from surveys.words_field import WordsField

Words = str | Promise


@dataclass(frozen=True)
class Text:
    """A text that a part has. `is_long`: written in several lines."""

    name: str
    label: Words
    help: Words = ""
    is_long: bool = False
    is_needed: bool = True


@dataclass(frozen=True)
class TextRow:
    """A text as the page shows it: [(language, field)]."""

    text: Text
    fields: list[tuple[LanguageName, forms.BoundField]]

    @property
    def wants_all(self) -> bool:
        """Whether a language without words is a gap."""
        return self.text.is_needed or any(field.value() for _, field in self.fields)


class PartForm(forms.Form):
    """A part's texts, and what its own class adds. `shown`: digest of what it was."""

    texts: Sequence[Text] = ()
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        languages: Sequence[str],
        part: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.languages = language_names(languages)
        self.part = part or {}
        given = kwargs.pop("initial", None) or {}
        kwargs["initial"] = {**self.initial_of(self.part), **given}
        super().__init__(*args, **kwargs)
        for text in self.texts:
            for language in self.languages:
                self.fields[f"{text.name}__{language.code}"] = _text_field(
                    text, language
                )

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        """Where the part's values stand in the form."""
        initial = {
            name: value for name, value in part.items() if not isinstance(value, dict)
        }
        for text in self.texts:
            for code, words in (part.get(text.name) or {}).items():
                initial[f"{text.name}__{code}"] = words
        return initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for text in self.texts:
            if text.is_needed and not self.said(text, cleaned) and self.languages:
                first = f"{text.name}__{self.languages[0].code}"
                if first not in self.errors:
                    words = gettext("Write this in at least one language.")
                    self.add_error(first, words)
        return cleaned

    def said(self, text: Text, cleaned: Mapping[str, Any]) -> dict[str, str]:
        names = ((one.code, f"{text.name}__{one.code}") for one in self.languages)
        return {code: cleaned[name] for code, name in names if cleaned.get(name)}

    @property
    def text_rows(self) -> list[TextRow]:
        return [
            TextRow(
                text,
                [(one, self[f"{text.name}__{one.code}"]) for one in self.languages],
            )
            for text in self.texts
        ]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are no texts."""
        return [
            field for field in self if "__" not in field.name and not field.is_hidden
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What the part becomes, once the form is valid."""
        plain = {
            field.name: self.cleaned_data[field.name] for field in self.plain_fields
        }
        said = {
            text.name: self.said(text, self.cleaned_data) or None for text in self.texts
        }
        return plain | said


def _text_field(text: Text, language: LanguageName) -> forms.CharField:
    attributes = {
        "lang": language.code,
        "dir": "rtl" if language.is_right_to_left else "ltr",
        "rows": 4 if text.is_long else 2,
        "class": "form-control",
    }
    return PlainText(
        label=f"{text.label} ({language.name})",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=attributes),
    )


class PlainText(WordsField):
    """A text without control characters, its line breaks as one sign."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()

    def validate(self, value: str) -> None:
        super().validate(value)
        if UNPRINTABLE.search(value):
            raise forms.ValidationError(gettext("has an invisible control character"))


def code_for(values: Mapping[str, Any], kind: str, taken: set[str]) -> str:
    """A code for a new part: after its first text in English, else numbered."""
    first = next((one for one in values.values() if isinstance(one, dict)), {})
    english = first.get("en", "")
    code = code_from(english, kind[0])[:40].rstrip("_") if english else kind
    numbered = (f"{code}_{n}" for n in range(2, 10_000))
    return next(one for one in (code, *numbered) if one not in taken)


# --------------------------------------------------------------------------- the parts


class GoalForm(PartForm):
    texts = (Text("title", _("Title")), Text("full_title", _("Full title")))
    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=999,
        help_text=_("Goals stand in the order of their numbers."),
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Colour"),
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
        error_messages={"invalid": _("is not a colour such as #E5243B")},
    )

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"]).upper()


class DimensionForm(PartForm):
    texts = (
        Text("name", _("Name")),
        Text("description", _("Description"), _("What its key areas are about.")),
    )
    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=999,
        help_text=_("Dimensions stand in the order of their numbers."),
    )


class IndicatorForm(PartForm):
    texts = (
        Text("name", _("Name"), _("As it stands in charts and tables.")),
        Text(
            "question",
            _("Question"),
            _("Asked of every goal; the labels of the scale have to answer it."),
            is_long=True,
        ),
    )
    dimension = forms.ChoiceField(label=_("Dimension"))

    def __init__(
        self, *args: Any, dimensions: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["dimension"]
        choices.choices = list(dimensions)


class SectionForm(PartForm):
    texts: Sequence[Text] = (Text("title", _("Title")),)


class NewSectionForm(SectionForm):
    texts = (
        Text("title", _("Title")),
        Text("text", _("Its first question"), _("Answered in words."), is_long=True),
    )


class QuestionForm(PartForm):
    texts = (
        Text("text", _("Question"), is_long=True),
        Text("help", _("Help"), _("Stands below the question."), is_needed=False),
    )
    kind = forms.ChoiceField(
        label=_("Answered with"),
        choices=[
            ("long_text", _("a text")),
            ("single_choice", _("one of the options")),
            ("multiple_choice", _("any of the options")),
            ("number", _("a whole number")),
        ],
    )
    required = forms.BooleanField(
        label=_("Needed before one can submit"), required=False
    )
    max_length = forms.IntegerField(
        label=_("Longest text, in characters"),
        min_value=1,
        max_value=20000,
        required=False,
    )
    lowest = forms.IntegerField(label=_("Lowest number"), required=False)
    highest = forms.IntegerField(label=_("Highest number"), required=False)

    def __init__(self, *args: Any, is_profile: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_profile:
            # Goals and sections may be left out whole, so nothing in them is needed.
            del self.fields["required"]

    @property
    def values(self) -> dict[str, Any]:
        values = super().values
        kind = values["kind"]
        if kind != "number":
            values |= {"lowest": None, "highest": None}
        if kind != "long_text" or values["max_length"] is None:
            values["max_length"] = DEFAULT_LENGTH
        return values

    @property
    def has_options(self) -> bool:
        return "choice" in str(self["kind"].value())


class OptionForm(PartForm):
    texts = (Text("label", _("Option"), is_needed=False),)
    code = forms.CharField(widget=forms.HiddenInput, required=False)


class ScoreForm(PartForm):
    texts = (Text("label", _("Label"), is_needed=False),)


class BandForm(PartForm):
    texts = (Text("name", _("Name"), is_needed=False),)
    code = forms.CharField(widget=forms.HiddenInput, required=False)
    highest = forms.IntegerField(
        label=_("Up to, percent"), min_value=0, max_value=100, required=False
    )


class Lines(forms.BaseFormSet):
    """Rows of a table; those without a word are left out. `first`: its number."""

    first = 1

    def filled(self) -> Iterator[tuple[PartForm, dict[str, str]]]:
        """(form, its text) of the rows that stay, in their order."""
        rows = self.ordered_forms if self.can_order else self.forms
        for form in rows:
            text = form.texts[0]
            said = form.said(text, form.cleaned_data)
            if said and not form.cleaned_data.get("DELETE"):
                yield form, said


OptionLines = forms.formset_factory(
    OptionForm, formset=Lines, extra=4, can_order=True, max_num=300
)
ScoreLines = forms.formset_factory(ScoreForm, formset=Lines, extra=2, max_num=36)
BandLines = forms.formset_factory(BandForm, formset=Lines, extra=2, max_num=20)


# --------------------------------------------------------------------------- the whole

USUAL_LANGUAGES = (
    *("en", "ru", "kk", "ky", "uz", "tg", "tk", "az", "hy", "ka", "mn"),
    *("uk", "tr", "fa", "ar", "fr", "es", "pt", "zh-hans"),
)


class GeneralForm(PartForm):
    texts = (
        Text("title", _("Title")),
        Text(
            "consent",
            _("Before one starts"),
            _("What respondents read and agree to."),
            is_long=True,
        ),
    )
    languages_asked = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What was written in a language that you take away is lost."),
        error_messages={"required": _("Choose at least one language.")},
    )
    percent_formula = forms.ChoiceField(
        label=_("How a mean becomes a percentage"),
        widget=forms.RadioSelect,
        choices=[
            (
                "percent_of_maximum",
                _("Percent of maximum: 100 × mean / highest score"),
            ),
            (
                "percent_of_range",
                _("Percent of range: 100 × (mean − lowest) / (highest − lowest)"),
            ),
        ],
    )
    missing_policy = forms.ChoiceField(
        label=_("“Don’t know”, “not applicable” and skipped ratings"),
        widget=forms.RadioSelect,
        choices=[("exclude", _("are left out of every mean"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = dict.fromkeys([*self.part["languages"], *USUAL_LANGUAGES])
        choices: Any = self.fields["languages_asked"]
        choices.choices = [
            (code, language_names([code])[0].name)
            for code in codes
            if code in LANG_INFO or code in self.part["languages"]
        ]
        self.initial["languages_asked"] = self.part["languages"]

    @property
    def values(self) -> dict[str, Any]:
        values = super().values
        asked = values.pop("languages_asked")
        kept = [code for code in self.part["languages"] if code in asked]
        added = [code for code in asked if code not in kept]
        return values | {"languages": kept + added}


class ScaleForm(PartForm):
    texts = (
        Text("dont_know", _("Don’t know")),
        Text("not_applicable", _("Not applicable")),
    )
    lowest_score = forms.IntegerField(
        label=_("Lowest score"), min_value=0, max_value=34
    )

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        scores = [one["score"] for one in part["scale"]]
        return super().initial_of(part["missing"]) | {"lowest_score": scores[0]}


class BandsForm(PartForm):
    """Only what its rows say."""
