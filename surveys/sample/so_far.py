"""The sample of a survey that is still open, described as far as it may be told."""

from datetime import datetime

from django.db.models import Max, Min

from surveys.models import Question, Response, Scorecard
from surveys.sample.description import (
    UNANSWERED,
    Breakdown,
    Group,
    SampleDescription,
    describe_sample,
)
from surveys.sample.steps import Groups, shown_sample, submitted
from surveys.tallies import count_responses


def describe_sample_so_far(scorecard: Scorecard, now: datetime) -> SampleDescription:
    """As `describe_sample` once the survey is over; before, what its last step told.

    Numbers (the average age) are left out till then: between two looks they would give
    away what the one who answered in between said.
    """
    if scorecard.has_ended(now):
        return describe_sample(scorecard)
    shown = shown_sample(scorecard, now)
    days = Response.objects.filter(scorecard=scorecard).aggregate(
        first=Min("submitted_on"), last=Max("submitted_on")
    )
    questions = scorecard.instrument.questions.filter(
        place=Question.Place.PROFILE, kind=Question.Kind.SINGLE_CHOICE
    )
    return SampleDescription(
        answered=submitted(scorecard),
        responses=count_responses(scorecard),
        first_day=days["first"] if shown.number else None,
        last_day=days["last"] if shown.number else None,
        breakdowns=tuple(
            _breakdown(question, shown.groups[question.code])
            for question in questions
            if question.code in shown.groups
        ),
        numbers=(),
    )


def _breakdown(question: Question, groups: Groups) -> Breakdown:
    labels = {option["code"]: option["label"] for option in question.options}
    if groups.get("unanswered"):
        labels["unanswered"] = UNANSWERED
    return Breakdown(
        code=question.code,
        text=question.text,
        groups=tuple(
            Group(code, label, groups.get(code)) for code, label in labels.items()
        ),
    )
