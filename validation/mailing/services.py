"""Asking for letters. A row is written for each; a worker sends them afterwards.

Nobody is told the same thing twice: a member, a kind and an occasion are unique.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from surveys.mailing.leaving import who_leaves
from surveys.mailing.services import ask_a_worker, send_again
from surveys.models import LetterState, Member, Scorecard
from validation.mailing.letters import SALT
from validation.mailing.recipients import not_invited, to_be_reminded
from validation.models import MailDelivery, MailPreference, Round

JOB_KIND = "mail"
# Coming automatically: so long before estimates are due.
REMINDERS = {"3 days": timedelta(days=3), "1 day": timedelta(days=1)}
Kind, State = MailDelivery.Kind, LetterState


class RoundNotOpen(Exception):
    """Reminders are of a round that is open."""


class UnknownLanguage(Exception):
    """Not a language of the scorecard."""


@transaction.atomic
def write_to(
    members: Iterable[Member],
    *,
    scorecard: Scorecard,
    kind: str,
    occasion: str,
    now: datetime,
    requested_by: Member | None = None,
    **about: Any,
) -> int:
    """How many letters wait now that did not before; a worker is woken to send them."""
    told = set(
        MailDelivery.objects.filter(
            scorecard=scorecard, kind=kind, occasion=occasion
        ).values_list("member", flat=True)
    )
    letters = [
        MailDelivery(
            scorecard=scorecard,
            member=member,
            kind=kind,
            occasion=occasion,
            requested_by=requested_by,
            requested_at=now,
            **about,
        )
        for member in members
        if member.pk not in told
    ]
    if letters:
        # Somebody who asks at the same moment writes the same rows: they are skipped.
        MailDelivery.objects.bulk_create(letters, ignore_conflicts=True)
        ask_a_worker(scorecard, JOB_KIND, now)
    return len(letters)


def invite(
    *, scorecard: Scorecard, members: Sequence[Member], by: Member, now: datetime
) -> int:
    """Invite these people, each once. Returns to how many a letter was written."""
    chosen = {member.pk for member in members}
    new = [member for member in not_invited(scorecard) if member.pk in chosen]
    return write_to(
        new,
        scorecard=scorecard,
        kind=Kind.INVITATION,
        occasion="",
        requested_by=by,
        now=now,
    )


def remind(*, round_: Round, by: Member, now: datetime) -> int:
    """Remind everybody whose estimates are missing, at most once a day.

    Returns to how many a letter was written. Raises RoundNotOpen.
    """
    if round_.state != "open":
        raise RoundNotOpen
    day = now.astimezone(by.scorecard.zone).date()
    return write_to(
        [one.expert for one in to_be_reminded(round_, now) if one.gets_one],
        scorecard=by.scorecard,
        kind=Kind.REMINDER,
        occasion=f"round {round_.number}, by hand on {day.isoformat()}",
        round=round_,
        requested_by=by,
        now=now,
    )


def try_again(
    *, scorecard: Scorecard, deliveries: Iterable[int] | None = None, now: datetime
) -> int:
    """Send once more what failed; `deliveries`: these, also if nobody knows.

    Without `deliveries` only what surely did not go out. Returns how many wait now.
    Raises surveys.mailing.services.NotToBeTriedAgain where one that was named is not
    among them.
    """
    return send_again(
        MailDelivery.objects.all(),
        scorecard=scorecard,
        job_kind=JOB_KIND,
        chosen=deliveries,
        now=now,
    )


@transaction.atomic
def choose_mail(
    *, member: Member, language: str, takes_reminders: bool, now: datetime
) -> MailPreference:
    """In which language somebody gets mail, and whether reminders.

    `language` is one of the scorecard's, or "" for its first. Raises UnknownLanguage.
    """
    if language and language not in member.scorecard.languages:
        raise UnknownLanguage(language)
    preference, _ = MailPreference.objects.select_for_update().get_or_create(
        member=member
    )
    preference.language = language
    if takes_reminders:
        preference.reminders_off_at = None
    else:
        preference.reminders_off_at = preference.reminders_off_at or now
    preference.save()
    return preference


@transaction.atomic
def stop_reminders(*, token: str, now: datetime) -> Member | None:
    """Whoever the token of a reminder belongs to gets no more; None for any other."""
    member = reminded_by(token)
    if member is not None:
        preference, _ = MailPreference.objects.get_or_create(member=member)
        MailPreference.objects.filter(
            pk=preference.pk, reminders_off_at__isnull=True
        ).update(reminders_off_at=now)
    return member


def reminded_by(token: str) -> Member | None:
    """Who got the reminder with this token."""
    key = who_leaves(token, SALT)
    if key is None:
        return None
    return Member.objects.select_related("scorecard").filter(pk=key).first()
