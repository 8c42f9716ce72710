"""Nothing in the tables leads from an anonymous response to an invitation.

Two people do the same things in each other's place: what the one did at a moment in one
world, the other did at that moment in the other. Afterwards every table, every column,
every order and every transaction number is the same in both worlds, but for values that
are random, of which only is looked at where they are equal. So whoever has the tables
cannot tell which of the two worlds they are in.
"""

import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from surveys.invitations import services
from surveys.invitations.due import do_what_is_due
from surveys.invitations.people import Person, add_people
from surveys.invitations.services import invite_everybody, plan_reminders
from surveys.models import (
    Draft,
    InvitationLetter,
    PersonalLink,
    ReminderRun,
    Response,
    Scorecard,
    Ticket,
)
from tests import factories
from tests.surveys.invitations.conftest import (
    NAMES,
    address,
    begin,
    finish,
    sent_days_ago,
    token_to,
)

ON_POSTGRESQL = connection.vendor == "postgresql"
# Of no interest: what Django keeps about itself.
HIDDEN = {True: "xmin::text, xmax::text", False: "rowid AS row_number"}
OWN = {"django_migrations", "django_content_type", "django_session"}
# Whose keys are random, so that only the order of writing is one.
RANDOM_KEYS = {"surveys_job", "surveys_response"}
RANDOM_TEXTS = {"password", "open_link"}
RANDOM = re.compile(r"[0-9a-f]{64}|[0-9a-f-]{32,36}")


def every_row() -> dict[str, list[dict[str, Any]]]:
    """Everything in every table, with what the database adds to it by itself."""
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in OWN:
                continue
            hidden = (
                "xmin::text, xmax::text" if ON_POSTGRESQL else "rowid AS row_number"
            )
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
            has_key = "id" in [column[0] for column in cursor.description]
            order = "ctid" if ON_POSTGRESQL else "rowid"
            if has_key and table not in RANDOM_KEYS:
                order = "id"
            cursor.execute(f'SELECT {hidden}, * FROM "{table}" ORDER BY {order}')
            names = [column[0] for column in cursor.description]
            rows[table] = [
                dict(zip(names, row, strict=True)) for row in cursor.fetchall()
            ]
    return rows


