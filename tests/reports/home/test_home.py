"""The front page: what has been released, and what is next for whoever signed in."""

import pytest
from django.urls import reverse

from reports.editions.services import release_edition
from surveys.members.services import add_member
from surveys.models import Role
from tests import factories
from validation.models import RoundGoal

pytestmark = pytest.mark.django_db


def page_of(client, name="home", *where) -> str:
    response = client.get(reverse(name, args=where))
    assert response.status_code == 200
    return response.content.decode()


def test_the_front_page_says_when_nothing_is_released(client, scorecard):
    page = page_of(client)

    assert "No report has been released yet." in page
    assert "Kazakhstan" not in page


def test_the_front_page_shows_the_latest_edition_with_its_figures(
    client, frozen, coordinator
):
    scorecard = frozen.scorecard
    release_edition(scorecard_id=scorecard.pk, by=coordinator, now=factories.NOW)
    factories.make_open_round(scorecard, {5: "agreed"}, by=coordinator)
    factories.settle(RoundGoal.objects.get(), by=coordinator, agreed=12)
    release_edition(scorecard_id=scorecard.pk, by=coordinator, now=factories.NOW)

    page = page_of(client)

    assert reverse("edition", args=[scorecard.slug, 2]) in page
    assert reverse("edition", args=[scorecard.slug, 1]) not in page
    assert "34%" in page
    assert "21%" in page


def test_members_see_their_scorecards_with_role_and_next_step(
    sign_in, coordinator, stranger
):
    page = page_of(sign_in(coordinator))

    assert "Kazakhstan 2022" in page
    assert "Share the link to the survey" in page
    assert "Uzbekistan" not in page


def test_an_expert_is_told_how_many_goals_wait(sign_in, open_round, expert):
    before = page_of(sign_in(expert))
    factories.propose(open_round.round_goals.get(goal__number=5), expert, 25)
    after = page_of(sign_in(expert))

    assert "2 goals wait for your proposal" in before
    assert "1 goal waits for your proposal" in after


def test_the_front_page_takes_the_same_queries_for_many_editions_and_scorecards(
    sign_in, coordinator, instrument, django_assert_num_queries, queries_of, frozen
):
    client = sign_in(coordinator)
    release_edition(
        scorecard_id=coordinator.scorecard_id, by=coordinator, now=factories.NOW
    )

    few = queries_of(client, reverse("home"))

    for number in range(30):
        other = factories.make_scorecard(instrument=instrument, slug=f"study-{number}")
        member = add_member(
            scorecard=other,
            email=coordinator.user.email,
            name="Coordinator",
            role=Role.COORDINATOR,
        )
        factories.respond(other, {1: "1212"})
        factories.close_survey(other)
        factories.freeze(other, by=member)
        release_edition(scorecard_id=other.pk, by=member, now=factories.NOW)

    with django_assert_num_queries(few):
        page_of(client)
