"""An estimate that was spoken, entered by whoever keeps the record."""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from surveys.mailing.mail import by_sign_in
from surveys.models import Member, Role
from validation.board.services import NotOnThePanel, propose_score
from validation.models import Proposal

log = logging.getLogger(__name__)


class NotARecorder(Exception):
    """Coordinators and rapporteurs enter what others said."""


@transaction.atomic
def enter_spoken_proposal(
    *,
    expert: Member,
    round_goal_id: int,
    kind: str,
    percent: Decimal | None,
    justification: str,
    confidence: str,
    entered_by: Member,
    now: datetime,
    **more: Any,
) -> Proposal:
    """`propose_score` for an expert who said it in the room; they are told by mail.

    Raises what `propose_score` raises, and NotARecorder. The same once more enters and
    tells nothing.
    """
    if entered_by.role not in (Role.COORDINATOR, Role.RAPPORTEUR):
        raise NotARecorder
    if hasattr(expert, "erasure"):
        raise NotOnThePanel
    before = set(
        expert.proposals.filter(round_goal=round_goal_id).values_list("pk", flat=True)
    )
    proposal = propose_score(
        expert=expert,
        round_goal_id=round_goal_id,
        kind=kind,
        percent=percent,
        justification=justification,
        confidence=confidence,
        entered_by=entered_by,
        now=now,
        **more,
    )
    if proposal.pk not in before:
        transaction.on_commit(lambda: tell_expert(proposal.pk))
    return proposal


def tell_expert(proposal_id: int) -> bool:
    """Write to the expert what was entered for them; False if it could not be sent.

    The estimate stands either way: it is marked on their board, too.
    """
    proposal = Proposal.objects.select_related(
        "expert__user",
        "expert__scorecard",
        "entered_by__user",
        "round_goal__round",
        "round_goal__goal",
    ).get(pk=proposal_id)
    if not proposal.expert.user.is_active:
        return False
    try:
        _letter(proposal).send()
    except Exception:
        log.exception("the expert of proposal %s could not be told", proposal_id)
        return False
    return True


def _letter(proposal: Proposal) -> EmailMessage:
    scorecard, round_goal = proposal.expert.scorecard, proposal.round_goal
    place = [scorecard.slug, round_goal.round.number, round_goal.goal.number]
    with (
        translation.override(_language_of(proposal.expert)),
        timezone.override(scorecard.zone),
    ):
        subject = gettext("Entered for you: %(goal)s, %(scorecard)s") % {
            "goal": round_goal.goal,
            "scorecard": scorecard,
        }
        body = render_to_string(
            "validation/room_entered_mail.txt",
            {
                "proposal": proposal,
                "goal": round_goal.goal,
                "round": round_goal.round,
                "scorecard": scorecard,
                "board": by_sign_in("board", *place),
            },
        )
    # A line break in a heading would begin another heading.
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[proposal.expert.user.email],
        reply_to=[proposal.entered_by.user.email] if proposal.entered_by else [],
    )


def _language_of(member: Member) -> str:
    """The language of the member's mail: theirs, else the scorecard's first."""
    preference = getattr(member, "mail_preference", None)
    languages = member.scorecard.languages
    if preference and preference.language in languages:
        return preference.language
    return languages[0] if languages else settings.LANGUAGE_CODE
