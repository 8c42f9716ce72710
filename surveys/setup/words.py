"""What stands on the pages on which a scorecard is set up."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.models import Anonymity, Identities
from surveys.setup.rules import LONGEST_GRACE, SMALLEST_GROUPS, YEARS, Wrong

WRONG: Mapping[str, Any] = {
    Wrong.LOCKED: _("The survey has opened: this no longer changes."),
    Wrong.SMALLER: _("The survey has opened: this may only become more."),
    Wrong.LANGUAGE_TAKEN: _(
        "The survey has opened: a language may be added, not taken away."
    ),
    Wrong.EARLIER: _(
        "The survey has opened: it may close later than announced, not earlier. To end "
        "it now, close it."
    ),
    Wrong.PAST: _("This moment has passed."),
    Wrong.NO_LANGUAGE: _("Choose at least one language."),
    Wrong.NOT_ASKED_IN: _("The questionnaire is not written in all of these."),
    Wrong.EMPTY: _("Write the place in this language too."),
    Wrong.CLOSES_FIRST: _("The survey has to close after it opens."),
    Wrong.UNKNOWN: _("Choose one of these."),
    Wrong.NOTHING_ASKED: _("The questionnaire has no goals or no key areas yet."),
    Wrong.TAKEN: _("Another scorecard has this address."),
}
RANGES: Mapping[str, tuple[int, int]] = {
    "year": YEARS,
    "smallest_group": SMALLEST_GROUPS,
    "grace_minutes": (0, LONGEST_GRACE),
}
ANONYMITY: Mapping[str, Any] = {
    Anonymity.ANONYMOUS: _(
        "Anonymous: nothing leads from an answer back to the person who was invited"
    ),
    Anonymity.CONFIDENTIAL: _(
        "Confidential: coordinators can see who answered, readers cannot"
    ),
}
IDENTITIES: Mapping[str, Any] = {
    Identities.NAMED: _("By name"),
    Identities.BY_ROLE: _("By their expertise, without a name"),
    Identities.PSEUDONYMS: _("Under a number, such as “Expert 57”"),
}
FIELDS: Mapping[str, Any] = {
    "slug": _("Address"),
    "place": _("Place"),
    "year": _("Year"),
    "languages": _("Languages"),
    "instrument": _("Questionnaire"),
    "opens_at": _("Opens"),
    "closes_at": _("Closes"),
    "time_zone": _("Time zone"),
    "identities": _("How experts appear"),
    "smallest_group": _("Smallest group that is shown"),
    "anonymity": _("Anonymity"),
    "grace_minutes": _("Grace after closing, in minutes"),
    "target_responses": _("Responses wanted in all"),
    "targets": _("Responses wanted by group"),
    "notice": _("Notice"),
    "has_open_link": _("Open link"),
}
