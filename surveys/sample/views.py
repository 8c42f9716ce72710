"""The sample monitor, and excluding responses."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from surveys.frozen import FiguresFrozen, is_frozen
from surveys.members.access import STAFF, request_membership
from surveys.members.pages import REFUSED, member_page
from surveys.models import Exclusion, Member, Role
from surveys.sample.access import exclusion_for, suspect_for
from surveys.sample.exclusions import (
    AlreadyExcluded,
    NotExcluded,
    exclude_response,
    readmit_response,
)
from surveys.sample.forms import ExclusionForm, ReasonForm, ReceiptForm
from surveys.sample.monitor import live_totals, sample_figures
from surveys.sample.suspects import SHOWN, excluded_responses, suspects, to_judge

NOT_MODIFIED = 304


@require_safe
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has answered so far, and who is missing."""
    member = request_membership(request, slug, *STAFF)
    now = timezone.now()
    live = live_totals(member.scorecard, now)
    figures = sample_figures(member.scorecard, now)
    return member_page(
        request, "sample/sample.html", member, live=live, figures=figures
    )


@require_safe
@cache_control(private=True, no_cache=True)
def sample_now(request: HttpRequest, slug: str) -> HttpResponse:
    """The totals of this moment; 304 while they are those that the page has.

    Tells the page to fetch the figures as well once they have moved on.
    """
    member = request_membership(request, slug, *STAFF)
    live = live_totals(member.scorecard, timezone.now())
    etag = quote_etag(live.version)
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        return HttpResponse(status=NOT_MODIFIED, headers={"ETag": etag})
    response = member_page(request, "sample/now.html", member, live=live)
    response.headers["ETag"] = etag
    if request.GET.get("figures") != live.figures:
        response.headers["HX-Trigger"] = "figures-moved"
    return response


@require_safe
def sample_figures_part(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures, for a page that is open."""
    member = request_membership(request, slug, *STAFF)
    figures = sample_figures(member.scorecard, timezone.now())
    return member_page(request, "sample/figures.html", member, figures=figures)


@require_safe
def flagged(request: HttpRequest, slug: str) -> HttpResponse:
    """Responses that look as if they were not meant, and those that are excluded."""
    member = request_membership(request, slug, *STAFF)
    return _flagged_page(request, member, ReceiptForm(scorecard=member.scorecard))


def _flagged_page(
    request: HttpRequest, member: Member, form: ReceiptForm, status: int = 200
) -> HttpResponse:
    waiting = to_judge(member.scorecard, timezone.now()).select_related("scorecard")
    count = waiting.count()
    context = {
        "may_exclude": member.role == Role.COORDINATOR
        and not is_frozen(member.scorecard),
        "suspects": suspects(waiting[:SHOWN]),
        "count": count,
        "more": max(count - SHOWN, 0),
        "excluded": excluded_responses(member.scorecard),
        "form": form,
    }
    return member_page(request, "sample/flagged.html", member, status, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def exclude(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Exclude a flagged response, for a reason."""
    member = request_membership(request, slug, Role.COORDINATOR)
    flag = suspect_for(member, key, timezone.now())
    cause = Exclusion.Cause.STRAIGHT if flag.is_straight else Exclusion.Cause.FAST
    form = ExclusionForm(request.POST or None, initial={"cause": cause})
    if request.method == "POST" and form.is_valid():
        _exclude(request, member, flag.pk, form.cleaned_data)
        return redirect("sample_flagged", slug)
    (suspect,) = suspects([flag])
    context = {"suspect": suspect, "form": form}
    status = REFUSED if form.errors else 200
    return member_page(request, "sample/exclude.html", member, status, **context)


@require_http_methods(["POST"])
def exclude_by_receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """Exclude the response whose respondent gave their receipt code."""
    member = request_membership(request, slug, Role.COORDINATOR)
    form = ReceiptForm(request.POST, scorecard=member.scorecard)
    if not form.is_valid():
        return _flagged_page(request, member, form, status=REFUSED)
    typed = dict(form.cleaned_data)
    _exclude(request, member, typed.pop("receipt").pk, typed)
    return redirect("sample_flagged", slug)


def _exclude(
    request: HttpRequest, member: Member, response: Any, typed: dict[str, str]
) -> None:
    try:
        exclude_response(response_id=response, by=member, now=timezone.now(), **typed)
    except AlreadyExcluded:
        messages.info(request, gettext("This response is excluded already."))
    except FiguresFrozen:
        messages.error(request, _frozen())
    else:
        words = gettext("The response counts in no average any more.")
        messages.success(request, words)


@require_http_methods(["GET", "HEAD", "POST"])
def readmit(request: HttpRequest, slug: str, exclusion: int) -> HttpResponse:
    """Undo an exclusion, for a reason."""
    member = request_membership(request, slug, Role.COORDINATOR)
    found = exclusion_for(member, exclusion)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _readmit(request, member, found, form.cleaned_data["reason"])
        return redirect("sample_flagged", slug)
    context = {"exclusion": found, "form": form}
    status = REFUSED if form.errors else 200
    return member_page(request, "sample/readmit.html", member, status, **context)


def _readmit(
    request: HttpRequest, member: Member, exclusion: Exclusion, reason: str
) -> None:
    try:
        readmit_response(
            exclusion_id=exclusion.pk, reason=reason, by=member, now=timezone.now()
        )
    except NotExcluded:
        messages.info(request, gettext("This response counts already."))
    except FiguresFrozen:
        messages.error(request, _frozen())
    else:
        messages.success(request, gettext("The response counts again."))


def _frozen() -> str:
    return gettext(
        "The survey’s figures are frozen: no response can leave them or come back."
    )
