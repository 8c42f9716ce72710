"""Each letter goes out at most once, and what became of it is known, whatever dies."""

from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPServerDisconnected,
)

import pytest
from django.core import mail
from django.utils import timezone

from surveys.jobs.services import claim_next_job
from surveys.mailing.services import NotToBeTriedAgain
from surveys.mailing.words import what_went_wrong
from surveys.models import Job
from tests import factories
from tests.mail_server import Killed, addressees, hours_pass, silent_for
from tests.together import failures, together
from tests.validation.mailing.conftest import states
from validation.erasure.services import erase_person
from validation.mailing import runner
from validation.mailing.events import write_letters_due
from validation.mailing.services import invite, try_again
from validation.models import MailDelivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(scorecard, experts, coordinator, server):
    """Three invitations that wait: to Aigul, Bolat and Dana, in this order."""
    invite(scorecard=scorecard, members=experts, by=coordinator, now=timezone.now())
    return list(MailDelivery.objects.order_by("pk"))


def address(name: str) -> str:
    return f"{name}@kazakhstan-2022.example"


def test_everybody_gets_their_letter_once(invited, work):
    work()
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]
    assert set(states().values()) == {"sent"}
    work()
    assert len(mail.outbox) == 3
    assert Job.objects.get().state == "done"
    assert all(letter.attempts == 1 for letter in MailDelivery.objects.all())


def test_inviting_again_writes_nothing(invited, scorecard, experts, coordinator, work):
    work()
    again = invite(
        scorecard=scorecard, members=experts, by=coordinator, now=timezone.now()
    )
    work()
    assert (again, len(mail.outbox)) == (0, 3)


def test_one_bad_address_is_named_and_stops_nobody(invited, server, work):
    server.trouble = {address("bolat"): "refused"}
    work()
    assert addressees() == [address("aigul"), address("dana")]
    assert states() == {"Aigul": "sent", "Bolat": "failed", "Dana": "sent"}
    error = MailDelivery.objects.get(state="failed").error
    assert "no such mailbox" in error
    assert address("bolat") not in error


def test_only_what_failed_is_sent_again(invited, server, scorecard, work):
    server.trouble = {address("bolat"): "refused"}
    work()
    server.trouble = {}
    assert try_again(scorecard=scorecard, now=timezone.now()) == 1
    work()
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]
    assert MailDelivery.objects.get(member__name="Bolat").attempts == 2


def test_a_line_that_breaks_leaves_it_unknown(invited, server, scorecard, work):
    server.trouble = {address("bolat"): "broken off"}
    work()
    assert states() == {"Aigul": "sent", "Bolat": "unknown", "Dana": "sent"}
    assert try_again(scorecard=scorecard, now=timezone.now()) == 0


# ----------------------------------------------------------------- refused for now


def look(work) -> None:
    """What beat and a worker do every minute."""
    write_letters_due(timezone.now())
    work()


def pauses() -> set[int]:
    """In how many minutes each put off letter is tried again."""
    now = timezone.now()
    return {
        round((one.try_again_at - now).total_seconds() / 60)
        for one in MailDelivery.objects.put_off()
    }


@pytest.mark.parametrize("trouble", ["greylisted", "full"])
def test_what_is_refused_for_now_goes_out_later_by_itself_and_once(
    invited, server, work, trouble
):
    server.trouble = {address("bolat"): trouble}
    look(work)
    assert states() == {"Aigul": "sent", "Bolat": "waiting", "Dana": "sent"}
    bolat = MailDelivery.objects.get(member__name="Bolat")
    assert bolat.error.split(": ")[1][:5] in ("451 4", "452 4")
    assert pauses() == {5}

    server.trouble = {}
    look(work)
    assert states()["Bolat"] == "waiting"
    hours_pass(0.1)
    look(work)
    look(work)
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]
    bolat.refresh_from_db()
    assert (bolat.state, bolat.attempts, bolat.error) == ("sent", 2, "")


