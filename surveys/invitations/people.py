"""Who is on the list of invitees: added, corrected, left, erased."""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from surveys.models import (
    Anonymity,
    Invitation,
    InvitationLetter,
    LetterState,
    Scorecard,
    Ticket,
    TicketLink,
)

ERROR = "[erased]"


@dataclass(frozen=True)
class Person:
    """Somebody to invite. `language`: one of the scorecard's, or "" for its first."""

    name: str
    email: str
    language: str = ""
    sector: str = ""


class AlreadyInvited(Exception):
    """Somebody with this address is on the list, or was erased from it."""


class AlreadyErased(Exception):
    """Nothing personal is left to change."""


def address_of(typed: str) -> str:
    """An address as it is kept and compared.

    >>> address_of(" Aigul@XN--80A1ACNY.xn--p1ai")
    'aigul@почта.рф'
    """
    local, at, domain = typed.strip().lower().rpartition("@")
    labels = unicodedata.normalize("NFC", domain).split(".")
    return local + at + ".".join(_as_read(label) for label in labels)


def _as_read(label: str) -> str:
    """Part of a domain in its own letters, where it is written in those of servers."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def erased_address(scorecard: Scorecard, address: str) -> str:
    """What is kept of the address of somebody erased: a keyed hash."""
    return _hashed(f"{scorecard.pk}:{address_of(address)}")


def replaced_address(scorecard: Scorecard, address: str) -> str:
    """What is kept of an address whose person was invited anew at another one."""
    return _hashed(f"replaced:{scorecard.pk}:{address_of(address)}")


def _hashed(text: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def known_addresses(
    scorecard: Scorecard, addresses: Iterable[str], *, replaced_too: bool = False
) -> set[str]:
    """Those that are on the list, and those of people who were erased from it.

    With `replaced_too` also those that were corrected since: an old table still holds
    them, while whoever types one means it.
    """
    wanted = {address_of(address) for address in addresses}
    hashes = [erased_address, replaced_address] if replaced_too else [erased_address]
    by_hash = {of(scorecard, address): address for address in wanted for of in hashes}
    known: set[str] = set()
    # All of the list: a file may hold more addresses than a query takes parameters.
    rows = scorecard.invitations.order_by().values_list("email", "erased_address")
    for email, erased in rows.iterator():
        known.add(by_hash.get(erased, "") if erased else email)
    return known & wanted


@transaction.atomic
def add_people(
    *, scorecard: Scorecard, people: Sequence[Person], replaced_too: bool = False
) -> int:
    """Put people on the list, each with a ticket; how many were not there before.

    `replaced_too` as in `known_addresses`.
    """
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    addresses = [person.email for person in people]
    known = known_addresses(scorecard, addresses, replaced_too=replaced_too)
    new: dict[str, Invitation] = {}
    for person in people:
        address = address_of(person.email)
        if address not in known and address not in new:
            new[address] = Invitation(
                scorecard=scorecard,
                name=person.name,
                email=address,
                language=person.language,
                sector=person.sector,
            )
    invitations = Invitation.objects.bulk_create(new.values(), batch_size=500)
    Ticket.objects.bulk_create(
        [Ticket(invitation=one) for one in invitations], batch_size=500
    )
    return len(invitations)


def add_person(*, scorecard: Scorecard, person: Person) -> Invitation:
    """Put one person on the list. Raises AlreadyInvited."""
    if not add_people(scorecard=scorecard, people=[person]):
        raise AlreadyInvited(person.email)
    return scorecard.invitations.get(email=address_of(person.email))


@transaction.atomic
def change_person(*, invitation_id: int, person: Person, now: datetime) -> bool:
    """Correct somebody's particulars; whether a letter is to go to a new address.

    None goes to whoever wants none, nor after closing. Asked again for what was done,
    it says so.

    Links that went to the old address stop working, unless somebody has begun to
    answer with one. Where all is anonymous and a letter may have arrived there, the new
    address is invited anew: a link to the same ticket would open what was begun, and
    whether a letter comes would tell who had finished. Raises AlreadyInvited,
    AlreadyErased.
    """
    try:
        invitation = _locked(invitation_id)
    except AlreadyErased:
        return _was_done(invitation_id, person)
    address = address_of(person.email)
    moves = address != invitation.email
    if moves and known_addresses(invitation.scorecard, [address]):
        raise AlreadyInvited(address)
    if moves:
        links = TicketLink.objects.filter(ticket__invitation=invitation)
        links.filter(ticket__draft__isnull=True).delete()
    if moves and _is_to_be_kept_apart(invitation):
        return _invite_anew(invitation, person, now)
    invitation.name, invitation.email = person.name, address
    invitation.language, invitation.sector = person.language, person.sector
    invitation.save()
    if not moves or not _gets_letters(invitation, now):
        return False
    settled = [LetterState.SENT, LetterState.FAILED, LetterState.UNKNOWN]
    went_elsewhere = Q(state__in=settled) | Q(try_again_at__isnull=False)
    letters = InvitationLetter.objects.filter(went_elsewhere, run=None)
    return bool(letters.filter(invitation=invitation).wait_anew())


def _is_to_be_kept_apart(invitation: Invitation) -> bool:
    arrived = [LetterState.SENDING, LetterState.SENT, LetterState.UNKNOWN]
    letters = InvitationLetter.objects.filter(invitation=invitation, run=None)
    return (
        invitation.scorecard.anonymity == Anonymity.ANONYMOUS
        and letters.filter(state__in=arrived).exists()
    )


def _gets_letters(invitation: Invitation, now: datetime) -> bool:
    is_over = invitation.scorecard.has_closed(now)
    return not is_over and invitation.opted_out_at is None


def _was_done(invitation_id: int, person: Person) -> bool:
    """Of a change that was sent twice: the person is on the list already, as asked."""
    erased = Invitation.objects.select_related("scorecard").get(pk=invitation_id)
    found = erased.scorecard.invitations.filter(
        name=person.name,
        email=address_of(person.email),
        language=person.language,
        sector=person.sector,
    ).first()
    if found is None:
        raise AlreadyErased
    on_its_way = [LetterState.WAITING, LetterState.SENDING]
    return found.letters.filter(run=None, state__in=on_its_way).exists()


def _invite_anew(invitation: Invitation, person: Person, now: datetime) -> bool:
    """What was sent and begun stays with nobody's name; the person has a new ticket.

    Whether a letter is written. That they want none goes along.
    """
    scorecard, wants_none_since = invitation.scorecard, invitation.opted_out_at
    gets_one = _gets_letters(invitation, now)
    letter = InvitationLetter.objects.get(invitation=invitation, run=None)
    invitation.erased_address = replaced_address(scorecard, invitation.email)
    _take_away(invitation, now)
    anew = add_person(scorecard=scorecard, person=person)
    if wants_none_since:
        opt_out(invitation_id=anew.pk, now=wants_none_since)
    if gets_one:
        InvitationLetter.objects.create(
            scorecard=scorecard,
            invitation=anew,
            requested_by=letter.requested_by,
            requested_at=now,
        )
    return gets_one


def _locked(invitation_id: int) -> Invitation:
    invitation: Invitation = (
        Invitation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("scorecard")
        .get(pk=invitation_id)
    )
    if invitation.erased_at:
        raise AlreadyErased
    return invitation


def opt_out(*, invitation_id: int, now: datetime) -> None:
    """No more letters to this person; what they wrote and may write is theirs still."""
    Invitation.objects.filter(pk=invitation_id, opted_out_at__isnull=True).update(
        opted_out_at=now
    )


def opt_in(*, invitation_id: int) -> None:
    """Letters may go to this person again."""
    Invitation.objects.filter(pk=invitation_id, erased_at__isnull=True).update(
        opted_out_at=None
    )


@transaction.atomic
def erase_invitee(*, invitation_id: int, now: datetime) -> None:
    """Take away name, address and sector, for good.

    Whoever was never written to is taken off the list altogether. Otherwise links that
    were sent go on working, since counts that changed with an erasure would
    tell whether the person had answered: whoever holds one can still finish. Raises
    AlreadyErased.
    """
    invitation = _locked(invitation_id)
    if not InvitationLetter.objects.filter(invitation=invitation).exists():
        invitation.delete()
        return
    invitation.erased_address = erased_address(invitation.scorecard, invitation.email)
    _take_away(invitation, now)


def _take_away(invitation: Invitation, now: datetime) -> None:
    """Everything personal; tickets, links and drafts stay as they are."""
    invitation.name = invitation.email = invitation.sector = invitation.language = ""
    invitation.erased_at = now
    invitation.save()
    letters = InvitationLetter.objects.filter(invitation=invitation)
    letters.exclude(error="").update(error=ERROR)
