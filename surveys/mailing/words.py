"""What becomes of letters, and why, in words."""

import re
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from surveys.mailing.refusals import MOST_TRIES
from surveys.models import Letter, LetterState

STATE_NAMES: dict[str, Promise] = {
    LetterState.WAITING: _("waiting"),
    LetterState.SENDING: _("being sent"),
    LetterState.SENT: _("sent"),
    LetterState.FAILED: _("failed"),
    LetterState.UNKNOWN: _("unknown, maybe sent"),
    LetterState.DROPPED: _("no longer needed"),
}
# Of those that wait, what the server refused for now.
PUT_OFF = "put_off"
PUT_OFF_NAME = _("to be tried again")
LEFT_BEHIND = _("The worker stopped while it was sending this letter.")

# Kinds of errors as `surveys.mailing.runner` writes them down.
_KINDS: dict[str, Promise] = {
    "SMTPRecipientsRefused": _("The mail server refused this address"),
    "SMTPSenderRefused": _("The mail server refused our address"),
    "SMTPDataError": _("The mail server refused the letter"),
    "SMTPServerDisconnected": _("The connection to the mail server broke"),
    "The mail server could not be reached": _("The mail server could not be reached"),
}
_FOR_NOW = _("The mail server did not take it for now")


def wait_to_be_sent(count: int) -> str:
    """How many letters were written."""
    text = ngettext(
        "%(n)d letter waits to be sent.", "%(n)d letters wait to be sent.", count
    )
    return text % {"n": count}


def are_sent_again(count: int) -> str:
    """How many letters are tried once more."""
    text = ngettext(
        "%(n)d letter is sent again.", "%(n)d letters are sent again.", count
    )
    return text % {"n": count}


def what_went_wrong(letter: Letter, now: datetime) -> str:
    """Why the letter did not go out, "" where nothing went wrong."""
    if letter.is_left_behind(now):
        return str(LEFT_BEHIND)
    if not letter.error or letter.state == LetterState.SENDING:
        return ""
    words = why_not_sent(letter.error)
    tries = letter.refusals or 0
    if letter.state != LetterState.FAILED or tries < MOST_TRIES:
        return words
    given_up = ngettext(
        "Given up after %(n)d try.", "Given up after %(n)d tries.", tries
    ) % {"n": tries}
    return f"{given_up} {words}"


def why_not_sent(error: str) -> str:
    """The error of a letter, its kind in the page's language.

    What the server said itself stays as it is. An unknown kind stays, too.
    """
    found = re.match(r"([A-Za-z ]+?)(?=:| \d|$)", error)
    words = _KINDS.get(found[1]) if found else None
    if found is None or words is None:
        return error
    said = error[found.end() :].lstrip(": ")
    if re.match(r"4\d\d\b", said):
        words = _FOR_NOW
    return f"{words}: {said}" if said else f"{words}"
