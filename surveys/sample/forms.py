"""What a coordinator types to exclude a response or to take it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.intake.storing import hash_of
from surveys.models import Response, Scorecard
from surveys.sample.causes import CAUSES
from surveys.sample.suspects import FLAGGED
from surveys.words_field import WordsField

LONGEST_REASON = 500


class ReasonForm(forms.Form):
    """Why: required, and printed."""

    reason = WordsField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"].strip()


class ExclusionForm(ReasonForm):
    """Why a flagged response is excluded."""

    cause = forms.ChoiceField(label=_("What is it?"), choices=list(CAUSES.items()))
    field_order: tuple[str, ...] = ("cause", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "In your words. The report prints it, so name nobody."
        )


class ReceiptForm(ExclusionForm):
    """Which response, by the receipt that only its respondent has."""

    receipt = forms.CharField(
        label=_("Receipt code"),
        max_length=100,
        help_text=_("The code that the respondent was shown after submitting."),
    )
    field_order: tuple[str, ...] = ("receipt", "cause", "reason")

    def __init__(self, *args: Any, scorecard: Scorecard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scorecard = scorecard
        self.fields["cause"] = forms.ChoiceField(
            label=_("What is it?"),
            choices=[one for one in CAUSES.items() if one[0] not in FLAGGED],
        )
        self.order_fields(self.field_order)

    def clean_receipt(self) -> Response:
        """The counted response of this scorecard with this receipt."""
        response = (
            Response.objects.counted()
            .filter(
                scorecard=self.scorecard,
                receipt_hash=hash_of(self.cleaned_data["receipt"].strip()),
            )
            .first()
        )
        if response is None:
            raise forms.ValidationError(
                _("No response that is counted has this receipt code.")
            )
        return response
