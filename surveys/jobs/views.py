"""What every page of a job has in common: how far it is, and its file.

A room decides who may see its jobs, and hands over the job it found for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django_htmx.http import HTMX_STOP_POLLING

from surveys.jobs.files import gone_at, has_file
from surveys.jobs.watching import ring_if_overdue
from surveys.models import Job

FINISHED = (Job.State.DONE, Job.State.FAILED)


@dataclass(frozen=True)
class JobLine:
    """A job as a page shows it.

    `name`: what it makes, in the page's language, and `detail` more of that. `href`:
    its page; `file_url`: where its file is fetched. Sending `again` to `again_href`
    asks for the same once more. `is_counted`: its progress counts things, not steps.
    `outcome_template` shows what came of it, below the file.
    """

    job: Job
    name: str
    href: str
    file_url: str
    again_href: str
    detail: str = ""
    again: Mapping[str, Any] = field(default_factory=dict)
    is_counted: bool = False
    outcome_template: str = ""

    @property
    def has_file(self) -> bool:
        return has_file(self.job)

    @property
    def file_href(self) -> str:
        """Where the file is fetched; empty while, or when, there is none."""
        return self.file_url if self.has_file else ""

    @property
    def step(self) -> str:
        return gettext(self.job.step) if self.job.step else ""

    @property
    def gone_at(self) -> Any:
        return gone_at(self.job)

    @property
    def is_finished(self) -> bool:
        return self.job.state in FINISHED


# Makes the whole page of a job from what every such page shows.
Page = Callable[..., HttpResponse]


def watch(request: HttpRequest, line: JobLine, page: Page) -> HttpResponse:
    """How far a job is; only its state for htmx, which stops asking at the end."""
    job = line.job
    is_overdue = ring_if_overdue(job, timezone.now())
    seen = f"{job.state}-{job.attempts}-{job.steps_done}-{is_overdue}"
    content: dict[str, Any] = {
        "line": line,
        "job": job,
        "is_finished": line.is_finished,
        "is_overdue": is_overdue,
        "seen": seen,
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return page(**content)
    if request.GET.get("seen") == seen:
        # Nothing to swap in, and nothing for a screen reader to say once more.
        return HttpResponse(status=204)
    status = HTMX_STOP_POLLING if line.is_finished else 200
    return render(request, "jobs/state.html", content, status=status)


def job_file(job: Job, content_type: str) -> FileResponse:
    """The finished file, as an attachment that no browser takes for something else.

    Raises Http404 while, or when, there is none.
    """
    if not has_file(job):
        raise Http404
    response = FileResponse(
        job.file.open("rb"),
        as_attachment=True,
        filename=job.file_name,
        content_type=content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
