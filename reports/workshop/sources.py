"""The answers and contributions a statement may rest on, without who gave them.

What a page carries for each is a key made for this statement alone: the same
respondent's answers to other goals, or to other statements, have other keys. They are
listed by their words, so that neither time nor person shows in the order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from reports.models import Source, Statement
from surveys.localized import text_in
from surveys.models import Answer, Question
from validation.identities import names_of
from validation.models import Proposal

SHOWN = 100


@dataclass(frozen=True)
class Candidate:
    """An answer to an open question, or a proposal, that could be a source."""

    key: str
    text: str
    said_where: str
    is_linked: bool
    response: UUID | None = None
    question_code: str = ""
    proposal: int | None = None


@dataclass(frozen=True)
class Candidates:
    """`is_cut`: there are more than are shown."""

    shown: tuple[Candidate, ...]
    is_cut: bool


def candidates_for(statement: Statement, words: str = "") -> Candidates:
    """Answers and proposals on the statement's goal that contain `words`.

    Those linked already come first; at most SHOWN of the answers.
    """
    linked = set(
        Source.objects.filter(statement=statement).values_list(
            "response", "question_code", "proposal"
        )
    )
    answers, is_cut = _answers(statement, words)
    found = [
        *_from_answers(statement, answers, words, linked),
        *_from_proposals(statement, words, linked),
    ]
    found.sort(key=lambda one: (not one.is_linked, one.text.casefold(), one.key))
    return Candidates(tuple(found), is_cut)


def _codes(statement: Statement) -> dict[str, str]:
    """Open questions on a goal: code -> text."""
    questions = Question.objects.filter(
        instrument__goals=statement.goal_id,
        place=Question.Place.GOAL,
        kind=Question.Kind.LONG_TEXT,
    )
    return {question.code: text_in(question.text) for question in questions}


def _answers(statement: Statement, words: str) -> tuple[list[Answer], bool]:
    """Those linked first, then others, SHOWN of them all; whether there are more."""
    linked = Source.objects.filter(statement=statement, response=OuterRef("response"))
    answers = (
        Answer.objects.counted()
        .filter(goal=statement.goal_id, response__scorecard=statement.scorecard_id)
        .exclude(texts={})
        .annotate(is_linked=Exists(linked))
    )
    if words:
        # SQLite only knows that A is a when both are in English.
        spellings = {words, words.lower(), words.upper(), words.capitalize()}
        matches = Q()
        for code in _codes(statement):
            for spelling in spellings:
                matches |= Q(**{f"texts__{code}__icontains": spelling})
        answers = answers.filter(matches)
    ordered = answers.order_by("-is_linked", "response_id")
    found: list[Answer] = [*ordered[: SHOWN + 1]]
    return found[:SHOWN], len(found) > SHOWN


def _from_answers(
    statement: Statement, answers: list[Answer], words: str, linked: set
) -> Iterator[Candidate]:
    questions = _codes(statement)
    for answer in answers:
        for code, text in answer.texts.items():
            if code in questions and words.casefold() in text.casefold():
                yield Candidate(
                    key=_key(statement, f"{answer.response_id}/{code}"),
                    text=text,
                    said_where=questions[code],
                    is_linked=(answer.response_id, code, None) in linked,
                    response=answer.response_id,
                    question_code=code,
                )


def _from_proposals(
    statement: Statement, words: str, linked: set
) -> Iterator[Candidate]:
    proposals = Proposal.objects.filter(
        round_goal__goal=statement.goal_id,
        round_goal__scorecard=statement.scorecard_id,
        justification__icontains=words,
    )
    names = names_of(statement.scorecard)
    for proposal in proposals:
        yield Candidate(
            key=_key(statement, f"proposal {proposal.pk}"),
            text=proposal.justification,
            said_where=gettext("%(expert)s, in the consultation")
            % {"expert": names[proposal.expert_id]},
            is_linked=(None, "", proposal.pk) in linked,
            proposal=proposal.pk,
        )


def _key(statement: Statement, what: str) -> str:
    return salted_hmac("reports.source", f"{statement.pk} {what}").hexdigest()[:20]
