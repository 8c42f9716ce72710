"""Changes of a scorecard in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from surveys.localized import language_name, text_in
from surveys.members.words import role_names
from surveys.models import Change, Scorecard
from surveys.setup.words import ANONYMITY, FIELDS, IDENTITIES
from validation.identities import names_of

What = Change.What


@dataclass(frozen=True)
class ChangeLine:
    """One change: when, by whom ("" if by nobody who is a member), and what."""

    at: datetime
    who: str
    words: str


def change_lines(scorecard: Scorecard, changes: Iterable[Change]) -> list[ChangeLine]:
    """The changes in words, in their order. One query, for the names."""
    rows = list(changes)
    names = names_of(scorecard) if rows else {}
    return [
        ChangeLine(
            row.changed_at,
            names.get(row.changed_by_id or 0, ""),
            change_words(scorecard, row),
        )
        for row in rows
    ]


def change_words(scorecard: Scorecard, change: Change) -> str:
    """e.g. "Closes: 30 June 2022, 00:00 → 15 July 2022, 00:00"."""
    if change.what == What.FIELD:
        return gettext("%(field)s: %(before)s → %(after)s") % {
            "field": FIELDS.get(change.field, change.field),
            "before": _value(scorecard, change.field, change.before),
            "after": _value(scorecard, change.field, change.after),
        }
    roles = role_names()
    words = {
        What.FOUNDED: gettext("The scorecard was founded"),
        What.COPIED: gettext("The scorecard was made of %(before)s"),
        What.OPENED: gettext("The survey was opened"),
        What.CLOSED: gettext("The survey was closed before its time"),
        What.MEMBER_ADDED: gettext("%(person)s was added: %(after)s"),
        What.MEMBER_CHANGED: gettext("%(person)s: %(before)s → %(after)s"),
        What.MEMBER_REMOVED: gettext("%(person)s was removed: %(before)s"),
    }
    return words[What(change.what)] % {
        "person": change.person or gettext("Erased participant"),
        "before": roles.get(str(change.before), change.before),
        "after": roles.get(str(change.after), change.after),
    }


def _value(scorecard: Scorecard, field: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value in (None, "", {}, []):
        return "–"
    if field in ("opens_at", "closes_at"):
        moment = datetime.fromisoformat(value).astimezone(scorecard.zone)
        return date_format(moment, "DATETIME_FORMAT")
    if field in ("place", "notice"):
        return f"“{text_in(value)}”"
    if field == "languages":
        return ", ".join(language_name(code) for code in value)
    if field == "targets":
        n = sum(len(options) for options in value.values())
        return ngettext("%(n)d group", "%(n)d groups", n) % {"n": n}
    words = {"anonymity": ANONYMITY, "identities": IDENTITIES}.get(field, {})
    return str(words.get(value, value))
