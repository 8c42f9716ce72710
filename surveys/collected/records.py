"""What is on record of responses that were collected elsewhere, by their receipts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveys.intake.storing import Submission, hash_of
from surveys.models import Answer, Response

AT_ONCE = 400


@dataclass(frozen=True)
class Content:
    """What a response says. `goals`: goal id -> (ratings, texts)."""

    language: str
    profile: Mapping[str, Any]
    cross_cutting: Mapping[str, Any]
    minutes: int | None
    goals: Mapping[int, tuple[str, Mapping[str, str]]]


@dataclass(frozen=True)
class OnRecord:
    submitted_on: date
    content: Content


def content_of(submission: Submission) -> Content:
    return Content(
        language=submission.language,
        profile=submission.profile,
        cross_cutting=submission.cross_cutting,
        minutes=submission.minutes,
        goals={goal.goal_id: (goal.ratings, goal.texts) for goal in submission.goals},
    )


def on_record(receipts: Iterable[str]) -> dict[str, OnRecord]:
    """Receipt -> what is stored under it, of those that are on record.

    Two queries for every 400 receipts.
    """
    found: dict[str, OnRecord] = {}
    by_hash = {hash_of(receipt): receipt for receipt in receipts}
    hashes = list(by_hash)
    for start in range(0, len(hashes), AT_ONCE):
        some = hashes[start : start + AT_ONCE]
        responses = list(Response.objects.filter(receipt_hash__in=some))
        goals: dict[Any, dict[int, tuple[str, Mapping[str, str]]]] = {}
        for answer in Answer.objects.filter(response__in=responses):
            goals.setdefault(answer.response_id, {})[answer.goal_id] = (
                answer.ratings,
                answer.texts,
            )
        for one in responses:
            found[by_hash[one.receipt_hash]] = OnRecord(
                one.submitted_on, _content(one, goals.get(one.pk, {}))
            )
    return found


def _content(
    response: Response, goals: Mapping[int, tuple[str, Mapping[str, str]]]
) -> Content:
    return Content(
        language=response.language,
        profile=response.profile,
        cross_cutting=response.cross_cutting,
        minutes=response.minutes,
        goals=goals,
    )
