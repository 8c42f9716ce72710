"""Why letters did not go out, as far as that may be told."""

import re
from collections import Counter
from dataclasses import dataclass

from surveys.mailing.words import why_not_sent
from surveys.models import Anonymity, InvitationLetter, LetterState, Scorecard

UNSENT = (LetterState.FAILED, LetterState.UNKNOWN)


@dataclass(frozen=True)
class Reason:
    """`name`: of the one person it is about. `n` is None where it may not be shown."""

    words: str
    name: str = ""
    n: int | None = None


def reasons_of(scorecard: Scorecard) -> list[Reason]:
    """Of the reminders that failed. One query.

    Whom a reminder could not reach had not finished then. Where all is anonymous there
    is no name, and of the server's words only what names nobody.
    """
    failed = InvitationLetter.objects.filter(
        scorecard=scorecard, run__isnull=False, state__in=UNSENT
    ).select_related("invitation")
    if scorecard.anonymity == Anonymity.CONFIDENTIAL:
        return [
            Reason(why_not_sent(one.error), one.invitation.name, 1)
            for one in failed[:200]
        ]
    kinds = Counter(_kind(one.error) for one in failed)
    return [
        Reason(why_not_sent(words), n=n if n >= scorecard.smallest_group else None)
        for words, n in kinds.most_common()
    ]


def _kind(error: str) -> str:
    """The kind of an error, and the number by which mail servers name reasons.

    >>> _kind("SMTPRecipientsRefused: 550 no such mailbox: aigul")
    'SMTPRecipientsRefused 550'
    """
    kind = re.match(r"[\w ]+", error)
    number = re.search(r"\b[45]\d\d\b", error)
    return " ".join(found[0].strip() for found in (kind, number) if found)
