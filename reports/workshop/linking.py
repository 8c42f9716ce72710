"""Saving which sources were ticked, and leaving alone those that were not listed."""

from collections.abc import Iterable, Set

from django.db import transaction

from reports.models import Statement
from reports.workshop.services import link_answer, link_proposal, unlink_source
from reports.workshop.sources import Candidate
from surveys.models import Response, Scorecard
from validation.models import Proposal


@transaction.atomic
def set_sources(
    *,
    statement: Statement,
    shown: Iterable[Candidate],
    listed: Set[str],
    chosen: Set[str],
) -> None:
    """Link the chosen of the listed candidates and unlink the others of them.

    `listed` are the keys the page carried: what it did not show stays as it is.
    """
    Scorecard.objects.select_for_update(no_key=True).get(pk=statement.scorecard_id)
    for candidate in shown:
        if candidate.key not in listed:
            continue
        if candidate.key in chosen and not candidate.is_linked:
            _link(statement, candidate)
        elif candidate.key not in chosen and candidate.is_linked:
            unlink_source(
                statement=statement,
                response=candidate.response,
                question_code=candidate.question_code,
                proposal=candidate.proposal,
            )


def _link(statement: Statement, candidate: Candidate) -> None:
    if candidate.proposal is not None:
        proposal = Proposal.objects.select_related("round_goal").get(
            pk=candidate.proposal
        )
        link_proposal(statement=statement, proposal=proposal)
    elif candidate.response is not None:
        link_answer(
            statement=statement,
            response=Response.objects.get(pk=candidate.response),
            question_code=candidate.question_code,
        )
