"""Asking for the responses as a file; made once while nothing changes."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from surveys.exports.export import Format
from surveys.exports.protection import TooFewResponses, by_day, told_until
from surveys.exports.runner import KIND
from surveys.jobs.files import finished_job
from surveys.jobs.services import request_job
from surveys.models import Exclusion, Job, Member, Scorecard

# Goes up when the files change, so that none of before is offered again.
VERSION = 2


@dataclass(frozen=True)
class Standing:
    """What a file asked for now would hold. `told` is None where too few answered.

    `responses` in all, of which `told` stand in the file; `until`: the last day that is
    told of, None for all.
    """

    responses: int
    told: int | None
    until: date | None = None

    @property
    def held_back(self) -> int:
        return self.responses - (self.told or 0)


def standing(scorecard: Scorecard, now: datetime) -> Standing:
    """How many responses there are, and how many a file asked for now would hold."""
    days = by_day(scorecard)
    n = sum(days.values())
    try:
        until = told_until(scorecard, days, now)
    except TooFewResponses:
        return Standing(n, None)
    told = sum(n for day, n in days.items() if until is None or day <= until)
    return Standing(n, told, until)


def request_export(*, by: Member, wanted: Format, language: str, now: datetime) -> Job:
    """The job that writes the file, or one that has written the same before.

    A file is offered again while nothing that stands in it has changed. Raises
    TooFewResponses.
    """
    scorecard = by.scorecard
    told_until(scorecard, by_day(scorecard), now)
    parameters = {
        "format": wanted.code,
        "language": language,
        "state": state_of(scorecard, now),
    }
    return finished_job(scorecard, KIND, parameters) or request_job(
        scorecard=scorecard,
        kind=KIND,
        parameters=parameters,
        requested_by=by,
        now=now,
    )


def state_of(scorecard: Scorecard, now: datetime) -> str:
    """Changes whenever a file of this scorecard would.

    Responses, exclusions and questionnaire are append-only, so that counting them is
    enough.
    """
    found = standing(scorecard, now)
    exclusions = Exclusion.objects.filter(scorecard=scorecard)
    facts = [
        VERSION,
        found.told,
        str(found.until),
        exclusions.count(),
        exclusions.standing().count(),
        scorecard.instrument.checksum,
        scorecard.place,
        scorecard.year,
        scorecard.notice,
        scorecard.anonymity,
        scorecard.smallest_group,
        scorecard.time_zone,
    ]
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
