"""The same from elsewhere, twice at the same moment: one response, and no error."""

import pytest
from django.utils import timezone

from surveys.collected.api.schemas import ResponseIn
from surveys.collected.api.submitting import KeyUsed, submit
from surveys.collected.paper.forms import SheetForm
from surveys.collected.paper.services import AlreadyTaken, accept_sheet
from surveys.collected.tables.forms import MatchingForm, read_sheet
from surveys.collected.tables.keeping import keep, keep_matching
from surveys.collected.tables.services import take_in
from surveys.models import Answer, PaperEntry, PaperSheet, Response, UnfoldedResponse
from tests.factories import NOW
from tests.surveys.collected.conftest import response
from tests.surveys.collected.sheets import plain, row
from tests.surveys.collected.test_paper import TYPED
from tests.together import failures, successes, together

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3


def test_one_submission_handed_in_three_times_at_once_is_one_response(scorecard):
    for place in range(TIMES):

        def hand_in(place=place):
            body = ResponseIn(**response())
            return submit(
                scorecard=scorecard, key=str(place), body=body, now=timezone.now()
            )

        outcomes = together(hand_in, hand_in, hand_in)
        assert failures(outcomes) == []
        assert len({one.receipt for one in outcomes}) == 1
        assert sorted(one.is_repeated for one in outcomes) == [False, True, True]
    assert Response.objects.count() == UnfoldedResponse.objects.count() == TIMES
    assert Answer.objects.count() == 2 * TIMES


def test_two_responses_under_one_key_at_once_are_one_and_the_other_is_told(scorecard):
    for place in range(TIMES):

        def hand_in(minutes, place=place):
            body = ResponseIn(**response(minutes=minutes))
            return submit(
                scorecard=scorecard, key=str(place), body=body, now=timezone.now()
            )

        outcomes = together(lambda h=hand_in: h(1), lambda h=hand_in: h(2))
        assert len(successes(outcomes)) == 1
        assert [type(one) for one in failures(outcomes)] == [KeyUsed]
    assert Response.objects.count() == TIMES


def test_one_table_taken_in_twice_at_once_adds_each_row_once(
    coordinator, settings, tmp_path
):
    settings.VAR_DIR = tmp_path
    kept = keep(coordinator, read_sheet(plain(row(), row(id="r2"))), "forms.csv")
    matching = MatchingForm(coordinator, kept.sheet, None).matching
    kept = keep_matching(kept, coordinator.scorecard_id, matching)

    def take():
        return take_in(by=coordinator, kept=kept, now=timezone.now())

    outcomes = together(take, take)

    assert failures(outcomes) == []
    assert sorted((one.added, one.known) for one in outcomes) == [(0, 2), (2, 0)]
    assert Response.objects.count() == 2


def test_one_sheet_accepted_twice_at_once_is_one_response(scorecard, coordinator):
    sheet = PaperSheet.objects.create(scorecard=scorecard, number="1", begun_at=NOW)
    for turn in (1, 2):
        PaperEntry.objects.create(
            sheet=sheet,
            turn=turn,
            typed=TYPED,
            entered_by=coordinator,
            saved_at=NOW,
            is_finished=True,
        )
    form = SheetForm(scorecard, timezone.now().date(), TYPED)
    assert form.is_valid()
    checked = form.check_whole()

    def accept():
        accept_sheet(
            sheet=sheet,
            seen={1: NOW, 2: NOW},
            language="en",
            day=None,
            checked=checked,
            now=timezone.now(),
        )

    outcomes = together(accept, accept)

    assert [type(one) for one in failures(outcomes)] == [AlreadyTaken]
    assert Response.objects.count() == 1
