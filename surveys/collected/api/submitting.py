"""One response handed in by a program: stored once, however often it is sent."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import IntegrityError

from surveys.collected.api.schemas import GoalIn, ResponseIn
from surveys.collected.records import OnRecord, content_of, on_record
from surveys.collected.window import NotYetOpen
from surveys.frozen import FiguresFrozen
from surveys.intake.checks import Checked, GoalGiven, InvalidAnswer, check_response
from surveys.intake.questionnaire import Questionnaire
from surveys.intake.storing import Submission, receipt_of, store_responses
from surveys.models import Instrument, Response, Scorecard
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED, Rating

MARKERS = {
    "dont_know": DONT_KNOW,
    "not_applicable": NOT_APPLICABLE,
    "skipped": SKIPPED,
    None: SKIPPED,
}
MOST_FIELDS = 400


class Refused(Exception):
    """The response does not fit. `errors`: (field, reason)."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


class KeyUsed(Exception):
    """The idempotency key belongs to another response, which stays as it is."""


@dataclass(frozen=True)
class Taken:
    receipt: str
    submitted_on: date
    is_repeated: bool


@lru_cache(maxsize=8)
def _asked(instrument_id: int, checksum: str) -> Questionnaire:
    return Questionnaire.of(Instrument.objects.get(pk=instrument_id))


def asked_by(scorecard: Scorecard) -> Questionnaire:
    """What a scorecard that has opened asks: it no longer changes, so it is kept."""
    return _asked(scorecard.instrument_id, scorecard.instrument.checksum)


def submit(*, scorecard: Scorecard, key: str, body: ResponseIn, now: datetime) -> Taken:
    """Store a response under its idempotency key, once.

    Raises NotYetOpen, FiguresFrozen, Refused, or KeyUsed.
    """
    if not scorecard.has_opened(now):
        raise NotYetOpen
    today = now.astimezone(scorecard.zone).date()
    checked = _checked(scorecard, asked_by(scorecard), body, today)
    submission = Submission(
        scorecard_id=scorecard.pk,
        origin=Response.Origin.API,
        receipt=receipt_of(scorecard.pk, Response.Origin.API, key),
        language=body.language,
        submitted_on=body.submitted_on or today,
        goals=checked.goals,
        profile=checked.profile,
        cross_cutting=checked.cross_cutting,
        minutes=body.minutes,
    )
    try:
        store_responses([submission])
    except (IntegrityError, FiguresFrozen):
        # Sent before, perhaps before figures were frozen: that is what was answered.
        there = on_record([submission.receipt]).get(submission.receipt)
        if there is None:
            raise
        return _repeated(submission, there, body)
    return Taken(submission.receipt, submission.submitted_on, is_repeated=False)


def _repeated(submission: Submission, there: OnRecord, body: ResponseIn) -> Taken:
    """What was answered the first time. Raises KeyUsed where that said other things."""
    is_another_day = body.submitted_on not in (None, there.submitted_on)
    if is_another_day or there.content != content_of(submission):
        raise KeyUsed
    return Taken(submission.receipt, there.submitted_on, is_repeated=True)


# ------------------------------------------------------------------------- checking


def _checked(
    scorecard: Scorecard, asked: Questionnaire, body: ResponseIn, today: date
) -> Checked:
    by_code = {indicator.code: indicator.number for indicator in asked.indicators}
    errors = [
        *_about_whole(scorecard, body, today),
        *_unknown_names(body, by_code),
    ]
    goals = {
        int(number): GoalGiven(_ratings(goal, by_code), goal.texts)
        for number, goal in body.goals.items()
        if number.isascii() and number.isdecimal() and len(number) <= 3
    }
    checked = check_response(
        asked, goals=goals, profile=body.profile, cross_cutting=body.cross_cutting
    )
    names = {number: code for code, number in by_code.items()}
    errors += [(_place(asked, names, one), one.reason) for one in checked.problems]
    if not errors and checked.is_empty:
        errors.append(("goals", "not one goal has been rated or commented"))
    if errors:
        raise Refused(errors[:MOST_FIELDS])
    return checked


def _about_whole(
    scorecard: Scorecard, body: ResponseIn, today: date
) -> list[tuple[str, str]]:
    errors = []
    if body.language not in scorecard.languages:
        known = ", ".join(scorecard.languages)
        errors.append(("language", f"is not one of {known}"))
    if body.submitted_on and not date(2000, 1, 1) <= body.submitted_on <= today:
        errors.append(("submitted_on", "is not a day from 2000-01-01 to today"))
    return errors


def _unknown_names(body: ResponseIn, by_code: dict[str, int]) -> list[tuple[str, str]]:
    errors = []
    seen: dict[int, str] = {}
    for number, goal in body.goals.items():
        if not (number.isascii() and number.isdecimal() and len(number) <= 3):
            errors.append((f"goals.{number[:60]}", "is not the number of a goal"))
        elif int(number) in seen:
            errors.append((f"goals.{number}", "stands twice"))
        else:
            seen[int(number)] = number
        for code in goal.ratings:
            if code not in by_code:
                place = f"goals.{number[:60]}.ratings.{code[:60]}"
                errors.append((place, "is not an indicator"))
    return errors


def _ratings(goal: GoalIn, by_code: dict[str, int]) -> dict[int, Rating]:
    return {
        by_code[code]: rating if isinstance(rating, int) else MARKERS[rating]
        for code, rating in goal.ratings.items()
        if code in by_code
    }


def _place(asked: Questionnaire, names: dict[int, str], one: InvalidAnswer) -> str:
    """e.g. goals.5.ratings.laws"""
    if one.goal is not None and one.field == "goals":
        return f"goals.{one.goal}"
    if one.goal is not None and one.field.startswith("rating_"):
        return f"goals.{one.goal}.ratings.{names[int(one.field[7:])]}"
    if one.goal is not None:
        return f"goals.{one.goal}.texts.{one.field[:60]}"
    if one.place:
        return f"{one.place}.{one.field[:60]}"
    return one.field[:60]
