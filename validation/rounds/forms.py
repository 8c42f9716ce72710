"""A round as it is prepared: its title, its goals, a rule for each."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.models import Goal
from surveys.words_field import WordsField
from validation.models import Round
from validation.words import RULE_NAMES


class DueForm(forms.Form):
    """Until when estimates are asked for, in the scorecard's own time."""

    due_at = forms.DateTimeField(
        label=_("Estimates are due by"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"].help_text = gettext(
            "Local time, %(zone)s. Reminders name it; it closes nothing by itself. "
            "Leave it empty if there is none."
        ) % {"zone": zone}

    def clean_due_at(self) -> datetime | None:
        due_at: datetime | None = self.cleaned_data["due_at"]
        if due_at is None:
            return None
        if not 2000 <= due_at.year <= 2100:
            raise forms.ValidationError(_("Check the year."))
        if due_at <= timezone.now():
            raise forms.ValidationError(_("This moment has passed."))
        return due_at


class RoundForm(DueForm):
    """One row for each goal: a box, and the rule by which it will be settled."""

    title = WordsField(
        label=_("Title"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_blind = forms.BooleanField(
        label=_("Blind until the first estimate"),
        required=False,
        initial=True,
        help_text=_(
            "Experts see what the others propose on a goal only after they have given "
            "a first estimate of their own."
        ),
    )
    rule_for_all = forms.ChoiceField(
        label=_("Rule for all goals of this round"),
        required=False,
        help_text=_("Counts for every goal below that does not name a rule itself."),
    )

    def __init__(self, *args: Any, goals: Iterable[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goals = list(goals)
        rules = list(RULE_NAMES.items())
        self.fields["rule_for_all"].choices = [  # type: ignore[attr-defined]
            ("", _("None: each goal names its own")),
            *rules,
        ]
        for goal in self.goals:
            self.fields[f"goal_{goal.number}"] = forms.BooleanField(
                label=str(goal), required=False
            )
            self.fields[f"rule_{goal.number}"] = forms.ChoiceField(
                label=gettext("Rule for goal %(number)d") % {"number": goal.number},
                choices=[("", _("The rule for all")), *rules],
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @classmethod
    def initial_of(cls, round_: Round) -> dict[str, Any]:
        """What the form shows of a round that was prepared before."""
        initial: dict[str, Any] = {
            "title": round_.title,
            "is_blind": round_.is_blind,
            "due_at": round_.due_at,
        }
        for round_goal in round_.round_goals.select_related("goal"):
            initial[f"goal_{round_goal.goal.number}"] = True
            initial[f"rule_{round_goal.goal.number}"] = round_goal.rule
        return initial

    @classmethod
    def initial_after(cls, round_: Round) -> dict[str, Any]:
        """A follow-up of a round: its goals and rules, its blindness, another title."""
        title = gettext("%(title)s, follow-up") % {"title": round_.title}
        return cls.initial_of(round_) | {"title": title[:200], "due_at": None}

    def rows(self) -> Iterator[dict[str, Any]]:
        """For each goal its box and its rule."""
        for goal in self.goals:
            yield {
                "goal": goal,
                "box": self[f"goal_{goal.number}"],
                "rule": self[f"rule_{goal.number}"],
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [goal for goal in self.goals if cleaned.get(f"goal_{goal.number}")]
        if not chosen:
            self.add_error(None, gettext("Choose at least one goal for the round."))
        for goal in chosen:
            field = f"rule_{goal.number}"
            if field in self.errors or "rule_for_all" in self.errors:
                continue
            if not (cleaned.get(field) or cleaned.get("rule_for_all")):
                self.add_error(field, gettext("Choose a rule for this goal."))
        return cleaned

    def rules(self) -> dict[Goal, str]:
        """The goals that were ticked, each with its rule."""
        typed = self.cleaned_data
        return {
            goal: typed[f"rule_{goal.number}"] or typed["rule_for_all"]
            for goal in self.goals
            if typed[f"goal_{goal.number}"]
        }
