"""The figures of a panel, gathered from its proposals."""

from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.lifting import triggers_lifted
from validation.agreement_page import agreement_for, agreements_for
from validation.board.remarks import withdraw_support
from validation.consensus_figures import _largest_block, panel_figures, ranking
from validation.models import Assignment, RoundGoal
from validation.rounds.services import close_round, reveal_goal

pytestmark = pytest.mark.django_db


def figures_of(member, round_goal):
    return panel_figures(member, [round_goal]).get(round_goal.pk)


def not_counted(expert, goal):
    Assignment.objects.filter(expert=expert, goal=goal).update(
        interest="Works for the ministry.", interest_handling="not_counted"
    )


def test_the_figures_are_those_of_the_current_proposals(
    round_goal, experts, coordinator
):
    aigul, bolat, dana = experts
    factories.propose(round_goal, aigul, 90)
    factories.propose(round_goal, aigul, 25)
    factories.propose(round_goal, bolat, 33)
    factories.propose(round_goal, dana)  # keeps 38

    found = figures_of(coordinator, round_goal)

    assert found.n == 3
    assert found.estimates == {aigul.pk: 25, bolat.pk: 33, dana.pk: 38}
    assert found.median == 33
    assert found.quartiles == (29, Fraction(71, 2))
    assert found.iqr == Fraction(13, 2)
    assert (found.within_5.count, found.within_5.of) == (2, 3)
    assert found.classes == (0, 0, 1, 2, 0, 0, 0, 0, 0, 0)
    # layers: one estimate in each of two neighbours (A = 8/9), one alone (A = 1)
    assert found.van_der_eijk_a == Fraction(2, 3) * Fraction(8, 9) + Fraction(1, 3)
    assert found.far_out == ()
    assert found.previous is None
    assert found.stability is None


def test_a_hundred_belongs_to_the_last_class_and_ten_to_the_second(
    round_goal, experts, coordinator
):
    for expert, percent in zip(experts, ("100", "10", "9.99"), strict=True):
        factories.propose(round_goal, expert, percent)

    classes = figures_of(coordinator, round_goal).classes

    assert classes == (1, 1, 0, 0, 0, 0, 0, 0, 0, 1)


def test_influence_is_the_rules_figure_with_and_without_the_expert(
    round_goal, experts, coordinator
):
    aigul, bolat, dana = experts
    low = factories.propose(round_goal, aigul, 25)
    high = factories.propose(round_goal, bolat, 33)
    factories.propose(round_goal, dana, 40)
    factories.support(low, bolat)
    factories.support(low, dana)
    factories.support(high, dana)

    found = figures_of(coordinator, round_goal)

    # supported are 25 and 33: 29
    assert found.settled == 29
    assert found.influence == {
        aigul.pk: 29 - 33,  # her 25 goes
        bolat.pk: 29 - 25,  # his 33 goes; 25 still has Dana
        dana.pk: 29 - 25,  # the only supporter of 33 goes
    }


def test_support_that_was_withdrawn_moves_nothing(round_goal, experts, coordinator):
    aigul, bolat, dana = experts
    low = factories.propose(round_goal, aigul, 25)
    high = factories.propose(round_goal, bolat, 33)
    factories.propose(round_goal, dana, 40)
    factories.support(low, bolat)
    taken_back = factories.support(high, dana)
    withdraw_support(expert=dana, support_id=taken_back.pk, now=factories.NOW)

    found = figures_of(coordinator, round_goal)

    assert found.settled == 25
    assert found.influence[dana.pk] == 0


def test_who_only_supports_moves_the_figure_too(round_goal, experts, coordinator):
    aigul, bolat, dana = experts
    low = factories.propose(round_goal, aigul, 25)
    high = factories.propose(round_goal, bolat, 35)
    factories.support(low, bolat)
    reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=factories.NOW)
    factories.support(high, dana)

    found = figures_of(coordinator, round_goal)
    shown = agreement_for(coordinator, round_goal)

    assert found.influence[dana.pk] == 5
    assert dana.pk not in found.estimates
    assert shown.experts[-1].name == "Dana"
    assert shown.experts[-1].estimate is None


def test_experts_who_are_not_counted_enter_nowhere(round_goal, experts, coordinator):
    aigul, bolat, dana = experts
    low = factories.propose(round_goal, aigul, 25)
    high = factories.propose(round_goal, bolat, 33)
    factories.propose(round_goal, dana, 90)
    factories.support(low, dana)
    factories.support(high, aigul)
    not_counted(dana, round_goal.goal)

    found = figures_of(coordinator, round_goal)

    assert found.estimates == {aigul.pk: 25, bolat.pk: 33}
    assert found.settled == 33
    assert dana.pk not in found.influence
    shown = agreement_for(dana, round_goal)
    assert shown.is_mine_left_out
    assert shown.strip.mine is None


