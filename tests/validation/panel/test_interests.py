"""Interests: declared by the expert, decided on by the coordinator, kept on record."""

import pytest
from django.urls import reverse

from tests import factories
from validation.models import (
    Assignment,
    InterestDecision,
    InterestDeclaration,
    RoundGoal,
)
from validation.panel.interests import (
    AlreadySettled,
    InterestTakenBack,
    NothingDeclared,
    NotOnThePanel,
    ReasonMissing,
    UnknownHandling,
    decide_interest,
    declare_interest,
)
from validation.panels import panel_view

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def goal(scorecard):
    return factories.goal_of(scorecard, 5)


def declare(expert, goal, text):
    return declare_interest(expert=expert, goal=goal, text=text, now=NOW)


def decide(expert, goal, handling, by, reason=""):
    return decide_interest(
        expert=expert, goal=goal, handling=handling, reason=reason, by=by, now=NOW
    )


class TestDeclaring:
    def test_what_is_declared_is_disclosed(self, expert, goal):
        assignment = declare(expert, goal, " I drafted the law. ")
        assert assignment.interest == "I drafted the law."
        assert assignment.interest_handling == "disclosed"

    def test_none_to_declare_is_on_record(self, expert, goal):
        assert declare(expert, goal, "").interest_handling == "none"
        assert [one.has_interest for one in InterestDeclaration.objects.all()] == [
            False
        ]

    def test_the_same_once_more_adds_nothing(self, expert, goal):
        for text in ("", "", "Mine", "Mine"):
            declare(expert, goal, text)
        assert InterestDeclaration.objects.count() == 2

    def test_before_a_round_it_can_be_taken_back(self, expert, goal):
        declare(expert, goal, "Mine")
        assert declare(expert, goal, "").interest_handling == "none"

    def test_once_a_round_opened_it_is_only_added_to(self, expert, goal, open_round):
        declare(expert, goal, "Mine")
        for text in ("", "Yours", "Min"):
            with pytest.raises(InterestTakenBack):
                declare(expert, goal, text)
        assert declare(expert, goal, "Mine\n\nAnd hers").interest == "Mine\n\nAnd hers"

    def test_adding_does_not_undo_the_decision(
        self, expert, goal, open_round, coordinator
    ):
        declare(expert, goal, "Mine")
        decide(expert, goal, "not_counted", coordinator)
        assert declare(expert, goal, "Mine, more").interest_handling == "not_counted"

    def test_only_on_a_goal_of_theirs(self, scorecard, expert):
        with pytest.raises(NotOnThePanel):
            declare(expert, factories.goal_of(scorecard, 13), "Mine")


class TestDeciding:
    @pytest.fixture
    def declared(self, expert, goal):
        return declare(expert, goal, "Mine")

    def test_it_is_kept_with_who_and_when(self, declared, expert, goal, coordinator):
        decide(expert, goal, "not_counted", coordinator, "A close tie")
        declared.refresh_from_db()
        assert declared.interest_handling == "not_counted"
        decision = InterestDecision.objects.get()
        assert (decision.reason, decision.decided_by, decision.decided_at) == (
            "A close tie",
            coordinator,
            NOW,
        )

    def test_the_same_is_not_written_twice(self, declared, expert, goal, coordinator):
        for _ in range(2):
            decide(expert, goal, "not_counted", coordinator, "A close tie")
        assert InterestDecision.objects.count() == 1

    def test_it_takes_the_expert_out_of_the_count(
        self, declared, round_goal, experts, goal, coordinator
    ):
        factories.propose(round_goal, experts[0], 20)
        factories.propose(round_goal, experts[1], 40)
        before = RoundGoal.objects.get(pk=round_goal.pk).changes
        decide(experts[0], goal, "not_counted", coordinator, "A close tie")
        assert panel_view(round_goal, 38).latest == (40,)
        assert RoundGoal.objects.get(pk=round_goal.pk).changes > before

    def test_after_a_proposal_a_change_needs_a_reason(
        self, declared, round_goal, experts, expert, goal, coordinator
    ):
        factories.propose(round_goal, experts[1], 40)
        with pytest.raises(ReasonMissing):
            decide(expert, goal, "not_counted", coordinator, "  ")
        assert not InterestDecision.objects.exists()
        decide(expert, goal, "disclosed", coordinator)
        decide(expert, goal, "not_counted", coordinator, "Their ministry pays")

    def test_after_the_settlement_the_count_stays(
        self, declared, open_round, expert, scorecard, coordinator
    ):
        goal_1 = factories.goal_of(scorecard, 1)
        declare(expert, goal_1, "Mine")
        in_round = open_round.round_goals.get(goal=goal_1)
        factories.settle(in_round, by=coordinator, agreed=20)
        with pytest.raises(AlreadySettled):
            decide(expert, goal_1, "not_counted", coordinator, "Too late")

    def test_what_makes_no_sense_is_refused(self, expert, goal, coordinator):
        with pytest.raises(NothingDeclared):
            decide(expert, goal, "disclosed", coordinator)
        declare(expert, goal, "Mine")
        with pytest.raises(UnknownHandling):
            decide(expert, goal, "none", coordinator)

    def test_taking_the_expert_off_the_goal_leaves_the_record(
        self, declared, expert, goal, coordinator
    ):
        from validation.panel.services import unassign_goal

        decide(expert, goal, "not_counted", coordinator)
        unassign_goal(expert=expert, goal=goal)
        assert InterestDecision.objects.count() == 1


class TestThePage:
    @pytest.fixture
    def url(self, scorecard, expert):
        return reverse("panel_interest", args=[scorecard.slug, expert.pk, 5])

    @pytest.fixture
    def coordinating(self, coordinator, sign_in):
        return sign_in(coordinator)

    def test_the_coordinator_reads_and_decides_and_the_expert_is_told(
        self, url, expert, goal, coordinating, sign_in
    ):
        declare(expert, goal, "Моя организация <b>получает</b> грант.")
        panel = reverse("panel", args=[expert.scorecard.slug])
        assert "Read and decide" in coordinating.get(panel).content.decode()
        page = coordinating.get(url)
        assert "&lt;b&gt;получает" in page.content.decode()
        sent = {"handling": "not_counted", "reason": "Зависит от гранта"}
        assert coordinating.post(url, sent).status_code == 302
        assert "Read and decide" not in coordinating.get(panel).content.decode()
        own = sign_in(expert).get(reverse("my_goals", args=[expert.scorecard.slug]))
        assert "you may speak, but are not counted" in own.content.decode()
        assert "Зависит от гранта" in own.content.decode()

    def test_a_missing_reason_is_said_at_its_field(
        self, url, expert, goal, round_goal, coordinating
    ):
        declare(expert, goal, "Mine")
        factories.propose(round_goal, expert, 20)
        page = coordinating.post(url, {"handling": "not_counted"})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["reason"]

    @pytest.mark.parametrize("handling", ["", "none", "ignored"])
    def test_an_unknown_handling_is_refused_and_the_reason_stays(
        self, url, expert, goal, coordinating, handling
    ):
        declare(expert, goal, "Mine")
        sent = {"handling": handling, "reason": "Typed before"}
        page = coordinating.post(url, sent)
        assert page.status_code == 422
        assert "Typed before" in page.content.decode()
        assert Assignment.objects.get(expert=expert, goal=goal).interest_handling == (
            "disclosed"
        )

    def test_nothing_declared_is_nothing_to_decide(self, url, coordinating):
        assert "nothing to decide" in coordinating.get(url).content.decode()
        assert coordinating.post(url, {"handling": "disclosed"}).status_code == 422
