"""What a scorecard has to be like, and what may still change about it.

Everything may change until the survey opens. Then it may only become more than was
promised: another language, a later end, a larger smallest group, a longer grace. The
database refuses most of the rest (surveys/migrations/0002_triggers.py).
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from zoneinfo import available_timezones

from surveys.models import Anonymity, Identities, Scorecard
from surveys.visible import is_blank

# May not change at all once the survey has opened.
LOCKED = ("slug", "year", "instrument", "opens_at", "time_zone", "anonymity")
# May only grow.
GROWING = ("smallest_group", "grace_minutes")
YEARS = (2000, 2100)
SMALLEST_GROUPS = (3, 50)
LONGEST_GRACE = 24 * 60


class Wrong(StrEnum):
    """Why a value of a field is refused."""

    LOCKED = "locked"
    SMALLER = "smaller"
    LANGUAGE_TAKEN = "language_taken"
    EARLIER = "earlier"
    PAST = "past"
    NO_LANGUAGE = "no_language"
    NOT_ASKED_IN = "not_asked_in"
    EMPTY = "empty"
    CLOSES_FIRST = "closes_first"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN = "unknown"
    NOTHING_ASKED = "nothing_asked"
    TAKEN = "taken"


class Refused(Exception):
    """A scorecard like that is refused. `wrong`: {name of the field: why}.

    A text in several languages is named with its language, e.g. "place_ru".
    """

    def __init__(self, wrong: dict[str, Wrong]) -> None:
        super().__init__(", ".join(f"{name}: {why}" for name, why in wrong.items()))
        self.wrong = wrong


def wrong_with(
    scorecard: Scorecard, now: datetime, before: Scorecard | None = None
) -> dict[str, Wrong]:
    """{name of a field: what is wrong with it}; the first problem of each.

    `before`: the scorecard as it is stored; what has not changed is not judged by the
    clock again. One query, for whether the instrument asks anything.
    """
    wrong: dict[str, Wrong] = {}
    for name, why in _problems(scorecard, now, before):
        wrong.setdefault(name, why)
    return wrong


def _problems(
    scorecard: Scorecard, now: datetime, before: Scorecard | None
) -> Iterator[tuple[str, Wrong]]:
    if before is not None and before.has_opened(now):
        yield from _taken_back(scorecard, before)
    yield from _texts(scorecard)
    yield from _window(scorecard, now, before)
    yield from _numbers(scorecard)
    if scorecard.anonymity not in Anonymity.values:
        yield "anonymity", Wrong.UNKNOWN
    if scorecard.identities not in Identities.values:
        yield "identities", Wrong.UNKNOWN


def _taken_back(scorecard: Scorecard, before: Scorecard) -> Iterator[tuple[str, Wrong]]:
    """What was promised when the survey opened."""
    for name in LOCKED:
        if getattr(scorecard, name) != getattr(before, name):
            yield name, Wrong.LOCKED
    for name in GROWING:
        if getattr(scorecard, name) < getattr(before, name):
            yield name, Wrong.SMALLER
    if not set(before.languages) <= set(scorecard.languages):
        yield "languages", Wrong.LANGUAGE_TAKEN
    if scorecard.closes_at < before.closes_at:
        yield "closes_at", Wrong.EARLIER


def _texts(scorecard: Scorecard) -> Iterator[tuple[str, Wrong]]:
    if not scorecard.languages:
        yield "languages", Wrong.NO_LANGUAGE
    if not set(scorecard.languages) <= set(scorecard.instrument.languages):
        yield "languages", Wrong.NOT_ASKED_IN
    for language in scorecard.languages:
        if is_blank(scorecard.place.get(language, "")):
            yield f"place_{language}", Wrong.EMPTY


def _window(
    scorecard: Scorecard, now: datetime, before: Scorecard | None
) -> Iterator[tuple[str, Wrong]]:
    if scorecard.time_zone not in available_timezones():
        yield "time_zone", Wrong.UNKNOWN
    if scorecard.opens_at is not None:
        if scorecard.closes_at <= scorecard.opens_at:
            yield "closes_at", Wrong.CLOSES_FIRST
        if before is None or scorecard.opens_at != before.opens_at:
            if scorecard.opens_at <= now:
                yield "opens_at", Wrong.PAST
            if not asks_something(scorecard):
                yield "opens_at", Wrong.NOTHING_ASKED
    has_moved = before is None or scorecard.closes_at != before.closes_at
    if has_moved and scorecard.closes_at <= now:
        yield "closes_at", Wrong.PAST


def _numbers(scorecard: Scorecard) -> Iterator[tuple[str, Wrong]]:
    limits = {
        "year": YEARS,
        "smallest_group": SMALLEST_GROUPS,
        "grace_minutes": (0, LONGEST_GRACE),
    }
    for name, (lowest, highest) in limits.items():
        if not lowest <= getattr(scorecard, name) <= highest:
            yield name, Wrong.OUT_OF_RANGE


def asks_something(scorecard: Scorecard) -> bool:
    """Whether the instrument has goals and indicators: without, nobody can answer."""
    return (
        scorecard.instrument.goals.exists() and scorecard.instrument.indicators.exists()
    )


def missing_to_open(scorecard: Scorecard, now: datetime) -> dict[str, Wrong]:
    """What stands in the way of opening the survey now; empty if nothing does."""
    wrong: dict[str, Wrong] = {}
    if not asks_something(scorecard):
        wrong["instrument"] = Wrong.NOTHING_ASKED
    if scorecard.closes_at <= now:
        wrong["closes_at"] = Wrong.PAST
    return wrong | dict(_texts(scorecard))
