"""A table is sent, matched, looked through, and taken in by a worker."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from surveys.collected.access import coordinator, job_or_404, kept_or_404
from surveys.collected.respond import page
from surveys.collected.tables.checking import Checked, CheckedRow, check_sheet
from surveys.collected.tables.forms import MatchingForm, ResponsesForm
from surveys.collected.tables.glimpse import glimpses
from surveys.collected.tables.keeping import Kept, keep, keep_matching
from surveys.collected.tables.services import remember, request_intake
from surveys.collected.window import NotYetOpen
from surveys.frozen import FiguresFrozen
from surveys.jobs.views import JobLine, watch
from surveys.members.pages import REFUSED
from surveys.models import Job, Member, TableIntake
from surveys.sheets.forms import ConfirmForm

PROBLEMS_ON_A_PAGE = 200
ROWS_NAMED = 60


@require_http_methods(["GET", "HEAD", "POST"])
def tables(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a table; what was taken in before."""
    member = coordinator(request, slug)
    form = ResponsesForm()
    if request.method == "POST":
        form = ResponsesForm(request.POST, request.FILES)
        if form.is_valid():
            kept = keep(member, form.table, form.cleaned_data["file"].name)
            return redirect("collected_match", slug, kept.key)
    intakes = member.scorecard.table_intakes.select_related("taken_by")
    return page(
        request,
        "tables",
        member,
        REFUSED if form.is_bound else 200,
        form=form,
        intakes=intakes[:50],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """What each column and each value stands for, on one screen."""
    member = coordinator(request, slug)
    kept = kept_or_404(member, key)
    data = request.POST if request.method == "POST" else None
    form = MatchingForm(member, kept.sheet, kept.matching, data)
    is_sent = data is not None and "go" in data
    if is_sent and not form.problems:
        keep_matching(kept, member.scorecard_id, form.matching)
        remember(
            scorecard=member.scorecard,
            kept=kept,
            matching=form.matching,
            now=timezone.now(),
        )
        return redirect("collected_preview", slug, key)
    problems = form.problems if data is not None else []
    status = REFUSED if is_sent else 200
    return page(
        request, "match", member, status, form=form, kept=kept, problems=problems
    )


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """Every problem by row and column; then all rows, or none."""
    member = coordinator(request, slug)
    kept = kept_or_404(member, key)
    if kept.matching is None:
        return redirect("collected_match", slug, key)
    if request.method == "POST":
        form = ConfirmForm(request.POST)
        if not (form.is_valid() and form.names(kept.checksum)):
            words = _(
                "This table was matched anew meanwhile. Nothing was taken in yet."
            )
            messages.error(request, words)
            return redirect("collected_preview", slug, key)
        try:
            job = request_intake(by=member, kept=kept, now=timezone.now())
        except (NotYetOpen, FiguresFrozen):
            return _preview(request, member, kept, REFUSED)
        return redirect("collected_job", slug, job.pk)
    return _preview(request, member, kept)


def _preview(
    request: HttpRequest, member: Member, kept: Kept, status: int = 200
) -> HttpResponse:
    assert kept.matching is not None
    today = timezone.now().astimezone(member.scorecard.zone).date()
    checked = check_sheet(member.scorecard, kept.sheet, kept.matching, today)
    problems = [
        (row.number, column, words)
        for row in checked.with_problems
        for column, words in row.problems
    ]
    shown = Paginator(problems, PROBLEMS_ON_A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "preview",
        member,
        status,
        kept=kept,
        checked=checked,
        problems=problems,
        shown=shown,
        changed=_named(checked.changed),
        empty=_named(checked.empty),
        goals=_goals(checked),
        glimpses=glimpses(checked, _numbers(member)),
    )


def _named(rows: Sequence[CheckedRow]) -> str:
    """The numbers of rows, as far as one reads them."""
    numbers = ", ".join(str(row.number) for row in rows[:ROWS_NAMED])
    return f"{numbers} …" if len(rows) > ROWS_NAMED else numbers


def _numbers(member: Member) -> dict[int, int]:
    """{id of a goal: its number}."""
    goals = member.scorecard.instrument.goals.values_list("pk", "number")
    return dict(goals)


def _goals(checked: Checked) -> int:
    """How many goals the new responses answer, in all."""
    return sum(len(one.goals) for one in checked.adding)


@require_safe
def job(request: HttpRequest, slug: str, job: UUID) -> HttpResponse:
    """How far the worker is, and what came of it."""
    member = coordinator(request, slug)
    found = job_or_404(member, job)
    is_finished = found.state in (Job.State.DONE, Job.State.FAILED)
    if request.htmx and is_finished:  # type: ignore[attr-defined]
        # The whole page says what came of it.
        return HttpResponse(headers={"HX-Refresh": "true"})
    again = reverse("collected_tables", args=[slug])
    href = reverse("collected_job", args=[slug, job])
    line = JobLine(found, found.parameters["name"], href, "", again)

    def whole(**content: Any) -> HttpResponse:
        return page(request, "job", member, intake=_intake(member, found), **content)

    return watch(request, line, whole)


def _intake(member: Member, job: Job) -> TableIntake | None:
    """What the job left on record."""
    return member.scorecard.table_intakes.filter(job=job).first()
