"""Writing the report: statements, what they rest on, and chapters."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from reports.models import Chapter, Source, Statement
from surveys.models import Answer, Goal, Response, Scorecard
from surveys.visible import is_blank
from validation.models import Proposal


class EmptyText(Exception):
    """A statement says something."""


class StatementGone(Exception):
    """Somebody else has removed the statement."""


class StatementChanged(Exception):
    """Somebody else reworded it in the meantime. `text` is what stands there now."""

    def __init__(self, text: Mapping[str, str]) -> None:
        super().__init__()
        self.text = text


class ForeignSource(Exception):
    """The answer or proposal is not one on this goal of this scorecard."""


@transaction.atomic
def add_statement(
    *,
    scorecard: Scorecard,
    goal: Goal,
    section: str,
    heading: str = "",
    text: Mapping[str, str],
) -> Statement:
    """A new last point of a section of a goal page. Raises EmptyText."""
    if all(is_blank(part) for part in text.values()):
        raise EmptyText
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    last = Statement.objects.filter(
        scorecard=scorecard, goal=goal, section=section, heading=heading
    ).aggregate(last=Max("number"))["last"]
    return Statement.objects.create(
        scorecard=scorecard,
        goal=goal,
        section=section,
        heading=heading,
        number=(last or 0) + 1,
        text={language: part.strip() for language, part in text.items()},
    )


@transaction.atomic
def change_statement(
    *,
    statement: Statement,
    text: Mapping[str, str],
    based_on: Mapping[str, str] | None = None,
) -> Statement:
    """Reword a statement; released editions keep the old words.

    Languages that `text` leaves out keep their words; an empty text takes them away.
    `based_on`: the text as it stood when the writer began, in the languages they write.
    Where another stands there now, StatementChanged is raised instead of writing over
    it. Raises EmptyText, and StatementGone where the statement was removed.
    """
    Scorecard.objects.select_for_update(no_key=True).get(pk=statement.scorecard_id)
    current = Statement.objects.select_for_update().filter(pk=statement.pk).first()
    if current is None:
        raise StatementGone
    if based_on is not None and any(
        current.text.get(language, "") != based_on.get(language, "")
        for language in text
    ):
        raise StatementChanged(current.text)
    written = {language: part.strip() for language, part in text.items()}
    words = {code: part for code, part in (current.text | written).items() if part}
    if not words:
        raise EmptyText
    current.text = words
    current.save(update_fields=["text"])
    return current


@transaction.atomic
def remove_statement(*, statement: Statement) -> None:
    """Take a statement out; those after it move up. Raises StatementGone."""
    Scorecard.objects.select_for_update(no_key=True).get(pk=statement.scorecard_id)
    current = Statement.objects.filter(pk=statement.pk).first()
    if current is None:
        raise StatementGone
    after = Statement.objects.filter(
        scorecard=current.scorecard_id,
        goal=current.goal_id,
        section=current.section,
        heading=current.heading,
        number__gt=current.number,
    ).order_by("number")
    current.delete()
    for following in after:
        following.number -= 1
        following.save(update_fields=["number"])


def link_answer(
    *, statement: Statement, response: Response, question_code: str
) -> Source:
    """Say that a statement rests on this respondent's answer. Raises ForeignSource."""
    answer = (
        Answer.objects.counted()
        .filter(
            response=response,
            goal=statement.goal_id,
            response__scorecard=statement.scorecard_id,
        )
        .first()
    )
    if answer is None or question_code not in answer.texts:
        raise ForeignSource
    return _source(statement=statement, response=response, question_code=question_code)


def link_proposal(*, statement: Statement, proposal: Proposal) -> Source:
    """Say that a statement rests on what an expert said. Raises ForeignSource."""
    round_goal = proposal.round_goal
    if (round_goal.scorecard_id, round_goal.goal_id) != (
        statement.scorecard_id,
        statement.goal_id,
    ):
        raise ForeignSource
    return _source(statement=statement, proposal=proposal)


def unlink_source(
    *,
    statement: Statement,
    response: UUID | None = None,
    question_code: str = "",
    proposal: int | None = None,
) -> None:
    """The statement no longer rests on this answer or proposal."""
    Source.objects.filter(
        statement=statement,
        response=response,
        question_code=question_code,
        proposal=proposal,
    ).delete()


def _source(**values: Any) -> Source:
    try:
        with transaction.atomic():
            return Source.objects.create(**values)
    except IntegrityError:
        return Source.objects.get(**values)


@transaction.atomic
def write_chapter(
    *,
    scorecard: Scorecard,
    code: str,
    placement: str,
    title: Mapping[str, str],
    blocks: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Chapter:
    """Write a chapter, or write it anew. New ones come last in their placement."""
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    content = {"title": dict(title), "blocks": dict(blocks)}
    chapter = Chapter.objects.filter(scorecard=scorecard, code=code).first()
    if chapter:
        chapter.title, chapter.blocks = content["title"], content["blocks"]
        chapter.save()
        return chapter
    last = Chapter.objects.filter(scorecard=scorecard, placement=placement).aggregate(
        last=Max("number")
    )["last"]
    return Chapter.objects.create(
        scorecard=scorecard,
        code=code,
        placement=placement,
        number=(last or 0) + 1,
        **content,
    )
