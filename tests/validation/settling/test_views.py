"""Settling: what every rule gives, side by side, and the one that was chosen."""

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from validation.models import Rule, Settlement
from validation.rounds.services import close_round

SLUG = "kazakhstan-2022"


def settle_url(goal, round_number=1):
    return reverse("settle", args=[SLUG, round_number, goal])


def board_url(goal):
    return reverse("board", args=[SLUG, 1, goal])


@pytest.fixture
def coordinating(coordinator, sign_in):
    return sign_in(coordinator)


@pytest.fixture
def seed_panel(round_goal, experts):
    """The seed report's goal 5: 25, 33 and 30, each supported, make 29.33."""
    aigul, bolat, dana = experts
    proposals = [
        factories.propose(round_goal, expert, percent)
        for expert, percent in ((aigul, 25), (bolat, 33), (dana, 30))
    ]
    for proposal, supporter in zip(proposals, (bolat, dana, aigul), strict=True):
        factories.support(proposal, supporter)
    return proposals


def sent(rule="mean_of_supported", **change):
    return {
        "rule": rule,
        "reason": "I typed this reason.",
        "dissent": "And this dissent.",
        **change,
    }


def test_every_rule_is_shown_side_by_side(seed_panel, coordinating):
    page = coordinating.get(settle_url(5))
    lines = {line.rule: line for line in page.context["lines"]}
    assert lines["keep"].percent == 38
    assert lines["agreed"].percent is None
    assert lines["mean_of_supported"].percent == Fraction(88, 3)
    assert lines["weighted_by_supporters"].percent == Fraction(88, 3)
    assert lines["median_of_latest"].percent == 30
    text = page.content.decode()
    assert "(25 + 30 + 33) / 3 ≈ 29.33%" in text
    assert "(25 × 1 + 30 × 1 + 33 × 1) / 3 ≈ 29.33%" in text
    assert "the middle of 25; 30; 33 = 30%" in text
    assert "29%" in text
    assert text.count(">chosen<") == 1


def test_rules_that_give_nothing_say_why(round_goal, coordinating):
    text = coordinating.get(settle_url(5)).content.decode()
    assert text.count("No proposal is supported by another expert.") == 2
    assert "Nobody has made a proposal." in text
    assert "Needs the value that the meeting agreed on." in text


def test_a_goal_is_settled_by_its_rule_and_shown_frozen(seed_panel, coordinating):
    assert coordinating.post(settle_url(5), sent()).status_code == 302
    assert Settlement.objects.get().percent == Fraction(88, 3)
    for address in (settle_url(5), board_url(5)):
        text = coordinating.get(address).content.decode()
        assert "I typed this reason." in text
        assert "And this dissent." in text
        assert "(25 + 30 + 33) / 3 ≈ 29.33%" in text
        assert '<form method="post" novalidate>' not in text


def test_experts_of_the_goal_see_what_was_settled(
    seed_panel, coordinating, experts, sign_in
):
    coordinating.post(settle_url(5), sent())
    text = sign_in(experts[0]).get(board_url(5)).content.decode()
    assert "I typed this reason." in text
    assert "29%" in text


@pytest.mark.parametrize("typed", ["29,5", "29.5"])
def test_an_agreed_value_is_typed_with_comma_or_point(open_round, coordinating, typed):
    page = coordinating.post(settle_url(1), sent("agreed", agreed=typed))
    assert page.status_code == 302
    assert Settlement.objects.get().percent == Fraction(59, 2)


@pytest.mark.parametrize("typed", ["", "101", "-3", "some"])
def test_an_agreed_value_out_of_range_is_said_at_its_field(
    open_round, coordinating, typed
):
    page = coordinating.post(settle_url(1), sent("agreed", agreed=typed))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["agreed"]
    text = page.content.decode()
    assert f'value="{typed}"' in text or not typed
    assert "I typed this reason." in text
    assert "And this dissent." in text
    assert not Settlement.objects.exists()


def test_only_the_rule_of_that_name_asks_for_an_agreed_value(open_round, coordinating):
    assert 'name="agreed"' in coordinating.get(settle_url(1)).content.decode()
    assert 'name="agreed"' not in coordinating.get(settle_url(5)).content.decode()


