"""People, their goals and their interests, as typed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.models import Goal, Role, Scorecard
from surveys.sheets.reading import Unreadable
from surveys.sheets.words import why_unreadable
from surveys.words_field import WordsField
from validation.mailing.languages import language_choices
from validation.models import InterestHandling
from validation.panel.table import Table, read_table, text_of_file

MOST_BYTES = 1024**2
ROLE_NAMES = {
    Role.EXPERT: _("Expert: proposes on the goals they specialise in"),
    Role.COORDINATOR: _("Coordinator: runs the rounds, settles, edits the panel"),
    Role.RAPPORTEUR: _("Rapporteur: records meetings, does not settle"),
    Role.OBSERVER: _("Observer: reads everything, changes nothing"),
}


class PersonForm(forms.Form):
    """Somebody new on the scorecard."""

    name = WordsField(
        label=_("Name"),
        max_length=200,
        help_text=_("As the others on this scorecard will see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They sign in with a code that is sent here."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=list(ROLE_NAMES.items()), initial=Role.EXPERT
    )
    goals = forms.ModelMultipleChoiceField(
        Goal.objects.none(),
        label=_("Goals"),
        required=False,
        help_text=_("For experts: the goals they may propose on."),
        widget=forms.CheckboxSelectMultiple,
    )
    expertise = WordsField(
        label=_("Expertise"),
        max_length=200,
        required=False,
        help_text=_("For experts: what they know, in a few words."),
    )
    language = forms.ChoiceField(label=_("Language of their mail"), required=False)
    invite = forms.BooleanField(
        label=_("Send an invitation at once"), required=False, initial=True
    )

    def __init__(self, *args: Any, scorecard: Scorecard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goals = scorecard.instrument.goals.all()
        self.fields["goals"].queryset = goals  # type: ignore[attr-defined]
        choices = language_choices(scorecard)
        self.fields["language"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role = cleaned.get("role")
        if cleaned.get("goals") and role and role != Role.EXPERT:
            message = _("Only experts are on the panel of a goal.")
            self.add_error("goals", str(message))
        return cleaned


class GoalsForm(forms.Form):
    """An expert's goals: a box and a few words for each."""

    def __init__(
        self, *args: Any, goals: Iterable[Goal], kept: set[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.goals, self.kept = list(goals), kept
        for goal in self.goals:
            self.fields[f"goal_{goal.number}"] = forms.BooleanField(
                label=str(goal), required=False, disabled=goal.number in kept
            )
            self.fields[f"expertise_{goal.number}"] = WordsField(
                label=gettext("Expertise on goal %(number)d") % {"number": goal.number},
                max_length=200,
                required=False,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )

    def rows(self) -> Iterator[dict[str, Any]]:
        """For each goal its box, its words, and whether it stays."""
        for goal in self.goals:
            yield {
                "goal": goal,
                "box": self[f"goal_{goal.number}"],
                "words": self[f"expertise_{goal.number}"],
                "stays": goal.number in self.kept,
            }

    def expertise(self) -> dict[Goal, str]:
        """The goals that were ticked, with what the expert knows of each."""
        return {
            goal: self.cleaned_data[f"expertise_{goal.number}"]
            for goal in self.goals
            if self.cleaned_data[f"goal_{goal.number}"]
        }


class TableForm(forms.Form):
    """A table of experts, pasted or as a file; everything wrong with it at once."""

    table = forms.CharField(
        label=_("Paste the table here"),
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    file = forms.FileField(
        label=_("or choose a CSV or XLSX file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv"}),
    )
    invite = forms.BooleanField(
        label=_("Send all of them an invitation at once"), required=False
    )

    def __init__(
        self, *args: Any, scorecard: Scorecard, known: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.scorecard, self.known = scorecard, known
        self.read = Table()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text, sent = cleaned.get("table", ""), cleaned.get("file")
        if self.errors:
            return cleaned
        if sent and text.strip():
            self.add_error("file", str(_("Paste a table or choose a file, not both.")))
        elif sent:
            text = self._text_of(sent)
        elif not text.strip():
            self.add_error("table", str(_("Paste a table, or choose a file.")))
        if not self.errors:
            self._read(text)
        return cleaned

    def _text_of(self, sent: Any) -> str:
        """What the file says; it stands in the box from now on, to be put right."""
        try:
            text = text_of_file(sent.read(MOST_BYTES + 1), sent.name or "", MOST_BYTES)
        except Unreadable as refusal:
            self.add_error("file", why_unreadable(refusal))
            return ""
        self.data = {**dict(self.data.items()), "table": text}
        return text

    def _read(self, text: str) -> None:
        self.read = read_table(
            text,
            goals=set(self.scorecard.instrument.goals.values_list("number", flat=True)),
            languages=self.scorecard.languages,
            known=self.known,
        )
        if self.read.problems:
            self.refuse_table()

    def refuse_table(self) -> None:
        """Say at the box that nobody was added."""
        self.add_error("table", str(_("Nobody was added: put right what is named.")))


class HandlingForm(forms.Form):
    """What follows from a declared interest, and why."""

    handling = forms.ChoiceField(
        label=_("What follows from it"),
        choices=[
            (
                InterestHandling.DISCLOSED,
                _("Disclosed: it stands beside what they propose, which counts"),
            ),
            (
                InterestHandling.NOT_COUNTED,
                _("Not counted: they may speak, but their word is not counted"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    reason = WordsField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Required once somebody has proposed on the goal."),
    )
