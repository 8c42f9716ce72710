"""What an expert types on a goal."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from surveys.words_field import WordsField
from validation.models import Proposal
from validation.percent_field import OUT_OF_RANGE, PercentField
from validation.words import CONFIDENCE_NAMES

BOUNDS = ("lower", "upper", "sureness")


class ProposalForm(forms.Form):
    """Keep or change, how far, and why."""

    kind = forms.ChoiceField(
        label=_("Keep or change?"),
        choices=[
            (Proposal.Kind.KEEP, _("Keep the survey average")),
            (Proposal.Kind.CHANGE, _("Change it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether to keep or to change.")},
    )
    percent = PercentField(
        label=_("To which percentage?"),
        required=False,
        help_text=_("From 0 to 100, only if you change it."),
    )
    justification = WordsField(
        label=_("Why?"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What you know that the survey does not show, or that confirms it."
        ),
        error_messages={"required": _("Say why: a proposal counts with its reason.")},
    )
    confidence = forms.ChoiceField(
        label=_("How sure are you?"),
        choices=list(CONFIDENCE_NAMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how sure you are.")},
    )
    lower = PercentField(
        label=_("At least"),
        required=False,
        help_text=_("The lowest percentage you still find plausible."),
    )
    upper = PercentField(
        label=_("At most"),
        required=False,
        help_text=_("The highest percentage you still find plausible."),
    )
    sureness = forms.IntegerField(
        label=_("How sure that it lies between the two, in percent?"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("From 50 to 99, for example 80."),
        error_messages={"invalid": _("Enter a whole number from 50 to 99.")},
    )
    interest = WordsField(
        label=_("Declared interest"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Anything that ties you to this goal: an employer, a project, a grant. "
            "The panel sees it beside your proposal."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "percent" in self.errors or "kind" in self.errors:
            return cleaned
        kind, percent = cleaned.get("kind"), cleaned.get("percent")
        if kind == Proposal.Kind.KEEP and percent is not None:
            message = _("Keeping the survey average needs no percentage: clear this.")
            self.add_error("percent", str(message))
        if kind == Proposal.Kind.CHANGE and percent is None:
            self.add_error("percent", str(OUT_OF_RANGE))
        self._clean_bounds(cleaned)
        return cleaned

    def _clean_bounds(self, cleaned: dict[str, Any]) -> None:
        """In words; the service refuses the same."""
        if any(name in self.errors for name in BOUNDS):
            return
        lower, upper, sureness = (cleaned.get(name) for name in BOUNDS)
        given = [value for value in (lower, upper, sureness) if value is not None]
        if given and len(given) < len(BOUNDS):
            left_out = next(name for name in BOUNDS if cleaned.get(name) is None)
            message = _("Give both ends and how sure you are, or none of the three.")
            self.add_error(left_out, str(message))
        if lower is None or upper is None or sureness is None:
            return
        percent = cleaned.get("percent")
        if lower > upper:
            self.add_error("lower", str(_("This is above the other end.")))
        elif percent is not None and lower > percent:
            self.add_error("lower", str(_("This is above your own percentage.")))
        elif percent is not None and upper < percent:
            self.add_error("upper", str(_("This is below your own percentage.")))
        if not 50 <= sureness <= 99:
            self.add_error("sureness", str(_("Enter a whole number from 50 to 99.")))

    @property
    def has_bounds(self) -> bool:
        """Whether the part for them starts unfolded."""
        return any(self[name].value() or self[name].errors for name in BOUNDS)

    @classmethod
    def initial_of(cls, proposal: Proposal) -> dict[str, Any]:
        """What a revision starts from."""
        return {name: getattr(proposal, name) for name in cls.base_fields}


class SupportForm(forms.Form):
    """Why an expert supports somebody's proposal, if they want to say."""

    reason = WordsField(
        label=_("Your reason (optional)"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WithdrawalForm(forms.Form):
    """Why an expert takes their support back, if they want to say."""

    reason = WordsField(
        label=_("Why? (optional)"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CommentForm(forms.Form):
    """A comment on the goal, or on the proposal with this number."""

    text = WordsField(
        label=_("Your comment"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )
    proposal = forms.IntegerField(required=False, widget=forms.HiddenInput)


class OfficialFigureForm(forms.Form):
    """What official statistics say."""

    name = WordsField(
        label=_("What it measures"),
        max_length=300,
        error_messages={"required": _("Say what it measures.")},
    )
    value = WordsField(
        label=_("Value, with unit and year"),
        max_length=100,
        help_text=_("As published, for example “4.4 % (2020)”."),
        error_messages={"required": _("Give the value.")},
    )
    source = WordsField(
        label=_("Source"),
        max_length=300,
        error_messages={"required": _("Say where it was published.")},
    )
    link = forms.CharField(
        label=_("Link (optional)"),
        required=False,
        max_length=200,
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_("Enter a link that starts with http:// or https://."),
            )
        ],
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
