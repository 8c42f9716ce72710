"""How far the panels of a round agree, goal beside goal."""

from django.http import HttpRequest, HttpResponse

from surveys.members.access import STAFF, request_membership
from validation.access import round_for
from validation.agreement_words import concordance_line, left_out, probability
from validation.respond import page
from validation.side_by_side.table import as_csv, side_by_side


def consensus(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """All goals of the round side by side, and Kendall's W over them."""
    member = request_membership(request, slug, *STAFF)
    round_ = round_for(member, number)
    shown = side_by_side(member, round_)
    found = shown.ranking.concordance
    return page(
        request,
        "side_by_side/consensus",
        member,
        round=round_,
        shown=shown,
        concordance=concordance_line(shown.ranking),
        left_out=left_out(shown.ranking),
        probability=probability(found.p) if found else "",
    )


def consensus_csv(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The same table as a file."""
    member = request_membership(request, slug, *STAFF)
    round_ = round_for(member, number)
    answer = HttpResponse(
        as_csv(side_by_side(member, round_)), content_type="text/csv; charset=utf-8"
    )
    name = f"{member.scorecard.slug}-round-{round_.number}-agreement.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
