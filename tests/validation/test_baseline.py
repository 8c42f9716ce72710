"""The survey's figures stop moving before consultation begins."""

import pytest

from surveys.intake.services import SurveyNotOpen
from surveys.models import Response, Tally
from surveys.tallies import Tallies, fold_tallies, read_tallies
from tests import factories
from tests.factories import DAY
from validation.baseline import (
    AlreadyFrozen,
    NoResponses,
    SurveyStillOpen,
    TalliesDisagree,
    averages_in_force,
    freeze_baseline,
    tallies_in_force,
)
from validation.models import Baseline


def test_freezing_keeps_the_counts_as_they_stood(closed_scorecard, coordinator, now):
    live = read_tallies(closed_scorecard)
    baseline = factories.freeze(closed_scorecard, by=coordinator)
    assert (baseline.frozen_at, baseline.frozen_by) == (now, coordinator)
    baseline.refresh_from_db()
    assert tallies_in_force(closed_scorecard) == live
    assert averages_in_force(closed_scorecard).goals[5].percent == 38


def test_before_freezing_the_live_counts_are_in_force(closed_scorecard, respond):
    assert tallies_in_force(closed_scorecard) == read_tallies(closed_scorecard)
    respond(closed_scorecard, {1: "1111"})
    assert tallies_in_force(closed_scorecard).responses == 6


def test_while_a_survey_is_open_its_counts_move_in_steps(scorecard, respond):
    for _ in range(2 * scorecard.smallest_group - 1):
        respond(scorecard, {1: "1111"})
    assert tallies_in_force(scorecard) == Tallies()
    respond(scorecard, {1: "1111"})
    # As many are left out by lot until the survey is over.
    assert tallies_in_force(scorecard).cells[1, 1] == {"1": scorecard.smallest_group}


def test_frozen_figures_do_not_come_from_the_live_counts(frozen, monkeypatch):
    before = averages_in_force(frozen.scorecard)
    monkeypatch.setattr("validation.baseline.read_tallies", None)
    assert averages_in_force(frozen.scorecard) == before


def test_folding_after_freezing_changes_no_figure(frozen):
    before = averages_in_force(frozen.scorecard)
    assert fold_tallies(frozen.scorecard) == 5
    assert averages_in_force(frozen.scorecard) == before


def test_a_survey_that_is_open_is_not_frozen(scorecard, coordinator, respond, now):
    respond(scorecard, {1: "1111"})
    factories.close_survey(scorecard, at=now + DAY)
    with pytest.raises(SurveyStillOpen):
        factories.freeze(scorecard, by=coordinator)
    # At its closing time it is closed, but not for those who are in the middle.
    factories.close_survey(scorecard, at=now)
    with pytest.raises(SurveyStillOpen):
        factories.freeze(scorecard, by=coordinator)
    factories.freeze(scorecard, by=coordinator, now=scorecard.ends_at)


def test_figures_are_frozen_once(frozen, coordinator, now):
    with pytest.raises(AlreadyFrozen):
        freeze_baseline(scorecard_id=frozen.pk, by=coordinator, now=now + DAY)
    assert Baseline.objects.get().frozen_at == now


def test_nothing_is_frozen_without_a_response(scorecard, coordinator):
    factories.close_survey(scorecard)
    with pytest.raises(NoResponses):
        factories.freeze(scorecard, by=coordinator)
    assert not Baseline.objects.exists()


def test_no_response_is_taken_once_figures_are_frozen(frozen, respond, now):
    """By those too whose clocks are behind: for them the survey is open."""
    with pytest.raises(SurveyNotOpen):
        respond(frozen.scorecard, {1: "5555"}, now=frozen.scorecard.opens_at)
    assert Response.objects.count() == 5


def test_another_scorecard_still_takes_responses(frozen, other_scorecard, respond):
    respond(other_scorecard, {1: "5555"})
    assert Response.objects.filter(scorecard=other_scorecard).count() == 1


def test_counts_that_somebody_changed_are_not_frozen(closed_scorecard, coordinator):
    """The folded tallies are a table like any other; the answers are append-only."""
    fold_tallies(closed_scorecard)
    Tally.objects.filter(goal__number=5, code="2").update(n=500)

    with pytest.raises(TalliesDisagree):
        factories.freeze(closed_scorecard, by=coordinator)
    assert not Baseline.objects.exists()
