"""A new scorecard that is made of another."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models import Scorecard
from surveys.setup.forms import ScorecardForm


class CopyForm(ScorecardForm):
    """Last year's values, to be changed before they become a scorecard of their own."""

    with_members = forms.BooleanField(
        label=_("Take over the members"),
        required=False,
        initial=True,
        help_text=_(
            "In the same role, experts on the same goals. Interests are declared anew."
        ),
    )
    invite = forms.BooleanField(
        label=_("Send each of them an invitation at once"), required=False
    )

    @staticmethod
    def initial_of(scorecard: Scorecard) -> dict[str, Any]:
        """A year later, at an address of its own."""
        initial = ScorecardForm.initial_of(scorecard)
        for name in ("opens_at", "closes_at"):
            initial[name] = _a_year_later(initial[name])
        return initial | {"year": scorecard.year + 1, "slug": ""}


def _a_year_later(moment: datetime | None) -> datetime | None:
    """The same day of the next year; None if that has passed too."""
    if moment is None:
        return None
    leap_day = moment.month == 2 and moment.day == 29
    later = moment.replace(year=moment.year + 1, day=28 if leap_day else moment.day)
    return later if later > timezone.now().replace(tzinfo=None) else None
