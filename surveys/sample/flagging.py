"""Writing down which responses are suspect, while they are folded into the tallies."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from surveys.models import FlaggedResponse, Scorecard
from surveys.ratings import DIGITS
from surveys.sample import flags


def flag_responses(
    scorecard: Scorecard,
    minutes: Mapping[str, int | None],
    answers: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> None:
    """Flag those that look as if they were not meant. Safe to run twice.

    `minutes`: response -> whole minutes it took, None where nobody knows. `answers`:
    for each goal the responses that answered it, and their ratings in the same order.
    """
    asked = scorecard.instrument.goals.count()
    key_areas = scorecard.instrument.indicators.count()
    goals = Counter(response for responses, _ in answers for response in responses)
    straight = _straight_goals(answers, key_areas)
    # Only of those who would be fast had they rated everything are ratings counted.
    hurried = {
        response
        for response, taken in minutes.items()
        if flags.is_impossibly_fast(taken, asked * key_areas)
    }
    given = _ratings_given(answers, hurried)
    found = []
    for response in hurried | straight.keys():
        flag = FlaggedResponse(
            response_id=response,
            scorecard=scorecard,
            is_straight=flags.is_straight_lined(
                straight[response], goals[response], asked
            ),
            is_fast=flags.is_impossibly_fast(minutes[response], given[response]),
        )
        if flag.is_straight or flag.is_fast:
            found.append(flag)
    FlaggedResponse.objects.bulk_create(found, ignore_conflicts=True)


def _straight_goals(
    answers: Iterable[tuple[Sequence[str], Sequence[str]]], key_areas: int
) -> Counter[str]:
    """response -> goals with one score for every key area."""
    straight = {
        codes for code in DIGITS if flags.is_straight(codes := code * key_areas)
    }
    return Counter(
        response
        for responses, ratings in answers
        for response, codes in zip(responses, ratings, strict=True)
        if codes in straight
    )


def _ratings_given(
    answers: Iterable[tuple[Sequence[str], Sequence[str]]], hurried: Collection[str]
) -> Counter[str]:
    """response -> key areas rated or marked, of those who hurried."""
    given: Counter[str] = Counter()
    if hurried:
        for responses, ratings in answers:
            for response, codes in zip(responses, ratings, strict=True):
                if response in hurried:
                    given[response] += flags.ratings_given(codes)
    return given
