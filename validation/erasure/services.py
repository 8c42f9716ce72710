"""Erasing a person: who they were and what they wrote, not that somebody spoke.

Percentages, times and supports stay, so that every settlement can still be opened down
to what made it. Name, address, expertise, interests and free text go, and with them the
salts of their entries in the ledger: nobody can then try out what was written.

Not reached: released editions, which never change; files that were downloaded; backups.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from surveys.models import Change, Member, Role, Scorecard, User
from validation.models import (
    Assignment,
    Comment,
    Erasure,
    InterestDecision,
    LedgerEntry,
    LedgerSalt,
    MailDelivery,
    MailPreference,
    Proposal,
    RoundGoal,
    Support,
    Withdrawal,
)

NAME = "Erased participant"
TEXT = "[erased]"


class AlreadyErased(Exception):
    """The person was erased before."""


class LastCoordinator(Exception):
    """Nobody else could coordinate the scorecard, or answer for the erasure."""


class NotTheirCoordinator(Exception):
    """A person is erased by a coordinator of the same scorecard."""


@transaction.atomic
def erase_person(*, member_id: int, by: Member, now: datetime) -> Erasure:
    """Erase a member of a scorecard, for good; an Erasure names who did it and when.

    Somebody with a part in another scorecard keeps their account for that one. Raises
    NotTheirCoordinator, AlreadyErased or LastCoordinator.
    """
    member = _lock(member_id)
    if by.role != Role.COORDINATOR or by.scorecard_id != member.scorecard_id:
        raise NotTheirCoordinator
    if Erasure.objects.filter(member=member).exists():
        raise AlreadyErased
    if member.role == Role.COORDINATOR and not _other_coordinators(member).exists():
        raise LastCoordinator
    erasure = Erasure.objects.create(member=member, erased_by=by, erased_at=now)
    _forget_salts(member)
    _blank_words(member)
    _blank_mail(member)
    _forget_person(member)
    return erasure


def _lock(member_id: int) -> Member:
    """Hold what a proposal or support on its way holds, and what the chain grows by."""
    member = Member.objects.select_related("user").get(pk=member_id)
    list(
        RoundGoal.objects.select_for_update(of=("self",), no_key=True)
        .filter(scorecard=member.scorecard_id)
        .order_by("pk")
    )
    Scorecard.objects.select_for_update(no_key=True).get(pk=member.scorecard_id)
    return Member.objects.select_for_update(of=("self",)).get(pk=member_id)


def _other_coordinators(member: Member) -> QuerySet[Member]:
    return Member.objects.filter(
        scorecard=member.scorecard_id, role=Role.COORDINATOR, erasure__isnull=True
    ).exclude(pk=member.pk)


def _forget_salts(member: Member) -> None:
    kinds = LedgerEntry.Kind
    supports = Support.objects.filter(expert=member).values("pk")
    proposals = Proposal.objects.filter(expert=member).values("pk")
    theirs = LedgerEntry.objects.filter(scorecard=member.scorecard_id).filter(
        Q(kind=kinds.PROPOSAL, record__in=proposals)
        | Q(kind__in=(kinds.SUPPORT, kinds.WITHDRAWAL), record__in=supports)
    )
    LedgerSalt.objects.filter(entry__in=theirs.values("pk")).delete()


def _blank_words(member: Member) -> None:
    """What the triggers let through: free text, and nothing beside it."""
    Proposal.objects.filter(expert=member).update(justification=TEXT, interest="")
    Support.objects.filter(expert=member).update(reason="")
    Withdrawal.objects.filter(support__expert=member).update(reason="")
    Comment.objects.filter(member=member).update(text=TEXT)
    InterestDecision.objects.filter(expert=member).update(reason="")
    about = Change.objects.filter(scorecard=member.scorecard_id, member_key=member.pk)
    about.exclude(person="").update(person="")
    assignments = Assignment.objects.filter(expert=member)
    assignments.update(expertise="")
    # How it is handled stays: it decides which proposals are counted.
    assignments.exclude(interest="").update(interest=TEXT)


def _blank_mail(member: Member) -> None:
    """An error of the mail server may name the address."""
    letters = MailDelivery.objects.filter(member=member)
    letters.drop_what_waits()
    letters.exclude(error="").update(error=TEXT)
    MailPreference.objects.filter(member=member).delete()


def _forget_person(member: Member) -> None:
    user = member.user
    if user.memberships.exclude(pk=member.pk).exists():
        # The account is needed elsewhere; this membership leaves it.
        member.user = User.objects.create_user(email=_no_address(member))
        _deactivate(member.user)
    else:
        _close_account(user, member)
    member.name = NAME
    member.save(update_fields=["name", "user"])


def _close_account(user: User, member: Member) -> None:
    EmailAddress.objects.filter(user_id=user.pk).delete()
    _end_sessions(user)
    user.name, user.email = "", _no_address(member)
    # Sessions kept elsewhere than in the database end with the password.
    user.set_unusable_password()
    _deactivate(user)


def _deactivate(user: User) -> None:
    user.is_active = False
    user.save()


def _no_address(member: Member) -> str:
    """Unique, and of a domain that never exists (RFC 2606)."""
    return f"erased-{member.pk}@erased.invalid"


def _end_sessions(user: User) -> None:
    theirs = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
