"""Nothing in a report is written by hand: it changes with what it follows from."""

import re

import pytest
from django.urls import reverse

from tests import factories
from validation.board.remarks import withdraw_support
from validation.models import RoundGoal

pytestmark = pytest.mark.django_db


def words_of(response) -> str:
    """What a reader reads: no tags, no more than one space in a row."""
    assert response.status_code == 200
    text = re.sub(
        r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text).replace("\xa0", " "))


@pytest.fixture
def read(sign_in, coordinator, scorecard):
    return reader(sign_in(coordinator), scorecard)


def reader(client, scorecard):
    def page(name: str = "report", *where) -> str:
        return words_of(client.get(reverse(name, args=[scorecard.slug, *where])))

    return page


def test_one_more_answer_changes_figures_and_findings(instrument, sign_in):
    # In an anonymous one some would be left out by lot before the end.
    scorecard = factories.make_scorecard(
        instrument=instrument, anonymity="confidential"
    )
    member = factories.make_member(scorecard=scorecard, role="coordinator")
    read = reader(sign_in(member), scorecard)
    for ratings in factories.FIVE_RESPONSES:
        factories.respond(scorecard, ratings)
    before, goal_before = read(), read("report_goal", 1)

    factories.respond(scorecard, {1: "5555", 5: "5555"})
    # While the survey is open, its draft waits for more answers than one.
    assert "Over all goals, the survey average is 34%." in read()
    factories.close_survey(scorecard)
    after, goal_after = read(), read("report_goal", 1)

    # (30 + 38) / 2 = 34; then goal 1 has (1.667 + 2.5) / 2 = 2.083 of 5, that is 42%
    assert "Over all goals, the survey average is 34%." in before
    assert "By the survey no goal is above 40%." in before
    assert "30%" in goal_before
    assert "Over all goals, the survey average is 45%." in after
    assert "2 goals are above 40%: 1 No poverty (42%) and 5 Gender equality" in after
    assert "42%" in goal_after
    assert "5 people answered" in before
    assert "6 people answered" in after


@pytest.mark.parametrize(
    ("supported", "working", "figure"),
    [
        ([25, 33], "(25 + 33) / 2 = 29", "from 38% to 29%"),
        ([25, 33, 20], "(20 + 25 + 33) / 3 = 26", "from 38% to 26%"),
    ],
)
def test_one_more_supported_score_changes_figures_and_findings(
    open_round, coordinator, experts, read, supported, working, figure
):
    round_goal = RoundGoal.objects.get(goal__number=5)
    proposals = [
        factories.propose(round_goal, expert, percent)
        for expert, percent in zip(experts, (25, 33, 20), strict=True)
    ]
    for proposal in proposals:
        if proposal.percent in supported:
            other = next(one for one in experts if one != proposal.expert)
            factories.support(proposal, other)

    factories.settle(round_goal, by=coordinator)

    assert f"The experts lowered 1 goal: 5 Gender equality ({figure})" in read()
    assert working in read("report_goal", 5)
    assert working in read("report_goal_computation", 5)


def test_a_support_that_was_withdrawn_counts_no_more_and_stays_known(
    open_round, coordinator, experts, read
):
    aigul, bolat, dana = experts
    round_goal = RoundGoal.objects.get(goal__number=5)
    low, high, _ = (
        factories.propose(round_goal, expert, percent)
        for expert, percent in ((aigul, 25), (bolat, 33), (dana, 30))
    )
    factories.support(low, dana)
    taken_back = factories.support(high, dana)
    withdraw_support(
        expert=dana,
        support_id=taken_back.pk,
        reason="I was wrong.",
        now=factories.NOW,
    )
    factories.settle(round_goal, by=coordinator)

    page = read("report_goal_computation", 5)

    assert "(25 + 33) / 2" not in page
    assert "Settled at 25%" in page
    assert "Dana supported it and withdrew that: I was wrong." in page


def test_an_edition_stays_when_the_data_move_on(
    frozen, coordinator, experts, client, read
):
    from reports.editions.services import release_edition

    scorecard = frozen.scorecard
    release_edition(scorecard_id=scorecard.pk, by=coordinator, now=factories.NOW)
    address = reverse("edition", args=[scorecard.slug, 1])
    before = client.get(address).content

    factories.make_open_round(scorecard, {5: "agreed"}, by=coordinator)
    factories.settle(RoundGoal.objects.get(), by=coordinator, agreed=12)

    assert "from 38% to 12%" in read()
    assert client.get(address).content == before
