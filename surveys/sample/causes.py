"""Why a response is excluded, in words."""

from collections import Counter
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.models import Exclusion

Cause = Exclusion.Cause

CAUSES: dict[str, str | Promise] = {
    Cause.STRAIGHT: _("the same score for every key area of many goals"),
    Cause.FAST: _("answered faster than it can be read"),
    Cause.DUPLICATE: _("sent a second time by the same person"),
    Cause.NOT_MEANT: _("a trial, or not meant to be counted"),
    Cause.OTHER: _("another reason"),
}


def by_cause(causes: Iterable[str]) -> list[tuple[str, int]]:
    """(cause in words, how many), in a fixed order; only those that occur."""
    found = Counter(causes)
    return [(str(CAUSES[cause]), found[cause]) for cause in CAUSES if found[cause]]