def test_an_agreed_value_is_moved_by_nobody(open_round, experts, coordinator):
    round_goal = open_round.round_goals.get(goal__number=1)
    factories.propose(round_goal, experts[0], 25)

    before = figures_of(coordinator, round_goal)
    factories.settle(round_goal, by=coordinator, agreed=27)
    after = figures_of(coordinator, RoundGoal.objects.get(pk=round_goal.pk))

    assert before.settled is None
    assert after.settled == 27
    assert after.influence == {experts[0].pk: None}


def test_a_goal_without_survey_average_counts_only_who_names_a_percent(
    frozen, coordinator, climate_expert
):
    other = factories.make_expert(scorecard=frozen.scorecard, name="Timur", goals=[13])
    round_ = factories.make_open_round(
        frozen.scorecard, {13: "median_of_latest"}, by=coordinator
    )
    round_goal = round_.round_goals.get()
    factories.propose(round_goal, climate_expert)
    factories.propose(round_goal, other, 20)

    found = figures_of(coordinator, round_goal)

    assert found.estimates == {other.pk: 20}
    assert found.survey_percent is None
    assert found.settled is None
    assert found.influence == {other.pk: None}
    assert agreement_for(coordinator, round_goal).strip.references == ()


def test_a_panel_that_has_said_nothing_has_no_figures(round_goal, coordinator):
    found = figures_of(coordinator, round_goal)

    assert found.n == 0
    assert found.median is None
    assert found.van_der_eijk_a is None
    assert agreement_for(coordinator, round_goal) is None


def test_far_out_experts_are_named(open_round, experts, coordinator):
    scorecard = open_round.scorecard
    round_goal = open_round.round_goals.get(goal__number=5)
    extra = [
        factories.make_expert(scorecard=scorecard, name=name, goals=[5])
        for name in ("Madina", "Ruslan")
    ]
    for expert, percent in zip([*experts, *extra], (30, 31, 32, 33, 70), strict=True):
        factories.propose(round_goal, expert, percent)

    shown = agreement_for(coordinator, round_goal)

    assert shown.figures.far_out == (extra[1].pk,)
    assert [line.name for line in shown.far_out] == ["Ruslan"]
    html = render_to_string("validation/agreement.html", {"agreement": shown})
    assert "Ruslan (70%)" in html


# ---------------------------------------------------------------- who may see it


def test_a_blind_expert_sees_no_figures_before_their_own_estimate(
    round_goal, experts, coordinator
):
    aigul, bolat, _ = experts
    factories.propose(round_goal, aigul, 25)

    assert figures_of(bolat, round_goal) is None
    assert agreement_for(bolat, round_goal) is None

    factories.propose(round_goal, bolat, 60)
    mine = agreement_for(bolat, round_goal)
    assert mine.strip.mine == 60
    assert [line.name for line in mine.experts if line.is_mine] == ["Bolat"]


def test_strangers_and_outsiders_see_no_figures(
    round_goal, experts, climate_expert, stranger
):
    factories.propose(round_goal, experts[0], 25)

    assert panel_figures(climate_expert, [round_goal]) == {}
    assert panel_figures(stranger, [round_goal], {}) == {}


def test_names_are_those_the_scorecard_promised(round_goal, experts, coordinator):
    scorecard = round_goal.round.scorecard
    scorecard.identities = "pseudonyms"
    # The round is open already: nobody could promise anything else now.
    with triggers_lifted():
        scorecard.save()
    coordinator.scorecard = scorecard
    factories.propose(round_goal, experts[0], 25)

    shown = agreement_for(coordinator, round_goal)

    assert shown.experts[0].name.startswith("Expert ")


# ---------------------------------------------------------------- rounds and goals


def test_stability_compares_with_the_last_opened_round_on_the_goal(
    open_round, experts, coordinator
):
    aigul, bolat, dana = experts
    first = open_round.round_goals.get(goal__number=5)
    for expert, percent in ((aigul, 20), (bolat, 30), (dana, 50)):
        factories.propose(first, expert, percent)
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
    scorecard = open_round.scorecard
    second = factories.make_open_round(
        scorecard, {5: "median_of_latest"}, by=coordinator
    ).round_goals.get()
    factories.propose(second, aigul, 24)
    factories.propose(second, bolat, 38)
    factories.prepare(scorecard, {5: "keep"})

    found = figures_of(coordinator, second)

    assert found.previous == first
    assert found.stability.experts == 2
    assert found.stability.median_change == 6  # from 25 to 31
    assert found.stability.share_steady == Fraction(1, 2)
    assert figures_of(coordinator, first).previous is None


