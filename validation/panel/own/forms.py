"""What an expert says about themselves, as typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.models import Scorecard
from surveys.words_field import WordsField
from validation.mailing.languages import language_choices
from validation.models import Assignment

NONE, SOME = "none", "some"


class OwnGoalForm(forms.Form):
    """Expertise and interest on one goal."""

    expertise = WordsField(
        label=_("What you know of this goal"),
        max_length=200,
        required=False,
        help_text=_("In a few words: your field, your work, your studies."),
    )
    has_interest = forms.ChoiceField(
        label=_("Do you have an interest on this goal?"),
        choices=[(NONE, _("None to declare")), (SOME, _("Yes:"))],
        widget=forms.RadioSelect,
        help_text=_(
            "An interest is whatever others might think could sway you: your post, who "
            "funds your work, a law you helped to write, your family’s business."
        ),
        error_messages={
            "required": _("Say whether there is an interest, also if there is none.")
        },
    )
    interest = WordsField(
        label=_("The interest, in your words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args: Any,
        assignment: Assignment,
        is_fixed: bool,
        keeps_expertise: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        # What was declared before a round opened on the goal stays.
        self.stays = assignment.interest if is_fixed else ""
        if keeps_expertise:
            self.fields["expertise"].disabled = True
            self.fields["expertise"].help_text = _(
                "It is the name you go by here, and stays now that a round has opened."
            )
        if self.stays:
            del self.fields["has_interest"]
            self.fields["interest"].label = _("Add to it")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, text = cleaned.get("has_interest"), cleaned.get("interest")
        if chosen == SOME and not text and "interest" not in self.errors:
            self.add_error("interest", str(_("Say what the interest is.")))
        if chosen == NONE and text:
            words = _("You wrote an interest here: choose “Yes”, or empty this field.")
            self.add_error("interest", str(words))
        return cleaned

    def declared(self) -> str:
        """The whole interest as it is declared now; "" for none."""
        text: str = self.cleaned_data["interest"]
        return "\n\n".join(filter(None, [self.stays, text]))


class OwnMailForm(forms.Form):
    """In which language, and whether reminders."""

    language = forms.ChoiceField(label=_("Language of your mail"), required=False)
    takes_reminders = forms.BooleanField(
        label=_("Remind me of estimates that are due"), required=False
    )

    def __init__(self, *args: Any, scorecard: Scorecard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        field.choices = language_choices(scorecard)  # type: ignore[attr-defined]