def as_seen(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same with moments and transactions by rank, random values by equality."""
    moments = sorted({v for v in _values(rows) if _is_moment(v)}, key=str)
    numbers = sorted(
        {
            int(row[name])
            for table in rows.values()
            for row in table
            for name in ("xmin", "xmax")
            if row.get(name, "0") != "0"
        }
    )
    labels: dict[str, str] = {}

    def seen(name: str, value: Any) -> Any:
        if name in ("xmin", "xmax"):
            return value if value == "0" else numbers.index(int(value))
        if _is_moment(value):
            return f"moment {moments.index(value)}"
        if isinstance(value, uuid.UUID):
            value = value.hex
        is_random = name in RANDOM_TEXTS or RANDOM.fullmatch(str(value))
        if isinstance(value, str) and is_random:
            return labels.setdefault(value, f"random {len(labels)}")
        return value

    return {
        table: [
            {name: seen(name, value) for name, value in row.items()} for row in all_
        ]
        for table, all_ in rows.items()
    }


def _values(rows: dict[str, list[dict[str, Any]]]) -> Iterator[Any]:
    for table in rows.values():
        for row in table:
            yield from row.values()


def _is_moment(value: Any) -> bool:
    if isinstance(value, datetime):
        return True
    return isinstance(value, str) and bool(
        re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", value)
    )


@pytest.fixture
def live(
    server: object,
    work: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """live(first, second) -> all tables after a survey in which two have finished."""
    now = timezone.now()  # of both worlds: an hour or a day may end between them

    def lived(first: str, second: str, anonymity: str = "anonymous") -> Any:
        call_command("flush", interactive=False, verbosity=0)
        mail.outbox.clear()
        monkeypatch.setattr(services.random, "SystemRandom", lambda: random.Random(7))
        scorecard = factories.make_scorecard(
            instrument=factories.make_small_instrument(),
            opens_at=now - timedelta(days=10),
            closes_at=now + timedelta(days=3),
            anonymity=anonymity,
        )
        by = factories.make_member(scorecard=scorecard, role="coordinator")
        people = [Person(name, address(name), "", "NGO") for name in NAMES]
        add_people(scorecard=scorecard, people=people)
        invite_everybody(scorecard=scorecard, by=by, now=now - timedelta(days=9))
        work()
        sent_days_ago(9)
        # One begins and finishes at once; the other begins, is reminded, finishes.
        begin(token_to(second), now - timedelta(days=8))
        begin(token_to("Yerlan"), now - timedelta(days=8))
        finish(token_to(first), "1111", now - timedelta(days=7))
        plan_reminders(
            scorecard=scorecard, days=[3], hour=now.astimezone(scorecard.zone).hour
        )
        do_what_is_due(now + timedelta(minutes=61))
        work()
        assert ReminderRun.objects.get().sent == len(NAMES) - 1
        finish(token_to(second), "5555", now)
        assert Response.objects.count() == 2
        return every_row()

    return lived


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pair", [("Aigul", "Bolat"), ("Dana", "Gulnara")])
def test_who_gave_which_response_makes_no_difference_to_any_table(live, pair):
    one, other = pair
    assert as_seen(live(one, other)) == as_seen(live(other, one))


@pytest.mark.django_db(transaction=True)
def test_in_a_confidential_scorecard_it_does(live):
    """The comparison sees what there is to see."""
    here = as_seen(live("Aigul", "Bolat", "confidential"))
    there = as_seen(live("Bolat", "Aigul", "confidential"))
    differing = {table for table in here if here[table] != there[table]}
    assert "surveys_response" in differing
    # Who got a reminder is on record there.
    assert "surveys_invitationletter" in differing


@pytest.mark.django_db(transaction=True)
def test_what_a_finisher_leaves_is_the_invitation_and_the_letter(live):
    rows = live("Aigul", "Bolat")
    assert len(rows["surveys_invitation"]) == len(NAMES)
    assert len(rows["surveys_ticket"]) == len(NAMES) - 2
    assert len(rows["surveys_draft"]) == 1
    left = {row["ticket_id"] for row in rows["surveys_ticketlink"]}
    finished = {
        row["id"]
        for row in rows["surveys_invitation"]
        if row["email"] in (address("Aigul"), address("Bolat"))
    }
    assert not left & finished
    hashes = {row["token_hash"] for row in rows["surveys_ticketlink"]}
    given_out = {row["token_hash"] for row in rows["surveys_personallink"]}
    assert hashes < given_out
    assert {row["language"] for row in rows["surveys_personallink"]} == {""}


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_not_written_to_by_whoever_answers(live):
    rows = live("Aigul", "Bolat")
    if ON_POSTGRESQL:
        written = {row["xmin"] for row in rows["surveys_invitation"]}
        locked = {row["xmax"] for row in rows["surveys_invitation"]}
        # By the transaction that made the list, which also made the tickets.
        assert len(written) == 1
        assert locked <= written | {"0"}
    assert all(row["opted_out_at"] is None for row in rows["surveys_invitation"])


def test_links_in_reminders_are_made_in_no_order(
    invited, coordinator, work, django_assert_num_queries
):
    names = tuple(f"Person{n:02}" for n in range(30))
    people = [Person(name, address(name)) for name in names]
    add_people(scorecard=invited, people=people)
    invite_everybody(scorecard=invited, by=coordinator, now=timezone.now())
    work()
    sent_days_ago(3)
    services.remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
    order = list(
        InvitationLetter.objects.filter(run__isnull=False)
        .order_by("pk")
        .values_list("invitation", flat=True)
    )
    assert len(order) == 36
    assert order != sorted(order)
    work()
    assert not InvitationLetter.objects.filter(run__isnull=False).exists()
    assert PersonalLink.objects.count() == 72


def test_a_draft_goes_with_everything_that_led_to_it(invited):
    finish(token_to("Aigul"))
    assert not Draft.objects.exists()
    assert not Ticket.objects.filter(invitation__name="Aigul").exists()
    assert Response.objects.get().invitation is None


def test_a_confidential_response_names_its_invitation(
    confidential, invited, coordinator
):
    response = finish(token_to("Aigul"))
    assert response.invitation.name == "Aigul"
    assert not Ticket.objects.filter(invitation__name="Aigul").exists()


def test_a_reminder_that_failed_is_forgotten_when_the_survey_closes(
    invited, coordinator, server, work
):
    sent_days_ago(3)
    server.trouble = {address("Bolat"): "refused"}
    services.remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
    work()
    left = InvitationLetter.objects.get(run__isnull=False)
    assert (left.state, left.invitation.name) == ("failed", "Bolat")
    Scorecard.objects.update(closes_at=timezone.now())
    do_what_is_due(timezone.now())
    assert not InvitationLetter.objects.filter(run__isnull=False).exists()
