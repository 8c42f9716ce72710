"""The report as pages: the draft for those who make it, editions for everybody."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from reports import access
from reports.models import Edition
from reports.pages.build import build_report
from reports.pages.document import Report
from reports.reading import chapters, computation, goal_page, overall, overview
from reports.reading.links import Links
from reports.reading.method import exclusion_rows
from surveys.members.access import STAFF, request_membership
from surveys.models import Member, Role

WRITERS = (Role.COORDINATOR, Role.RAPPORTEUR)


@dataclass(frozen=True)
class Reading:
    """One report being read: `edition` for the public, `member` for the draft."""

    report: Report
    links: Links
    edition: Edition | None = None
    member: Member | None = None

    @property
    def may_write(self) -> bool:
        return self.member is not None and self.member.role in WRITERS


def _draft(request: HttpRequest, slug: str) -> Reading:
    member = request_membership(request, slug, *STAFF)
    return Reading(build_report(member.scorecard), Links(slug), member=member)


def _edition(slug: str, number: int) -> Reading:
    edition = access.released_edition(slug, number)
    return Reading(access.report_of(edition), Links(slug, number), edition=edition)


def _page(
    request: HttpRequest, reading: Reading, template: str, **content: Any
) -> HttpResponse:
    context = {
        "reading": reading,
        "report": reading.report,
        "links": reading.links,
        "edition": reading.edition,
        **content,
    }
    return render(request, f"reports/{template}.html", context)


# ------------------------------------------------------------------- the pages


def _overview(request: HttpRequest, reading: Reading) -> HttpResponse:
    page = overview.overview(reading.report, reading.links)
    return _page(request, reading, "overview", page=page)


def _goal(request: HttpRequest, reading: Reading, number: int) -> HttpResponse:
    page = goal_page.goal_page(reading.report, number, reading.links)
    return _page(request, reading, "goal", page=_found(page))


def _goal_computation(
    request: HttpRequest, reading: Reading, number: int
) -> HttpResponse:
    page = computation.goal_computation(reading.report, number, reading.links)
    return _page(request, reading, "goal_computation", page=_found(page))


def _computation(request: HttpRequest, reading: Reading) -> HttpResponse:
    page = overall.overall_computation(reading.report, reading.links)
    excluded = exclusion_rows(reading.report)
    return _page(request, reading, "computation", page=page, exclusions=excluded)


def _chapter(request: HttpRequest, reading: Reading, code: str) -> HttpResponse:
    page = chapters.chapter_page(reading.report, code, reading.links)
    return _page(request, reading, "chapter", page=_found(page))


def _found(page: Any) -> Any:
    if page is None:
        raise Http404
    return page


# ------------------------------------------------------------------- the draft


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    return _overview(request, _draft(request, slug))


@require_safe
def report_goal(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _goal(request, _draft(request, slug), number)


@require_safe
def report_goal_computation(
    request: HttpRequest, slug: str, number: int
) -> HttpResponse:
    return _goal_computation(request, _draft(request, slug), number)


@require_safe
def report_computation(request: HttpRequest, slug: str) -> HttpResponse:
    return _computation(request, _draft(request, slug))


@require_safe
def report_chapter(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _chapter(request, _draft(request, slug), code)


# ----------------------------------------------------------- released editions


@require_safe
def latest_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """The address to hand out: it leads to whatever was released last."""
    return redirect(
        "edition", slug, access.released_edition(slug, with_report=False).number
    )


@require_safe
def edition(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    return _overview(request, _edition(slug, edition))


@require_safe
def edition_goal(
    request: HttpRequest, slug: str, edition: int, number: int
) -> HttpResponse:
    return _goal(request, _edition(slug, edition), number)


@require_safe
def edition_goal_computation(
    request: HttpRequest, slug: str, edition: int, number: int
) -> HttpResponse:
    return _goal_computation(request, _edition(slug, edition), number)


@require_safe
def edition_computation(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    return _computation(request, _edition(slug, edition))


@require_safe
def edition_chapter(
    request: HttpRequest, slug: str, edition: int, code: str
) -> HttpResponse:
    return _chapter(request, _edition(slug, edition), code)
