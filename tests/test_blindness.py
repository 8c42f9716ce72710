"""Proof that a blind round is blind.

Everything that an expert can fetch is fetched twice: before the others have said
something, and after. Every byte must be the same, or a count, an average, an order, a
page title or a header tells what is hidden. The addresses are those of
tests/test_access.TABLE, and every link found on the way.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from surveys.models import Member
from tests import factories
from tests.test_access import TABLE, address, exclusion, places  # noqa: F401
from validation.board.remarks import comment_on_goal, withdraw_support
from validation.board.services import propose_score
from validation.models import (
    Contribution,
    Meeting,
    Proposal,
    Round,
    RoundGoal,
)
from validation.models.rounds import RoundGoalQuerySet
from validation.rounds.services import close_round, record_meeting, reveal_goal
from validation.trail import reading

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Nothing else on any page looks like these. Percentages: proposed, revised, bounds.
SECRETS = (
    *("63.37", "63,37", "64.73", "64,73", "61.23", "61,23", "67.89", "67,89"),
    *("Zebulon", "quokka", "xylophone", "persimmon", "tamarind", "kumquat"),
    *("rambutan", "jabuticaba"),
)
# What differs with every request: a token against forged ones, and a clock that reads
# whatever second it is ({% now %} cannot be stopped from here).
FLEETING = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^,}]*|\bat=\d{10}\b'
)
LINK = re.compile(r'(?:href|action|src|hx-get|data-[a-z-]+)="(/[^"#]*)')
# Not of this scorecard; a respondent's review draws a new receipt with every look.
ELSEWHERE = ("/static/", "/respond/")
# What is added to the address, and what is sent with it.
WAYS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "page": ("", {}),
    "part": ("", {"headers": {"HX-Request": "true"}}),
    "screen": ("?screen=on", {}),
}


@dataclass(frozen=True)
class World:
    goal: RoundGoal
    coordinator: Member
    aigul: Member
    zebulon: Member
    meeting: Meeting
    places: dict[str, Any]


@pytest.fixture
def world(places, coordinator, experts, climate_expert) -> World:  # noqa: F811
    """Goal 5 is open and blind, and Aigul has proposed there; Bolat has not.

    A second round is open on goals 1 and 13: Bolat has proposed on goal 1, and Yerlan
    on goal 13, where nobody else can.
    """
    scorecard = coordinator.scorecard
    other = factories.make_open_round(
        scorecard, {1: "agreed", 13: "keep"}, by=coordinator
    )
    on_1, on_13 = other.round_goals.order_by("goal__number")
    factories.propose(on_1, experts[1], 41)
    factories.propose(on_13, climate_expert, 44)
    goal = RoundGoal.objects.get(round__number=1, goal__number=5)
    return World(
        goal=goal,
        coordinator=coordinator,
        aigul=experts[0],
        zebulon=factories.make_expert(
            scorecard=scorecard, name="Zebulon", goals=[1, 5]
        ),
        meeting=Meeting.objects.get(round=goal.round),
        places=places,
    )


def say_everything(world: World) -> None:
    """Everything that one can say on a goal, by Zebulon and Aigul."""
    goal, zebulon, aigul, now = world.goal, world.zebulon, world.aigul, factories.NOW
    factories.propose(
        goal, zebulon, "63.37", justification="A quokka", interest="A xylophone"
    )
    revised = propose_score(
        expert=zebulon,
        round_goal_id=goal.pk,
        kind="change",
        percent=Decimal("64.73"),
        lower=Decimal("61.23"),
        upper=Decimal("67.89"),
        sureness=80,
        justification="Another quokka",
        confidence="high",
        interest="A xylophone",
        now=now,
    )
    factories.support(revised, aigul, reason="A persimmon")
    standing = Proposal.objects.get(expert=aigul, round_goal=goal)
    taken_back = factories.support(standing, zebulon, reason="A persimmon")
    withdraw_support(
        expert=zebulon, support_id=taken_back.pk, reason="No persimmon", now=now
    )
    for proposal in (None, revised.pk):
        comment_on_goal(
            member=aigul,
            round_goal_id=goal.pk,
            proposal_id=proposal,
            text="A tamarind",
            now=now,
        )
    Contribution.objects.create(
        meeting=world.meeting,
        round_goal=goal,
        section="challenge",
        speaker=zebulon,
        text="A kumquat",
        recorded_by=world.coordinator,
        recorded_at=now,
    )
    record_meeting(
        meeting_id=world.meeting.pk, attended_by=[], minutes="63.37, a rambutan"
    )
    factories.propose(goal, aigul, 70, justification="A jabuticaba")


# ------------------------------------------------------------------- fetching all of it


def addresses(world: World) -> set[str]:
    """Every address of the site, with what there is to name, and with what is not."""
    # The pulse's address is a secret of whoever it was signed for, here somebody else.
    named = [name for name in TABLE if name != "pulse"]
    theirs = [name for name in named if "expert" in TABLE[name].may]
    found = {address(name, world.places) for name in named}
    # The keys that the secret proposals will have.
    keys = [world.places["proposal"] + n for n in range(1, 8)]
    for more in [
        *({"number": 2, "goal": goal} for goal in (1, 13)),
        *({"goal": goal} for goal in (1, 13)),
        *({"proposal": key} for key in keys),
    ]:
        somewhere = dict(world.places, **more)
        found |= {address(name, somewhere) for name in theirs}
    return found


def answers(client: Client, world: World) -> dict[tuple[str, str], tuple]:
    """(address, way of asking) -> what comes back, for all that can be reached."""
    found: dict[tuple[str, str], tuple] = {}
    waiting = [one for one in sorted(addresses(world)) if not one.startswith(ELSEWHERE)]
    known = set(waiting)
    while waiting:
        path = waiting.pop()
        for way, (query, headers) in WAYS.items():
            if way != "page" and not path.startswith("/scorecards/"):
                continue
            answer = told(client.get(path + query, **headers))
            found[path, way] = answer
            if answer[0] != 200:
                break
            new = set(links(answer)) - known
            known |= new
            waiting += sorted(new)
    return found


def told(answer: Any) -> tuple[int, tuple, bytes]:
    """Status, headers, body: but for what is FLEETING."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = tuple(sorted(answer.headers.items()))
    return answer.status_code, headers, FLEETING.sub(b"", body)


