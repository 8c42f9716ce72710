"""A questionnaire tried out: the real form, and nothing that counts."""

import pytest
from django.test import Client
from django.utils import timezone

from surveys.intake.services import start_draft
from surveys.intake.submitting import IsATrial, submit_response
from surveys.intake.trials import FORGOTTEN, NotATrial, finish_trial, start_trial
from surveys.models import Draft, PersonalLink, Response
from tests import factories

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "goals/",
    "goals/1/",
    "sections/left_behind/",
    "about-you/",
    "review/",
)
MARK = "What is entered here is not counted and not kept."


@pytest.fixture
def waiting(instrument):
    """A scorecard whose survey has not opened."""
    now = timezone.now()
    return factories.make_scorecard(
        instrument=instrument,
        opens_at=now + factories.DAY,
        closes_at=now + 2 * factories.DAY,
    )


def trial(scorecard, instrument=None, language="en", now=None):
    return start_trial(
        scorecard=scorecard,
        instrument=instrument or scorecard.instrument,
        language=language,
        now=now or timezone.now(),
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_trial_says_so(waiting, page):
    _, token = trial(waiting)

    assert MARK in Client().get(f"/respond/{token}/{page}").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_a_respondent_says_so(scorecard, page):
    """Asked after the trial's, should pages be kept ready for both."""
    _, tried = trial(scorecard)
    Client().get(f"/respond/{tried}/{page}")
    _, token = start_draft(scorecard=scorecard, language="en", now=timezone.now())

    assert MARK not in Client().get(f"/respond/{token}/{page}").content.decode()


def test_a_whole_trial_leaves_nothing(waiting):
    _, token = trial(waiting)
    client, link = Client(), f"/respond/{token}/"
    saved = client.post(link + "goals/1/", {"rating_1": "4", "go": "next"})
    assert saved.status_code == 302
    client.post(link + "about-you/", {"answer_sector": "ngo"})

    over = client.post(link + "review/", {"receipt": "whatever"})

    assert "The trial is over" in over.content.decode()
    assert MARK in over.content.decode()
    assert not Response.objects.exists()
    assert not Draft.objects.exists()
    assert not PersonalLink.objects.exists()
    assert client.get(link).status_code == 404


def test_a_trial_is_checked_like_a_submission(waiting):
    _, token = trial(waiting)

    answer = Client().post(f"/respond/{token}/review/", {"receipt": "whatever"})

    assert answer.status_code == 422
    assert Draft.objects.count() == 1


def test_a_trial_asks_another_version_than_the_survey(scorecard):
    other = factories.make_standard_instrument()
    _, token = trial(scorecard, other, language="kk")

    page = Client().get(f"/respond/{token}/goals/17/").content.decode()

    assert other.goals.get(number=17).title["kk"] in page
    assert 'name="rating_10"' in page


def test_a_trial_can_never_become_a_response(scorecard):
    draft, _ = trial(scorecard)

    with pytest.raises(IsATrial):
        submit_response(draft=draft, receipt="x", now=timezone.now())

    assert not Response.objects.exists()


def test_a_respondents_draft_is_never_ended_as_a_trial(scorecard):
    draft, _ = factories.write_draft(scorecard=scorecard, ratings={1: "1212"})

    with pytest.raises(NotATrial):
        finish_trial(draft=draft, now=factories.NOW)

    assert Draft.objects.filter(pk=draft.pk).exists()


def test_forgotten_trials_are_cleared_away_and_drafts_are_not(scorecard):
    now = timezone.now()
    old, _ = trial(scorecard, now=now - FORGOTTEN - factories.HOUR)
    kept, _ = start_draft(scorecard=scorecard, language="en", now=now - 2 * FORGOTTEN)

    new, _ = trial(scorecard)

    assert set(Draft.objects.values_list("pk", flat=True)) == {kept.pk, new.pk}
    assert old.pk not in (kept.pk, new.pk)
