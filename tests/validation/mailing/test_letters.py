"""What letters say, in whose language, and what none of them says."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.models import Job
from tests import factories
from tests.mail_server import addressees
from validation.mailing.events import NEWS, QUIET, reminder_due, write_letters_due
from validation.mailing.services import RoundNotOpen, choose_mail, invite, remind
from validation.models import MailDelivery, Reminder, Round
from validation.rounds.services import close_round

pytestmark = pytest.mark.django_db
NOW, DAY, HOUR = factories.NOW, factories.DAY, factories.HOUR


def due(round_: Round, at) -> Round:
    Round.objects.filter(pk=round_.pk).update(due_at=at)
    round_.refresh_from_db()
    return round_


def letters(kind: str) -> list[MailDelivery]:
    return list(MailDelivery.objects.filter(kind=kind).order_by("pk"))


class TestInvitation:
    def test_it_says_what_who_which_goals_how_and_until_when(
        self, open_round, expert, coordinator, server, work
    ):
        due(open_round, NOW + 10 * DAY)
        invite(
            scorecard=open_round.scorecard,
            members=[expert],
            by=coordinator,
            now=timezone.now(),
        )
        work()
        (message,) = mail.outbox
        assert message.subject == "Invitation: Kazakhstan 2022"
        for words in (
            "Coordinator invites you to the expert panel",
            "  1. ",
            "  5. ",
            "May 26, 2022, 3:30 p.m. (Asia/Almaty)",
            "https://scorecard.example/sign-in/",
            "/sign-in/?next=/scorecards/kazakhstan-2022/my-goals/",
            "there is no password",
            expert.user.email,
        ):
            assert words in message.body
        assert "13. " not in message.body
        assert message.reply_to == [coordinator.user.email]
        assert message.content_subtype == "plain"
        assert "\n\n\n" not in message.body

    def test_without_a_known_language_it_is_the_first_of_the_scorecard(
        self, scorecard, expert, coordinator, server, work
    ):
        scorecard.languages = ["ru", "en"]
        scorecard.save()
        invite(scorecard=scorecard, members=[expert], by=coordinator, now=NOW)
        work()
        assert "Казахстан 2022" in mail.outbox[0].body

    def test_a_known_language_is_used(
        self, scorecard, expert, coordinator, server, work
    ):
        choose_mail(member=expert, language="ru", takes_reminders=True, now=NOW)
        invite(scorecard=scorecard, members=[expert], by=coordinator, now=NOW)
        work()
        assert "Казахстан 2022" in mail.outbox[0].body

    def test_no_name_breaks_out_of_the_heading_or_is_escaped(
        self, scorecard, coordinator, server, work
    ):
        scorecard.place = {"en": "Place\nBcc: all@example.org"}
        scorecard.save()
        expert = factories.make_expert(scorecard=scorecard, name="O'Neil & <Co>")
        invite(scorecard=scorecard, members=[expert], by=coordinator, now=NOW)
        work()
        (message,) = mail.outbox
        assert message.subject == "Invitation: Place Bcc: all@example.org 2022"
        assert "Dear O'Neil & <Co>," in message.body
        assert message.recipients() == [expert.user.email]

    @pytest.mark.parametrize("role", ["rapporteur", "observer", "coordinator"])
    def test_others_are_told_their_part(
        self, scorecard, coordinator, server, work, role
    ):
        person = factories.make_member(scorecard=scorecard, role=role, name="New")
        invite(scorecard=scorecard, members=[person], by=coordinator, now=NOW)
        work()
        assert "You are a" in mail.outbox[0].body
        assert "my-goals" not in mail.outbox[0].body


class TestReminder:
    def test_only_those_whose_estimates_are_missing_get_one(
        self, open_round, experts, coordinator, climate_expert, server, work
    ):
        goal_1, goal_5 = open_round.round_goals.order_by("goal__number")
        for round_goal in (goal_1, goal_5):
            factories.propose(round_goal, experts[0], 33)
        factories.propose(goal_1, experts[1], 77)
        assert remind(round_=open_round, by=coordinator, now=timezone.now()) == 2
        work()
        assert [name.split("@")[0] for name in addressees()] == ["bolat", "dana"]
        to_bolat = next(m for m in mail.outbox if m.to[0].startswith("bolat"))
        assert "  5. " in to_bolat.body
        assert "  1. " not in to_bolat.body
        assert Reminder.objects.count() == 2

    def test_mail_programs_can_offer_to_end_them(
        self, open_round, expert, coordinator, server, work
    ):
        remind(round_=open_round, by=coordinator, now=timezone.now())
        work()
        (letter,) = [m for m in mail.outbox if m.to == [expert.user.email]]
        leave = letter.extra_headers["List-Unsubscribe"].strip("<>")
        assert leave in letter.body
        assert letter.extra_headers["List-Unsubscribe-Post"].endswith("One-Click")
        one_click = Client(enforce_csrf_checks=True)
        path = leave.removeprefix("https://scorecard.example")
        assert (
            one_click.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        )
        assert remind(round_=open_round, by=coordinator, now=timezone.now() + DAY) == 2

    def test_nobody_is_reminded_twice_a_day(
        self, open_round, coordinator, server, work
    ):
        now = timezone.now()
        assert remind(round_=open_round, by=coordinator, now=now) == 3
        assert remind(round_=open_round, by=coordinator, now=now + HOUR) == 0
        work()
        assert len(mail.outbox) == 3

    def test_whoever_proposed_before_it_was_sent_gets_none(
        self, open_round, expert, coordinator, server, work
    ):
        remind(round_=open_round, by=coordinator, now=timezone.now())
        for round_goal in open_round.round_goals.all():
            factories.propose(round_goal, expert, 40)
        work()
        assert len(mail.outbox) == 2
        assert expert.deliveries.get().state == "dropped"

    def test_whoever_wants_none_gets_none(
        self, open_round, expert, coordinator, server, work
    ):
        choose_mail(member=expert, language="", takes_reminders=False, now=NOW)
        assert remind(round_=open_round, by=coordinator, now=timezone.now()) == 2
        work()
        assert expert.user.email not in addressees()

    def test_none_is_sent_of_a_round_that_is_not_open(self, frozen, coordinator):
        prepared = factories.prepare(frozen.scorecard, {5: "keep"})
        with pytest.raises(RoundNotOpen):
            remind(round_=prepared, by=coordinator, now=NOW)

    def test_they_come_three_days_and_one_day_before(self, open_round, work, server):
        round_ = due(open_round, NOW + 10 * DAY)
        came = {}
        for hours in range(0, 260, 2):
            now = NOW + hours * HOUR
            write_letters_due(now)
            came[hours] = len(letters("reminder"))
        times = [hours for hours in came if came[hours] > came.get(hours - 2, 0)]
        assert times == [7 * 24, 9 * 24]
        assert came[258] == 6
        assert reminder_due(round_, NOW) == ""

    def test_a_reminder_whose_moment_came_before_the_opening_is_left_out(
        self, open_round
    ):
        due(open_round, NOW + 2 * DAY)
        write_letters_due(NOW + HOUR)
        assert letters("reminder") == []
        write_letters_due(NOW + DAY + HOUR)
        assert len(letters("reminder")) == 3

    def test_a_new_date_is_reminded_of_anew(self, open_round):
        due(open_round, NOW + 4 * DAY)
        write_letters_due(NOW + DAY)
        due(open_round, NOW + 8 * DAY)
        write_letters_due(NOW + 5 * DAY)
        assert len(letters("reminder")) == 6

    def test_none_comes_after_the_date_or_the_closing(self, open_round, coordinator):
        due(open_round, NOW + 4 * DAY)
        write_letters_due(NOW + 4 * DAY)
        close_round(round_id=open_round.pk, by=coordinator, now=NOW + HOUR)
        write_letters_due(NOW + 3 * DAY)
        assert letters("reminder") == []


class TestNews:
    def test_the_panel_is_told_once_that_a_round_opened(
        self, open_round, climate_expert, server, work
    ):
        due(open_round, NOW + 10 * DAY)
        write_letters_due(NOW + HOUR)
        write_letters_due(NOW + 2 * HOUR)
        work()
        assert [name.split("@")[0] for name in addressees()] == [
            "aigul",
            "bolat",
            "dana",
        ]
        body = mail.outbox[0].body
        assert "May 26, 2022, 3:30 p.m. (Asia/Almaty)" in body
        assert "  1. " in body
        assert "  5. " in body

    def test_old_events_are_no_news(self, round_goal, coordinator):
        write_letters_due(NOW + NEWS + HOUR)
        assert letters("round_opened") == []

    def test_one_letter_tells_of_all_that_a_meeting_settled(
        self, open_round, experts, coordinator, climate_expert, server, work
    ):
        goal_1, goal_5 = open_round.round_goals.order_by("goal__number")
        proposal = factories.propose(goal_5, experts[0], 25)
        factories.propose(goal_5, experts[1], 33)
        factories.support(proposal, experts[1])
        factories.settle(goal_1, by=coordinator, agreed=29)
        factories.settle(goal_5, by=coordinator, now=NOW + timedelta(minutes=5))
        write_letters_due(NOW + timedelta(minutes=6))
        assert letters("settled") == []
        for minutes in (30, 31, 90):
            write_letters_due(NOW + timedelta(minutes=minutes))
        assert len(letters("settled")) == 3
        work()
        told = [m for m in mail.outbox if m.subject.startswith("Settled")]
        assert len(told) == 3
        assert "Survey average 30%, after the consultation 29%" in told[0].body
        assert "Survey average 38%, after the consultation 25%" in told[0].body
        assert "33" not in told[0].body

    def test_what_is_settled_later_is_told_later_and_only_that(
        self, open_round, experts, coordinator
    ):
        goal_1, goal_5 = open_round.round_goals.order_by("goal__number")
        proposal = factories.propose(goal_5, experts[0], 25)
        factories.propose(goal_5, experts[1], 33)
        factories.support(proposal, experts[1])
        factories.settle(goal_1, by=coordinator, agreed=29)
        write_letters_due(NOW + QUIET)
        factories.settle(goal_5, by=coordinator, now=NOW + HOUR)
        write_letters_due(NOW + HOUR + QUIET)
        about = [letter.settlements for letter in letters("settled")]
        assert sorted(map(len, about)) == [1] * 6
        assert len({keys[0] for keys in about}) == 2


def test_no_letter_tells_an_expert_what_others_said_while_it_is_hidden(
    open_round, experts, coordinator, server, work
):
    """Two have proposed; the third has not, and gets every kind of letter."""
    for round_goal in open_round.round_goals.all():
        factories.propose(round_goal, experts[0], "61.5", justification="Secretly so")
        factories.propose(round_goal, experts[1], "17.5", justification="Secretly so")
    late = experts[2]
    now = timezone.now()
    invite(scorecard=late.scorecard, members=[late], by=coordinator, now=now)
    remind(round_=open_round, by=coordinator, now=now)
    write_letters_due(NOW + HOUR)
    work()
    to_dana = [m for m in mail.outbox if m.to == [late.user.email]]
    assert len(to_dana) == 3
    for message in to_dana:
        # A signed link is made of random letters, and may hold any two digits.
        text = re.sub(r"https://\S+", "", message.subject + message.body)
        for hidden in ("61", "17.5", "Aigul", "Bolat", "Secretly", "2 of", "proposals"):
            assert hidden not in text


def test_thirty_experts_cost_as_many_queries_as_one(
    open_round,
):
    def cost(at) -> int:
        MailDelivery.objects.all().delete()
        Job.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            write_letters_due(at)
        return len(queries)

    due(open_round, NOW + 3 * DAY + 2 * HOUR)
    few = cost(NOW + 3 * HOUR)
    for number in range(30):
        factories.make_expert(
            scorecard=open_round.scorecard, name=f"Expert {number}", goals=[1, 5]
        )
    assert cost(NOW + 3 * HOUR) == few
