"""What people type about statements, turned into values."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from reports.models import Statement
from reports.reading.goal_page import heading_names
from surveys.words_field import WordsField

Section = Statement.Section
LANGUAGE_NAMES = dict(settings.LANGUAGES)


def place_names() -> dict[str, str]:
    """Where a statement may stand: "section" or "section/heading" -> its name."""
    names = {
        Section.SUMMARY.value: gettext("Summary"),
        Section.CHALLENGE.value: gettext("Challenges"),
        Section.ACHIEVEMENT.value: gettext("Achievements"),
    }
    for heading, name in heading_names().items():
        names[f"{Section.RECOMMENDATION.value}/{heading}"] = gettext(
            "Recommendations: %(heading)s"
        ) % {"heading": name}
    return names


class StatementForm(forms.Form):
    """A statement's words, in each language of the scorecard."""

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        # What stood there when the writer began, to notice who else was writing.
        self.fields["based_on"] = forms.JSONField(
            required=False, widget=forms.HiddenInput
        )
        for code in languages:
            self.fields[f"text_{code}"] = WordsField(
                label=gettext("Text, %(language)s")
                % {"language": LANGUAGE_NAMES.get(code, code)},
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
            )

    @staticmethod
    def initial_texts(text: Mapping[str, str]) -> dict[str, Any]:
        """The form's initial values for a text in several languages."""
        words: dict[str, Any] = {f"text_{code}": part for code, part in text.items()}
        return words | {"based_on": dict(text)}

    @property
    def based_on(self) -> dict[str, str] | None:
        """{language: words} as they stood when the writer began; None if not told."""
        told = self.cleaned_data.get("based_on")
        return told if isinstance(told, dict) else None

    def show_theirs(self, text: Mapping[str, str]) -> None:
        """Say that somebody else saved `text`; the next attempt is based on that."""
        self.add_error(
            None,
            gettext(
                "Somebody else saved this statement while you wrote. What they saved "
                "stands below; put the two together and save again."
            ),
        )
        typed = {name: self.data[name] for name in self.data}
        typed["based_on"] = json.dumps(dict(text))
        self.data = typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        fields = [f"text_{code}" for code in self.languages]
        is_valid = not any(field in self.errors for field in fields)
        if is_valid and not any(cleaned.get(field, "").strip() for field in fields):
            self.add_error(fields[0], gettext("Write the statement first."))
        return cleaned

    @property
    def written(self) -> dict[str, str]:
        """{language: words}, "" for those that nothing was written in."""
        return {
            code: self.cleaned_data[f"text_{code}"].strip() for code in self.languages
        }

    @property
    def text(self) -> dict[str, str]:
        """{language: words}, only the languages that something was written in."""
        return {code: words for code, words in self.written.items() if words}


class NewStatementForm(StatementForm):
    """A new statement also says where it stands."""

    place = forms.ChoiceField(label=gettext_lazy("Section"))

    field_order = ["place"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = self.fields["place"]
        assert isinstance(places, forms.ChoiceField)
        places.choices = list(place_names().items())

    @property
    def section(self) -> str:
        return self.cleaned_data["place"].partition("/")[0]

    @property
    def heading(self) -> str:
        return self.cleaned_data["place"].partition("/")[2]


class SourceSearchForm(forms.Form):
    """Words that the answers looked for contain."""

    q = forms.CharField(
        label=gettext_lazy("Answers that contain"), required=False, max_length=200
    )
