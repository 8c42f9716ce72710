"""Everything a respondent changes before submitting (`surveys.intake.submitting`).

A draft is found by the token in its link, of which only a hash is stored.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from surveys.intake.checks import (
    BLANKS,
    InvalidAnswer,
    check_rating,
    check_texts,
    checked_answers,
)
from surveys.intake.merging import Marks, Merged, answer_name, merge, rating_name
from surveys.intake.outlines import outline_of
from surveys.intake.rows import (
    Written,
    change,
    is_read,
    read_answers,
    read_draft,
    reread,
    write_answer,
    write_choice,
)
from surveys.intake.storing import hash_of
from surveys.intake.values import (
    answer_values,
    goal_values,
    rating_values,
)
from surveys.models import (
    Draft,
    Goal,
    PersonalLink,
    Question,
    Scorecard,
    TicketLink,
)
from surveys.ratings import SKIPPED, Rating, encode


class SurveyNotOpen(Exception):
    """The survey has not opened yet, or has closed."""


class AlreadySubmitted(Exception):
    """The answers behind this link were submitted; they no longer change."""


@transaction.atomic
def start_draft(
    *, scorecard: Scorecard, language: str, now: datetime
) -> tuple[Draft, str]:
    """A new draft, and the token of the link that leads to it.

    Raises SurveyNotOpen.
    """
    if not scorecard.is_open(now):
        raise SurveyNotOpen
    token = secrets.token_urlsafe(18)
    link = {
        "scorecard": scorecard,
        "token_hash": hash_of(token),
        "language": language,
    }
    PersonalLink.objects.create(**link)
    return Draft.objects.create(**link, started_at=now, saved_at=now), token


Stored = TypeVar("Stored")


def until_stored(
    draft: Draft, now: datetime, store: Callable[[], Stored | None]
) -> Stored:
    """What `store` makes of the draft as it was read.

    It says None where somebody else was quicker (`surveys.intake.rows.change`); then it
    is called again on the draft as it is now. Nothing is locked while nobody is in the
    way, and hardly ever anybody is. Raises AlreadySubmitted, SurveyNotOpen.
    """
    while True:
        if draft.is_submitted or not (is_read(draft) or reread(draft)):
            raise AlreadySubmitted
        if not draft.is_open(now):
            raise SurveyNotOpen
        if (stored := store()) is not None:
            return stored
        if not reread(draft):
            raise AlreadySubmitted


def choose_goals(
    *,
    draft: Draft,
    goals: Iterable[Goal],
    base: Marks | None = None,
    now: datetime,
) -> Merged:
    """Choose the goals to answer. What was written on others is kept, put aside.

    `draft` as it was read for this. `base`: see `surveys.intake.merging`; goals that
    the page did not touch stay as they are. Raises AlreadySubmitted, SurveyNotOpen, or
    InvalidAnswer for a foreign goal.
    """
    wanted = list(goals)
    if any(goal.instrument_id != draft.instrument.pk for goal in wanted):
        raise InvalidAnswer("goals", "is not a goal of this questionnaire")

    def save() -> Merged | None:
        by_number = outline_of(draft.instrument).goal_by_number
        there = read_answers(draft)
        chosen_before = {goal for goal, answer in there.items() if answer.is_chosen}
        before = [n for n, goal in by_number.items() if goal.pk in chosen_before]
        merged = merge(
            base=base,
            stored={"goals": before},
            submitted={"goals": [goal.number for goal in wanted]},
        )
        chosen = [by_number[number].pk for number in merged.values["goals"]]
        empty = SKIPPED * len(outline_of(draft.instrument).indicators)
        if merged.changed and not write_choice(draft, chosen, empty, now):
            return None
        return merged

    return until_stored(draft, now, save)


def save_goal_answer(
    *,
    draft: Draft,
    goal: Goal,
    ratings: Mapping[int, Rating],
    texts: Mapping[str, str],
    base: Marks | None = None,
    now: datetime,
) -> Merged:
    """Save one page of the form: a goal's ratings (by indicator number) and texts.

    `draft` as it was read for this. `base`: see `surveys.intake.merging`; without it,
    all is taken as it stands here. Indicators that `ratings` leaves out are skipped.
    Raises AlreadySubmitted, SurveyNotOpen, or InvalidAnswer naming the field.
    """
    instrument = draft.instrument
    outline = outline_of(instrument)
    numbers = outline.numbers
    for number, rating in ratings.items():
        check_rating(instrument.scale_minimum, instrument.scale_maximum, rating, number)
        if number not in numbers:
            raise InvalidAnswer(f"rating_{number}", "is not an indicator")
    if goal.instrument_id != instrument.pk:
        raise InvalidAnswer("goals", "is not a goal of this questionnaire")
    check_texts(outline.questions_of(Question.Place.GOAL), texts)

    def save() -> Merged | None:
        there = read_answers(draft).get(goal.pk)
        merged = merge(
            base=base,
            stored=goal_values(there, numbers),
            submitted=rating_values({n: ratings.get(n, SKIPPED) for n in numbers})
            | answer_values(texts),
            texts=[answer_name(code) for code in texts],
        )
        if merged.changed or there is None:
            answer = _after(merged, goal, numbers, texts, there)
            if not write_answer(draft, answer, now):
                return None
        return merged

    return until_stored(draft, now, save)


def _after(
    merged: Merged,
    goal: Goal,
    numbers: Iterable[int],
    codes: Iterable[str],
    there: Written | None,
) -> Written:
    ratings = (merged.values[rating_name(number)] for number in numbers)
    texts = {code: merged.values[answer_name(code)] or "" for code in codes}
    return Written(
        goal_id=goal.pk,
        ratings=encode(SKIPPED if r is None else r for r in ratings),
        texts={
            **(there.texts if there else {}),
            **{code: text.strip() for code, text in texts.items()},
        },
        is_chosen=True,
    )


def save_profile(
    *,
    draft: Draft,
    profile: Mapping[str, Any],
    base: Marks | None = None,
    now: datetime,
) -> Merged:
    """Save the profile: {question code: option code or number}; blanks are left out.

    `draft` as it was read for this. `base`: see `surveys.intake.merging`. Raises
    AlreadySubmitted, SurveyNotOpen, or InvalidAnswer naming the question.
    """
    return _save_answers(draft, Question.Place.PROFILE, "profile", profile, base, now)


def save_cross_cutting(
    *,
    draft: Draft,
    answers: Mapping[str, Any],
    base: Marks | None = None,
    now: datetime,
) -> Merged:
    """Save some cross-cutting answers: {question code: text or list of option codes}.

    Blanks are removed; questions that `answers` leaves out keep what they have, so
    that two sections can be written at once. `draft` as it was read for this. `base`:
    see `surveys.intake.merging`. Raises AlreadySubmitted, SurveyNotOpen, or
    InvalidAnswer naming the question.
    """
    place = Question.Place.CROSS_CUTTING
    return _save_answers(draft, place, "cross_cutting", answers, base, now)


def _save_answers(
    draft: Draft,
    place: str,
    column: str,
    answers: Mapping[str, Any],
    base: Marks | None,
    now: datetime,
) -> Merged:
    def save() -> Merged | None:
        stored = getattr(draft, column)
        merged, left = _merged_answers(draft, place, stored, answers, base)
        if merged.changed and not change(draft, now, **{column: left}):
            return None
        return merged

    return until_stored(draft, now, save)


def _merged_answers(
    draft: Draft,
    place: str,
    stored: Mapping[str, Any],
    answers: Mapping[str, Any],
    base: Marks | None,
) -> tuple[Merged, dict[str, Any]]:
    """What a save leaves of the answers given at a place, and all of that place."""
    questions = outline_of(draft.instrument).questions_of(place)
    given = checked_answers(questions, answers)
    merged = merge(
        base=base,
        stored=answer_values(stored),
        submitted=answer_values(
            {code: given.get(code, _nothing_like(answers[code])) for code in answers}
        ),
        texts=[
            answer_name(question.code)
            for question in questions
            if question.kind == Question.Kind.LONG_TEXT
        ],
    )
    kept = {code: answer for code, answer in stored.items() if code not in answers}
    left = {code: merged.values[answer_name(code)] for code in answers}
    return merged, kept | {code: a for code, a in left.items() if a not in BLANKS}


def _nothing_like(answer: Any) -> list[str] | None:
    return [] if isinstance(answer, list) else None


def change_language(*, draft: Draft, language: str, now: datetime) -> None:
    """Go on in another language. `draft` as it was read for this.

    Raises AlreadySubmitted, SurveyNotOpen.
    """

    def save() -> Merged | None:
        return Merged({}) if change(draft, now, language=language) else None

    until_stored(draft, now, save)


def draft_by_token(token: str) -> Draft | None:
    """The draft that the token in a respondent's link opens, with its scorecard.

    For a link whose draft was submitted, an empty one that stands nowhere; its language
    is "" where the link names none.
    """
    token_hash = hash_of(token)
    draft = read_draft(token_hash=token_hash) or read_draft(code_hash=token_hash)
    if draft:
        draft.opened_by = token_hash
        return draft
    if sent := TicketLink.objects.filter(token_hash=token_hash).first():
        # An invitee who has not begun has a link and no draft, and submitted nothing.
        if draft := read_draft(ticket_id=sent.ticket_id):
            draft.opened_by = token_hash
        return draft
    link = (
        PersonalLink.objects.select_related("scorecard__instrument")
        .filter(token_hash=token_hash)
        .first()
    )
    if link is None:
        return None
    return Draft(
        scorecard=link.scorecard, language=link.language, token_hash=token_hash
    )
