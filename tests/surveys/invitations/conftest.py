"""People who are invited, and a worker that writes to them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from surveys.intake.services import draft_by_token, save_goal_answer, save_profile
from surveys.intake.submitting import submit_response
from surveys.invitations.links import start_invited
from surveys.invitations.people import Person, add_people
from surveys.invitations.services import invite_everybody
from surveys.models import Invitation, InvitationLetter, Member, Response, Scorecard
from surveys.ratings import decode
from tests import factories
from tests.lifting import triggers_lifted
from tests.mail_server import server, work

__all__ = ["server", "work"]
NAMES = ("Aigul", "Bolat", "Dana", "Yerlan", "Gulnara", "Timur")


def address(name: str) -> str:
    return f"{name.lower()}@example.org"


def put_on_list(scorecard: Scorecard, names: tuple[str, ...] = NAMES) -> None:
    people = [Person(name, address(name), "", "NGO") for name in names]
    add_people(scorecard=scorecard, people=people)


def invitee(name: str) -> Invitation:
    return Invitation.objects.get(email=address(name))


def token_to(name: str, which: int = -1) -> str:
    """The token in a letter to this person, the last one unless told."""
    letters = [one for one in mail.outbox if one.to == [address(name)]]
    (token,) = re.findall(r"/invitation/([\w-]+)/", letters[which].body)
    return str(token)


def begin(token: str, now: datetime | None = None, language: str = "en") -> None:
    start_invited(token=token, language=language, now=now or timezone.now())


def finish(token: str, ratings: str = "1234", now: datetime | None = None) -> Response:
    """From the link in a letter to the receipt; begins where nobody has begun."""
    now = now or timezone.now()
    begin(token, now)
    draft = draft_by_token(token)
    assert draft
    assert draft.pk
    save_goal_answer(
        draft=draft,
        goal=factories.goal_of(draft.scorecard, 5),
        ratings=dict(enumerate(decode(ratings), start=1)),
        texts={},
        now=now,
    )
    save_profile(draft=draft, profile=factories.PROFILE, now=now)
    return submit_response(draft=draft, receipt=f"receipt {token}", now=now)


def sent_days_ago(days: int) -> None:
    """Every invitation went out that long ago."""
    past = timezone.now() - timedelta(days=days)
    InvitationLetter.objects.filter(state="sent", run=None).update(sent_at=past)


@pytest.fixture
def confidential(scorecard: Scorecard) -> Scorecard:
    """The same scorecard, where responses may be led back to invitations."""
    with triggers_lifted():
        Scorecard.objects.filter(pk=scorecard.pk).update(anonymity="confidential")
    scorecard.refresh_from_db()
    return scorecard


@pytest.fixture
def invited(
    scorecard: Scorecard, coordinator: Member, server: object, work: Callable
) -> Scorecard:
    """Six people have got their letter."""
    put_on_list(scorecard)
    invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
    work()
    return scorecard
