"""Releasing the report, and what has been released."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reports.editions.services import (
    NothingChanged,
    RoundStillOpen,
    SurveyNotFrozen,
    release_edition,
)
from reports.pages.build import build_report
from reports.pages.finding_sentences import was_consulted
from surveys.members.access import STAFF, request_membership
from surveys.members.pages import member_page
from surveys.models import Member, Role
from validation.models import RoundGoal


@require_safe
def editions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every edition, and for coordinators what the next one would freeze."""
    member = request_membership(request, slug, *STAFF)
    report = build_report(member.scorecard)
    released = list(
        member.scorecard.editions.defer("report")
        .select_related("released_by")
        .order_by("-number")
    )
    latest = released[0] if released else None
    context: dict[str, Any] = {
        "report": report,
        "is_consulted": was_consulted(report),
        "statements": member.scorecard.statements.count(),
        "editions": released,
        "next_number": (latest.number if latest else 0) + 1,
        "is_unchanged": bool(latest and latest.checksum == report.checksum),
        "open_goals": list(
            RoundGoal.objects.filter(scorecard=member.scorecard, is_open=True)
            .order_by("goal__number")
            .values_list("goal__number", flat=True)
        ),
    }
    return member_page(request, "reports/editions.html", member, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def edition_release(request: HttpRequest, slug: str) -> HttpResponse:
    """Freeze the report as it stands as the next edition; read, it leads to the list.

    Whoever signs in again after a long time is sent back here with GET.
    """
    member = request_membership(request, slug, Role.COORDINATOR)
    if request.method == "POST":
        _release(request, member)
    return redirect("editions", slug)


def _release(request: HttpRequest, member: Member) -> None:
    try:
        edition = release_edition(
            scorecard_id=member.scorecard_id, by=member, now=timezone.now()
        )
    except SurveyNotFrozen:
        messages.error(
            request,
            gettext(
                "Nothing was released: the survey averages are not frozen, and answers "
                "may still come in. Freeze them first."
            ),
        )
    except RoundStillOpen:
        messages.error(
            request,
            gettext(
                "Nothing was released: a round is still open. Settle its goals or "
                "close it first."
            ),
        )
    except NothingChanged as unchanged:
        messages.info(
            request,
            gettext("Nothing was released: edition %(number)d says exactly the same.")
            % {"number": unchanged.edition.number},
        )
    else:
        messages.success(
            request,
            gettext("Edition %(number)d is released. Its checksum is %(checksum)s.")
            % {"number": edition.number, "checksum": edition.checksum},
        )
