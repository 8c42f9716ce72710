"""The links in letters. Only their hashes are stored; each is made when it is sent.

All links that were sent to somebody lead to the same draft and work until it is
submitted: a letter that is tried again, or a reminder, must not break the page that its
reader has open. Then they are used up together, with the ticket they belong to.
"""

import secrets
from datetime import datetime

from django.db import transaction

from surveys.intake.services import AlreadySubmitted, SurveyNotOpen, hash_of
from surveys.models import Draft, Invitation, PersonalLink, Ticket, TicketLink


@transaction.atomic
def make_link(invitation: Invitation) -> str | None:
    """The token of a new link for this person; None where their ticket is used up."""
    ticket = Ticket.objects.select_for_update().filter(pk=invitation.pk).first()
    if ticket is None:
        return None
    token = secrets.token_urlsafe(18)
    PersonalLink.objects.create(
        scorecard_id=invitation.scorecard_id, token_hash=hash_of(token)
    )
    TicketLink.objects.create(ticket=ticket, token_hash=hash_of(token))
    return token


def invited_by(token: str) -> Invitation | None:
    """Whose link it is, while it is not used up."""
    return (
        Invitation.objects.select_related("scorecard__instrument", "ticket__draft")
        .filter(ticket__links__token_hash=hash_of(token))
        .first()
    )


@transaction.atomic
def start_invited(*, token: str, language: str, now: datetime) -> Draft:
    """The draft of whoever holds this link, begun now or before on another device.

    Raises SurveyNotOpen, or AlreadySubmitted where the link is used up.
    """
    link = TicketLink.objects.filter(token_hash=hash_of(token)).first()
    ticket = (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("invitation__scorecard")
        .filter(pk=link.ticket_id if link else 0)
        .first()
    )
    if ticket is None:
        raise AlreadySubmitted
    if draft := Draft.objects.filter(ticket=ticket).first():
        return draft
    scorecard = ticket.invitation.scorecard
    if not scorecard.is_open(now):
        raise SurveyNotOpen
    return Draft.objects.create(
        scorecard=scorecard,
        ticket=ticket,
        token_hash=hash_of(token),
        language=language,
        started_at=now,
        saved_at=now,
    )
