"""Letters to invitees: in their language, once, to those who want and need one."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from surveys.invitations import services
from surveys.invitations.due import do_what_is_due
from surveys.invitations.links import make_link
from surveys.invitations.people import Person, add_person, change_person, opt_out
from surveys.invitations.reasons import reasons_of
from surveys.invitations.services import (
    RemindedLately,
    SurveyClosed,
    SurveyNotOpen,
    invite_everybody,
    plan_reminders,
    remind_by_hand,
    try_again,
)
from surveys.mailing.runner import _named
from surveys.mailing.services import NotToBeTriedAgain
from surveys.mailing.words import why_not_sent
from surveys.models import (
    Draft,
    InvitationLetter,
    Job,
    PersonalLink,
    ReminderRun,
    Response,
    Scorecard,
    TicketLink,
)
from tests import factories
from tests.mail_server import Killed, addressees, hours_pass, silent_for
from tests.surveys.invitations.conftest import (
    NAMES,
    address,
    begin,
    finish,
    invitee,
    put_on_list,
    sent_days_ago,
    token_to,
)
from tests.together import failures, together

pytestmark = pytest.mark.django_db
DAY, HOUR = factories.DAY, factories.HOUR


def state_of(name: str) -> str:
    return str(InvitationLetter.objects.get(invitation__name=name, run=None).state)


def closing(scorecard, at) -> Scorecard:
    Scorecard.objects.filter(pk=scorecard.pk).update(closes_at=at)
    scorecard.refresh_from_db()
    return scorecard


class TestInvitation:
    def test_each_gets_one_in_their_language_with_a_link_of_their_own(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard, ("Aigul",))
        russian = Person("Болат", address("Bolat"), "ru")
        add_person(scorecard=scorecard, person=russian)
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        english, other = sorted(mail.outbox, key=lambda one: one.to)
        assert "Dear Aigul," in english.body
        assert "Coordinator asks you to take part" in english.body
        assert "The survey is anonymous" in english.body
        assert "Казахстан 2022" in other.body
        assert "Ваша личная ссылка: https://scorecard.example/invitation/" in other.body
        assert token_to("Aigul") != token_to("Bolat")
        assert english.reply_to == [coordinator.user.email]

    def test_only_a_hash_of_its_link_is_stored(self, invited):
        from tests.surveys.invitations.test_anonymity import every_row

        token = token_to("Aigul")
        assert token not in str(every_row())
        assert TicketLink.objects.count() == PersonalLink.objects.count() == len(NAMES)

    def test_nobody_is_written_to_twice(self, invited, coordinator, work):
        now = timezone.now()
        assert invite_everybody(scorecard=invited, by=coordinator, now=now) == 0
        work()
        assert len(mail.outbox) == len(NAMES)

    def test_before_the_survey_opens_letters_wait(self, instrument, server, work):
        opens = timezone.now() + DAY
        later = factories.make_scorecard(
            instrument=instrument, slug="later", opens_at=opens
        )
        by = factories.make_member(scorecard=later, role="coordinator")
        put_on_list(later)
        invite_everybody(scorecard=later, by=by, now=timezone.now())
        do_what_is_due(timezone.now())
        work()
        assert mail.outbox == []
        assert set(InvitationLetter.objects.values_list("state", flat=True)) == {
            "waiting"
        }
        Scorecard.objects.filter(pk=later.pk).update(opens_at=timezone.now() - HOUR)
        do_what_is_due(timezone.now())
        work()
        assert len(mail.outbox) == len(NAMES)

    def test_after_closing_nobody_is_asked(self, scorecard, coordinator, server, work):
        put_on_list(scorecard)
        now = timezone.now()
        invite_everybody(scorecard=scorecard, by=coordinator, now=now)
        closing(scorecard, now - HOUR)
        work()
        assert mail.outbox == []
        do_what_is_due(timezone.now())
        assert state_of("Aigul") == "dropped"
        with pytest.raises(SurveyClosed):
            invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())

    def test_one_bad_address_is_named_and_tried_again(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard)
        server.trouble = {address("Bolat"): "refused"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        letter = InvitationLetter.objects.get(state="failed")
        assert "no such mailbox" in letter.error
        assert address("Bolat") not in letter.error
        server.trouble = {}
        assert try_again(scorecard=scorecard, now=timezone.now()) == 1
        work()
        assert state_of("Bolat") == "sent"
        assert len(mail.outbox) == len(NAMES)

    def test_one_refused_for_now_goes_out_later_by_itself(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard)
        server.trouble = {address("Bolat"): "greylisted"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        assert state_of("Bolat") == "waiting"
        server.trouble = {}
        do_what_is_due(timezone.now())
        work()
        assert len(mail.outbox) == len(NAMES) - 1
        hours_pass(1)
        do_what_is_due(timezone.now())
        work()
        do_what_is_due(timezone.now())
        work()
        assert state_of("Bolat") == "sent"
        assert len(mail.outbox) == len(NAMES)

    def test_one_that_is_put_off_goes_at_once_to_a_corrected_address(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard, ("Aigul",))
        server.trouble = {address("Aigul"): "greylisted"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        person = Person("Aigul", "right@example.org")
        assert change_person(
            invitation_id=invitee("Aigul").pk, person=person, now=timezone.now()
        )
        do_what_is_due(timezone.now())
        work()
        assert addressees() == ["right@example.org"]

    def test_one_that_is_put_off_is_dropped_when_the_survey_closes(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard, ("Aigul",))
        server.trouble = {address("Aigul"): "greylisted"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        closing(scorecard, timezone.now() - HOUR)
        do_what_is_due(timezone.now())
        assert state_of("Aigul") == "dropped"

    def test_one_that_may_have_arrived_is_sent_again_and_both_links_work(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard, ("Aigul",))
        server.trouble = {address("Aigul"): "killed after"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        with pytest.raises(Killed):
            work()
        server.trouble = {}
        letter = InvitationLetter.objects.get()
        named = {"scorecard": scorecard, "letters": [letter.pk]}
        with pytest.raises(NotToBeTriedAgain):
            try_again(**named, now=timezone.now())
        silent_for(minutes=5)
        assert try_again(**named, now=timezone.now()) == 1
        work()
        assert len(mail.outbox) == 2
        first, second = token_to("Aigul", 0), token_to("Aigul", 1)
        begin(first)
        begin(second)
        assert Draft.objects.count() == 1
        finish(second)
        assert Response.objects.count() == 1

    def test_of_one_whose_link_was_used_it_is_known_that_it_arrived(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard, ("Aigul",))
        server.trouble = {address("Aigul"): "killed after"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        with pytest.raises(Killed):
            work()
        finish(token_to("Aigul"))
        silent_for(minutes=5)
        letter = InvitationLetter.objects.get()
        try_again(scorecard=scorecard, letters=[letter.pk], now=timezone.now())
        work()
        assert state_of("Aigul") == "sent"
        assert len(mail.outbox) == 1

    def test_whoever_left_or_was_erased_gets_none(
        self, scorecard, coordinator, server, work
    ):
        put_on_list(scorecard)
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        opt_out(invitation_id=invitee("Aigul").pk, now=timezone.now())
        work()
        assert address("Aigul") not in addressees()
        assert state_of("Aigul") == "dropped"


class TestReminder:
    @pytest.fixture
    def long_invited(self, invited) -> Scorecard:
        sent_days_ago(3)
        mail.outbox.clear()
        return invited

    def test_it_reaches_only_those_who_have_not_finished(
        self, invited, coordinator, work
    ):
        finish(token_to("Aigul"))
        begin(token_to("Bolat"))
        opt_out(invitation_id=invitee("Dana").pk, now=timezone.now())
        sent_days_ago(3)
        mail.outbox.clear()
        run = remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
        work()
        expected = ("Bolat", "Yerlan", "Gulnara", "Timur")
        assert addressees() == sorted(address(name) for name in expected)
        run.refresh_from_db()
        assert (run.written, run.sent) == (4, 4)

    def test_whoever_finishes_before_it_is_sent_gets_none(
        self, invited, coordinator, work
    ):
        token = token_to("Aigul")
        sent_days_ago(3)
        mail.outbox.clear()
        remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
        finish(token)
        work()
        assert address("Aigul") not in addressees()
        assert not InvitationLetter.objects.filter(run__isnull=False).exists()

    def test_whoever_finishes_while_it_is_put_off_gets_none(
        self, invited, coordinator, server, work
    ):
        token, now = token_to("Aigul"), timezone.now()
        sent_days_ago(3)
        mail.outbox.clear()
        server.trouble = {address(name): "greylisted" for name in NAMES}
        remind_by_hand(scorecard=invited, by=coordinator, now=now)
        work()
        # No number: watched, it would tell how many finish.
        (put_off,) = reasons_of(invited, now)
        assert (put_off.n, put_off.name, bool(put_off.again_at)) == (None, "", True)
        server.trouble = {}
        finish(token)
        hours_pass(1)
        do_what_is_due(timezone.now())
        work()
        assert addressees() == sorted(address(name) for name in NAMES[1:])
        assert not InvitationLetter.objects.filter(run__isnull=False).exists()
        assert reasons_of(invited, timezone.now()) == []

    def test_it_leads_to_the_same_draft_and_ends_with_it(
        self, invited, coordinator, work, client
    ):
        first = token_to("Aigul")
        begin(first)
        sent_days_ago(3)
        remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
        work()
        second = token_to("Aigul")
        assert second != first
        for token in (first, second):
            went = client.get(f"/invitation/{token}/")
            assert went.url == f"/respond/{token}/"
            assert client.get(went.url).status_code == 200
        finish(first)
        for token in (first, second):
            for page in ("invitation", "respond"):
                told = client.get(f"/{page}/{token}/").content.decode()
                assert "These answers were already submitted" in told

    def test_mail_programs_can_offer_to_leave(self, long_invited, coordinator, work):
        remind_by_hand(scorecard=long_invited, by=coordinator, now=timezone.now())
        work()
        (letter,) = [one for one in mail.outbox if one.to == [address("Aigul")]]
        leave = letter.extra_headers["List-Unsubscribe"].strip("<>")
        assert leave in letter.body
        path = leave.removeprefix("https://scorecard.example")
        strict = Client(enforce_csrf_checks=True)
        assert strict.get(path).status_code == 200
        assert invitee("Aigul").opted_out_at is None
        strict.post(path, {"List-Unsubscribe": "One-Click"})
        assert invitee("Aigul").opted_out_at is not None
        assert strict.get("/no-letters/MQ:made:up/").status_code == 404

    def test_nobody_who_was_just_invited_is_reminded(self, invited, coordinator):
        run = remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
        assert run.written == 0

    def test_none_go_out_twice_within_twenty_hours(self, long_invited, coordinator):
        now = timezone.now()
        remind_by_hand(scorecard=long_invited, by=coordinator, now=now)
        with pytest.raises(RemindedLately):
            remind_by_hand(scorecard=long_invited, by=coordinator, now=now + HOUR)
        with pytest.raises(SurveyNotOpen):
            remind_by_hand(
                scorecard=closing(long_invited, now), by=coordinator, now=now + DAY
            )

    def test_they_come_at_the_planned_moments_each_once(self, long_invited):
        now = timezone.now()
        scorecard = closing(long_invited, now + 9 * DAY)
        plan_reminders(scorecard=scorecard, days=[7, 3, 1], hour=10)
        written = []
        for hours in range(0, 24 * 9, 2):
            moment = now + hours * HOUR
            before = ReminderRun.objects.count()
            do_what_is_due(moment)
            if ReminderRun.objects.count() > before:
                written.append(moment)
        assert len(written) == 3
        zone = scorecard.zone
        days = [
            scorecard.closes_at.astimezone(zone).date() - m.astimezone(zone).date()
            for m in written
        ]
        assert [one.days for one in days] == [7, 3, 1]
        assert all(10 <= m.astimezone(zone).hour < 12 for m in written)

    def test_a_planned_one_after_one_by_hand_is_left_out_for_good(
        self, long_invited, coordinator
    ):
        now = timezone.now()
        scorecard = closing(long_invited, now + 5 * DAY)
        plan_reminders(scorecard=scorecard, days=[3], hour=10)
        moment = scorecard.planned_reminders.get().moment()
        remind_by_hand(scorecard=scorecard, by=coordinator, now=moment - HOUR)
        do_what_is_due(moment + HOUR)
        do_what_is_due(moment + 30 * HOUR)
        first, second = ReminderRun.objects.order_by("pk")
        assert (first.written, first.left_out_at) == (6, None)
        assert (second.written, second.left_out_at) == (0, second.written_at)

    def test_a_moment_before_the_opening_is_left_out(self, instrument):
        now = timezone.now()
        opened = factories.make_scorecard(
            instrument=instrument,
            slug="new",
            opens_at=now - HOUR,
            closes_at=now + DAY,
        )
        plan_reminders(scorecard=opened, days=[3], hour=10)
        do_what_is_due(now)
        assert not ReminderRun.objects.exists()

    def test_in_a_confidential_scorecard_each_stays_on_record(
        self, confidential, invited, coordinator, work
    ):
        sent_days_ago(3)
        remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
        work()
        assert InvitationLetter.objects.filter(run__isnull=False).count() == len(NAMES)

    def test_an_anonymous_reminder_cannot_be_asked_for_by_name(
        self, long_invited, coordinator, server, work
    ):
        server.trouble = {address("Bolat"): "refused"}
        remind_by_hand(scorecard=long_invited, by=coordinator, now=timezone.now())
        work()
        failed = InvitationLetter.objects.get(run__isnull=False)
        with pytest.raises(NotToBeTriedAgain):
            try_again(scorecard=long_invited, letters=[failed.pk], now=timezone.now())
        server.trouble = {}
        assert try_again(scorecard=long_invited, now=timezone.now()) == 1
        work()
        assert address("Bolat") in addressees()


def test_a_killed_worker_loses_no_reminder_and_doubles_none(
    invited, coordinator, server, work
):
    sent_days_ago(3)
    mail.outbox.clear()
    remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
    server.trouble = {address("Dana"): "killed after"}
    with pytest.raises(Killed):
        work()
    server.trouble = {}
    silent_for(minutes=5)
    work()
    assert addressees() == sorted(address(name) for name in NAMES)
    assert Job.objects.filter(kind=services.JOB_KIND, state="done").exists()


def test_no_name_breaks_out_of_a_heading(scorecard, coordinator, server, work):
    person = Person("O'Neil <b>\nBcc: x@x.org", "o@x.org")
    add_person(scorecard=scorecard, person=person)
    invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
    work()
    (letter,) = mail.outbox
    assert letter.recipients() == ["o@x.org"]
    assert re.search(r"Dear O'Neil <b>", letter.body)
    assert timedelta(0) < timezone.now() - InvitationLetter.objects.get().sent_at


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_begin_at_once_share_one_draft(invited):
    token = token_to("Aigul")
    outcomes = together(*[lambda: begin(token)] * 3)
    assert failures(outcomes) == []
    assert Draft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_submitting_while_a_reminder_is_written_ends_both(invited, coordinator, work):
    token = token_to("Aigul")
    begin(token)
    sent_days_ago(3)
    remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
    outcomes = together(lambda: finish(token), lambda: make_link(invitee("Aigul")))
    assert failures(outcomes) == []
    assert not TicketLink.objects.filter(ticket__invitation__name="Aigul").exists()
    assert make_link(invitee("Aigul")) is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            "SMTPRecipientsRefused: 550 5.1.1 User unknown",
            "The mail server refused this address: 550 5.1.1 User unknown",
        ),
        (
            "SMTPRecipientsRefused: 451 4.7.1 Greylisted",
            "The mail server did not take it for now: 451 4.7.1 Greylisted",
        ),
        (
            "SMTPRecipientsRefused 550",
            "The mail server refused this address: 550",
        ),
        (
            "The mail server could not be reached: OSError: no route",
            "The mail server could not be reached: OSError: no route",
        ),
        ("KeyError: 'x'", "KeyError: 'x'"),
        ("", ""),
    ],
)
def test_why_a_letter_did_not_go_is_said_in_words(error, words):
    assert why_not_sent(error) == words


def test_what_the_server_said_is_kept_without_the_address():
    refused = SMTPRecipientsRefused({"a@b.example": (550, b"<a@b.example>: unknown")})

    assert _named(refused, "a@b.example") == "SMTPRecipientsRefused: 550 <…>: unknown"
