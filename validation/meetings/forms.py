"""A meeting, before it and after it, and what was said in it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.models import Member, Role
from surveys.words_field import WordsField
from validation.models import Contribution, Meeting, Round, RoundGoal
from validation.rounds.services import agenda_of
from validation.words import SECTION_NAMES


class GoalsField(forms.ModelMultipleChoiceField):
    """Goals of the round; each reads as its goal."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.goal)


class GoalField(forms.ModelChoiceField):
    """A goal of the round; each reads as its goal."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.goal)


class MeetingForm(forms.Form):
    """When, where, and about which goals in which order.

    `place_12`: the place on the agenda of the goal in the round with primary key 12.
    """

    starts_at = forms.DateTimeField(
        label=_("Date and time"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    minutes_long = forms.IntegerField(
        label=_("Length in minutes"), min_value=1, max_value=1440, initial=90
    )
    place = WordsField(
        label=_("Place"),
        max_length=200,
        help_text=_("A room, a city, or “online”."),
    )
    joining_link = forms.URLField(
        label=_("Joining link"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_("Of an online meeting; it begins with https://."),
    )
    agenda = GoalsField(
        RoundGoal.objects.none(),
        label=_("Goals on the agenda"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round_goals = list(
            round_.round_goals.select_related("goal").order_by("goal__number")
        )
        self.fields["agenda"].queryset = (  # type: ignore[attr-defined]
            round_.round_goals.select_related("goal")
        )
        for one in self.round_goals:
            self.fields[f"place_{one.pk}"] = forms.IntegerField(
                label=gettext("Place of goal %(number)d on the agenda")
                % {"number": one.goal.number},
                required=False,
                min_value=1,
                max_value=99,
            )
        self.fields["starts_at"].help_text = gettext("Local time, %(zone)s.") % {
            "zone": round_.scorecard.time_zone
        }

    def clean_starts_at(self) -> datetime:
        starts_at: datetime = self.cleaned_data["starts_at"]
        if not 2000 <= starts_at.year <= 2100:
            raise forms.ValidationError(_("Check the year."))
        return starts_at

    def clean_joining_link(self) -> str:
        link: str = self.cleaned_data["joining_link"]
        if link and not link.lower().startswith("https://"):
            raise forms.ValidationError(_("The link has to begin with https://."))
        return link

    def clean(self) -> dict[str, Any]:
        """`agenda` in the order of the places; goals without one follow by number."""
        cleaned = super().clean() or {}
        places = {one.pk: cleaned.pop(f"place_{one.pk}", 0) for one in self.round_goals}
        if "agenda" in cleaned:
            cleaned["agenda"] = sorted(
                cleaned["agenda"],
                key=lambda one: (places[one.pk] or 100, one.goal.number),
            )
        return cleaned

    def rows(self) -> Iterator[dict[str, Any]]:
        """For each goal whether it is on the agenda, and its place there."""
        chosen = {str(getattr(one, "pk", one)) for one in self["agenda"].value() or []}
        for one in self.round_goals:
            yield {
                "round_goal": one,
                "is_chosen": str(one.pk) in chosen,
                "place": self[f"place_{one.pk}"],
            }

    @classmethod
    def initial_of(cls, meeting: Meeting) -> dict[str, Any]:
        """What the form shows of a meeting that was announced before."""
        names = ("starts_at", "minutes_long", "place", "joining_link")
        initial: dict[str, Any] = {name: getattr(meeting, name) for name in names}
        initial["agenda"] = agenda = list(agenda_of(meeting))
        for place, one in enumerate(agenda, start=1):
            initial[f"place_{one.pk}"] = place
        return initial


class ContributionForm(forms.Form):
    """What somebody said on a goal. `corrects`: what it puts right, if anything."""

    goal = GoalField(RoundGoal.objects.none(), label=_("Goal"))
    section = forms.ChoiceField(
        label=_("What it was"),
        choices=list(SECTION_NAMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what it was.")},
    )
    speaker = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Said by"),
        required=False,
        empty_label=_("a participant"),
    )
    text = WordsField(
        label=_("What was said"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what was said.")},
    )
    corrects = forms.ModelChoiceField(
        Contribution.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, meeting: Meeting, names: Mapping[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["goal"].queryset = RoundGoal.objects.filter(
            round=meeting.round_id
        ).select_related("goal")
        fields["speaker"].queryset = Member.objects.filter(
            scorecard=meeting.round.scorecard_id, role=Role.EXPERT, erasure=None
        )
        fields["speaker"].label_from_instance = lambda one: names.get(one.pk, "")
        fields["corrects"].queryset = meeting.contributions.all()

    @classmethod
    def initial_of(cls, contribution: Contribution) -> dict[str, Any]:
        """What a correction starts from."""
        return {
            "goal": contribution.round_goal_id,
            "section": contribution.section,
            "speaker": contribution.speaker_id,
            "text": contribution.text,
            "corrects": contribution.pk,
        }


class RecordForm(forms.Form):
    """Who came, and what was said."""

    attended_by = forms.ModelMultipleChoiceField(
        Member.objects.none(),
        label=_("Who came"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    minutes = WordsField(
        label=_("Minutes"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Experts read them once no goal of the agenda is hidden from them any more."
        ),
    )
    based_on = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attended_by"].queryset = (  # type: ignore[attr-defined]
            Member.objects.filter(scorecard=meeting.round.scorecard_id)
        )

    def clean_based_on(self) -> str:
        """Browsers send line ends as carriage return and line feed."""
        return self.cleaned_data["based_on"].replace("\r\n", "\n")

    def clean_minutes(self) -> str:
        return self.cleaned_data["minutes"].replace("\r\n", "\n")
