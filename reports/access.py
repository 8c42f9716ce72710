"""Reports as this person may read them; anything else is a 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from reports.models import Edition, Statement
from reports.pages.document import Report
from surveys.models import Goal, Member


def released_edition(
    slug: str, number: int | None = None, *, with_report: bool = True
) -> Edition:
    """A released edition, by default the latest; Http404 if there is none.

    Without the report it costs little: what an edition holds may be megabytes.
    """
    editions = Edition.objects.filter(scorecard__slug=slug).select_related("scorecard")
    if not with_report:
        editions = editions.defer("report")
    if number is not None:
        editions = editions.filter(number=number)
    edition = editions.order_by("-number").first()
    if edition is None:
        raise Http404
    return edition


def report_of(edition: Edition) -> Report:
    """What the edition froze."""
    return Report.model_validate_json(edition.report)


def goal_for(member: Member, number: int) -> Goal:
    """The goal with this number in the member's scorecard, or Http404."""
    return get_object_or_404(
        Goal, instrument=member.scorecard.instrument_id, number=number
    )


def statement_for(member: Member, number: int, statement: int) -> Statement:
    """A statement on goal `number` of the member's scorecard, or Http404."""
    return get_object_or_404(
        Statement.objects.select_related("goal", "scorecard"),
        pk=statement,
        scorecard=member.scorecard_id,
        goal__number=number,
    )
