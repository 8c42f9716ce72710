"""The list of invitees, as it may be seen.

In an anonymous scorecard nobody sees of a person whether they began or finished, nor
whether a reminder went to them, which comes to the same.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.invitations.letters import language_of
from surveys.mailing.words import STATE_NAMES, what_went_wrong
from surveys.models import (
    Anonymity,
    Draft,
    Invitation,
    InvitationLetter,
    LetterState,
    Scorecard,
)

FAILED = (LetterState.FAILED, LetterState.UNKNOWN)
# {value of the filter: its name}
FILTERS: dict[str, Promise] = {
    "": _("everybody"),
    "new": _("not written to yet"),
    "waiting": _("letter waits"),
    "sent": _("letter sent"),
    "failed": _("letter failed or unknown"),
    "out": _("want no letters"),
    "erased": _("erased"),
}
PROGRESS: dict[str, Promise] = {
    "finished": pgettext_lazy("invitees", "finished"),
    "begun": pgettext_lazy("invitees", "begun"),
    "not_begun": pgettext_lazy("invitees", "not begun"),
}


@dataclass(frozen=True)
class Line:
    """`progress` is "" where it is nobody's business."""

    invitation: Invitation
    letter: InvitationLetter | None
    state: LetterState | None
    state_name: str | Promise
    error: str | Promise
    language: str
    progress: str = ""
    progress_name: str | Promise = ""

    @property
    def has_failed(self) -> bool:
        return self.state in FAILED and not self.invitation.opted_out_at

    @property
    def is_put_off(self) -> bool:
        return bool(self.letter and self.letter.try_again_at)


def filters_of(scorecard: Scorecard) -> dict[str, Promise]:
    """What the list of this scorecard can be narrowed down to."""
    if scorecard.anonymity == Anonymity.CONFIDENTIAL:
        return FILTERS | PROGRESS
    return FILTERS


def invitees(scorecard: Scorecard, *, search: str, state: str) -> QuerySet[Invitation]:
    """Those that match, with their letters of invitation, in the order of names.

    An unknown `state`, or one that this scorecard does not show, narrows nothing down.
    """
    letters = InvitationLetter.objects.filter(run=None)
    draft = Draft.objects.filter(ticket=OuterRef("pk"))
    found = (
        scorecard.invitations.select_related("ticket")
        .prefetch_related(Prefetch("letters", letters))
        .annotate(has_draft=Exists(draft))
    )
    if state in filters_of(scorecard):
        found = found.filter(_NARROWED[state]())
    for word in search.split()[:8]:
        found = found.filter(_matching(word))
    return found


def _matching(word: str) -> Q:
    """SQLite knows upper and lower case of Latin letters only."""
    matching = Q()
    for form in {word, word.lower(), word.upper(), word.capitalize()}:
        for column in ("name", "email", "sector"):
            matching |= Q(**{f"{column}__icontains": form})
    return matching


def _with_letter(*states: LetterState) -> Q:
    letters = InvitationLetter.objects.filter(invitation=OuterRef("pk"), run=None)
    return Q(Exists(letters.filter(state__in=states)), erased_at__isnull=True)


def failed_letters(scorecard: Scorecard) -> QuerySet[InvitationLetter]:
    """Invitations that did not go out, or nobody knows, to people who want letters."""
    return InvitationLetter.objects.filter(
        scorecard=scorecard,
        run=None,
        state__in=FAILED,
        invitation__in=scorecard.invitations.reachable().order_by(),
    )


def _invited() -> Q:
    return _with_letter(*LetterState)


_NARROWED = {
    "": lambda: Q(erased_at__isnull=True),
    "new": lambda: Q(erased_at__isnull=True) & ~_invited(),
    "waiting": lambda: _with_letter(LetterState.WAITING, LetterState.SENDING),
    "sent": lambda: _with_letter(LetterState.SENT),
    "failed": lambda: _with_letter(*FAILED),
    "out": lambda: Q(erased_at__isnull=True, opted_out_at__isnull=False),
    "erased": lambda: Q(erased_at__isnull=False),
    "finished": lambda: Q(ticket__isnull=True),
    "begun": lambda: Q(has_draft=True),
    "not_begun": lambda: Q(ticket__isnull=False, has_draft=False),
}


def line_of(invitation: Invitation, scorecard: Scorecard, now: datetime) -> Line:
    """One line of the list; `invitation` comes from `invitees`."""
    invitation.scorecard = scorecard
    letter = next(iter(invitation.letters.all()), None)
    state = letter.state_at(now) if letter else None
    progress = _progress(invitation, scorecard)
    return Line(
        invitation=invitation,
        letter=letter,
        state=state,
        state_name=STATE_NAMES[state] if state else _("not written to yet"),
        error=what_went_wrong(letter, now) if letter else "",
        language=language_of(invitation),
        progress=progress,
        progress_name=PROGRESS.get(progress, ""),
    )


def _progress(invitation: Invitation, scorecard: Scorecard) -> str:
    if scorecard.anonymity != Anonymity.CONFIDENTIAL:
        return ""
    if not hasattr(invitation, "ticket"):
        return "finished"
    return "begun" if getattr(invitation, "has_draft", False) else "not_begun"
