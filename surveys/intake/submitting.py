"""The end of a respondent's way.

Submitting copies the draft into a response that never changes, and removes the draft.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from surveys.frozen import FiguresFrozen
from surveys.intake.checks import GoalChecked, InvalidAnswer, NothingToSubmit
from surveys.intake.outlines import outline_of
from surveys.intake.rows import change, read_answers, remove_draft
from surveys.intake.services import AlreadySubmitted, SurveyNotOpen, until_stored
from surveys.intake.storing import Submission, hash_of, store_responses
from surveys.intake.values import has_content
from surveys.models import Anonymity, Draft, Response, Ticket


class IsATrial(Exception):
    """The draft tries a questionnaire out; see `surveys.intake.trials`."""


def submit_response(*, draft: Draft, receipt: str, now: datetime) -> Response:
    """Turn a draft into a response, once. `draft` as it was read for this.

    `receipt` is the random code that the respondent keeps. It was shown to them before
    they submitted, so that whoever lost the connection can submit again with the same
    code and learn the truth: the same receipt gives the same response. Raises
    AlreadySubmitted for a draft that was submitted with another receipt, SurveyNotOpen
    (also where the survey's figures were frozen), NothingToSubmit, and InvalidAnswer
    for a required profile question left open.
    """
    try:
        return until_stored(draft, now, lambda: _submit(draft, receipt, now))
    except FiguresFrozen as error:
        raise SurveyNotOpen from error
    except AlreadySubmitted:
        # Perhaps by the same submission, sent before or by another tab at once.
        if sent := Response.objects.filter(receipt_hash=hash_of(receipt)).first():
            return sent
        raise


def _submit(draft: Draft, receipt: str, now: datetime) -> Response | None:
    if draft.is_test:
        raise IsATrial
    answers = answers_of(draft)
    with transaction.atomic():
        if not change(draft, now):
            return None
        (response,) = store_responses([_submission(draft, answers, receipt, now)])
        remove_draft(draft)
        use_up_ticket(draft)
    return response


def _submission(
    draft: Draft, answers: Sequence[GoalChecked], receipt: str, now: datetime
) -> Submission:
    return Submission(
        scorecard_id=draft.scorecard_id,
        origin=Response.Origin.FORM,
        receipt=receipt,
        language=draft.language,
        submitted_on=now.astimezone(draft.scorecard.zone).date(),
        goals=answers,
        profile=draft.profile,
        cross_cutting=draft.cross_cutting,
        invitation_id=_invitation_to_name(draft),
        minutes=(now - draft.started_at) // timedelta(minutes=1),
    )


def use_up_ticket(draft: Draft) -> None:
    """That is all by which an invitee is known to have finished."""
    if draft.ticket_id:
        Ticket.objects.filter(pk=draft.ticket_id).delete()


def _invitation_to_name(draft: Draft) -> int | None:
    """Whose response it is, where the scorecard did not promise never to say."""
    is_confidential = draft.scorecard.anonymity == Anonymity.CONFIDENTIAL
    return draft.ticket_id if is_confidential else None


def answers_of(draft: Draft) -> list[GoalChecked]:
    """What would be stored of a draft, in the order of the goals' numbers.

    In no other: the order in which they were shown follows from the link, and rows that
    lie in it would lead from the response back. Raises NothingToSubmit, InvalidAnswer.
    """
    outline = outline_of(draft.instrument)
    for question in outline.required:
        if draft.profile.get(question.code) in (None, ""):
            raise InvalidAnswer(question.code, gettext("is required"))
    written = read_answers(draft)
    answers = [
        GoalChecked(
            goal_id=goal.pk,
            ratings=there.ratings,
            texts={code: text for code, text in there.texts.items() if text},
        )
        for goal in outline.goals
        if (there := written.get(goal.pk)) and there.is_chosen and has_content(there)
    ]
    if not answers:
        raise NothingToSubmit
    return answers