def test_a_settlement_without_reason_is_refused(seed_panel, coordinating):
    page = coordinating.post(settle_url(5), sent(reason="  "))
    assert page.status_code == 422
    assert "Say why" in page.content.decode()
    assert "And this dissent." in page.content.decode()


def test_a_rule_that_gives_nothing_refuses_in_words(round_goal, coordinating):
    page = coordinating.post(settle_url(5), sent())
    assert page.status_code == 422
    form = page.context["form"]
    assert form.non_field_errors() == ["No proposal is supported by another expert."]
    assert "I typed this reason." in page.content.decode()


@pytest.mark.parametrize("rule", [Rule.KEEP, Rule.MEDIAN_OF_LATEST, "invented"])
def test_another_rule_than_the_chosen_one_is_refused(seed_panel, coordinating, rule):
    page = coordinating.post(settle_url(5), sent(str(rule)))
    assert page.status_code == 422
    text = page.content.decode()
    assert "not the rule that was chosen before the round opened" in text
    assert "Mean of the distinct supported scores" in text
    assert not Settlement.objects.exists()


def test_after_that_refusal_the_form_sends_the_chosen_rule(seed_panel, coordinating):
    page = coordinating.post(settle_url(5), sent("keep"))
    assert 'name="rule" value="mean_of_supported"' in page.content.decode()


def test_a_settled_goal_says_what_was_settled_and_by_whom(
    seed_panel, coordinator, coordinating, round_goal
):
    factories.settle(round_goal, by=coordinator)
    page = coordinating.post(settle_url(5), sent())
    assert page.status_code == 422
    text = page.content.decode()
    assert "Coordinator settled this goal at 29% on May 16, 2022" in text
    assert "I typed this reason." in text
    assert "And this dissent." in text
    assert Settlement.objects.count() == 1


def test_a_prepared_round_settles_nothing(frozen, coordinating):
    factories.prepare(frozen.scorecard, {5: "keep"})
    assert "has not opened" in coordinating.get(settle_url(5)).content.decode()
    page = coordinating.post(settle_url(5), sent("keep"))
    assert page.status_code == 422
    assert "I typed this reason." in page.content.decode()


def test_a_closed_round_is_still_settled(seed_panel, open_round, coordinator, sign_in):
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
    assert sign_in(coordinator).post(settle_url(5), sent()).status_code == 302


def test_a_goal_without_a_survey_average_says_so(frozen, coordinator, coordinating):
    factories.make_open_round(frozen.scorecard, {13: "keep"}, by=coordinator)
    text = coordinating.get(settle_url(13)).content.decode()
    assert text.count("There is no survey average for this goal.") == 5
    page = coordinating.post(settle_url(13), sent("keep"))
    assert page.status_code == 422
    assert "There is no survey average for this goal." in page.content.decode()


def test_everybody_but_the_coordinator_gets_404(
    open_round, rapporteur, observer, expert, stranger, sign_in, client
):
    visitors = [sign_in(one) for one in (rapporteur, observer, expert, stranger)]
    for visitor in (*visitors, client):
        assert visitor.get(settle_url(5)).status_code == 404
        assert visitor.post(settle_url(5), sent()).status_code == 404
    assert not Settlement.objects.exists()


def test_a_goal_outside_the_round_is_404(open_round, coordinating):
    assert coordinating.get(settle_url(13)).status_code == 404
    assert coordinating.get(settle_url(5, round_number=2)).status_code == 404


def test_thirty_proposals_cost_as_many_queries_as_one(
    round_goal, experts, scorecard, coordinating
):
    factories.propose(round_goal, experts[0], 30)
    with CaptureQueriesContext(connection) as few:
        coordinating.get(settle_url(5))
    for number in range(30):
        expert = factories.make_expert(
            scorecard=scorecard, name=f"Expert {number}", goals=[5]
        )
        factories.propose(round_goal, expert, number)
    with CaptureQueriesContext(connection) as many:
        coordinating.get(settle_url(5))
    assert len(many) == len(few)