def test_the_pauses_grow_and_at_the_end_it_has_failed_by_name(invited, server, work):
    server.trouble = {address("bolat"): "greylisted"}
    rested = []
    for _ in range(4):
        look(work)
        rested += pauses()
        hours_pass(5)
    assert rested == [5, 20, 60, 240]
    look(work)
    bolat = MailDelivery.objects.get(member__name="Bolat")
    assert (bolat.state, bolat.attempts, bolat.try_again_at) == ("failed", 5, None)
    words = what_went_wrong(bolat, timezone.now())
    assert words.startswith("Given up after 5 tries. The mail server did not take it")
    assert "come back later" in words
    look(work)
    assert MailDelivery.objects.get(pk=bolat.pk).attempts == 5


@pytest.mark.parametrize("trouble", ["refused", "too big"])
def test_what_is_refused_for_good_is_not_tried_again(invited, server, work, trouble):
    server.trouble = {address("bolat"): trouble}
    look(work)
    server.trouble = {}
    hours_pass(5)
    look(work)
    assert states() == {"Aigul": "sent", "Bolat": "failed", "Dana": "sent"}


@pytest.mark.parametrize(
    "at_the_door",
    [
        ConnectionRefusedError("nobody listens"),
        TimeoutError("timed out"),
        SMTPConnectError(421, b"too busy"),
        SMTPServerDisconnected("closed at once"),
        SMTPAuthenticationError(454, b"4.7.0 try later"),
    ],
)
def test_a_server_that_is_away_is_asked_again_about_all(
    invited, server, work, at_the_door
):
    server.at_the_door = at_the_door
    look(work)
    assert set(states().values()) == {"waiting"}
    assert pauses() == {5}
    # One was tried, for all.
    assert sum(one.attempts for one in MailDelivery.objects.all()) == 1
    letter = MailDelivery.objects.last()
    assert f"could not be reached: {type(at_the_door).__name__}" in letter.error
    hours_pass(1)
    look(work)
    assert pauses() == {20}

    server.at_the_door = None
    hours_pass(1)
    look(work)
    look(work)
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]


def test_a_server_that_stays_away_fails_all_by_name(invited, server, work, scorecard):
    server.is_down = True
    for _ in range(5):
        look(work)
        hours_pass(5)
    assert set(states().values()) == {"failed"}
    for letter in MailDelivery.objects.all():
        words = what_went_wrong(letter, timezone.now())
        assert words.startswith("Given up after 5 tries. The mail server could not be")
        assert "ConnectionRefusedError" in words
    server.is_down = False
    assert try_again(scorecard=scorecard, now=timezone.now()) == 3
    work()
    assert len(mail.outbox) == 3


def test_a_server_that_refuses_us_is_not_asked_again(invited, server, work):
    server.at_the_door = SMTPAuthenticationError(535, b"5.7.8 wrong password")
    look(work)
    assert set(states().values()) == {"failed"}


def test_whoever_does_not_want_to_wait_has_it_tried_now(
    invited, server, work, scorecard
):
    server.trouble = {address("bolat"): "greylisted"}
    work()
    bolat = MailDelivery.objects.get(member__name="Bolat")
    # "All that failed" does not mean those that are put off.
    assert try_again(scorecard=scorecard, now=timezone.now()) == 0
    server.trouble = {}
    again = {"scorecard": scorecard, "deliveries": [bolat.pk], "now": timezone.now()}
    assert try_again(**again) == 1
    work()
    hours_pass(5)
    look(work)
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]


def test_whoever_is_erased_while_their_letter_is_put_off_gets_none(
    invited, server, work, coordinator, experts
):
    server.is_down = True
    work()
    server.is_down = False
    erase_person(member_id=experts[1].pk, by=coordinator, now=timezone.now())
    hours_pass(1)
    look(work)
    assert states()["Erased participant"] == "dropped"
    assert addressees() == [address("aigul"), address("dana")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_try_what_was_put_off_once(invited, scorecard, server, work):
    server.is_down = True
    work()
    server.is_down = False
    hours_pass(1)
    write_letters_due(timezone.now())
    job = claim_next_job(timezone.now())

    def send() -> None:
        runner.send_waiting_letters(job, lambda step, done, total: None)

    assert failures(together(send, send, send)) == []
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]