def links(answer: tuple[int, tuple, bytes]) -> Iterator[str]:
    status, headers, body = answer
    if status != 200 or "html" not in dict(headers).get("Content-Type", ""):
        return
    for link in LINK.findall(body.decode()):
        if not link.startswith(ELSEWHERE):
            yield unescape(link)


def differences(before: Mapping, after: Mapping) -> list[str]:
    """Addresses whose answers differ; also those that only one of the two reached."""
    return sorted(
        f"{path} ({way})"
        for path, way in before.keys() | after.keys()
        if before.get((path, way)) != after.get((path, way))
    )


def secrets_in(found: Mapping[tuple[str, str], tuple]) -> list[str]:
    return sorted(
        f"{secret} at {path} ({way})"
        for (path, way), (_status, headers, body) in found.items()
        for secret in SECRETS
        if secret in body.decode(errors="replace") or secret in str(headers)
    )


def shown_in(found: Mapping[tuple[str, str], tuple]) -> set[str]:
    return {line.partition(" at ")[0] for line in secrets_in(found)}


@pytest.fixture(autouse=True)
def _everything_is_asked_at_the_same_moment(monkeypatch):
    """Pages that tell the time, or sign it, are else never the same twice."""
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("django.core.signing.time.time", now.timestamp)


@pytest.fixture
def ask(sign_in, world):
    """ask(member) -> everything this person can fetch now."""

    # One sign-in for all of it: addresses may be signed for the session.
    clients: dict[int, Client] = {}

    def asked(member: Member) -> dict[tuple[str, str], tuple]:
        client = clients.get(member.pk) or sign_in(member)
        clients[member.pk] = client
        client.raise_request_exception = False
        return answers(client, world)

    return asked


# ------------------------------------------------------------------------------ proofs


@pytest.fixture
def blind(experts) -> Member:
    """Bolat: on the panel of goal 5, without an estimate there."""
    return experts[1]


def test_who_has_not_proposed_gets_the_same_bytes_whatever_others_said(
    world, ask, blind
):
    before = ask(blind)
    say_everything(world)
    after = ask(blind)

    assert secrets_in(after) == []
    assert differences(before, after) == []


