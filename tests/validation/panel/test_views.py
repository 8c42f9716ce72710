"""The panel page: who is on the scorecard, and each expert's goals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import Member, Role
from tests import factories
from validation.models import Assignment

SLUG = "kazakhstan-2022"
PANEL = reverse("panel", args=[SLUG])


def goals_url(expert):
    return reverse("panel_goals", args=[SLUG, expert.pk])


def goals_of(expert):
    return {one.goal.number: one.expertise for one in expert.assignments.all()}


@pytest.fixture
def coordinating(coordinator, sign_in):
    return sign_in(coordinator)


def person(scorecard, *numbers, **change):
    return {
        "name": "Нұргүл Әлиева",
        "email": "Nurgul@Example.org",
        "role": "expert",
        "goals": [factories.goal_of(scorecard, number).pk for number in numbers],
        "expertise": "Су ресурстары",
        **change,
    }


class TestAdding:
    def test_an_expert_is_added_with_goals(self, scorecard, coordinating):
        page = coordinating.post(PANEL, person(scorecard, 1, 13))
        assert page.status_code == 302
        expert = Member.objects.get(role=Role.EXPERT)
        assert expert.user.email == "nurgul@example.org"
        assert goals_of(expert) == {1: "Су ресурстары", 13: "Су ресурстары"}
        text = coordinating.get(PANEL).content.decode()
        assert "Нұргүл Әлиева" in text
        assert "Су ресурстары" in text

    @pytest.mark.parametrize("role", ["coordinator", "rapporteur", "observer"])
    def test_other_roles_are_added_without(self, scorecard, coordinating, role):
        page = coordinating.post(PANEL, person(scorecard, role=role))
        assert page.status_code == 302
        assert Member.objects.get(name="Нұргүл Әлиева").role == role

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"email": "nobody"}, "email"),
            ({"email": ""}, "email"),
            ({"role": "queen"}, "role"),
            ({"goals": ["999999"]}, "goals"),
            ({"expertise": "x" * 201}, "expertise"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field_and_stays_typed(
        self, scorecard, coordinating, change, field
    ):
        page = coordinating.post(PANEL, person(scorecard, 5, **change))
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        text = page.content.decode()
        if field != "name":
            assert "Нұргүл Әлиева" in text
        if field != "expertise":
            assert "Су ресурстары" in text
        assert not Member.objects.filter(role=Role.EXPERT).exists()

    def test_goals_belong_to_experts(self, scorecard, coordinating):
        page = coordinating.post(PANEL, person(scorecard, 5, role="observer"))
        assert page.status_code == 422
        assert "Only experts are on the panel" in page.content.decode()

    def test_somebody_who_is_here_already_is_said_at_the_address(
        self, scorecard, coordinating
    ):
        coordinating.post(PANEL, person(scorecard, 1))
        page = coordinating.post(PANEL, person(scorecard, 5, name="Twice"))
        assert page.status_code == 422
        assert "has a role here already" in page.content.decode()
        assert 'value="Twice"' in page.content.decode()
        assert goals_of(Member.objects.get(role=Role.EXPERT)) == {1: "Су ресурстары"}


class TestGoalsOfAnExpert:
    def test_goals_are_added_and_taken_away(self, experts, coordinating):
        sent = {"goal_13": "on", "expertise_13": "Rivers", "goal_1": "on"}
        assert coordinating.post(goals_url(experts[0]), sent).status_code == 302
        assert goals_of(experts[0]) == {1: "", 13: "Rivers"}

    def test_a_goal_with_a_proposal_stays_even_if_it_is_not_sent(
        self, round_goal, experts, coordinating
    ):
        factories.propose(round_goal, experts[0], 30)
        page = coordinating.get(goals_url(experts[0]))
        assert "Has proposed or supported here" in page.content.decode()
        coordinating.post(goals_url(experts[0]), {"goal_13": "on"})
        assert set(goals_of(experts[0])) == {5, 13}

    def test_a_goal_with_a_support_stays(self, round_goal, experts, coordinating):
        factories.propose(round_goal, experts[0], 30)
        proposal = factories.propose(round_goal, experts[1], 31)
        factories.support(proposal, experts[0])
        coordinating.post(goals_url(experts[0]), {})
        assert set(goals_of(experts[0])) == {5}

    def test_a_proposal_made_meanwhile_is_said_at_its_goal(
        self, round_goal, experts, coordinating, monkeypatch
    ):
        factories.propose(round_goal, experts[0], 30)
        monkeypatch.setattr("validation.panel.views.goals_spoken_on", lambda _: set())
        page = coordinating.post(goals_url(experts[0]), {"goal_1": "on"})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["goal_5"]
        assert set(goals_of(experts[0])) == {1, 5}

    def test_too_long_an_expertise_stays_typed(self, experts, coordinating):
        sent = {"goal_1": "on", "expertise_1": "x" * 201, "expertise_5": "Typed too"}
        page = coordinating.post(goals_url(experts[0]), sent)
        assert page.status_code == 422
        assert "x" * 201 in page.content.decode()
        assert "Typed too" in page.content.decode()

    def test_only_experts_of_this_scorecard_have_goals(
        self, coordinator, other_scorecard, coordinating
    ):
        elsewhere = factories.make_expert(scorecard=other_scorecard, name="Elsewhere")
        for member in (coordinator, elsewhere):
            assert coordinating.get(goals_url(member)).status_code == 404


class TestWhoMay:
    def test_rapporteur_and_observer_read(self, experts, rapporteur, observer, sign_in):
        for member in (rapporteur, observer):
            client = sign_in(member)
            text = client.get(PANEL).content.decode()
            assert "Aigul" in text
            assert experts[0].user.email not in text
            assert "Add somebody" not in text
            assert client.post(PANEL, {}).status_code == 404
            assert client.get(goals_url(experts[0])).status_code == 404
            assert client.post(goals_url(experts[0]), {}).status_code == 404

    def test_experts_and_strangers_get_404(self, expert, stranger, sign_in, client):
        for visitor in (sign_in(expert), sign_in(stranger), client):
            for address in (PANEL, goals_url(expert)):
                assert visitor.get(address).status_code == 404
                assert visitor.post(address, {}).status_code == 404
        assert Assignment.objects.count() == 6


def test_goals_without_an_expert_are_named(experts, coordinating):
    page = coordinating.get(PANEL)
    assert [goal.number for goal in page.context["uncovered"]] == [13]


def test_thirty_experts_cost_as_many_queries_as_one(scorecard, coordinating):
    factories.make_expert(scorecard=scorecard, name="Expert", goals=[1])
    with CaptureQueriesContext(connection) as few:
        coordinating.get(PANEL)
    for number in range(30):
        name = f"Expert {number}"
        factories.make_expert(scorecard=scorecard, name=name, goals=[1, 5, 13])
    with CaptureQueriesContext(connection) as many:
        assert "Expert 29" in coordinating.get(PANEL).content.decode()
    assert len(many) == len(few)
