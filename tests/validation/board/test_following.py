"""What a page that follows is sent, and what the panel's acts do on it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import Role
from tests import factories
from validation.board.news import news
from validation.board.remarks import comment_on_goal
from validation.board.voices import Counts
from validation.models import Comment, Support, Withdrawal
from validation.rounds.services import close_round, reveal_goal

SLUG = "kazakhstan-2022"
GOAL = [SLUG, 1, 5]
BOARD = reverse("board", args=GOAL)
NOW = reverse("board_panel", args=GOAL)
COMMENT = reverse("comment", args=GOAL)
REVEAL = reverse("goal_reveal", args=GOAL)
SECRET = ("27.25", "Bolat", "Dana", "A secret", "1 supporter", "proposal-", "chart-svg")


@pytest.fixture
def aigul(experts, sign_in):
    return sign_in(experts[0])


@pytest.fixture
def secret(round_goal, experts, coordinator):
    """Bolat's proposal, Dana's support, two comments."""
    _aigul, bolat, dana = experts
    proposal = factories.propose(
        round_goal, bolat, "27.25", justification="A secret reason"
    )
    factories.propose(round_goal, dana, "61.75")
    factories.support(proposal, dana, reason="A secret support")
    for about in (None, proposal.pk):
        comment_on_goal(
            member=coordinator,
            round_goal_id=round_goal.pk,
            text="A secret comment",
            proposal_id=about,
            now=factories.NOW,
        )
    return proposal


@pytest.fixture
def theirs(round_goal, experts):
    factories.propose(round_goal, experts[0], 30)
    return factories.propose(round_goal, experts[1], 25)


def states(page) -> list[str]:
    return re.findall(r'data-part[^>]*data-state="([^"]*)"', page.content.decode())


def headers(page) -> dict[str, str]:
    return {
        "X-Board": ",".join(states(page)),
        "X-Board-Counts": page.context["now"].counts,
    }


class TestWhileBlind:
    def test_there_is_no_trace_in_what_a_page_is_sent(self, secret, aigul):
        for sent in ({}, {"X-Board": "-", "X-Board-Counts": "0,0,0,0,0,0"}):
            page = aigul.get(NOW, headers=sent)
            text = page.content.decode()
            assert page.status_code == 200
            assert [trace for trace in SECRET if trace in text] == []
            assert page.context["news"] == ""

    def test_commenting_is_as_if_there_were_nothing(self, secret, aigul):
        for about in ("", str(secret.pk)):
            sent = aigul.post(COMMENT, {"text": "Hello", "proposal": about})
            assert sent.status_code == 404
        withdraw = reverse("support_withdraw", args=[*GOAL, secret.pk])
        assert aigul.post(withdraw).status_code == 404
        assert Comment.objects.count() == 2

    def test_the_shared_screen_is_told_nothing_while_somebody_is_blind(
        self, secret, coordinator, sign_in
    ):
        page = sign_in(coordinator).get(
            NOW + "?screen=on", headers={"X-Board-Counts": "0,0,0,0,0,0"}
        )
        text = page.content.decode()
        assert [trace for trace in SECRET if trace in text] == []
        assert page.context["news"] == ""

    def test_revealing_shows_the_panel_and_says_so(
        self, secret, aigul, coordinator, sign_in
    ):
        before = headers(aigul.get(BOARD))
        assert sign_in(coordinator).post(REVEAL).status_code == 302
        page = aigul.get(NOW, headers=before)
        assert "27.25" in page.content.decode()
        assert page.context["news"].startswith("The estimates were revealed.")

    def test_revealing_twice_is_refused_in_words(
        self, round_goal, coordinator, sign_in
    ):
        reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=factories.NOW)
        page = sign_in(coordinator).post(REVEAL)
        assert page.status_code == 422
        assert "revealed before" in page.content.decode()

    def test_a_closed_goal_is_not_revealed(self, open_round, coordinator, sign_in):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        page = sign_in(coordinator).post(REVEAL)
        assert page.status_code == 422
        assert "is not open" in page.content.decode()


class TestFollowing:
    def test_what_a_page_has_is_not_sent_again(
        self, aigul, theirs, round_goal, experts
    ):
        first = aigul.get(BOARD)
        factories.propose(
            round_goal, experts[2], 61, justification="I counted the shelters."
        )
        page = aigul.get(NOW, headers=headers(first))
        text = page.content.decode()
        assert "I counted the shelters." in text
        assert "Because of what I see" not in text.split('id="voices"')[1]
        assert page.context["news"] == "1 new estimate."
        assert page["Cache-Control"] == "private, no-store"

    def test_the_same_page_again_is_stubs_only(self, aigul, theirs):
        page = aigul.get(NOW, headers=headers(aigul.get(BOARD)))
        voices = page.content.decode().split('id="voices"')[1]
        assert voices.count("<article") == 2
        assert voices.count("data-stub") == 2 + 1
        assert "proposal-why" not in voices

    def test_names_change_for_those_who_look_again(self, aigul, theirs, experts):
        sent = headers(aigul.get(BOARD))
        experts[1].name = "Bolat Omarov"
        experts[1].save()
        assert "Bolat Omarov" in aigul.get(NOW, headers=sent).content.decode()

    @pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EXPERT])
    def test_forty_experts_cost_as_many_queries_as_two(
        self, role, aigul, theirs, round_goal, scorecard, coordinator, sign_in
    ):
        client = aigul if role == Role.EXPERT else sign_in(coordinator)
        client.get(NOW)
        factories.propose(round_goal, theirs.expert, 26)
        with CaptureQueriesContext(connection) as few:
            client.get(NOW)
        for number in range(38):
            expert = factories.make_expert(
                scorecard=scorecard, name=f"Expert {number}", goals=[5]
            )
            factories.propose(round_goal, expert, number)
        with CaptureQueriesContext(connection) as many:
            assert "Expert 37" in client.get(NOW).content.decode()
        assert len(many) == len(few)

    def test_who_asks_after_another_costs_fewer_queries(
        self, aigul, theirs, experts, sign_in
    ):
        with CaptureQueriesContext(connection) as first:
            aigul.get(NOW)
        other = sign_in(experts[1])
        with CaptureQueriesContext(connection) as second:
            assert "25%" in other.get(NOW).content.decode()
        assert len(second) < len(first)

    def test_kept_parts_carry_the_readers_own_token(
        self, aigul, theirs, experts, sign_in
    ):
        aigul.get(BOARD)
        text = sign_in(experts[2]).get(BOARD).content.decode()
        assert "csrf-token-of-the-reader" not in text


class TestActs:
    def test_support_is_taken_back_once(self, aigul, theirs):
        withdraw = reverse("support_withdraw", args=[*GOAL, theirs.pk])
        page = aigul.post(withdraw, {"reason": "Too early."})
        assert page.status_code == 422
        assert "You do not support this proposal." in page.content.decode()
        aigul.post(reverse("support", args=[*GOAL, theirs.pk]))
        assert aigul.post(withdraw, {"reason": "I misread."}).status_code == 302
        text = aigul.get(BOARD).content.decode()
        assert "took the support back" in text
        assert "I misread." in text
        assert "0 supporters" in text
        again = aigul.post(withdraw, {"reason": "Once more."})
        assert again.status_code == 422
        assert "before" in again.content.decode()
        assert "Once more." in again.content.decode()
        assert (Support.objects.count(), Withdrawal.objects.count()) == (1, 1)

    def test_comments_stand_at_the_goal_or_at_the_proposal(
        self, aigul, theirs, rapporteur, sign_in
    ):
        aigul.post(COMMENT, {"text": "On the goal"})
        sign_in(rapporteur).post(
            COMMENT, {"text": "On the proposal", "proposal": theirs.pk}
        )
        page = aigul.get(BOARD)
        panel = page.context["now"].panel
        assert [one.text for one in panel.comments] == ["On the goal"]
        assert [one.text for one in panel.voices[1].comments] == ["On the proposal"]
        for text in ("On the goal", "On the proposal"):
            assert text in page.content.decode()

    def test_empty_comments_are_refused_at_the_field(self, aigul, theirs):
        for text in ("", "   ", "a\x00b"):
            page = aigul.post(COMMENT, {"text": text, "proposal": theirs.pk})
            assert page.status_code == 422
            assert "invalid-feedback" in page.content.decode()
        assert not Comment.objects.exists()

    def test_a_comment_too_late_can_be_copied(
        self, aigul, theirs, open_round, coordinator
    ):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        for about in ("", str(theirs.pk)):
            page = aigul.post(COMMENT, {"text": "Too late, perhaps", "proposal": about})
            assert page.status_code == 422
            assert "takes no more comments" in page.content.decode()
            assert "Too late, perhaps" in page.content.decode()

    def test_observers_do_not_comment(self, theirs, observer, sign_in):
        assert sign_in(observer).post(COMMENT, {"text": "Hm"}).status_code == 404
        assert not Comment.objects.exists()

    def test_a_page_that_follows_gets_the_part_instead_of_a_redirect(
        self, aigul, theirs
    ):
        sent = headers(aigul.get(BOARD))
        support = reverse("support", args=[*GOAL, theirs.pk])
        page = aigul.post(support, {"reason": "Yes"}, headers=sent)
        assert page.status_code == 200
        assert page.context["news"] == "Your support is on record."
        assert "with your support" in page.content.decode()
        again = aigul.post(support, {"reason": "Yes again"}, headers=sent)
        assert again.status_code == 422
        assert "You support this proposal already." in again.content.decode()
        assert "Yes again" in again.content.decode()


class TestFarOutside:
    @pytest.fixture
    def panel(self, round_goal, scorecard, experts):
        for number in range(5):
            expert = factories.make_expert(
                scorecard=scorecard, name=f"Expert {number}", goals=[5]
            )
            factories.propose(round_goal, expert, 30 + number)
        return factories.propose(round_goal, experts[0], 90)

    def test_the_expert_is_asked_and_the_others_see_it(
        self, panel, aigul, coordinator, sign_in
    ):
        assert "Please say more about your reason" in aigul.get(BOARD).content.decode()
        text = sign_in(coordinator).get(BOARD).content.decode()
        assert "reason asked for" in text
        assert "Please say more" not in text

    def test_saying_more_answers_the_request(self, panel, aigul):
        aigul.post(COMMENT, {"text": "I ran the shelter.", "proposal": panel.pk})
        text = aigul.get(BOARD).content.decode()
        assert "reason extended" in text
        assert "Please say more" not in text

    def test_nobody_is_asked_where_nothing_can_be_said_any_more(
        self, panel, aigul, coordinator
    ):
        round_id = panel.round_goal.round_id
        close_round(round_id=round_id, by=coordinator, now=factories.NOW)
        text = aigul.get(BOARD).content.decode()
        assert "above the middle half" in text
        assert "Please say more" not in text


BOUNDS = {
    "kind": "change",
    "percent": "30",
    "justification": "Because.",
    "confidence": "low",
    "lower": "20",
    "upper": "45",
    "sureness": "50",
}


def test_bounds_are_kept_and_shown_at_80_percent(aigul, round_goal):
    aigul.post(reverse("propose", args=GOAL), BOUNDS)
    text = aigul.get(BOARD).content.decode()
    assert "20% to 45%" in text
    assert "14% to 54%" in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lower": ""}, "lower"),
        ({"sureness": ""}, "sureness"),
        ({"sureness": "49"}, "sureness"),
        ({"sureness": "100"}, "sureness"),
        ({"sureness": "very"}, "sureness"),
        ({"lower": "46"}, "lower"),
        ({"lower": "31"}, "lower"),
        ({"upper": "29"}, "upper"),
        ({"upper": "101"}, "upper"),
    ],
)
def test_bounds_that_do_not_fit_are_said_at_their_field(
    aigul, round_goal, change, field
):
    page = aigul.post(reverse("propose", args=GOAL), {**BOUNDS, **change})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not round_goal.proposals.exists()


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (Counts(), Counts(estimates=2), "2 new estimates."),
        (Counts(1, 0), Counts(1, 1, 1), "1 estimate revised. 1 new support."),
        (Counts(1, 0, 2), Counts(1, 0, 1, 1), "1 support taken back."),
        (Counts(comments=1), Counts(comments=3), "2 new comments."),
        (Counts(3), Counts(3), ""),
    ],
)
def test_the_news_are_summed_up(before, now, words):
    assert news((before, 0), now, 0) == words
