"""The meeting room: what everybody in it may see, and what is done from there."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.models import Identities
from tests import factories
from tests.lifting import triggers_lifted
from validation.models import Contribution, Proposal, RoundGoal, Settlement
from validation.room.services import enter_spoken_proposal, tell_expert
from validation.rounds.services import add_meeting, close_round, reveal_goal

SLUG = "kazakhstan-2022"
SECRET = "Words that nobody blind may read."


def of(name, goal=5, number=1):
    return reverse(name, args=[SLUG, number, goal])


@pytest.fixture
def coordinating(coordinator, sign_in):
    return sign_in(coordinator)


@pytest.fixture
def spoken(round_goal, experts):
    """Two of three experts have estimated goal 5."""
    first = factories.propose(round_goal, experts[0], "21.5", justification=SECRET)
    factories.propose(round_goal, experts[1], 33, justification=SECRET)
    factories.support(first, experts[1])
    return round_goal


@pytest.fixture
def revealed(spoken, coordinator):
    return reveal_goal(round_goal_id=spoken.pk, by=coordinator, now=factories.NOW)


@pytest.fixture
def meeting(open_round):
    """About goals 5 and 1, in this order, for 90 minutes."""
    goals = {one.goal.number: one for one in open_round.round_goals.all()}
    return add_meeting(
        round_=open_round,
        starts_at=factories.NOW,
        minutes_long=90,
        place="Almaty",
        agenda=[goals[5], goals[1]],
    )


class TestABlindGoal:
    @pytest.mark.parametrize("name", ["room", "room_live"])
    def test_only_how_many_have_estimated_is_shown(self, spoken, coordinating, name):
        text = coordinating.get(of(name)).content.decode()
        assert "of 3 experts have given an estimate" in text
        assert 'class="room-number">2<' in text
        for told in (SECRET, "21.5", "33%", "27%", "27.25", "Aigul", "median", "<svg"):
            assert told not in text

    def test_what_was_said_is_kept_back_too(
        self, spoken, meeting, coordinator, coordinating
    ):
        sent = {"section": "challenge", "text": "Somebody said 21.5 percent."}
        assert coordinating.post(of("room_note"), sent).status_code == 302
        assert "Somebody said" not in coordinating.get(of("room")).content.decode()
        reveal_goal(round_goal_id=spoken.pk, by=coordinator, now=factories.NOW)
        assert "Somebody said" in coordinating.get(of("room")).content.decode()

    def test_it_is_not_settled_from_the_room_before_it_is_revealed(
        self, spoken, coordinating
    ):
        sent = {"rule": "mean_of_supported", "reason": "Typed in the room."}
        page = coordinating.post(of("room_settle"), sent)
        assert page.status_code == 422
        text = page.content.decode()
        assert "Reveal the estimates first." in text
        assert "Typed in the room." in text
        assert "21.5" not in text
        assert not Settlement.objects.exists()

    def test_the_coordinator_reveals_it_once(self, spoken, coordinating):
        assert of("room_reveal") in coordinating.get(of("room")).content.decode()
        for _ in range(2):
            assert coordinating.post(of("room_reveal")).status_code == 302
        text = coordinating.get(of("room")).content.decode()
        assert "21.5%" in text
        assert of("room_reveal") not in text

    def test_a_goal_that_is_not_open_says_there_is_nothing_to_reveal(
        self, spoken, open_round, coordinator, coordinating
    ):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        page = coordinating.post(of("room_reveal"))
        assert page.status_code == 422
        assert "nothing to reveal" in page.content.decode()


class TestARevealedGoal:
    def test_strip_estimates_rules_and_agreement_are_shown(
        self, revealed, coordinating
    ):
        page = coordinating.get(of("room"))
        text = page.content.decode()
        panel = page.context["panel"]
        assert [one.percent for one in panel.estimates] == [21.5, 33]
        assert [one.supporters for one in panel.estimates] == [1, 0]
        assert "<svg" in text
        assert panel.agreement.summary in text
        assert text.count('class="is-chosen"') == 1
        chosen = re.search(r'<li class="is-chosen">.*?</li>', text, re.S)
        assert chosen
        assert "Mean of the distinct supported scores" in chosen[0]
        assert "22%" in chosen[0]

    def test_names_are_those_that_the_scorecard_promised(
        self, revealed, scorecard, coordinating
    ):
        scorecard.identities = Identities.PSEUDONYMS
        with triggers_lifted():
            scorecard.save()
        text = coordinating.get(of("room")).content.decode()
        assert "Aigul" not in text
        assert re.search(r"Expert \d+", text)

    def test_a_round_that_is_not_blind_shows_estimates_as_they_come(
        self, frozen, coordinator, experts, coordinating
    ):
        round_ = factories.make_open_round(
            frozen.scorecard, {5: "keep"}, by=coordinator, is_blind=False
        )
        assert "No estimate yet" in coordinating.get(of("room")).content.decode()
        factories.propose(round_.round_goals.get(), experts[0], "21.5")
        assert "21.5%" in coordinating.get(of("room")).content.decode()

    def test_the_live_part_carries_a_pulse_that_moves_with_the_panel(
        self, revealed, experts, coordinating
    ):
        before = coordinating.get(of("room_live")).context
        fresh = {"If-None-Match": f'"{before["version"]}"'}
        assert coordinating.get(before["pulse"], headers=fresh).status_code == 304
        factories.propose(revealed, experts[2], 40)
        after = coordinating.get(of("room_live")).context
        assert after["version"] > before["version"]


class TestSettling:
    def sent(self, **change):
        return {"rule": "mean_of_supported", "reason": "So we agreed.", **change}

    def test_the_settled_figure_is_shown_big_and_frozen(self, revealed, coordinating):
        page = coordinating.post(of("room_settle"), self.sent(dissent="Bolat: 33."))
        assert page.status_code == 302
        assert page["Location"].startswith(of("room"))
        text = coordinating.get(page["Location"]).content.decode()
        assert 'data-state="settled" data-words="Settled at 22%."' in text
        assert "final in this round" in text
        assert "Bolat: 33." in text
        assert of("room_settle") not in text
        assert "would give right now" not in text

    def test_a_missing_reason_is_said_at_its_field_and_the_dissent_stays(
        self, revealed, coordinating
    ):
        page = coordinating.post(of("room_settle"), self.sent(reason=" ", dissent="D1"))
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["reason"]
        assert "D1" in page.content.decode()

    def test_settled_by_somebody_else_meanwhile_what_was_typed_can_be_copied(
        self, revealed, coordinator, coordinating
    ):
        factories.settle(revealed, by=coordinator)
        page = coordinating.post(of("room_settle"), self.sent(reason="Too late."))
        assert page.status_code == 422
        text = page.content.decode()
        assert "settled this goal at 22%" in text
        assert "Too late." in text
        assert 'data-state="settled"' in text

    def test_the_result_of_an_earlier_round_stands_beside(
        self, revealed, coordinator, coordinating, frozen
    ):
        factories.settle(revealed, by=coordinator)
        factories.make_open_round(frozen.scorecard, {5: "keep"}, by=coordinator)
        for name in ("room", "settle", "round"):
            place = [SLUG, 2] if name == "round" else [SLUG, 2, 5]
            text = coordinating.get(reverse(name, args=place)).content.decode()
            assert re.search(r"[Rr]ound 1", text)
            assert "22%" in text


class TestTheAgenda:
    def test_it_follows_the_order_of_the_meeting(self, meeting, coordinating):
        agenda = coordinating.get(of("room")).context["agenda"]
        assert [one.goal.number for one in agenda.goals] == [5, 1]
        assert (agenda.previous, agenda.next.goal.number) == (None, 1)
        assert agenda.minutes_for_each == 45
        text = coordinating.get(of("room")).content.decode()
        assert 'data-minutes="45"' in text
        assert of("room", 1) + "?meeting=1" in text

    def test_a_named_meeting_wins_over_the_nearest(
        self, meeting, open_round, coordinating
    ):
        add_meeting(
            round_=open_round,
            starts_at=timezone.now(),
            minutes_long=30,
            place="Astana",
            agenda=open_round.round_goals.order_by("goal__number"),
        )
        nearest = coordinating.get(of("room")).context["agenda"]
        named = coordinating.get(of("room") + "?meeting=1").context["agenda"]
        assert (nearest.meeting.number, named.meeting.number) == (2, 1)
        assert coordinating.get(of("room") + "?meeting=x²").status_code == 200

    def test_without_a_meeting_it_goes_through_the_round(
        self, open_round, coordinating
    ):
        agenda = coordinating.get(of("room")).context["agenda"]
        assert [one.goal.number for one in agenda.goals] == [1, 5]
        page = coordinating.post(of("room_note"), {"text": "x"})
        assert page.status_code == 422
        assert "Add one first" in page.content.decode()

    def test_a_note_that_does_not_fit_stays_typed(self, meeting, coordinating):
        page = coordinating.post(of("room_note"), {"text": "Typed words"})
        assert page.status_code == 422
        assert list(page.context["contribution"].errors) == ["section"]
        assert "Typed words" in page.content.decode()
        assert not Contribution.objects.exists()


def test_a_round_that_has_not_opened_says_so(frozen, coordinating):
    factories.prepare(frozen.scorecard, {5: "keep"})
    text = coordinating.get(of("room")).content.decode()
    assert "The round has not opened" in text
    assert "Settle this goal" not in text


def test_the_rapporteur_reads_and_writes_down_but_does_not_decide(
    revealed, meeting, rapporteur, sign_in
):
    client = sign_in(rapporteur)
    text = client.get(of("room")).content.decode()
    assert of("room_note") in text
    assert of("room_settle") not in text
    assert client.post(of("room_settle"), {}).status_code == 404
    assert client.post(of("room_reveal")).status_code == 404


class TestASpokenEstimate:
    def sent(self, whose, **change):
        return {
            "expert": whose.pk,
            "kind": "change",
            "percent": "27,5",
            "justification": "As said in the room.",
            "confidence": "high",
            **change,
        }

    def test_it_is_the_experts_own_marked_and_told(
        self,
        round_goal,
        experts,
        rapporteur,
        sign_in,
        django_capture_on_commit_callbacks,
    ):
        client = sign_in(rapporteur)
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                page = client.post(of("propose_for"), self.sent(experts[0]))
            assert page.status_code == 302
        proposal = Proposal.objects.get()
        assert (proposal.expert, proposal.entered_by) == (experts[0], rapporteur)
        assert str(proposal.percent) == "27.50"
        (letter,) = mail.outbox
        assert letter.to == [experts[0].user.email]
        assert letter.reply_to == [rapporteur.user.email]
        assert "27.5%" in letter.body
        assert "/sign-in/?next=" + of("board") in letter.body
        assert "Rapporteur" in letter.body

    def test_it_shows_who_entered_it_wherever_it_shows(
        self, round_goal, experts, rapporteur, coordinator, sign_in
    ):
        sign_in(rapporteur).post(of("propose_for"), self.sent(experts[0]))
        reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=factories.NOW)
        room = sign_in(coordinator).get(of("room")).content.decode()
        board = sign_in(experts[0]).get(of("board")).content.decode()
        assert "entered by Rapporteur" in room
        assert ", by Rapporteur." in board

    def test_the_page_tells_nothing_of_the_panel(self, spoken, rapporteur, sign_in):
        text = sign_in(rapporteur).get(of("propose_for")).content.decode()
        assert "Not for the shared screen" in text
        assert "21.5" not in text
        assert SECRET not in text
        room = sign_in(rapporteur).get(of("room")).content.decode()
        assert of("propose_for") not in room

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"expert": ""}, "expert"),
            ({"percent": "101"}, "percent"),
            ({"justification": " "}, "justification"),
            ({"confidence": ""}, "confidence"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field(
        self, round_goal, experts, coordinating, change, field
    ):
        sent = self.sent(experts[0], **{"justification": "Typed words.", **change})
        page = coordinating.post(of("propose_for"), sent)
        assert page.status_code == 422
        assert field in page.context["form"].errors
        if field != "justification":
            assert "Typed words." in page.content.decode()
        assert not Proposal.objects.exists()

    def test_only_experts_of_the_goal_can_be_chosen(
        self, round_goal, climate_expert, coordinating
    ):
        page = coordinating.post(of("propose_for"), self.sent(climate_expert))
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["expert"]

    def test_a_closed_goal_refuses_and_keeps_the_words(
        self, round_goal, experts, coordinator, coordinating, open_round
    ):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        page = coordinating.post(of("propose_for"), self.sent(experts[0]))
        assert page.status_code == 422
        assert "As said in the room." in page.content.decode()

    def test_a_mail_that_fails_does_not_undo_the_estimate(
        self, round_goal, expert, rapporteur, monkeypatch
    ):
        proposal = enter_spoken_proposal(
            expert=expert,
            round_goal_id=round_goal.pk,
            kind="keep",
            percent=None,
            justification="Said.",
            confidence="low",
            entered_by=rapporteur,
            now=factories.NOW,
        )

        def broken(*_args, **_more):
            raise OSError("no mail server")

        monkeypatch.setattr("django.core.mail.EmailMessage.send", broken)
        assert tell_expert(proposal.pk) is False
        assert Proposal.objects.count() == 1


@pytest.mark.parametrize("name", ["room", "room_live"])
def test_thirty_proposals_cost_as_many_queries_as_one(
    name, round_goal, meeting, experts, scorecard, coordinator, coordinating
):
    reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=factories.NOW)
    factories.propose(round_goal, experts[0], 30)
    coordinating.get(of(name))
    with CaptureQueriesContext(connection) as few:
        coordinating.get(of(name))
    for number in range(30):
        expert = factories.make_expert(
            scorecard=scorecard, name=f"Expert {number}", goals=[5]
        )
        factories.propose(round_goal, expert, number)
        add_meeting(
            round_=meeting.round,
            starts_at=factories.NOW + timedelta(days=number + 1),
            minutes_long=90,
            place="Almaty",
            agenda=RoundGoal.objects.filter(round=meeting.round),
        )
    with CaptureQueriesContext(connection) as many:
        coordinating.get(of(name))
    assert len(many) == len(few)
