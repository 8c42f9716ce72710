"""What respondents wrote on a goal, without a trace of who wrote it."""

import re
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from surveys.models import Answer, Goal, Question, Scorecard

ON_A_PAGE = 10
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Written:
    """One question's texts that contain what was searched for, a page of them.

    The texts come in an order that says nothing: that of random keys.
    """

    questions: list[Question]
    question: Question
    page: Page
    search: str


def written_on(
    scorecard: Scorecard, goal: Goal, *, question: str = "", search: str = "", page: str
) -> Written | None:
    """The texts on a goal; None where there is no open question, or where fewer people
    rated the goal than the scorecard's smallest group.

    `question`: its code, the first if there is none such. Three or four queries.
    """
    questions = list(
        scorecard.instrument.questions.filter(
            place=Question.Place.GOAL, kind=Question.Kind.LONG_TEXT
        )
    )
    answers = Answer.objects.counted().filter(response__scorecard=scorecard, goal=goal)
    if not questions or answers.filter(answered__gt=0).count() < max(
        scorecard.smallest_group, 1
    ):
        return None
    chosen = next((one for one in questions if one.code == question), questions[0])
    search = search.replace("\x00", "").strip()[:LONGEST_SEARCH]
    texts = _texts(answers, chosen.code, search)
    return Written(
        questions=questions,
        question=chosen,
        page=Paginator(texts, ON_A_PAGE).get_page(page),
        search=search,
    )


def _texts(answers: QuerySet[Answer], code: str, search: str) -> QuerySet:
    as_text = Cast(KeyTextTransform(code, "texts"), TextField())
    found = answers.annotate(text=as_text).filter(text__gt="")
    if search:
        # LIKE of SQLite tells Cyrillic capitals from small letters.
        found = found.filter(text__iregex=re.escape(search))
    return found.order_by("response_id").values_list("text", flat=True)
