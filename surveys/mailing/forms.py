"""Which letters to send once more."""

from django import forms
from django.http import Http404, QueryDict


class AgainForm(forms.Form):
    """One letter, or none: all that failed."""

    letter = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


def letters_named(sent: QueryDict) -> list[int] | None:
    """The letter that is named; None for all that failed. Http404 for anything else."""
    form = AgainForm(sent)
    if not form.is_valid():
        raise Http404
    named = form.cleaned_data["letter"]
    return None if named is None else [named]
