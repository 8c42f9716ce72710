"""The board: evidence for all, the panel for those who may see it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import Role
from tests import factories
from validation.models import Proposal, Support
from validation.rounds.services import (
    add_meeting,
    close_round,
    postpone_round,
    record_meeting,
)

SLUG = "kazakhstan-2022"
BOARD = reverse("board", args=[SLUG, 1, 5])
PROPOSE = reverse("propose", args=[SLUG, 1, 5])
SECRET = {
    "justification": "The secret shelter figures",
    "interest": "A secret grant",
}
TYPED = {
    "kind": "change",
    "percent": "29,5",
    "justification": "I typed this for an hour.",
    "confidence": "medium",
    "interest": "",
}


def support_url(proposal):
    return reverse("support", args=[SLUG, 1, 5, proposal.pk])


@pytest.fixture
def aigul(experts, sign_in):
    return sign_in(experts[0])


@pytest.fixture
def secret(round_goal, experts):
    """Bolat proposes 27.25 and Dana supports him, after an estimate of her own."""
    _aigul, bolat, dana = experts
    proposal = factories.propose(round_goal, bolat, "27.25", **SECRET)
    factories.propose(round_goal, dana, "61.75")
    factories.support(proposal, dana, reason="A secret reason")
    return proposal


TRACES = [
    "27.25",
    "27,25",
    "27%",
    "61.75",
    "62%",
    "44.5",
    "Bolat",
    "Dana",
    "secret",
    "supporter",
    "2 proposals",
    "within 5 points",
    "proposal-",
]


class TestWhileBlind:
    def pages(self):
        return [
            BOARD,
            BOARD + "?screen=on",
            reverse("rounds", args=[SLUG]),
            reverse("round", args=[SLUG, 1]),
            reverse("meeting", args=[SLUG, 1, 1]),
        ]

    def test_an_expert_without_an_estimate_finds_no_trace_of_the_panel(
        self, secret, aigul, round_goal
    ):
        meeting = add_meeting(
            round_=round_goal.round,
            starts_at=factories.NOW,
            minutes_long=90,
            place="Almaty",
            agenda=[round_goal],
        )
        record_meeting(
            meeting_id=meeting.pk, attended_by=[], minutes="A secret: 27.25 by Bolat"
        )
        for address in self.pages():
            page = aigul.get(address)
            assert page.status_code == 200
            text = page.content.decode()
            assert [trace for trace in TRACES if trace in text] == [], address

    def test_the_page_is_the_same_whether_or_not_others_proposed(
        self, aigul, experts, round_goal
    ):
        def text():
            page = aigul.get(BOARD)
            tokens = (str(page.context["csrf_token"]), page.context["now"].token)
            content = re.sub(r"[?&;]at=\d+", "", page.content.decode())
            return content.replace(tokens[0], "").replace(tokens[1], "")

        before = text()
        factories.propose(round_goal, experts[1], "27.25", **SECRET)
        assert text() == before

    def test_a_refused_proposal_shows_no_trace_either(self, secret, aigul):
        page = aigul.post(PROPOSE, {**TYPED, "percent": "101"})
        assert page.status_code == 422
        text = page.content.decode()
        assert [trace for trace in TRACES if trace in text] == []

    def test_supporting_a_hidden_proposal_is_as_if_it_did_not_exist(
        self, secret, aigul
    ):
        hidden = aigul.post(support_url(secret), {"reason": ""})
        missing = aigul.post(reverse("support", args=[SLUG, 1, 5, 999_999]))
        assert hidden.status_code == missing.status_code == 404
        assert aigul.get(support_url(secret)).status_code == 404
        assert Support.objects.count() == 1

    def test_after_the_own_estimate_the_panel_is_there(self, secret, aigul):
        aigul.post(PROPOSE, TYPED)
        text = aigul.get(BOARD).content.decode()
        for trace in ("27.25%", "Bolat", "secret shelter", "secret grant", "Dana"):
            assert trace in text
        assert "1 supporter" in text
        assert "A secret reason" in text

    def test_staff_see_everything_and_who_is_missing(
        self, secret, coordinator, sign_in
    ):
        text = sign_in(coordinator).get(BOARD).content.decode()
        assert "27.25%" in text
        assert "No estimate yet from:" in text
        assert "Aigul" in text

    def test_the_shared_screen_keeps_the_panel_back_until_all_have_spoken(
        self, secret, coordinator, experts, round_goal, sign_in
    ):
        client = sign_in(coordinator)
        assert "27.25" not in client.get(BOARD + "?screen=on").content.decode()
        factories.propose(round_goal, experts[0], 30)
        assert "27.25" in client.get(BOARD + "?screen=on").content.decode()


def test_an_expert_reads_the_rule_before_the_first_estimate(aigul, round_goal):
    page = aigul.get(BOARD).content.decode()
    assert "Rule, chosen before the round opened: Mean of the distinct" in page
    assert "once you have given your own estimate" in page


def test_a_board_names_the_day_on_which_estimates_are_due(aigul, round_goal):
    assert "Estimates are due by" not in aigul.get(BOARD).content.decode()
    round_ = round_goal.round
    postpone_round(
        round_id=round_.pk,
        due_at=factories.NOW + timedelta(days=3),
        by=round_.opened_by,
        now=factories.NOW,
    )
    page = aigul.get(BOARD).content.decode()
    assert "Estimates are due by" in page
    assert "data-zone" in page


def test_a_second_round_begins_with_what_the_first_came_to(
    aigul, experts, round_goal, coordinator, frozen
):
    factories.propose(round_goal, experts[0], "29.5")
    factories.propose(round_goal, experts[1], 40)
    factories.support(round_goal.proposals.get(expert=experts[1]), experts[0])
    factories.settle(round_goal, by=coordinator)
    close_round(round_id=round_goal.round_id, by=coordinator, now=factories.NOW)
    factories.make_open_round(frozen.scorecard, {5: "keep"}, by=coordinator)

    page = aigul.get(reverse("board", args=[SLUG, 2, 5])).content.decode()

    assert "Round 1 settled this goal at 40%." in page
    assert "Your estimate then:" in page
    assert "29.5%" in page
    assert "Bolat" not in page


def test_a_round_that_is_not_blind_shows_the_panel_at_once(
    frozen, coordinator, experts, sign_in
):
    round_ = factories.make_open_round(
        frozen.scorecard, {5: "keep"}, by=coordinator, is_blind=False
    )
    factories.propose(round_.round_goals.get(), experts[1], "27.25")
    assert "27.25%" in sign_in(experts[0]).get(BOARD).content.decode()


def test_the_evidence_names_average_band_respondents_and_variability(aigul, round_goal):
    text = aigul.get(BOARD).content.decode()
    for words in (
        "38%",
        "Low",
        "5 respondents",
        "Variability among those who answered",
    ):
        assert words in text
    assert "Laws" in text
    assert "Distribution of the scores given on goal 5" in text


def test_a_goal_that_too_few_rated_says_so(frozen, coordinator, sign_in):
    factories.make_open_round(frozen.scorecard, {13: "keep"}, by=coordinator)
    page = sign_in(coordinator).get(reverse("board", args=[SLUG, 1, 13]))
    assert "Fewer than 5 people rated this goal" in page.content.decode()


class TestProposing:
    @pytest.mark.parametrize("typed", ["29,5", "29.5", " 29.50 ", "29,5 %"])
    def test_decimals_are_taken_with_comma_and_point(self, aigul, round_goal, typed):
        page = aigul.post(PROPOSE, {**TYPED, "percent": typed})
        assert page.status_code == 302
        assert Proposal.objects.get().percent == Decimal("29.5")

    def test_keeping_needs_no_percent(self, aigul, round_goal):
        aigul.post(PROPOSE, {**TYPED, "kind": "keep", "percent": ""})
        assert Proposal.objects.get().kind == "keep"
        assert "You proposed:" in aigul.get(BOARD).content.decode()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"percent": "101"}, "percent"),
            ({"percent": "-1"}, "percent"),
            ({"percent": "about a third"}, "percent"),
            ({"percent": "NaN"}, "percent"),
            ({"percent": "33.333"}, "percent"),
            ({"percent": ""}, "percent"),
            ({"kind": "keep"}, "percent"),
            ({"kind": ""}, "kind"),
            ({"kind": "perhaps"}, "kind"),
            ({"justification": "   "}, "justification"),
            ({"justification": "a\x00b"}, "justification"),
            ({"confidence": ""}, "confidence"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field_and_stays_typed(
        self, aigul, round_goal, change, field
    ):
        sent = {**TYPED, **change}
        page = aigul.post(PROPOSE, sent)
        assert page.status_code == 422
        form = page.context["form"]
        assert list(form.errors) == [field]
        text = page.content.decode()
        assert form.errors[field][0] in text.replace("&#x27;", "'")
        for name in {"percent", "justification"} - set(change):
            assert sent[name] in text
        assert not Proposal.objects.exists()

    def test_what_was_typed_into_a_closed_round_can_be_copied(
        self, aigul, open_round, coordinator
    ):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        page = aigul.post(PROPOSE, TYPED)
        text = page.content.decode()
        assert page.status_code == 422
        assert "takes no more proposals" in text
        assert "I typed this for an hour." in text
        assert ">Medium</textarea>" in text
        assert not Proposal.objects.exists()

    def test_a_revision_stands_beside_the_first_estimate(self, aigul, round_goal):
        aigul.post(PROPOSE, TYPED)
        aigul.post(PROPOSE, {**TYPED, "percent": "41", "justification": "Now I know."})
        text = aigul.get(BOARD).content.decode()
        assert "first estimate" in text
        for words in ("29.5%", "41%", "I typed this for an hour.", "Now I know."):
            assert words in text

    def test_the_same_form_sent_twice_is_one_proposal(self, aigul, round_goal):
        for _attempt in range(2):
            assert aigul.post(PROPOSE, TYPED).status_code == 302
        assert Proposal.objects.count() == 1

    def test_what_people_write_is_shown_as_text(self, aigul, round_goal):
        aigul.post(PROPOSE, {**TYPED, "justification": "<script>alert(1)</script>"})
        text = aigul.get(BOARD).content.decode()
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text


class TestSupporting:
    @pytest.fixture
    def theirs(self, round_goal, experts):
        factories.propose(round_goal, experts[0], 30)
        return factories.propose(round_goal, experts[1], 25)

    def test_a_reason_is_welcome_and_not_needed(self, aigul, theirs):
        page = aigul.post(support_url(theirs), {"reason": "She knows the courts."})
        assert page.status_code == 302
        text = aigul.get(BOARD).content.decode()
        assert "She knows the courts." in text
        assert "1 supporter" in text

    def test_twice_is_refused_in_words(self, aigul, theirs):
        aigul.post(support_url(theirs))
        page = aigul.post(support_url(theirs), {"reason": "Once more, with words."})
        assert page.status_code == 422
        assert "You support this proposal already." in page.content.decode()
        assert "Once more, with words." in page.content.decode()

    def test_the_own_proposal_is_refused_in_words(self, aigul, theirs, experts):
        own = Proposal.objects.get(expert=experts[0])
        page = aigul.post(support_url(own))
        assert page.status_code == 422
        assert "your own proposal" in page.content.decode()

    def test_a_revised_proposal_is_refused_and_the_reason_kept(
        self, aigul, theirs, round_goal, experts
    ):
        factories.propose(round_goal, experts[1], 26)
        page = aigul.post(support_url(theirs), {"reason": "I agree."})
        assert page.status_code == 422
        assert "was revised meanwhile" in page.content.decode()
        assert "I agree." in page.content.decode()

    def test_a_closed_round_takes_none(self, aigul, theirs, open_round, coordinator):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        page = aigul.post(support_url(theirs), {"reason": "Too late, perhaps."})
        assert page.status_code == 422
        assert "takes no more support" in page.content.decode()
        assert "Too late, perhaps." in page.content.decode()


class TestWhoMay:
    def test_strangers_and_outsiders_get_404(
        self, open_round, stranger, climate_expert, sign_in, client
    ):
        for visitor in (client, sign_in(stranger), sign_in(climate_expert)):
            assert visitor.get(BOARD).status_code == 404
            assert visitor.get(PROPOSE).status_code == 404
            assert visitor.post(PROPOSE, TYPED).status_code == 404

    def test_staff_do_not_propose(self, open_round, coordinator, sign_in):
        assert sign_in(coordinator).get(PROPOSE).status_code == 404
        assert sign_in(coordinator).post(PROPOSE, TYPED).status_code == 404

    def test_addresses_to_post_to_refuse_get(self, aigul, round_goal, experts):
        proposal = factories.propose(round_goal, experts[0], 30)
        assert aigul.get(PROPOSE).status_code == 405
        assert aigul.get(support_url(proposal)).status_code == 405

    def test_only_the_coordinator_is_offered_to_settle(
        self, open_round, coordinator, observer, experts, sign_in
    ):
        settle = reverse("settle", args=[SLUG, 1, 5])
        assert settle in sign_in(coordinator).get(BOARD).content.decode()
        for member in (observer, experts[0]):
            assert settle not in sign_in(member).get(BOARD).content.decode()

    def test_an_expert_does_not_know_of_a_prepared_round(
        self, frozen, experts, sign_in
    ):
        factories.prepare(frozen.scorecard, {5: "keep"})
        assert sign_in(experts[0]).get(BOARD).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EXPERT])
def test_thirty_proposals_cost_as_many_queries_as_one(
    role, round_goal, coordinator, experts, scorecard, sign_in
):
    client = sign_in(coordinator if role == Role.COORDINATOR else experts[0])
    first = factories.propose(round_goal, experts[0], 30)
    second = factories.propose(round_goal, experts[1], 31)
    factories.support(first, experts[1])
    # The process keeps the frozen survey average from the first visit on.
    client.get(BOARD)
    factories.propose(round_goal, experts[0], 32)
    with CaptureQueriesContext(connection) as few:
        client.get(BOARD)
    for number in range(30):
        expert = factories.make_expert(
            scorecard=scorecard, name=f"Expert {number}", goals=[5]
        )
        factories.propose(round_goal, expert, number)
        factories.propose(round_goal, expert, number + 1)
        factories.support(second, expert)
    with CaptureQueriesContext(connection) as many:
        assert "Expert 29" in client.get(BOARD).content.decode()
    assert len(many) == len(few)
