"""Settling a goal: by the rule chosen beforehand, once, with a reason."""

from decimal import Decimal
from fractions import Fraction as F

import pytest

from tests import factories
from validation.consensus import RuleNotComputable
from validation.models import Settlement
from validation.rounds.services import close_round
from validation.settling.services import (
    AlreadySettled,
    InvalidSettlement,
    RoundNotOpened,
    RuleNotChosen,
    settle_goal,
    survey_percent_of,
)


@pytest.fixture
def goal_by(frozen, coordinator):
    """goal_by(rule): goal 5 in an open round under this rule; its survey says 38."""

    def make(rule: str):
        round_ = factories.make_open_round(
            frozen.scorecard, {5: rule}, by=coordinator, is_blind=False
        )
        return round_.round_goals.get()

    return make


@pytest.mark.parametrize(
    ("rule", "agreed", "percent"),
    [
        ("keep", None, F(38)),
        ("agreed", 29, F(29)),
        # Supported: 25 by two, 33 by one.
        ("mean_of_supported", None, F(29)),
        ("weighted_by_supporters", None, F(25 + 25 + 33, 3)),
        # 25, 33, and keeping 38.
        ("median_of_latest", None, F(33)),
    ],
)
def test_each_rule_makes_its_own_of_the_same_panel(
    goal_by, experts, coordinator, rule, agreed, percent
):
    goal = goal_by(rule)
    aigul, bolat, dana = experts
    first = factories.propose(goal, aigul, 25)
    second = factories.propose(goal, bolat, 33)
    factories.propose(goal, dana)
    factories.support(first, bolat)
    factories.support(first, dana)
    factories.support(second, dana)
    settlement = factories.settle(goal, by=coordinator, agreed=agreed)
    settlement.refresh_from_db()
    assert (settlement.rule, settlement.percent) == (rule, percent)


def test_the_seeds_goal_5_is_exact_and_unrounded(round_goal, experts, coordinator):
    proposals = [
        factories.propose(round_goal, expert, percent)
        for expert, percent in zip(experts, (25, 33, 30), strict=True)
    ]
    for place, proposal in enumerate(proposals):
        factories.support(proposal, experts[place - 1])
    factories.settle(round_goal, by=coordinator)
    assert Settlement.objects.get().percent == F(88, 3)


def test_a_settlement_says_who_why_and_what_was_said_against_it(
    open_round, coordinator, now
):
    goal = open_round.round_goals.get(goal__number=1)
    settlement = factories.settle(
        goal, by=coordinator, agreed=20, reason=" As argued. ", dissent=" Dana: 30. "
    )
    assert (settlement.reason, settlement.dissent) == ("As argued.", "Dana: 30.")
    assert (settlement.settled_by, settlement.settled_at) == (coordinator, now)
    goal.refresh_from_db()
    assert not goal.is_open


def test_a_goal_is_settled_once(open_round, coordinator):
    goal = open_round.round_goals.get(goal__number=1)
    first = factories.settle(goal, by=coordinator, agreed=20)
    with pytest.raises(AlreadySettled) as refusal:
        factories.settle(goal, by=coordinator, agreed=21)
    assert refusal.value.settlement == first
    assert Settlement.objects.get().percent == 20


def test_a_goal_of_a_closed_round_can_still_be_settled(open_round, coordinator, now):
    close_round(round_id=open_round.pk, by=coordinator, now=now)
    goal = open_round.round_goals.get(goal__number=1)
    assert factories.settle(goal, by=coordinator, agreed=20).percent == 20


def test_a_goal_is_not_settled_before_its_round_opens(frozen, coordinator):
    round_ = factories.prepare(frozen.scorecard, {5: "keep"})
    with pytest.raises(RoundNotOpened):
        factories.settle(round_.round_goals.get(), by=coordinator)


def test_no_other_rule_than_the_one_chosen(round_goal, coordinator, now):
    with pytest.raises(RuleNotChosen):
        settle_goal(
            round_goal_id=round_goal.pk,
            rule="keep",
            by=coordinator,
            reason="It is simpler.",
            now=now,
        )
    assert not Settlement.objects.exists()


@pytest.mark.parametrize(
    ("rule", "agreed", "reason", "field"),
    [
        ("agreed", Decimal("20"), " ", "reason"),
        ("agreed", Decimal("20"), "a\x00b", "reason"),
        ("agreed", None, "Because.", "agreed"),
        ("agreed", Decimal("-1"), "Because.", "agreed"),
        ("agreed", Decimal("100.01"), "Because.", "agreed"),
        ("agreed", Decimal("NaN"), "Because.", "agreed"),
        ("keep", Decimal("20"), "Because.", "agreed"),
    ],
)
def test_what_does_not_fit_is_named(
    goal_by, coordinator, now, rule, agreed, reason, field
):
    goal = goal_by(rule)
    with pytest.raises(InvalidSettlement) as refusal:
        settle_goal(
            round_goal_id=goal.pk,
            rule=rule,
            by=coordinator,
            reason=reason,
            agreed=agreed,
            now=now,
        )
    assert refusal.value.field == field
    assert not Settlement.objects.exists()


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("mean_of_supported", "nothing_supported"),
        ("weighted_by_supporters", "nothing_supported"),
        ("median_of_latest", "nobody_proposed"),
    ],
)
def test_a_rule_with_nothing_to_work_on_settles_nothing(
    goal_by, coordinator, rule, reason
):
    goal = goal_by(rule)
    with pytest.raises(RuleNotComputable) as refusal:
        factories.settle(goal, by=coordinator)
    assert refusal.value.reason == reason
    goal.refresh_from_db()
    assert goal.is_open


def test_a_goal_without_a_survey_average_is_not_settled(frozen, coordinator):
    round_ = factories.make_open_round(frozen.scorecard, {13: "keep"}, by=coordinator)
    with pytest.raises(RuleNotComputable) as refusal:
        factories.settle(round_.round_goals.get(), by=coordinator)
    assert refusal.value.reason == "no_survey_average"


def test_the_survey_average_is_the_frozen_one(round_goal):
    assert survey_percent_of(round_goal) == 38


@pytest.mark.parametrize(
    ("rule", "percent"),
    [
        ("keep", F(38)),
        # Dana's estimate of 90 and her support for 33 are not counted.
        ("mean_of_supported", F(25)),
        ("weighted_by_supporters", F(25)),
        ("median_of_latest", F(25 + 33, 2)),
    ],
)
def test_an_expert_who_is_not_counted_moves_no_rule(
    goal_by, experts, coordinator, rule, percent
):
    goal = goal_by(rule)
    aigul, bolat, dana = experts
    dana.assignments.filter(goal=goal.goal).update(
        interest="Works for the ministry.", interest_handling="not_counted"
    )
    first = factories.propose(goal, aigul, 25)
    second = factories.propose(goal, bolat, 33)
    third = factories.propose(goal, dana, 90)
    factories.support(first, bolat)
    factories.support(second, dana)
    factories.support(third, aigul)

    assert factories.settle(goal, by=coordinator).percent == percent


def test_a_goal_too_few_rated_can_be_settled_by_what_the_meeting_agreed(
    frozen, coordinator
):
    """Goal 13 was rated by three: its survey average is not shown to anybody."""
    round_ = factories.make_open_round(frozen.scorecard, {13: "agreed"}, by=coordinator)
    goal = round_.round_goals.get()

    assert factories.settle(goal, by=coordinator, agreed=40).percent == 40