def test_kendalls_w_compares_those_who_estimated_every_goal(
    open_round, experts, coordinator
):
    aigul, bolat, dana = experts
    goals = list(open_round.round_goals.order_by("goal__number"))
    for expert, percents in ((aigul, (10, 20)), (bolat, (30, 50)), (dana, (40,))):
        for round_goal, percent in zip(goals, percents, strict=False):
            factories.propose(round_goal, expert, percent)

    ranked = ranking(list(panel_figures(coordinator, goals).values()))

    assert ranked.goals == (1, 5)
    assert (ranked.experts, ranked.of) == (2, 3)
    assert ranked.concordance.w == 1


def test_kendalls_w_over_ties_and_too_few(open_round, experts, coordinator):
    goals = list(open_round.round_goals.order_by("goal__number"))
    factories.propose(goals[0], experts[0], 30)
    factories.propose(goals[1], experts[0], 30)

    ranked = ranking(list(panel_figures(coordinator, goals).values()))

    assert ranked.concordance is None
    assert (ranked.experts, ranked.of) == (0, 1)
    assert ranking([]).concordance is None


@pytest.mark.parametrize(
    ("said", "goals", "experts"),
    [
        # one expert on goal 16 does not keep three others from being compared
        ({1: {1, 2, 3}, 2: {1, 2, 3}, 3: {1, 2, 3, 16}}, (1, 2, 3), (1, 2, 3)),
        # two by three goals are more than three by one
        ({1: {1, 2, 3}, 2: {1, 2, 3}, 3: {1}}, (1, 2, 3), (1, 2)),
        # what two share counts, though nobody estimated exactly that
        ({1: {1, 2, 3}, 2: {2, 3, 4}}, (2, 3), (1, 2)),
        # as many estimates: the one with more goals
        (
            {1: {1, 2}, 2: {1, 2}, 3: {1, 2}, 4: {5, 6, 7}, 5: {5, 6, 7}},
            (5, 6, 7),
            (4, 5),
        ),
        # one goal is no order, one expert no concordance
        ({1: {1}, 2: {1}, 3: {1}}, (), ()),
        ({1: {1, 2, 3}}, (), ()),
        ({}, (), ()),
    ],
)
def test_the_largest_block_is_compared(said, goals, experts):
    sets = {expert: frozenset(those) for expert, those in said.items()}

    assert _largest_block(sets) == (goals, experts)


def test_the_number_of_queries_does_not_grow(
    frozen, coordinator, django_assert_num_queries
):
    scorecard = frozen.scorecard
    round_ = factories.make_open_round(
        scorecard, {1: "median_of_latest", 5: "mean_of_supported"}, by=coordinator
    )
    goals = list(round_.round_goals.all())
    everybody = [
        factories.make_expert(scorecard=scorecard, name=f"Expert {n}", goals=[1, 5])
        for n in range(30)
    ]
    proposal = factories.propose(goals[0], everybody[0], 20)
    with CaptureQueriesContext(
        connection,
    ) as one:
        agreements_for(coordinator, goals[:1])

    for number, expert in enumerate(everybody[1:], start=1):
        for round_goal in goals:
            factories.propose(round_goal, expert, 20 + number)
        factories.support(proposal, expert)

    with django_assert_num_queries(len(one)):
        agreements_for(coordinator, goals)


# ---------------------------------------------------------------- the part of a page


def test_the_part_shows_summary_measures_and_the_own_estimate(round_goal, experts):
    for expert, percent in zip(experts, (25, 30, 33), strict=True):
        factories.propose(round_goal, expert, percent)

    html = render_to_string(
        "validation/agreement.html",
        {"agreement": agreement_for(experts[0], round_goal)},
    )

    assert "All 3 within 5 points of 30%." in html
    assert "van der Eijk" in html
    assert html.count("What is this?") == 7
    assert "Mine" in html
    assert "data-chart" in html


def test_the_part_leaves_the_picture_out_where_asked(round_goal, experts):
    factories.propose(round_goal, experts[0], 25)
    agreement = agreement_for(experts[0], round_goal)

    html = render_to_string(
        "validation/agreement.html", {"agreement": agreement, "with_strip": False}
    )

    assert "data-chart" not in html
    assert (
        render_to_string("validation/agreement.html", {"agreement": None}).strip() == ""
    )


def test_the_part_has_no_inline_style_or_script_of_its_own():
    source = Path("templates/validation/agreement.html").read_text(encoding="utf-8")

    assert "style=" not in source
    assert "<script" not in source
