"""Trying a questionnaire out: the real form, whose answers are stored nowhere.

A trial is a draft like any other, marked as what it is. Submitting it checks what a
submission checks and removes it; no response comes of it, and nothing else of it stays.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from surveys.intake.rows import change, remove_draft
from surveys.intake.services import until_stored
from surveys.intake.storing import hash_of
from surveys.intake.submitting import answers_of
from surveys.models import Draft, DraftAnswer, Instrument, Scorecard
from surveys.ratings import SKIPPED

# Trials that nobody went on with for so long are cleared away.
FORGOTTEN = timedelta(days=7)


class NotATrial(Exception):
    """The draft holds a respondent's answers."""


@transaction.atomic
def start_trial(
    *, scorecard: Scorecard, instrument: Instrument, language: str, now: datetime
) -> tuple[Draft, str]:
    """A trial of `instrument` with all of its goals chosen, and its link's token.

    Raises ValueError for a language that the instrument does not have.
    """
    if language not in instrument.languages:
        raise ValueError(f"{language} is not a language of {instrument.code}")
    Draft.objects.filter(
        scorecard=scorecard, is_test=True, saved_at__lt=now - FORGOTTEN
    ).delete()
    token = secrets.token_urlsafe(18)
    draft = Draft.objects.create(
        scorecard=scorecard,
        tried=instrument,
        is_test=True,
        token_hash=hash_of(token),
        language=language,
        started_at=now,
        saved_at=now,
    )
    empty = SKIPPED * instrument.indicators.count()
    DraftAnswer.objects.bulk_create(
        DraftAnswer(draft=draft, goal=goal, ratings=empty)
        for goal in instrument.goals.all()
    )
    return draft, token


def finish_trial(*, draft: Draft, now: datetime) -> int:
    """End a trial as a submission would; how many goals it would have answered.

    `draft` as it was read for this. Raises NotATrial, and what submitting raises:
    AlreadySubmitted, NothingToSubmit, InvalidAnswer.
    """

    def finish() -> int | None:
        if not draft.is_test:
            raise NotATrial
        goals = len(answers_of(draft))
        with transaction.atomic():
            if not change(draft, now):
                return None
            remove_draft(draft)
        return goals

    return until_stored(draft, now, finish)
