"""A scorecard as it is typed: errors at their field, nothing typed is lost."""

import re
from collections.abc import Mapping
from copy import copy
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.instrument.access import instruments_to_take
from surveys.localized import language_name, text_in
from surveys.models import Identities, Instrument, Scorecard, User
from surveys.setup.rules import LOCKED, Wrong, wrong_with
from surveys.setup.words import ANONYMITY, FIELDS, IDENTITIES, RANGES, WRONG
from surveys.words_field import WordsField

LONGEST_NOTICE = 600
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@cache
def time_zones() -> list[str]:
    """Those that people know by a place, and UTC."""
    zones = {
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
    }
    return ["UTC", *sorted(zones)]


class MomentInput(forms.DateTimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def instrument_label(instrument: Instrument) -> str:
    """e.g. "People's Scorecard, version 2 (en, ru)"."""
    return gettext("%(title)s, %(code)s version %(version)d (%(languages)s)") % {
        "title": text_in(instrument.title),
        "code": instrument.code,
        "version": instrument.version,
        "languages": ", ".join(instrument.languages),
    }


class InstrumentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return instrument_label(obj)


class ScorecardForm(forms.Form):
    """Everything that a scorecard is. `before`: the scorecard that is changed.

    `held`: fields on which something rests that `surveys` does not know of, and why.
    Place and notice have a field for each language that some questionnaire has. Moments
    are typed in the time zone that is chosen in the same form.
    """

    year = forms.IntegerField(label=FIELDS["year"])
    slug = forms.CharField(
        label=FIELDS["slug"],
        required=False,
        max_length=50,
        help_text=_(
            "The last part of its pages’ addresses: small letters, digits, hyphens. "
            "Leave it empty to have it made of the place and the year."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    instrument = InstrumentField(
        Instrument.objects.none(),
        label=FIELDS["instrument"],
        empty_label=None,
    )
    languages = forms.MultipleChoiceField(
        label=FIELDS["languages"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In which one can answer; the questionnaire must have them."),
    )
    first_language = forms.ChoiceField(
        label=_("First language"),
        required=False,
        help_text=_("Of mail to people who have not chosen another."),
    )
    time_zone = forms.ChoiceField(
        label=FIELDS["time_zone"],
        choices=lambda: [(zone, zone.replace("_", " ")) for zone in time_zones()],
        help_text=_("In which the two moments below are meant, and days are counted."),
    )
    opens_at = forms.DateTimeField(
        label=FIELDS["opens_at"],
        required=False,
        widget=MomentInput,
        help_text=_(
            "It opens by itself then. Leave it empty to open it by hand, from the "
            "scorecard’s page."
        ),
    )
    closes_at = forms.DateTimeField(
        label=FIELDS["closes_at"],
        widget=MomentInput,
        help_text=_("It can be moved to a later moment until the figures are frozen."),
    )
    grace_minutes = forms.IntegerField(
        label=FIELDS["grace_minutes"],
        initial=30,
        help_text=_(
            "How long those who have begun may still submit; 0 for not at all."
        ),
    )
    anonymity = forms.ChoiceField(
        label=FIELDS["anonymity"],
        choices=list(ANONYMITY.items()),
        widget=forms.RadioSelect,
        help_text=_(
            "A promise to respondents. Once the survey has opened nobody can change "
            "it, not even in the database."
        ),
    )
    smallest_group = forms.IntegerField(
        label=FIELDS["smallest_group"],
        initial=5,
        help_text=_(
            "Answers of fewer people are shown nowhere, nor what they could be "
            "subtracted from. Usually 5; 10 where people know one another."
        ),
    )
    identities = forms.ChoiceField(
        label=FIELDS["identities"],
        choices=list(IDENTITIES.items()),
        initial=Identities.NAMED,
        widget=forms.RadioSelect,
        help_text=_(
            "To one another and in the report. It can be changed until the first round "
            "opens."
        ),
    )

    def __init__(
        self,
        *args: Any,
        user: User | AnonymousUser,
        before: Scorecard | None = None,
        held: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.before, self.now = before, timezone.now()
        known: Any = self.fields["instrument"]
        # Not those that other scorecards have in the making.
        known.queryset = instruments_to_take(user)
        self.is_locked = before is not None and before.has_opened(self.now)
        codes = known_languages()
        named = [(code, language_name(code)) for code in codes]
        self.fields["languages"].choices = named  # type: ignore[attr-defined]
        self.fields["first_language"].choices = named  # type: ignore[attr-defined]
        for code, name in named:
            self._add_texts(code, name)
        for name, (lowest, highest) in RANGES.items():
            self.fields[name].widget.attrs |= {"min": lowest, "max": highest}
        if self.is_locked:
            for name in LOCKED:
                self._lock(name, WRONG[Wrong.LOCKED])
        for name, why in (held or {}).items():
            self._lock(name, why)

    def _add_texts(self, code: str, name: str) -> None:
        self.fields[f"place_{code}"] = WordsField(
            label=gettext("Place (%(language)s)") % {"language": name},
            max_length=100,
            required=False,
            widget=forms.TextInput(attrs={"lang": code, "autocomplete": "off"}),
        )
        self.fields[f"notice_{code}"] = WordsField(
            label=gettext("Notice (%(language)s)") % {"language": name},
            max_length=LONGEST_NOTICE,
            required=False,
            widget=forms.Textarea(attrs={"lang": code, "rows": 2}),
        )

    def _lock(self, name: str, why: Any) -> None:
        self.fields[name].disabled = True
        self.fields[name].help_text = why

    def texts(self, name: str) -> list[forms.BoundField]:
        """The fields of a text in several languages."""
        return [self[f"{name}_{code}"] for code, _name in self._languages()]

    def _languages(self) -> list[tuple[str, str]]:
        return self.fields["languages"].choices  # type: ignore[attr-defined]

    def places(self) -> list[forms.BoundField]:
        return self.texts("place")

    def notices(self) -> list[forms.BoundField]:
        return self.texts("notice")

    @staticmethod
    def initial_of(scorecard: Scorecard) -> dict[str, Any]:
        """What the form shows of a scorecard, moments in its own time."""
        initial: dict[str, Any] = {
            name: getattr(scorecard, name)
            for name in FIELDS
            if name not in ("place", "notice", "targets")
        }
        for name in ("opens_at", "closes_at"):
            if initial[name] is not None:
                there = initial[name].astimezone(scorecard.zone)
                initial[name] = there.replace(tzinfo=None)
        for name in ("place", "notice"):
            for code, text in getattr(scorecard, name).items():
                initial[f"{name}_{code}"] = text
        initial["first_language"] = next(iter(scorecard.languages), "")
        return initial

    def full_clean(self) -> None:
        """What is typed into the window is meant in the zone that is chosen."""
        zone = str(self.data.get(self.add_prefix("time_zone"), ""))
        if self.is_locked and self.before:
            zone = self.before.time_zone
        known = zone if zone in available_timezones() else "UTC"
        with timezone.override(ZoneInfo(known)):
            super().full_clean()

    def clean_slug(self) -> str:
        """Small letters alone: two addresses would differ by their case otherwise."""
        slug: str = self.cleaned_data["slug"]
        is_as_it_was = self.before is not None and slug == self.before.slug
        if slug and not is_as_it_was and not SLUG.fullmatch(slug):
            raise forms.ValidationError(
                _("Only small letters from a to z, digits, and hyphens between them.")
            )
        return slug

    def clean_opens_at(self) -> datetime | None:
        """A field that is locked shows minutes; the moment that is stored stays."""
        typed: datetime | None = self.cleaned_data["opens_at"]
        return self._unless_same("opens_at", typed)

    def clean_closes_at(self) -> datetime | None:
        typed: datetime | None = self.cleaned_data["closes_at"]
        return self._unless_same("closes_at", typed)

    def _unless_same(self, name: str, typed: datetime | None) -> datetime | None:
        stored: datetime | None = getattr(self.before, name, None)
        if self.fields[name].disabled:
            return stored
        if typed and not 2000 <= typed.year <= 2100:
            raise forms.ValidationError(_("Check the year."))
        if stored and typed and stored.replace(second=0, microsecond=0) == typed:
            return stored
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.refuse(wrong_with(self._after(), self.now, self.before))
            return cleaned
        for code in cleaned.get("languages", []):
            if not cleaned.get(f"place_{code}"):
                self.refuse({f"place_{code}": Wrong.EMPTY})
        return cleaned

    def _after(self) -> Scorecard:
        after = copy(self.before) if self.before else Scorecard()
        for name, value in self.values().items():
            setattr(after, name, value)
        return after

    def refuse(self, wrong: Mapping[str, Wrong]) -> None:
        """Show at its field what was refused."""
        for name, why in wrong.items():
            words = str(WRONG.get(why, ""))
            if why == Wrong.OUT_OF_RANGE:
                lowest, highest = RANGES[name]
                words = gettext("From %(lowest)d to %(highest)d.") % {
                    "lowest": lowest,
                    "highest": highest,
                }
            self.add_error(name if name in self.fields else None, words)

    def values(self) -> dict[str, Any]:
        """The fields of a scorecard, as the services take them."""
        typed = self.cleaned_data
        languages = typed["languages"]
        if typed["first_language"] in languages:
            first = typed["first_language"]
            languages = [first, *(code for code in languages if code != first)]
        values = {
            name: typed[name]
            for name in FIELDS
            if name in typed and name not in ("slug", "languages")
        }
        return values | {
            "slug": typed["slug"] or free_slug(self._texts("place"), typed["year"]),
            "languages": languages,
            "place": self._texts("place"),
            "notice": self._texts("notice"),
        }

    def _texts(self, name: str) -> dict[str, str]:
        texts = {
            code: self.cleaned_data[f"{name}_{code}"]
            for code, _name in self._languages()
        }
        return {code: text for code, text in texts.items() if text}


def known_languages() -> list[str]:
    """Every language that some questionnaire is written in, in their order."""
    codes: dict[str, None] = {}
    for languages in Instrument.objects.values_list("languages", flat=True):
        codes |= dict.fromkeys(languages)
    return list(codes)


def free_slug(place: Mapping[str, str], year: int) -> str:
    """An address made of place and year that no scorecard has yet."""
    name = slugify(text_in(place, "en"))[:40] or "scorecard"
    wanted = f"{name}-{year}"
    taken = set(
        Scorecard.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free
