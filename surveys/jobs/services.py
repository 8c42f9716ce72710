"""Long work that is done once, whatever dies in between.

A job's row is the truth. `request_job` writes it and wakes a worker; a worker claims it
atomically, beats while it works, and finishes or fails it by name. A job whose worker
fell silent is claimed again; the worker that lost its claim can no longer write.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from surveys.models import Job, Member, Scorecard

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3


class ClaimLost(Exception):
    """The job was taken up by another worker while this one was silent."""


class Progress(Protocol):
    def __call__(self, step: str, done: int, total: int) -> None: ...


# A runner gets the job and a function to report progress with, and returns the
# finished file and the name under which it is downloaded; None where its work leaves
# no file. What it sets as the job's `outcome` is stored when the job is done.
Runner = Callable[[Job, Progress], tuple[Path, str] | None]
RUNNERS: dict[str, Runner] = {}


def runs(kind: str) -> Callable[[Runner], Runner]:
    """Register the function that does jobs of this kind."""

    def register(runner: Runner) -> Runner:
        RUNNERS[kind] = runner
        return runner

    return register


@transaction.atomic
def request_job(
    *,
    scorecard: Scorecard,
    kind: str,
    parameters: dict[str, Any],
    requested_by: Member | None,
    now: datetime,
) -> Job:
    """The job that does this, asked for now, or the one that already waits or runs."""
    if kind not in RUNNERS:
        raise ValueError(f"nothing runs jobs of kind {kind!r}")
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    same = Job.objects.filter(
        scorecard=scorecard,
        kind=kind,
        parameters=parameters,
        requested_by=requested_by,
        state__in=[Job.State.WAITING, Job.State.RUNNING],
    ).first()
    if same:
        return same
    job = Job.objects.create(
        scorecard=scorecard,
        kind=kind,
        parameters=parameters,
        requested_by=requested_by,
        requested_at=now,
    )
    transaction.on_commit(wake_a_worker)
    return job


def wake_a_worker() -> None:
    """Tell the queue that there is work. If it cannot be told, workers look anyway."""
    from surveys.jobs.tasks import work_off_jobs

    try:
        work_off_jobs.delay()
    except Exception:
        log.exception("the queue could not be told; a worker will look by itself")


def claim_next_job(now: datetime) -> Job | None:
    """Take the oldest job that waits or was left behind; None if there is none.

    One conditional UPDATE decides who gets it, on both databases.
    """
    for job in Job.objects.claimable(now).order_by("requested_at")[:20]:
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job, now)
            continue
        claim = uuid.uuid4()
        taken = (
            Job.objects.claimable(now)
            .filter(pk=job.pk, claim=job.claim)
            .update(
                state=Job.State.RUNNING,
                claim=claim,
                heartbeat_at=now,
                attempts=F("attempts") + 1,
                steps_done=0,
            )
        )
        if taken:
            job.refresh_from_db()
            return job
    return None


def _give_up(job: Job, now: datetime) -> None:
    Job.objects.claimable(now).filter(pk=job.pk, claim=job.claim).update(
        state=Job.State.FAILED,
        error=f"The worker stopped {job.attempts} times at: {job.step or 'the start'}",
        finished_at=now,
    )


def _write(job: Job, **values: Any) -> None:
    held = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)
    if not held.update(**values):
        raise ClaimLost(str(job.pk))


def report_progress(job: Job, step: str, done: int, total: int) -> None:
    """Say how far a claimed job is; also its heartbeat. Raises ClaimLost."""
    job.step, job.steps_done, job.steps_total = step[:200], done, total
    _write(
        job,
        step=job.step,
        steps_done=done,
        steps_total=total,
        heartbeat_at=timezone.now(),
    )


def run_job(job: Job) -> None:
    """Do a claimed job and write down what became of it."""

    def progress(step: str, done: int, total: int) -> None:
        report_progress(job, step, done, total)

    try:
        made = RUNNERS[job.kind](job, progress)
        _keep_and_finish(job, made)
    except ClaimLost:
        log.warning("job %s was taken up by another worker", job.pk)
    except Exception as error:
        log.exception("job %s failed", job.pk)
        _fail(job, error)


def _keep_and_finish(job: Job, made: tuple[Path, str] | None) -> None:
    stored, name = _keep(job, *made) if made else ("", "")
    try:
        _finish(job, stored, name)
    except BaseException:
        if stored:
            job.file.storage.delete(stored)
        raise


def _keep(job: Job, path: Path, name: str) -> tuple[str, str]:
    """Where the file is stored now, and the name it is downloaded by."""
    with path.open("rb") as source:
        stored = job.file.storage.save(
            f"jobs/{job.pk}-{job.attempts}{path.suffix}", File(source)
        )
    path.unlink()
    return stored, name


def _finish(job: Job, stored: str, name: str) -> None:
    now = timezone.now()
    _write(
        job,
        state=Job.State.DONE,
        file=stored,
        file_name=name,
        outcome=job.outcome,
        steps_done=F("steps_total"),
        heartbeat_at=now,
        finished_at=now,
    )


def _fail(job: Job, error: Exception) -> None:
    try:
        _write(
            job,
            state=Job.State.FAILED,
            error=f"{job.step or 'start'}: {str(error) or type(error).__name__}",
            finished_at=timezone.now(),
        )
    except ClaimLost:
        log.warning("job %s was taken up by another worker", job.pk)