# --------------------------------------------------------------------- dying workers


@pytest.mark.parametrize("moment", ["killed before", "killed after"])
def test_a_killed_worker_loses_no_letter_and_doubles_none(
    invited, server, work, moment
):
    """Killed with Bolat's letter in hand: before, or after the server took it."""
    server.trouble = {address("bolat"): moment}
    with pytest.raises(Killed):
        work()
    server.trouble = {}
    assert states() == {"Aigul": "sent", "Bolat": "sending", "Dana": "waiting"}
    work()  # The job is held by the worker that died, as far as anybody knows.
    assert states()["Dana"] == "waiting"

    silent_for(minutes=5)
    work()

    went_out = moment == "killed after"
    expected = ["aigul", "bolat", "dana"] if went_out else ["aigul", "dana"]
    assert addressees() == [address(name) for name in expected]
    assert states() == {"Aigul": "sent", "Bolat": "sending", "Dana": "sent"}
    left = MailDelivery.objects.get(member__name="Bolat")
    assert left.is_left_behind(timezone.now())


def test_what_a_dead_worker_left_is_sent_again_by_hand_only(
    invited, server, work, scorecard
):
    server.trouble = {address("bolat"): "killed before"}
    with pytest.raises(Killed):
        work()
    server.trouble = {}
    left = MailDelivery.objects.get(member__name="Bolat")
    again = {"scorecard": scorecard, "deliveries": [left.pk], "now": timezone.now()}
    with pytest.raises(NotToBeTriedAgain):
        try_again(**again)
    silent_for(minutes=5)
    assert try_again(scorecard=scorecard, now=timezone.now()) == 0
    assert try_again(**again) == 1
    work()
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]


def test_a_letter_that_was_sent_is_not_sent_again(invited, work, scorecard):
    work()
    with pytest.raises(NotToBeTriedAgain):
        try_again(scorecard=scorecard, deliveries=[invited[0].pk], now=timezone.now())


def test_letters_of_another_scorecard_are_left_alone(
    invited, server, work, other_scorecard
):
    server.trouble = {address("bolat"): "refused"}
    work()
    bolat = MailDelivery.objects.get(state="failed")
    with pytest.raises(NotToBeTriedAgain):
        try_again(scorecard=other_scorecard, deliveries=[bolat.pk], now=timezone.now())
    assert try_again(scorecard=other_scorecard, now=timezone.now()) == 0


def test_who_can_no_longer_sign_in_gets_no_letter(invited, experts, work):
    experts[1].user.is_active = False
    experts[1].user.save()
    work()
    assert states()["Bolat"] == "dropped"
    assert addressees() == [address("aigul"), address("dana")]


def test_a_letter_that_cannot_be_written_stops_nobody(
    invited, work, monkeypatch, experts
):
    write = runner.write_letter

    def stumble(delivery):
        if delivery.member_id == experts[1].pk:
            raise ZeroDivisionError("no such word")
        return write(delivery)

    monkeypatch.setattr(runner, "write_letter", stumble)
    work()
    assert states() == {"Aigul": "sent", "Bolat": "failed", "Dana": "sent"}
    assert "no such word" in MailDelivery.objects.get(state="failed").error


def test_a_letter_asked_for_while_the_worker_ends_is_not_forgotten(
    invited, work, scorecard
):
    work()
    late = factories.make_expert(scorecard=scorecard, name="Late", goals=[1])
    MailDelivery.objects.create(
        scorecard=scorecard,
        member=late,
        kind="invitation",
        requested_at=timezone.now() - timedelta(minutes=1),
    )
    work()
    assert states()["Late"] == "waiting"
    write_letters_due(timezone.now())
    work()
    assert states()["Late"] == "sent"


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(invited, scorecard, server):
    job = claim_next_job(timezone.now())

    def send() -> None:
        runner.send_waiting_letters(job, lambda step, done, total: None)

    outcomes = together(send, send, send)
    assert failures(outcomes) == []
    assert addressees() == [address(name) for name in ("aigul", "bolat", "dana")]
    assert set(states().values()) == {"sent"}
