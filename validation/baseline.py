"""The survey's figures, and the moment after which they no longer move."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from surveys.averages import SurveyAverages, survey_averages
from surveys.frozen import tells_whether_frozen
from surveys.models import Member, Scorecard
from surveys.sample.exclusions import ExclusionLine, standing_exclusions
from surveys.sample.steps import shown_sample
from surveys.tallies import Tallies, read_tallies, recount_tallies
from validation.ledger.services import record
from validation.models import Baseline, LedgerEntry


class SurveyStillOpen(Exception):
    """Answers may still come in: figures are frozen once closing and grace are over."""


class AlreadyFrozen(Exception):
    """The figures of this scorecard were frozen before."""


class TalliesDisagree(Exception):
    """The running counts are not what the answers give: somebody changed them."""


class NoResponses(Exception):
    """There is nothing to freeze."""


@tells_whether_frozen
def has_baseline(scorecard: Scorecard) -> bool:
    """Whether the survey's figures are frozen."""
    return Baseline.objects.filter(scorecard=scorecard).exists()


@transaction.atomic
def freeze_baseline(*, scorecard_id: int, by: Member, now: datetime) -> Baseline:
    """Freeze the survey averages; from here on no response is taken.

    Raises SurveyStillOpen, AlreadyFrozen, NoResponses or TalliesDisagree.
    """
    # FOR UPDATE waits for every submission that is under way (surveys.locks).
    scorecard = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    if has_baseline(scorecard):
        raise AlreadyFrozen
    if not scorecard.has_ended(now):
        raise SurveyStillOpen
    tallies = read_tallies(scorecard)
    if not tallies.responses:
        raise NoResponses
    if tallies != recount_tallies(scorecard):
        raise TalliesDisagree
    baseline = Baseline.objects.create(
        scorecard=scorecard,
        tallies=tallies.as_json(),
        exclusions=standing_exclusions(scorecard),
        frozen_at=now,
        frozen_by=by,
    )
    record(scorecard.pk, LedgerEntry.Kind.BASELINE, baseline)
    return baseline


def tallies_in_force(scorecard: Scorecard) -> Tallies:
    """The frozen counts once there is a baseline, the live ones before.

    Of a survey that is open: those of its last step (surveys.sample.steps).
    """
    baseline = Baseline.objects.filter(scorecard=scorecard).first()
    if baseline:
        return Tallies.from_json(baseline.tallies)
    now = timezone.now()
    if scorecard.has_ended(now):
        return read_tallies(scorecard)
    return shown_sample(scorecard, now).tallies or Tallies(is_step=True)


def exclusions_in_force(scorecard: Scorecard) -> list[ExclusionLine]:
    """Why responses are excluded: as frozen once there is a baseline."""
    baseline = Baseline.objects.filter(scorecard=scorecard).first()
    return baseline.exclusions if baseline else standing_exclusions(scorecard)


def averages_in_force(scorecard: Scorecard) -> SurveyAverages:
    """The survey averages that everything after the survey is based on."""
    return survey_averages(scorecard, tallies_in_force(scorecard))
