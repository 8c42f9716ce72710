"""The pages for inviting, reminding, and seeing what became of each letter."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.jobs.services import claim_next_job, run_job
from tests import factories
from tests.mail_server import Killed, silent_for
from validation.mailing.letters import token_against_reminders
from validation.mailing.recipients import wants_no_reminders
from validation.mailing.services import choose_mail
from validation.models import MailDelivery, MailPreference

pytestmark = pytest.mark.django_db
SLUG = "kazakhstan-2022"
MAIL = reverse("mail", args=[SLUG])
INVITATIONS = reverse("mail_invitations", args=[SLUG])
AGAIN = reverse("mail_again", args=[SLUG])
REMINDERS = reverse("reminders", args=[SLUG, 1])


@pytest.fixture
def coordinating(coordinator, sign_in) -> Client:
    return sign_in(coordinator)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


class TestInviting:
    def test_whom_is_shown_with_what_they_would_read(self, experts, coordinating):
        page = coordinating.get(INVITATIONS)
        text = text_of(page)
        for expert in experts:
            assert expert.name in text
        assert "What Aigul would read" in text
        assert "https://scorecard.example/sign-in/" in text

    def test_those_chosen_are_invited(self, experts, coordinating, server, work):
        sent = {"people": [experts[0].pk, experts[2].pk]}
        assert coordinating.post(INVITATIONS, sent).url == MAIL
        work()
        assert [m.to for m in mail.outbox] == [
            [experts[0].user.email],
            [experts[2].user.email],
        ]
        page = coordinating.get(INVITATIONS)
        assert experts[1] in page.context["people"]
        assert experts[0] not in page.context["people"]

    @pytest.mark.parametrize("people", [[], ["999999"], ["x"]])
    def test_nobody_or_somebody_else_is_refused(self, experts, coordinating, people):
        page = coordinating.post(INVITATIONS, {"people": people})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["people"]
        assert not MailDelivery.objects.exists()

    def test_who_was_invited_meanwhile_is_not_invited_twice(
        self, experts, coordinating
    ):
        sent = {"people": [experts[0].pk]}
        coordinating.post(INVITATIONS, sent)
        page = coordinating.post(INVITATIONS, sent)
        assert page.status_code == 422
        assert "has been invited meanwhile" in text_of(page)
        assert MailDelivery.objects.count() == 1


class TestReminding:
    def test_who_gets_one_and_who_does_not_is_shown(
        self, open_round, experts, coordinating
    ):
        choose_mail(
            member=experts[1], language="", takes_reminders=False, now=timezone.now()
        )
        page = coordinating.get(REMINDERS)
        text = text_of(page)
        assert [one.expert.name for one in page.context["reminded"]] == [
            "Aigul",
            "Dana",
        ]
        assert "Bolat: wants no reminders" in text
        assert "Send 2 reminders" in text

    def test_the_link_of_an_expert_is_not_shown_to_the_coordinator(
        self, open_round, expert, coordinating
    ):
        text = text_of(coordinating.get(REMINDERS))
        assert "No more reminders, please: https://scorecard.example/mail/" in text
        assert token_against_reminders(expert) not in text

    def test_they_are_sent_and_then_nobody_is_left(
        self, open_round, coordinating, server, work
    ):
        assert coordinating.post(REMINDERS).url == MAIL
        work()
        assert len(mail.outbox) == 3
        text = text_of(coordinating.get(REMINDERS))
        assert "was reminded on" in text
        assert "reminder</button>" not in text

    def test_a_round_that_is_not_open_is_refused_in_words(self, frozen, coordinating):
        factories.prepare(frozen.scorecard, {5: "keep"})
        assert "This round is not open" in text_of(coordinating.get(REMINDERS))
        page = coordinating.post(REMINDERS)
        assert page.status_code == 422
        assert "Reminders are of a round that is open." in text_of(page)


class TestOptingOut:
    def test_one_click_without_signing_in(self, expert, client):
        url = reverse("reminders_off", args=[token_against_reminders(expert)])
        assert client.get(url).status_code == 200
        assert not wants_no_reminders(expert)
        assert "No more reminders" in text_of(client.post(url))
        first = MailPreference.objects.get(member=expert).reminders_off_at
        client.post(url)
        assert MailPreference.objects.get().reminders_off_at == first
        assert first is not None

    @pytest.mark.parametrize("token", ["x", "MQ:1abc:def"])
    def test_a_made_up_token_leads_nowhere(self, expert, client, token):
        url = reverse("reminders_off", args=[token])
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
        assert not MailPreference.objects.exists()


class TestWhatBecameOfThem:
    @pytest.fixture
    def half_sent(self, experts, coordinating, server, work):
        """Sent to Aigul, refused for Bolat; the worker dies with Dana's in hand."""
        sent = {"people": [expert.pk for expert in experts]}
        coordinating.post(INVITATIONS, sent)
        server.trouble = {
            experts[1].user.email: "refused",
            experts[2].user.email: "killed before",
        }
        with pytest.raises(Killed):
            work()
        server.trouble = {}

    def test_each_is_shown_with_its_state_and_error(self, half_sent, coordinating):
        text = text_of(coordinating.get(MAIL))
        assert "no such mailbox" in text
        assert "being sent" in text
        assert "1 of 3 letters are still on their way." in text
        silent_for(minutes=5)
        text = text_of(coordinating.get(MAIL))
        assert "unknown, maybe sent" in text
        assert "The worker stopped while it was sending this letter." in text
        assert "still on their way" not in text

    def test_when_and_why_one_is_tried_again_is_shown_until_it_is_given_up(
        self, experts, coordinating, server, work, scorecard
    ):
        server.trouble = {experts[0].user.email: "greylisted"}
        coordinating.post(INVITATIONS, {"people": [experts[0].pk]})
        work()
        letter = MailDelivery.objects.get()
        page = coordinating.get(MAIL)
        text = text_of(page)
        there = letter.try_again_at.astimezone(scorecard.zone)
        assert f"will be tried again at {there:%H:%M}" in text
        assert "did not take it for now: 451 4.7.1 come back later" in text
        assert "to be tried again" in text
        # Nobody sits by a page for hours.
        assert "hx-trigger" not in page.content.decode()
        assert "still on their way" not in text

        server.trouble = {}
        assert coordinating.post(AGAIN, {"letter": letter.pk}).url == MAIL
        work()
        assert "will be tried again" not in text_of(coordinating.get(MAIL))
        assert len(mail.outbox) == 1

    def test_what_failed_is_sent_again_with_one_button(
        self, half_sent, coordinating, work
    ):
        silent_for(minutes=5)
        assert coordinating.post(AGAIN).url == MAIL
        work()
        assert len(mail.outbox) == 2
        assert not MailDelivery.objects.filter(state="failed").exists()
        assert MailDelivery.objects.get(member__name="Dana").state == "sending"

    def test_what_nobody_knows_is_sent_again_by_name(
        self, half_sent, coordinating, work, experts
    ):
        dana = MailDelivery.objects.get(member__name="Dana")
        page = coordinating.post(AGAIN, {"letter": dana.pk})
        assert page.status_code == 422
        assert "not one to send again" in text_of(page)
        silent_for(minutes=5)
        assert coordinating.post(AGAIN, {"letter": dana.pk}).status_code == 302
        work()
        assert [experts[2].user.email] in [m.to for m in mail.outbox]

    @pytest.mark.parametrize("letter", ["x", "-1", str(2**63)])
    def test_a_letter_that_cannot_be_named_so_is_not_found(self, coordinating, letter):
        assert coordinating.post(AGAIN, {"letter": letter}).status_code == 404

    def test_polling_swaps_only_what_changed_and_ends(
        self, experts, coordinating, server
    ):
        coordinating.post(INVITATIONS, {"people": [experts[0].pk]})
        page = coordinating.get(MAIL)
        assert 'hx-trigger="every 1s"' in page.content.decode()
        assert '<meta http-equiv="refresh"' in page.content.decode()
        seen = page.context["standing"].seen
        asking = {"headers": {"HX-Request": "true"}, "data": {"seen": seen}}
        assert coordinating.get(MAIL, **asking).status_code == 204
        run_job(claim_next_job(timezone.now()))
        polled = coordinating.get(MAIL, **asking)
        assert polled.status_code == 286
        assert "<html" not in polled.content.decode()
        assert "sent" in text_of(polled)
        page = coordinating.get(MAIL).content.decode()
        assert "hx-trigger" not in page
        assert "http-equiv" not in page

    def test_no_letter_yet(self, coordinating):
        assert "No letter yet" in text_of(coordinating.get(MAIL))

    @pytest.mark.parametrize("url", [MAIL, INVITATIONS])
    def test_thirty_experts_cost_as_many_queries_as_one(
        self, scorecard, coordinating, coordinator, url
    ):
        def more(first: int, last: int) -> None:
            for number in range(first, last):
                expert = factories.make_expert(
                    scorecard=scorecard, name=f"Expert {number}", goals=[1]
                )
                if url == MAIL:
                    MailDelivery.objects.create(
                        scorecard=scorecard,
                        member=expert,
                        kind="invitation",
                        requested_at=timezone.now(),
                    )

        more(0, 1)
        with CaptureQueriesContext(connection) as few:
            coordinating.get(url)
        more(1, 31)
        with CaptureQueriesContext(connection) as many:
            assert "Expert 30" in coordinating.get(url).content.decode()
        assert len(many) == len(few)

    def test_reminders_of_thirty_cost_as_many_queries_as_of_one(
        self, frozen, coordinator, coordinating
    ):
        factories.make_expert(scorecard=frozen.scorecard, name="Expert", goals=[5])
        factories.make_open_round(frozen.scorecard, {5: "keep"}, by=coordinator)
        with CaptureQueriesContext(connection) as few:
            coordinating.get(REMINDERS)
        for number in range(30):
            factories.make_expert(
                scorecard=frozen.scorecard, name=f"Expert {number}", goals=[5]
            )
        with CaptureQueriesContext(connection) as many:
            assert "Expert 29" in coordinating.get(REMINDERS).content.decode()
        assert len(many) == len(few)
