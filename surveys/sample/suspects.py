"""Flagged and excluded responses, with what is needed to judge them and no more.

Shown are the ratings as patterns, without the goals they belong to, how many texts were
written, and the minutes taken; neither day, language nor profile. A page names a
response by a key that is made for this scorecard alone, and lists them by their random
keys, in which there is no order of time.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from surveys.models import (
    Answer,
    Exclusion,
    FlaggedResponse,
    Response,
    Scorecard,
)
from surveys.ratings import SKIPPED
from surveys.sample.causes import CAUSES
from surveys.sample.flags import ratings_given

SHOWN = 100
PATTERNS = 6
FLAGGED = (Exclusion.Cause.STRAIGHT, Exclusion.Cause.FAST)


@dataclass(frozen=True)
class Suspect:
    """A flagged response. `patterns`: (ratings, how many goals), most frequent first.

    `ratings`: how many key areas were rated or marked in all; `more`: goals whose
    pattern is not among those shown. `minutes` is None where nobody knows.
    """

    key: str
    is_straight: bool
    is_fast: bool
    minutes: int | None
    goals: int
    ratings: int
    texts: int
    patterns: tuple[tuple[str, int], ...]
    more: int


@dataclass(frozen=True)
class Excluded:
    """An exclusion that stands; `suspect` where its ratings or its haste was the cause.

    Not where somebody handed in a receipt: that person would be known with the ratings.
    """

    exclusion: Exclusion
    cause: str
    suspect: Suspect | None


def key_of(scorecard: Scorecard, response: UUID) -> str:
    """What a page calls a response: leads nowhere else."""
    return salted_hmac("surveys.sample", f"{scorecard.pk} {response}").hexdigest()[:20]


def flagged_responses(scorecard: Scorecard, now: datetime) -> QuerySet[FlaggedResponse]:
    """Those that are shown: of an open survey, those of the last step."""
    flagged = FlaggedResponse.objects.filter(scorecard=scorecard)
    return flagged if scorecard.has_ended(now) else flagged.filter(is_shown=True)


def to_judge(scorecard: Scorecard, now: datetime) -> QuerySet[FlaggedResponse]:
    """Those of them that count all the same, the most suspect first."""
    return (
        flagged_responses(scorecard, now)
        .filter(response__in=Response.objects.counted().filter(scorecard=scorecard))
        .order_by("-is_fast", "-is_straight", "pk")
    )


def suspects(flagged: Iterable[FlaggedResponse]) -> list[Suspect]:
    """What is needed to judge each. Two queries."""
    flags = list(flagged)
    keys = [flag.pk for flag in flags]
    minutes = dict(Response.objects.filter(pk__in=keys).values_list("pk", "minutes"))
    answers: dict[UUID, list[Answer]] = {key: [] for key in keys}
    for answer in Answer.objects.filter(response_id__in=keys):
        answers[answer.response_id].append(answer)
    return [_suspect(flag, answers[flag.pk], minutes[flag.pk]) for flag in flags]


def _suspect(
    flag: FlaggedResponse, answers: list[Answer], minutes: int | None
) -> Suspect:
    patterns = Counter(answer.ratings for answer in answers)
    shown = sorted(patterns.items(), key=lambda pattern: (-pattern[1], pattern[0]))
    return Suspect(
        key=salted_key(flag),
        is_straight=flag.is_straight,
        is_fast=flag.is_fast,
        minutes=minutes,
        goals=len(answers),
        ratings=sum(ratings_given(answer.ratings) for answer in answers),
        texts=sum(bool(t) for answer in answers for t in answer.texts.values()),
        patterns=tuple(
            (ratings.replace(SKIPPED, "·"), n) for ratings, n in shown[:PATTERNS]
        ),
        more=sum(n for _, n in shown[PATTERNS:]),
    )


def salted_key(flag: FlaggedResponse) -> str:
    return key_of(flag.scorecard, flag.pk)


def excluded_responses(scorecard: Scorecard) -> list[Excluded]:
    """Every exclusion that stands, latest first. Four queries."""
    exclusions = list(
        scorecard.exclusions.standing().select_related("excluded_by").order_by("-pk")
    )
    flags = FlaggedResponse.objects.filter(
        pk__in=[one.response_id for one in exclusions if one.cause in FLAGGED]
    )
    flagged = {one.key: one for one in suspects(flags.select_related("scorecard"))}
    return [
        Excluded(
            exclusion=one,
            cause=str(CAUSES[one.cause]),
            suspect=flagged.get(key_of(scorecard, one.response_id)),
        )
        for one in exclusions
    ]
