"""What a coordinator types to settle a goal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.words_field import WordsField
from validation.models import Rule
from validation.percent_field import OUT_OF_RANGE, PercentField


class SettlementForm(forms.Form):
    """The reason and the dissent; the percentage only where the meeting agreed on it.

    `rule` repeats the rule that the round opened with, so that the settlement is by
    the rule that the coordinator saw.
    """

    rule = forms.CharField(required=False, widget=forms.HiddenInput)
    agreed = PercentField(label=_("Percentage that was agreed"), required=False)
    reason = WordsField(
        label=_("Reason"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What moved the panel. It is shown beside the figure."),
        error_messages={"required": _("Say why: a settlement stands with its reason.")},
    )
    dissent = WordsField(
        label=_("Dissent"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who saw it differently, and how, where somebody did."),
    )

    def __init__(self, *args: Any, rule: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"rule": rule}
        self.is_agreed = rule == Rule.AGREED
        if self.is_agreed:
            self.fields["agreed"].error_messages["required"] = OUT_OF_RANGE
            self.fields["agreed"].required = True
        else:
            del self.fields["agreed"]
