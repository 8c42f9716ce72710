"""Founding a scorecard, changing it, opening its survey, copying it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reports.setup.forms import CopyForm
from reports.setup.held import held_by
from reports.setup.history import change_lines
from reports.setup.services import change_everything, copy_scorecard
from surveys.instrument.access import instruments_to_take
from surveys.members.access import STAFF, may_found, request_membership, scorecards_of
from surveys.members.pages import REFUSED, member_page
from surveys.models import Member, Role, Scorecard
from surveys.setup.forms import ScorecardForm
from surveys.setup.rules import Refused, missing_to_open
from surveys.setup.services import (
    AlreadyOpened,
    NotReady,
    change_scorecard,
    found_scorecard,
    open_survey,
)
from surveys.setup.targets import TargetsForm
from surveys.setup.words import WRONG
from validation.identities import IdentitiesPromised

CHANGES_ON_A_PAGE = 50
page_methods = require_http_methods(["GET", "HEAD", "POST"])


def _page(
    request: HttpRequest, template: str, member: Member, status: int = 200, **more: Any
) -> HttpResponse:
    return member_page(request, f"scorecard/{template}.html", member, status, **more)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@page_methods
def found(request: HttpRequest) -> HttpResponse:
    """A new scorecard, from nothing; its founder is its first coordinator."""
    if not may_found(request.user):
        raise Http404
    known = instruments_to_take(request.user)
    # What the site ships, rather than what somebody has in the making.
    offered = known.filter(owner=None).first() or known.first()
    initial = {"time_zone": "UTC", "anonymity": "anonymous", "instrument": offered}
    if offered:
        initial |= {"languages": offered.languages}
    form = ScorecardForm(_sent(request), user=request.user, initial=initial)
    if form.is_valid():
        name = scorecards_of(request.user)[0].name
        try:
            scorecard, _ = found_scorecard(
                now=timezone.now(),
                coordinator_email=request.user.email,  # type: ignore[union-attr]
                coordinator_name=name,
                **form.values(),
            )
        except Refused as refusal:
            form.refuse(refusal.wrong)
        else:
            return _founded(request, scorecard)
    status = REFUSED if form.is_bound else 200
    return render(request, "scorecard/found.html", {"form": form}, status=status)


def _founded(request: HttpRequest, scorecard: Scorecard) -> HttpResponse:
    words = gettext("%(scorecard)s was made. What is missing still stands below.")
    messages.success(request, words % {"scorecard": scorecard})
    return redirect("scorecard", scorecard.slug)


@page_methods
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """A new scorecard, made of this one."""
    member = request_membership(request, slug, Role.COORDINATOR)
    form = CopyForm(
        _sent(request),
        user=member.user,
        initial=CopyForm.initial_of(member.scorecard),
    )
    if form.is_valid():
        try:
            scorecard, _ = copy_scorecard(
                source=member.scorecard,
                by=member,
                now=timezone.now(),
                with_members=form.cleaned_data["with_members"],
                invites=form.cleaned_data["invite"],
                **form.values(),
            )
        except Refused as refusal:
            form.refuse(refusal.wrong)
        else:
            return _founded(request, scorecard)
    status = REFUSED if form.is_bound else 200
    return _page(request, "copy", member, status, form=form)


@page_methods
def setup(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that a scorecard is; once its survey opened, what may still change."""
    member = request_membership(request, slug, Role.COORDINATOR)
    scorecard = member.scorecard
    form = ScorecardForm(
        _sent(request),
        user=member.user,
        before=scorecard,
        held=held_by(scorecard),
        initial=ScorecardForm.initial_of(scorecard),
    )
    if form.is_valid() and _changed(member, form):
        messages.success(request, gettext("Saved."))
        return redirect("setup", form.values()["slug"])
    status = REFUSED if form.is_bound else 200
    return _page(request, "setup", member, status, form=form)


def _changed(member: Member, form: ScorecardForm) -> bool:
    try:
        change_everything(
            scorecard=member.scorecard,
            by=member,
            now=timezone.now(),
            values=form.values(),
        )
    except Refused as refusal:
        form.refuse(refusal.wrong)
    except IdentitiesPromised:
        words = gettext("A round has opened meanwhile: this no longer changes.")
        form.add_error("identities", words)
    except IntegrityError:
        # The database knows of something that has happened since the page was loaded.
        words = gettext("Something has happened meanwhile. Load the page anew.")
        form.add_error(None, words)
    else:
        return True
    return False


@page_methods
def targets(request: HttpRequest, slug: str) -> HttpResponse:
    """How many responses are wanted: in all, and of each group."""
    member = request_membership(request, slug, Role.COORDINATOR)
    form = TargetsForm(_sent(request), scorecard=member.scorecard)
    if form.is_valid():
        change_scorecard(
            scorecard_id=member.scorecard_id,
            by=member,
            now=timezone.now(),
            **form.values(),
        )
        messages.success(request, gettext("Saved."))
        return redirect("scorecard", slug)
    status = REFUSED if form.is_bound else 200
    return _page(request, "targets", member, status, form=form)


@page_methods
def survey_open(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the survey now, once what that locks has been read."""
    member = request_membership(request, slug, Role.COORDINATOR)
    now = timezone.now()
    if request.method == "POST":
        try:
            open_survey(scorecard_id=member.scorecard_id, by=member, now=now)
        except AlreadyOpened:
            messages.info(request, gettext("The survey has opened before."))
        except NotReady:
            return redirect("survey_open", slug)
        else:
            messages.success(request, gettext("The survey is open."))
        return redirect("scorecard", slug)
    missing = missing_to_open(member.scorecard, now)
    return _page(
        request,
        "open",
        member,
        missing=list(dict.fromkeys(WRONG[why] for why in missing.values())),
        has_opened=member.scorecard.has_opened(now),
    )


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Who changed what, and when."""
    member = request_membership(request, slug, *STAFF)
    rows = member.scorecard.changes.select_related("changed_by")
    shown = Paginator(rows, CHANGES_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = change_lines(member.scorecard, list(shown))
    return _page(request, "changes", member, lines=lines, shown=shown)
