"""Released editions."""

import pytest

from reports.editions.services import release_edition
from reports.models import Edition
from surveys.models import Member, Scorecard
from tests import factories
from validation.models import Baseline


@pytest.fixture
def edition(frozen: Baseline, coordinator: Member) -> Edition:
    """Edition 1: the survey's figures, without a consultation."""
    return release_edition(
        scorecard_id=frozen.scorecard_id, by=coordinator, now=factories.NOW
    )


@pytest.fixture
def other_edition(other_scorecard: Scorecard, stranger: Member) -> Edition:
    """Edition 1 of somebody else's report."""
    factories.respond(other_scorecard, {1: "1212"})
    factories.close_survey(other_scorecard)
    factories.freeze(other_scorecard, by=stranger)
    return release_edition(
        scorecard_id=other_scorecard.pk, by=stranger, now=factories.NOW
    )
