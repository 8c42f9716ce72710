"""Releasing an edition from its page, and what is said when it cannot be."""

import pytest
from django.urls import reverse

from reports.editions.services import SurveyNotFrozen, release_edition
from reports.models import Edition
from reports.workshop.services import add_statement
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(sign_in, coordinator):
    client = sign_in(coordinator)
    slug = coordinator.scorecard.slug

    def send() -> str:
        return client.post(
            reverse("edition_release", args=[slug]), follow=True
        ).content.decode()

    return send


def editions_page(client, scorecard) -> str:
    return client.get(reverse("editions", args=[scorecard.slug])).content.decode()


def test_releasing_freezes_the_report_and_shows_its_checksum(frozen, release):
    page = release()

    edition = Edition.objects.get()
    assert edition.checksum in page
    assert "Edition 1 is released." in page


def test_nothing_is_released_while_a_round_is_open(open_round, release):
    page = release()

    assert not Edition.objects.exists()
    assert "a round is still open" in page
    assert "1, 5" in page


def test_nothing_is_released_while_the_survey_is_open(
    scorecard, respond, coordinator, release
):
    """Two editions, before and after one answer, would show what one person said."""
    for ratings in factories.FIVE_RESPONSES:
        respond(scorecard, ratings)

    page = release()

    assert not Edition.objects.exists()
    assert "the survey averages are not frozen" in page
    with pytest.raises(SurveyNotFrozen):
        release_edition(scorecard_id=scorecard.pk, by=coordinator, now=factories.NOW)


def test_the_button_is_not_offered_before_the_freeze(
    closed_scorecard, sign_in, coordinator
):
    client = sign_in(coordinator)
    release = reverse("edition_release", args=[closed_scorecard.slug])

    before = editions_page(client, closed_scorecard)
    factories.freeze(closed_scorecard, by=coordinator)
    after = editions_page(client, closed_scorecard)

    assert release not in before
    assert "Until they are, answers may still come in" in before
    assert release in after


def test_the_draft_is_called_preliminary_until_the_freeze(
    closed_scorecard, sign_in, coordinator
):
    client = sign_in(coordinator)
    draft = reverse("report", args=[closed_scorecard.slug])
    goal = reverse("report_goal", args=[closed_scorecard.slug, 5])

    before = [client.get(path).content.decode() for path in (draft, goal)]
    factories.freeze(closed_scorecard, by=coordinator)
    after = [client.get(path).content.decode() for path in (draft, goal)]

    assert all("Preliminary" in page for page in before)
    assert not any("Preliminary" in page for page in after)


def test_releasing_is_confirmed_first(frozen, sign_in, coordinator):
    page = editions_page(sign_in(coordinator), frozen.scorecard)

    assert "Release edition…</summary>" in page
    assert "Yes, release edition 1 now" in page
    assert page.index("<summary>Release edition") < page.index("Yes, release")


def test_the_address_of_the_button_leads_to_the_page(frozen, sign_in, coordinator):
    path = reverse("edition_release", args=[frozen.scorecard.slug])

    response = sign_in(coordinator).get(path)

    assert response.url == reverse("editions", args=[frozen.scorecard.slug])
    assert not Edition.objects.exists()


def test_the_same_report_is_not_released_twice(frozen, release):
    release()
    page = release()

    assert Edition.objects.count() == 1
    assert "edition 1 says exactly the same" in page


def test_the_page_says_what_will_be_frozen(frozen, sign_in, coordinator, observer):
    coordinators = editions_page(sign_in(coordinator), frozen.scorecard)
    observers = editions_page(sign_in(observer), frozen.scorecard)

    assert "Release edition 1" in coordinators
    assert "34%" in coordinators
    assert "Release edition" not in observers


def test_the_list_takes_the_same_queries_for_one_and_thirty_editions(
    frozen, sign_in, coordinator, django_assert_num_queries, queries_of
):
    client, scorecard = sign_in(coordinator), frozen.scorecard

    def release_another(number: int) -> None:
        add_statement(
            scorecard=scorecard,
            goal=factories.goal_of(scorecard, 5),
            section="challenge",
            text={"en": f"Point {number}"},
        )
        release_edition(scorecard_id=scorecard.pk, by=coordinator, now=factories.NOW)

    release_another(0)
    few = queries_of(client, reverse("editions", args=[scorecard.slug]))

    for number in range(1, 30):
        release_another(number)

    with django_assert_num_queries(few):
        editions_page(client, scorecard)
