"""What a coordinator types: a person, a file, when to remind."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.intake.pages import languages_of
from surveys.invitations.people import Person
from surveys.invitations.table import LONGEST, NEEDED, read_people
from surveys.models import Invitation, Scorecard
from surveys.sheets.forms import TableFile, TableForm
from surveys.sheets.reading import (
    COLUMN_MISSING,
    MOST_BYTES,
    NO_HEADINGS,
    Table,
    Unreadable,
)
from surveys.words_field import WordsField

MOST_REMINDERS = 6


class PersonForm(forms.Form):
    """Somebody to invite."""

    name = WordsField(label=_("Name"), max_length=LONGEST["name"])
    email = forms.EmailField(label=_("E-mail"), max_length=LONGEST["email"])
    language = forms.ChoiceField(label=_("Language of their letters"), required=False)
    sector = WordsField(
        label=_("Sector"),
        max_length=LONGEST["sector"],
        required=False,
        help_text=_("For your own overview of the list; it is joined to no answer."),
    )

    def __init__(
        self,
        *args: Any,
        scorecard: Scorecard,
        invitation: Invitation | None = None,
        **kwargs: Any,
    ) -> None:
        if invitation:
            names = ("name", "email", "language", "sector")
            kwargs["initial"] = {name: getattr(invitation, name) for name in names}
        super().__init__(*args, **kwargs)
        choices = languages_of(scorecard)
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        if not (invitation and invitation.language):
            self.initial["language"] = choices[0][0] if choices else ""
        self.helper = FormHelper()
        self.helper.form_tag = False

    def person(self) -> Person:
        return Person(
            name=" ".join(self.cleaned_data["name"].split()),
            email=self.cleaned_data["email"],
            language=self.cleaned_data["language"],
            sector=" ".join(self.cleaned_data["sector"].split()),
        )


class PeopleForm(TableForm):
    """The list of people, as a table."""

    most_bytes = MOST_BYTES
    file = TableFile(
        label=_("Table of people"),
        help_text=_("CSV or XLSX, 5 MB and 10,000 rows at most."),
    )

    def read(self, content: bytes) -> Table:
        return read_people(content)

    def why(self, refusal: Unreadable) -> str:
        words = super().why(refusal)
        if refusal.reason in (NO_HEADINGS, COLUMN_MISSING):
            needed = ", ".join(NEEDED)
            words += " " + str(_("The first row has to name at least: %(names)s."))
            words %= {"names": needed}
        return words


class ReminderForm(forms.Form):
    """When whoever has not finished is reminded."""

    days = forms.CharField(
        label=_("Days before the survey closes"),
        required=False,
        max_length=60,
        help_text=_("For example “7, 3, 1”. Empty: no reminder goes out by itself."),
    )
    hour = forms.TypedChoiceField(
        label=_("At what time"),
        coerce=int,
        choices=[(hour, f"{hour}:00") for hour in range(6, 22)],
    )

    def clean_days(self) -> list[int]:
        found: list[int] = []
        for part in filter(None, re.split(r"[\s,;]+", self.cleaned_data["days"])):
            if not (part.isascii() and part.isdigit() and int(part[:4]) <= 60):
                words = _("“%(part)s” is no number of days from 0 to 60.")
                raise forms.ValidationError(words, params={"part": part})
            if int(part) not in found:
                found.append(int(part))
        if len(found) > MOST_REMINDERS:
            words = _("At most %(n)d reminders.")
            raise forms.ValidationError(words, params={"n": MOST_REMINDERS})
        return sorted(found, reverse=True)
