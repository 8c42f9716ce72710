"""Writing down which responses are suspect, while they are folded into the tallies."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from surveys.models import FlaggedResponse, Response, Scorecard
from surveys.sample import flags


def flag_responses(scorecard: Scorecard, ratings: Mapping[UUID, Sequence[str]]) -> None:
    """Flag those that look as if they were not meant. Safe to run twice.

    `ratings`: response -> its strings of ratings, one a goal answered.
    """
    asked = scorecard.instrument.goals.count()
    minutes = dict(
        Response.objects.filter(pk__in=list(ratings)).values_list("pk", "minutes")
    )
    found = []
    for response, given in ratings.items():
        straight = sum(flags.is_straight(codes) for codes in given)
        flag = FlaggedResponse(
            response_id=response,
            scorecard=scorecard,
            is_straight=flags.is_straight_lined(straight, len(given), asked),
            is_fast=flags.is_impossibly_fast(
                minutes[response], sum(map(flags.ratings_given, given))
            ),
        )
        if flag.is_straight or flag.is_fast:
            found.append(flag)
    FlaggedResponse.objects.bulk_create(found, ignore_conflicts=True)
