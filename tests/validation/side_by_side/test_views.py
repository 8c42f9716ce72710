"""All goals of a round side by side, for those who run it."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from validation.rounds.services import close_round

pytestmark = pytest.mark.django_db

PAGE = "/scorecards/kazakhstan-2022/rounds/1/consensus/"
CSV = PAGE + "table.csv"


def test_goals_stand_side_by_side_with_kendalls_w(
    open_round, experts, observer, sign_in
):
    one, five = open_round.round_goals.order_by("goal__number")
    for expert, low, high in zip(experts, (20, 25, 30), (40, 45, 50), strict=True):
        factories.propose(one, expert, low)
        factories.propose(five, expert, high)

    html = sign_in(observer).get(PAGE).content.decode()

    assert "All 3 within 5 points of 25%." in html
    assert "All 3 within 5 points of 45%." in html
    assert "1.00 on a scale from 0 to 1 (3 experts, 2 goals)" in html
    assert "From the survey average to the panel’s middle estimate" in html


def test_a_round_without_estimates_says_so(open_round, coordinator, sign_in):
    html = sign_in(coordinator).get(PAGE).content.decode()

    assert "No estimates yet" in html


def test_a_goal_without_estimates_still_has_its_survey_average(
    open_round, experts, coordinator, sign_in
):
    one, _five = open_round.round_goals.order_by("goal__number")
    factories.propose(one, experts[0], 20)
    client = sign_in(coordinator)

    lines = client.get(PAGE).context["shown"].lines
    assert [line.agreement is None for line in lines] == [False, True]
    assert all(line.survey_percent is not None for line in lines)
    rows = list(
        csv.DictReader(io.StringIO(client.get(CSV).content.decode("utf-8-sig")))
    )
    assert rows[1]["Survey average, %"]


def test_who_misses_a_goal_is_told_as_left_out(
    open_round, experts, coordinator, sign_in
):
    aigul, bolat, dana = experts
    one, five = open_round.round_goals.order_by("goal__number")
    client = sign_in(coordinator)
    for expert in (aigul, dana):
        factories.propose(five, expert, 40)
    factories.propose(one, aigul, 20)
    assert "There is no figure yet" in client.get(PAGE).content.decode()

    for round_goal in (one, five):
        factories.propose(round_goal, bolat, 10 * round_goal.goal.number)

    assert "2 of 3 experts are compared" in client.get(PAGE).content.decode()


def test_the_page_warns_while_a_goal_is_blind(
    open_round, experts, coordinator, sign_in
):
    client = sign_in(coordinator)
    assert "2 goals are still blind" in client.get(PAGE).content.decode()

    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)

    assert "still blind" not in client.get(PAGE).content.decode()


def test_experts_do_not_find_it(open_round, expert, sign_in):
    assert sign_in(expert).get(PAGE).status_code == 404
    assert sign_in(expert).get(PAGE + "table.csv").status_code == 404


def test_the_file_has_unrounded_figures(open_round, experts, rapporteur, sign_in):
    five = open_round.round_goals.get(goal__number=5)
    for expert, percent in zip(experts, (20, 25, "33.5"), strict=True):
        factories.propose(five, expert, percent)

    answer = sign_in(rapporteur).get(PAGE + "table.csv")
    text = answer.content.decode("utf-8-sig")
    goal_1, goal_5 = list(csv.DictReader(io.StringIO(text)))[:2]

    assert goal_1["Experts counted"] == "0"
    assert goal_1["Median, %"] == ""
    assert goal_5["Median, %"] == "25"
    assert goal_5["Upper quartile, %"] == "29.25"
    assert goal_5["Survey average, %"] == "38"
    assert "attachment" in answer["Content-Disposition"]


def test_the_number_of_queries_does_not_grow(
    frozen, coordinator, sign_in, django_assert_num_queries
):
    scorecard = frozen.scorecard
    round_ = factories.make_open_round(
        scorecard, {1: "median_of_latest", 5: "mean_of_supported"}, by=coordinator
    )
    client = sign_in(coordinator)
    everybody = [
        factories.make_expert(scorecard=scorecard, name=f"Person {n}", goals=[1, 5])
        for n in range(30)
    ]
    goals = list(round_.round_goals.all())
    first = factories.propose(goals[0], everybody[0], 20)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for number, expert in enumerate(everybody[1:]):
        for goal in goals:
            factories.propose(goal, expert, 20 + number)
        factories.support(first, expert)

    with django_assert_num_queries(len(one)):
        client.get(PAGE)