def test_experts_of_other_goals_get_the_same_bytes_whatever_is_said(
    world, ask, climate_expert
):
    before = ask(climate_expert)
    say_everything(world)
    after = ask(climate_expert)

    assert secrets_in(after) == []
    assert differences(before, after) == []


def test_revealing_changes_nothing_for_experts_of_other_goals(
    world, ask, climate_expert
):
    say_everything(world)
    before = ask(climate_expert)
    reveal_goal(round_goal_id=world.goal.pk, by=world.coordinator, now=factories.NOW)
    after = ask(climate_expert)

    assert secrets_in(after) == []
    assert differences(before, after) == []


def test_what_is_said_does_not_show_in_answers_to_what_is_sent(world, sign_in, blind):
    """Wrong forms come back with the page around them; hidden things do not exist."""
    goal = dict(world.places, number=1, goal=5)
    client = sign_in(blind)
    keys = [world.places["proposal"] + n for n in range(1, 8)]

    def sent() -> list[tuple]:
        names = [name for name, row in TABLE.items() if "expert" in row.may]
        paths = {
            address(name, dict(goal, proposal=key)) for name in names for key in keys
        }
        there = [path for path in sorted(paths) if "/rounds/1/" in path]
        return [(path, told(client.post(path, {"kind": "change"}))) for path in there]

    before = sent()
    say_everything(world)

    assert sent() == before
    assert len(before) > 7


def test_no_mail_tells(world, blind, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        say_everything(world)
    written = " ".join(
        f"{letter.subject} {letter.body} {letter.alternatives}"
        for letter in mail.outbox
    )

    assert [secret for secret in SECRETS if secret in written] == []


# ------------------------------------------- the same things, once they may be seen


EVERYTHING = {
    *("63.37", "64.73", "Zebulon", "quokka", "xylophone", "persimmon", "tamarind"),
    *("jabuticaba", "kumquat"),
}


def test_an_estimate_of_ones_own_opens_the_panel(world, ask, blind):
    say_everything(world)
    factories.propose(world.goal, blind, 50)

    assert shown_in(ask(blind)) >= EVERYTHING


def test_revealing_opens_the_panel(world, ask, blind):
    say_everything(world)
    reveal_goal(round_goal_id=world.goal.pk, by=world.coordinator, now=factories.NOW)

    assert shown_in(ask(blind)) >= EVERYTHING


def test_closing_the_round_opens_the_panel(world, ask, blind):
    say_everything(world)
    close_round(round_id=world.goal.round_id, by=world.coordinator, now=factories.NOW)

    assert shown_in(ask(blind)) >= EVERYTHING


def test_an_observer_sees_it_all_along(world, ask, observer):
    say_everything(world)

    assert shown_in(ask(observer)) >= EVERYTHING


# ------------------------------------------------------------- and the proof is a proof


def everybody_sees_the_panel(self, member):
    return self.filter(scorecard=member.scorecard_id)


@pytest.mark.parametrize(
    ("where", "name", "leak", "sees"),
    [
        (RoundGoalQuerySet, "showing_panel_to", everybody_sees_the_panel, True),
        # Numbers and hashes of the ledger: no word, but a count.
        (reading, "shows_ledger", lambda member: True, False),
    ],
)
def test_a_leak_is_noticed(world, ask, blind, monkeypatch, where, name, leak, sees):
    monkeypatch.setattr(where, name, leak)
    before = ask(blind)
    say_everything(world)
    after = ask(blind)

    assert differences(before, after) != []
    assert bool(secrets_in(after)) == sees


def test_the_pages_that_matter_are_among_those_fetched(world, ask, blind):
    found = ask(blind)
    pages = {path for (path, _), (status, _, _) in found.items() if status == 200}
    assert [path for path, (status, _, _) in found.items() if status >= 500] == []
    slug = world.places["slug"]

    assert {
        "/",
        f"/scorecards/{slug}/",
        f"/scorecards/{slug}/rounds/",
        f"/scorecards/{slug}/rounds/1/",
        f"/scorecards/{slug}/rounds/1/goals/5/",
        f"/scorecards/{slug}/rounds/1/meetings/1/",
        f"/scorecards/{slug}/goals/5/trail/",
    } <= pages
    assert Round.objects.filter(scorecard__slug=slug, closed_at=None).count() == 2
