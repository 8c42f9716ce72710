"""An excluded response leaves every figure, and comes back exactly."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from surveys.frozen import FiguresFrozen
from surveys.models import (
    FlaggedResponse,
    RespondentTally,
    Response,
    Tally,
    UnfoldedResponse,
)
from surveys.sample.exclusions import (
    AlreadyExcluded,
    NotExcluded,
    exclude_response,
    readmit_response,
    standing_exclusions,
)
from surveys.tallies import (
    count_responses,
    fold_tallies,
    read_tallies,
    recount_tallies,
)
from tests import factories
from tests.factories import NOW
from tests.together import failures, together

pytestmark = pytest.mark.django_db
RATINGS = [
    {1: "1234", 5: "5?/-"},
    {1: "1234"},
    {1: "2222", 5: "2222", 13: "2222"},
    {5: "5?/-", 13: "1111"},
]


@pytest.fixture
def responses(scorecard) -> list[Response]:
    return [factories.respond(scorecard, ratings) for ratings in RATINGS]


def exclude(response, by, reason="Sent twice.", cause="duplicate"):
    return exclude_response(
        response_id=response.pk, cause=cause, reason=reason, by=by, now=NOW
    )


def readmit(exclusion, by):
    return readmit_response(
        exclusion_id=exclusion.pk, reason="It was another.", by=by, now=NOW
    )


@pytest.mark.parametrize("folded", [0, 1, 2, 4])
@pytest.mark.parametrize("which", range(len(RATINGS)))
def test_figures_are_those_of_the_others_whether_it_was_folded_or_not(
    scorecard, coordinator, responses, folded, which
):
    before = read_tallies(scorecard)
    if folded:
        fold_tallies(scorecard, at_once=folded)

    exclusion = exclude(responses[which], coordinator)

    without = read_tallies(scorecard)
    assert without == recount_tallies(scorecard)
    assert without.responses == count_responses(scorecard) == len(RATINGS) - 1
    others = [ratings for place, ratings in enumerate(RATINGS) if place != which]
    assert sum(sum(codes.values()) for codes in without.cells.values()) == sum(
        len(codes) for ratings in others for codes in ratings.values()
    )

    readmit(exclusion, coordinator)

    assert read_tallies(scorecard) == before == recount_tallies(scorecard)
    while fold_tallies(scorecard):
        pass
    assert read_tallies(scorecard) == before
    assert count_responses(scorecard) == len(RATINGS)


def test_excluding_all_of_them_leaves_nothing(scorecard, coordinator, responses):
    fold_tallies(scorecard)

    exclusions = [exclude(response, coordinator) for response in responses]

    assert read_tallies(scorecard) == recount_tallies(scorecard)
    assert not Tally.objects.exists()
    assert not RespondentTally.objects.exists()
    assert count_responses(scorecard) == 0

    for exclusion in exclusions:
        readmit(exclusion, coordinator)
    fold_tallies(scorecard)
    assert read_tallies(scorecard) == recount_tallies(scorecard)
    assert Tally.objects.aggregate(n=Sum("n"))["n"] == 32
    assert not UnfoldedResponse.objects.exists()


def test_a_response_is_excluded_once_at_a_time(scorecard, coordinator, responses):
    first = exclude(responses[0], coordinator)
    with pytest.raises(AlreadyExcluded):
        exclude(responses[0], coordinator)

    readmit(first, coordinator)
    with pytest.raises(NotExcluded):
        readmit(first, coordinator)
    again = exclude(responses[0], coordinator)

    assert (first.number, again.number) == (1, 2)
    assert count_responses(scorecard) == len(RATINGS) - 1


def test_others_keep_their_figures(scorecard, other_scorecard, coordinator, responses):
    factories.respond(other_scorecard, {1: "1234"})
    fold_tallies(other_scorecard)
    fold_tallies(scorecard)
    before = read_tallies(other_scorecard)

    exclude(responses[0], coordinator)

    assert read_tallies(other_scorecard) == before


def test_once_frozen_nothing_leaves_and_nothing_comes_back(
    closed_scorecard, coordinator
):
    out, other, *_ = closed_scorecard.responses.all()
    exclusion = exclude(out, coordinator, reason="A trial of ours.", cause="not_meant")
    baseline = factories.freeze(closed_scorecard, by=coordinator)

    with pytest.raises(FiguresFrozen):
        exclude(other, coordinator)
    with pytest.raises(FiguresFrozen):
        readmit(exclusion, coordinator)

    assert baseline.exclusions == [{"cause": "not_meant", "reason": "A trial of ours."}]
    assert baseline.tallies["responses"] == 4
    assert read_tallies(closed_scorecard) == recount_tallies(closed_scorecard)


def test_reasons_are_told_by_kind_and_not_in_the_order_of_time(
    scorecard, coordinator, responses
):
    exclude(responses[0], coordinator, reason="Zealous", cause="other")
    undone = exclude(responses[1], coordinator, reason="Undone", cause="straight")
    exclude(responses[2], coordinator, reason="B", cause="fast")
    exclude(responses[3], coordinator, reason="A", cause="fast")
    readmit(undone, coordinator)

    assert standing_exclusions(scorecard) == [
        {"cause": "fast", "reason": "A"},
        {"cause": "fast", "reason": "B"},
        {"cause": "other", "reason": "Zealous"},
    ]


@pytest.mark.django_db(transaction=True)
def test_folding_and_excluding_at_once_count_each_response_once(
    scorecard, coordinator, responses
):
    def fold() -> None:
        while fold_tallies(scorecard, at_once=1):
            pass

    outcomes = together(
        fold,
        fold,
        lambda: exclude(responses[0], coordinator),
        lambda: exclude(responses[2], coordinator),
    )

    assert failures(outcomes) == []
    assert read_tallies(scorecard) == recount_tallies(scorecard)
    assert count_responses(scorecard) == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_exclude_the_same_response_exclude_it_once(
    scorecard, coordinator, responses
):
    fold_tallies(scorecard)

    outcomes = together(*[lambda: exclude(responses[0], coordinator) for _ in range(3)])

    assert [type(one) for one in failures(outcomes)] == [AlreadyExcluded] * 2
    assert read_tallies(scorecard) == recount_tallies(scorecard)


def test_a_response_is_flagged_when_it_is_folded(scorecard):
    calm = factories.respond(scorecard, {1: "2222", 5: "2222", 13: "2223"})
    straight = factories.respond(scorecard, {1: "2222", 5: "4444", 13: "1111"})

    fold_tallies(scorecard)

    flagged = {flag.response_id: flag for flag in FlaggedResponse.objects.all()}
    assert calm.pk not in flagged
    assert flagged[straight.pk].is_straight
    assert not flagged[straight.pk].is_shown


def test_among_many_those_are_flagged_that_were_straight(scorecard, other_scorecard):
    """Whoever answers which goals, and however many fold at once."""
    straight = set()
    for person in range(24):
        goals = [goal for goal in (1, 5, 13) if (person + goal // 4) % 5]
        codes = "3333" if person % 3 == 0 else "3332"
        response = factories.respond(scorecard, dict.fromkeys(goals, codes))
        if codes == "3333" and len(goals) == 3:
            straight.add(response.pk)
    factories.respond(other_scorecard, dict.fromkeys((1, 5, 13), "3333"))

    while fold_tallies(scorecard, at_once=7):
        pass

    flags = FlaggedResponse.objects.filter(is_straight=True, is_fast=False)
    assert set(flags.values_list("pk", flat=True)) == straight
    assert straight


def test_a_readmitted_response_is_flagged_once(scorecard, coordinator):
    straight = factories.respond(scorecard, dict.fromkeys((1, 5, 13), "3333"))
    fold_tallies(scorecard)

    readmit(exclude(straight, coordinator, cause="straight"), coordinator)
    fold_tallies(scorecard)

    assert FlaggedResponse.objects.get().response_id == straight.pk


def test_who_took_no_time_for_many_ratings_is_flagged(standard_instrument):
    scorecard = factories.make_scorecard(instrument=standard_instrument)
    mixed = dict.fromkeys(range(1, 18), "1234512345")
    profile = {"sector": "ngo"}
    for minutes in (4, 5):
        draft, _ = factories.write_draft(
            scorecard=scorecard, ratings=mixed, profile=profile
        )
        factories.submit_response(
            draft=draft,
            receipt=f"after {minutes}",
            now=draft.started_at + timedelta(minutes=minutes, seconds=59),
        )

    fold_tallies(scorecard)

    flag = FlaggedResponse.objects.get()
    assert (flag.response.minutes, flag.is_fast, flag.is_straight) == (4, True, False)
