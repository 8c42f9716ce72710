"""The report as a file: choose, wait and see how far it is, fetch."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from reports import exporters
from reports.downloads import access
from reports.downloads.places import Place
from reports.downloads.services import request_file
from surveys.jobs.files import has_file
from surveys.jobs.forms import FileForm
from surveys.jobs.views import JobLine, job_file, watch
from surveys.localized import language_name
from surveys.members.pages import REFUSED
from surveys.models import Job

SHOWN = 20


def _page(
    request: HttpRequest, place: Place, template: str, status: int = 200, **content: Any
) -> HttpResponse:
    context = {
        # The page's frame asks the report for its name and notice only.
        "report": place.scorecard,
        "reading": place,
        "edition": place.edition,
        "links": place.links,
        "place": place,
        **content,
    }
    return render(request, f"downloads/{template}.html", context, status=status)


def _choose(request: HttpRequest, place: Place) -> HttpResponse:
    """The kinds of file, and the files asked for before."""
    form = FileForm(
        request.POST if request.method == "POST" else None,
        formats=exporters.FORMATS,
        languages=place.scorecard.languages,
        spoken=(get_language() or "").split("-")[0],
    )
    if request.method == "POST" and form.is_valid():
        wanted = exporters.format_called(form.cleaned_data["format"])
        assert wanted is not None, "the choices are the formats"
        job = request_file(
            scorecard=place.scorecard,
            edition=place.edition,
            wanted=wanted,
            language=form.cleaned_data["language"],
            requested_by=place.member,
            now=timezone.now(),
        )
        return redirect(place.job(job.pk))
    files = _ready(place) if place.edition else _asked_for(place)
    return _page(
        request,
        place,
        "downloads",
        status=REFUSED if form.errors else 200,
        form=form,
        files=files,
    )


def _asked_for(place: Place) -> list[JobLine]:
    """What those who make the draft asked for, newest first."""
    return [_line(place, job) for job in access.jobs_at(place)[:SHOWN]]


def _ready(place: Place) -> list[JobLine]:
    """The files an edition has, one of each kind and language, whoever asked."""
    lines: dict[tuple[str, str], JobLine] = {}
    for job in access.jobs_at(place):
        kind = (job.parameters["format"], job.parameters["language"])
        if kind not in lines and has_file(job):
            lines[kind] = _line(place, job)
    return [lines[kind] for kind in sorted(lines)]


def _line(place: Place, job: Job) -> JobLine:
    """A file, with the words and addresses the page shows."""
    wanted = exporters.format_called(job.parameters["format"])
    return JobLine(
        job=job,
        name=gettext(wanted.label) if wanted else job.parameters["format"],
        detail=language_name(job.parameters["language"]),
        href=place.job(job.pk),
        file_url=place.file(job.pk),
        again_href=place.href,
        again={name: job.parameters[name] for name in ("format", "language")},
    )


def _watch(request: HttpRequest, place: Place, key: UUID) -> HttpResponse:
    line = _line(place, access.job_at(place, key))
    return watch(request, line, partial(_page, request, place, "download"))


def _fetch(place: Place, key: UUID) -> FileResponse:
    job = access.job_at(place, key)
    wanted = exporters.format_called(job.parameters["format"])
    if wanted is None:
        raise Http404
    return job_file(job, wanted.content_type)


# ------------------------------------------------------------------ of the draft


@require_http_methods(["GET", "HEAD", "POST"])
def downloads(request: HttpRequest, slug: str) -> HttpResponse:
    return _choose(request, access.draft_place(request, slug))


@never_cache
@require_safe
def download(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    return _watch(request, access.draft_place(request, slug), job)


@never_cache
@require_safe
def download_file(request: HttpRequest, slug: str, job: UUID) -> FileResponse:
    return _fetch(access.draft_place(request, slug), job)


# ---------------------------------------------------------------- of an edition


@require_http_methods(["GET", "HEAD", "POST"])
def edition_downloads(request: HttpRequest, slug: str, edition: int) -> HttpResponse:
    return _choose(request, access.edition_place(slug, edition))


@never_cache
@require_safe
def edition_download(
    request: HttpRequest, slug: str, edition: int, job: UUID
) -> HttpResponse:
    return _watch(request, access.edition_place(slug, edition), job)


@never_cache
@require_safe
def edition_download_file(
    request: HttpRequest, slug: str, edition: int, job: UUID
) -> FileResponse:
    return _fetch(access.edition_place(slug, edition), job)
