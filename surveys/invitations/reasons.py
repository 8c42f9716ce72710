"""Why letters did not go out, as far as that may be told."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from surveys.mailing.words import what_went_wrong, why_not_sent
from surveys.models import Anonymity, InvitationLetter, LetterState, Scorecard

UNSENT = (LetterState.FAILED, LetterState.UNKNOWN)


@dataclass(frozen=True)
class Reason:
    """`name`: of the one person it is about. `n` is None where it may not be shown.

    `again_at`: when it is tried again by itself, the first of several; else it failed.
    Of those that are put off no number is shown where all is anonymous: watched, it
    would tell how many of them finish.
    """

    words: str
    name: str = ""
    n: int | None = None
    again_at: datetime | None = None


def reasons_of(scorecard: Scorecard, now: datetime) -> list[Reason]:
    """Of the reminders that failed, and of those that are put off. One query.

    Whom a reminder could not reach had not finished then. Where all is anonymous there
    is no name, and of the server's words only what names nobody.
    """
    unsent = InvitationLetter.objects.filter(
        Q(state__in=UNSENT) | Q(try_again_at__isnull=False),
        scorecard=scorecard,
        run__isnull=False,
    ).select_related("invitation")
    if scorecard.anonymity == Anonymity.CONFIDENTIAL:
        return [
            Reason(what_went_wrong(one, now), one.invitation.name, 1, one.try_again_at)
            for one in unsent[:200]
        ]
    letters = list(unsent)
    kinds = Counter(_kind(one.error) for one in letters if not one.try_again_at)
    failed = [
        Reason(why_not_sent(words), n=n if n >= scorecard.smallest_group else None)
        for words, n in kinds.most_common()
    ]
    again: dict[str, datetime] = {}
    for one in letters:
        if at := one.try_again_at:
            kind = _kind(one.error)
            again[kind] = min(again.get(kind, at), at)
    put_off = [Reason(why_not_sent(kind), again_at=at) for kind, at in again.items()]
    return failed + put_off


def _kind(error: str) -> str:
    """The kind of an error, and the number by which mail servers name reasons.

    >>> _kind("SMTPRecipientsRefused: 550 no such mailbox: aigul")
    'SMTPRecipientsRefused 550'
    """
    kind = re.match(r"[\w ]+", error)
    number = re.search(r"\b[45]\d\d\b", error)
    return " ".join(found[0].strip() for found in (kind, number) if found)
