"""The responses as a file: choose, wait and see how far it is, fetch."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from surveys.exports import access, words
from surveys.exports.formats import FORMATS, format_called
from surveys.exports.protection import TooFewResponses
from surveys.exports.runner import KIND
from surveys.exports.services import request_export, standing
from surveys.jobs.files import KEPT_FOR
from surveys.jobs.forms import FileForm
from surveys.jobs.views import JobLine, job_file, watch
from surveys.localized import language_name
from surveys.members.pages import REFUSED, member_page
from surveys.models import Job, Member

SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, slug: str) -> HttpResponse:
    """What a file would hold, the kinds of file, and those asked for before."""
    member = access.exporting_member(request, slug)
    now = timezone.now()
    form = FileForm(
        request.POST if request.method == "POST" else None,
        formats=FORMATS,
        languages=member.scorecard.languages,
        spoken=(get_language() or "").split("-")[0],
    )
    if request.method == "POST" and form.is_valid():
        job = _asked(member, form)
        if job is not None:
            return redirect("export", member.scorecard.slug, job.pk)
    content = {
        "form": form,
        "standing": standing(member.scorecard, now),
        "files": [_line(member, job) for job in access.exports_of(member)[:SHOWN]],
        "is_open": not member.scorecard.has_ended(now),
    }
    status = REFUSED if form.errors else 200
    return _page(request, member, "exports", status=status, **content)


def _asked(member: Member, form: FileForm) -> Job | None:
    """The job that was asked for; where there is none, the form says why."""
    wanted = format_called(form.cleaned_data["format"])
    assert wanted is not None, "the choices are the formats"
    language = form.cleaned_data["language"]
    try:
        return request_export(
            by=member, wanted=wanted, language=language, now=timezone.now()
        )
    except TooFewResponses:
        form.add_error("format", gettext("Too few people have answered so far."))
        return None


def _page(
    request: HttpRequest,
    member: Member,
    template: str,
    status: int = 200,
    **content: Any,
) -> HttpResponse:
    scorecard = member.scorecard
    more = {
        "href": reverse("exports", args=[scorecard.slug]),
        "tells": words.what_it_tells(scorecard),
        "keep": words.how_to_keep_it(),
        "days_kept": KEPT_FOR[KIND].days,
        **content,
    }
    return member_page(request, f"exports/{template}.html", member, status, **more)


def _line(member: Member, job: Job) -> JobLine:
    wanted = format_called(job.parameters["format"])
    slug = member.scorecard.slug
    return JobLine(
        job=job,
        name=gettext(wanted.label) if wanted else job.parameters["format"],
        detail=language_name(job.parameters["language"]),
        href=reverse("export", args=[slug, job.pk]),
        file_url=reverse("export_file", args=[slug, job.pk]),
        again_href=reverse("exports", args=[slug]),
        again={name: job.parameters[name] for name in ("format", "language")},
        is_counted=True,
        outcome_template="exports/outcome.html",
    )


@never_cache
@require_safe
def export(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    """How far a file is, and what it holds once it is made."""
    member = access.exporting_member(request, slug)
    line = _line(member, access.export_of(member, job))
    return watch(request, line, partial(_page, request, member, "export"))


@never_cache
@require_safe
def export_file(request: HttpRequest, slug: str, job: UUID) -> FileResponse:
    """The file, for a coordinator."""
    member = access.exporting_member(request, slug)
    found = access.export_of(member, job)
    wanted = format_called(found.parameters["format"])
    if wanted is None:
        raise Http404
    return job_file(found, wanted.content_type)
