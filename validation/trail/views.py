"""The trail of one goal as a page; the whole scorecard's as files."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from surveys.members.access import EVERYBODY, STAFF, request_membership
from validation.respond import page
from validation.trail.access import goal_for
from validation.trail.files import as_csv, as_json
from validation.trail.reading import read_trail
from validation.trail.story import story_of


@require_safe
def trail(request: HttpRequest, slug: str, goal: int) -> HttpResponse:
    """How the goal's figure came about, over all rounds, as this member may read it."""
    member = request_membership(request, slug, *EVERYBODY)
    found = goal_for(member, goal)
    story = story_of(member, found)
    return page(request, "trail", member, goal=found, story=story)


@require_safe
def trail_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every record of the scorecard, one line each."""
    member = request_membership(request, slug, *STAFF)
    lines = as_csv(read_trail(member))
    return _file(lines, "text/csv; charset=utf-8", f"{slug}-trail.csv")


@require_safe
def trail_json(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Every record of the scorecard, and the chain of its ledger."""
    member = request_membership(request, slug, *STAFF)
    pieces = as_json(read_trail(member))
    return _file(pieces, "application/json", f"{slug}-trail.json")


def _file(pieces: Iterator[str], kind: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
