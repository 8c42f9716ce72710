"""Whom to write to, as chosen."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.models import Member


class InvitationForm(forms.Form):
    """Some of those who have not been invited."""

    people = forms.TypedMultipleChoiceField(
        coerce=int,
        label=_("Whom to invite"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one person."),
            "invalid_choice": _("Somebody you chose has been invited meanwhile."),
        },
    )

    def __init__(self, *args: Any, people: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {person.pk: person for person in people}
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (pk, str(person)) for pk, person in self.members.items()
        ]

    def chosen(self) -> list[Member]:
        return [self.members[pk] for pk in self.cleaned_data["people"]]
