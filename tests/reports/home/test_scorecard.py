"""The home of a scorecard: its phase, its chain, and what is next for each role."""

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.editions.services import release_edition
from surveys.models import Scorecard
from tests import factories
from validation.rounds.services import close_round

pytestmark = pytest.mark.django_db


def page_of(client, scorecard) -> str:
    response = client.get(reverse("scorecard", args=[scorecard.slug]))
    assert response.status_code == 200
    return response.content.decode()


def test_while_answers_come_in_the_coordinator_gets_the_link(
    sign_in, coordinator, scorecard
):
    page = page_of(sign_in(coordinator), scorecard)

    assert reverse("intake_start", args=[scorecard.open_link]) in page
    assert reverse("survey_close", args=[scorecard.slug]) in page


@pytest.mark.parametrize("role", ["rapporteur", "observer"])
def test_others_get_neither_link_nor_the_coordinators_buttons(
    sign_in, scorecard, role, request
):
    page = page_of(sign_in(request.getfixturevalue(role)), scorecard)

    assert scorecard.open_link not in page
    assert reverse("survey_close", args=[scorecard.slug]) not in page
    assert reverse("report", args=[scorecard.slug]) in page


def test_each_phase_says_what_is_next(sign_in, coordinator, closed_scorecard, experts):
    client, scorecard = sign_in(coordinator), closed_scorecard
    closed = page_of(client, scorecard)
    factories.freeze(scorecard, by=coordinator)
    frozen = page_of(client, scorecard)
    round_ = factories.make_open_round(scorecard, {5: "agreed"}, by=coordinator)
    consulting = page_of(client, scorecard)
    factories.settle(round_.round_goals.get(), by=coordinator, agreed=25)
    close_round(round_id=round_.pk, by=coordinator, now=factories.NOW)
    settled = page_of(client, scorecard)
    release_edition(scorecard_id=scorecard.pk, by=coordinator, now=factories.NOW)
    released = page_of(client, scorecard)

    assert "Freeze the survey averages" in closed
    assert "5 responses" in closed
    assert "Consult the experts" in frozen
    assert "Hold the meetings and settle the goals" in consulting
    assert "0 goals settled, 1 not yet" in consulting
    assert "Write and release the report" in settled
    assert "1 goal settled" in settled
    assert "The report has been released" in released


@pytest.mark.parametrize("role", ["coordinator", "rapporteur", "observer", "expert"])
def test_goals_left_unsettled_are_said_to_everybody_alike(
    sign_in, open_round, coordinator, role, request
):
    settled = open_round.round_goals.get(goal__number=1)
    factories.settle(settled, by=coordinator, agreed=25)
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)

    page = page_of(sign_in(request.getfixturevalue(role)), open_round.scorecard)

    assert "consulting, 1 goal not settled yet" in page


def test_the_coordinator_is_led_to_each_goal_that_was_not_settled(
    sign_in, open_round, coordinator
):
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)

    page = page_of(sign_in(coordinator), open_round.scorecard)

    for number in (1, 5):
        assert reverse("settle", args=[open_round.scorecard.slug, 1, number]) in page
    assert "Settle goal 5: Gender equality" in page
    assert "2 goals were consulted on and are not settled" in page
    assert "0 goals settled, 2 not yet" in page


def test_an_expert_is_led_to_the_first_goal_that_waits(sign_in, open_round, expert):
    page = page_of(sign_in(expert), open_round.scorecard)

    board = reverse("board", args=[open_round.scorecard.slug, 1, 1])
    assert f'btn-primary" href="{board}"' in page


@pytest.mark.parametrize("role", ["rapporteur", "observer"])
def test_those_who_read_find_the_panel(sign_in, scorecard, role, request):
    page = page_of(sign_in(request.getfixturevalue(role)), scorecard)

    assert "Who is on the panels" in page


def test_an_expert_sees_their_boards_and_nothing_of_the_panel(
    sign_in, open_round, experts
):
    aigul, bolat, dana = experts
    round_goal = open_round.round_goals.get(goal__number=5)
    factories.propose(round_goal, bolat, 25)
    factories.propose(round_goal, dana, 33)
    before = page_of(sign_in(aigul), open_round.scorecard)
    factories.propose(round_goal, aigul, 30)
    after = page_of(sign_in(aigul), open_round.scorecard)

    assert reverse("board", args=[open_round.scorecard.slug, 1, 5]) in before
    assert "open: waits for your proposal" in before
    assert "open: you have proposed and may revise" in after
    for page in (before, after):
        assert "2 proposals" not in page
        assert "3 proposals" not in page
        assert "25%" not in page
        assert "33%" not in page


def test_what_an_expert_sees_does_not_change_with_what_others_propose(
    sign_in, open_round, experts
):
    aigul, bolat, _ = experts
    client = sign_in(aigul)
    before = page_of(client, open_round.scorecard)
    factories.propose(open_round.round_goals.get(goal__number=5), bolat, 25)

    assert without_tokens(page_of(client, open_round.scorecard)) == without_tokens(
        before
    )


def without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_the_chain_takes_the_same_queries_for_many_proposals(
    sign_in, coordinator, open_round, experts, django_assert_num_queries, queries_of
):
    client = sign_in(coordinator)
    round_goal = open_round.round_goals.get(goal__number=5)
    factories.propose(round_goal, experts[0], 20)
    few = queries_of(client, reverse("scorecard", args=[open_round.scorecard.slug]))

    for number in range(30):
        expert = factories.make_expert(
            scorecard=open_round.scorecard, name=f"Expert {number}", goals=[5]
        )
        factories.propose(round_goal, expert, number)

    with django_assert_num_queries(few):
        page_of(client, open_round.scorecard)


def test_an_experts_goals_take_the_same_queries_whether_one_or_three(
    sign_in, open_round, expert, climate_expert, django_assert_num_queries, queries_of
):
    from validation.rounds.services import assign_goal

    client = sign_in(climate_expert)
    few = queries_of(client, reverse("scorecard", args=[open_round.scorecard.slug]))

    for number in (1, 5):
        assign_goal(
            expert=climate_expert,
            goal=factories.goal_of(open_round.scorecard, number),
        )

    with django_assert_num_queries(few):
        page_of(client, open_round.scorecard)


def test_closing_asks_first_and_then_closes(sign_in, coordinator, scorecard):
    client = sign_in(coordinator)
    address = reverse("survey_close", args=[scorecard.slug])

    asked = client.get(address).content.decode()
    assert Scorecard.objects.get().is_open(timezone.now())
    client.post(address)

    assert "Close the survey now?" in asked
    assert Scorecard.objects.get().has_closed(timezone.now())
    assert "Nobody" not in asked


def test_closing_twice_is_said_plainly(sign_in, coordinator, scorecard):
    client = sign_in(coordinator)
    address = reverse("survey_close", args=[scorecard.slug])
    client.post(address)

    again = client.post(address, follow=True).content.decode()

    assert "The survey is not open." in again


def test_the_page_says_when_the_survey_is_closed_already(
    sign_in, coordinator, closed_scorecard
):
    client = sign_in(coordinator)

    page = client.get(reverse("survey_close", args=[closed_scorecard.slug]))

    assert "<h1>The survey is already closed</h1>" in page.content.decode()
    assert "(Asia/Almaty)" in page.content.decode()
