"""The files that jobs leave: found again, written in one place, removed when old."""

import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from surveys.models import Job, Scorecard

# What a worker that was killed left half written is removed after so long.
ABANDONED = timedelta(days=1)
# kind of job -> how long its file is kept after it was made; others stay.
KEPT_FOR: dict[str, timedelta] = {}


def has_file(job: Job) -> bool:
    """Whether the job is done and its file is still kept."""
    name = job.file.name if job.state == Job.State.DONE else ""
    return job.file.storage.exists(name) if name else False


def finished_job(
    scorecard: Scorecard, kind: str, parameters: dict[str, Any]
) -> Job | None:
    """The newest done job of exactly this kind whose file is still there."""
    done = Job.objects.filter(
        scorecard=scorecard, kind=kind, parameters=parameters, state=Job.State.DONE
    )
    return next((job for job in done if has_file(job)), None)


def new_file(prefix: str, suffix: str) -> Path:
    """An empty file to write into, where what a killed worker leaves is found."""
    opened, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=making_folder())
    os.close(opened)
    return Path(name)


def making_folder() -> Path:
    """Where files are while they are made: they hold what people said."""
    folder = Path(settings.MEDIA_ROOT) / "making"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def gone_at(job: Job) -> datetime | None:
    """When the file of a finished job is removed; None if it stays."""
    kept = KEPT_FOR.get(job.kind)
    return job.finished_at + kept if kept and job.finished_at else None


def remove_old_files(now: datetime) -> int:
    """Remove files whose time is over, and what no job knows of; how many there were.

    The rows stay: that a file was made, when and for whom is still known.
    """
    removed = sum(_remove_kept(kind, now - kept) for kind, kept in KEPT_FOR.items())
    return removed + _remove_abandoned(now - ABANDONED)


def _remove_kept(kind: str, before: datetime) -> int:
    old = list(Job.objects.filter(kind=kind, finished_at__lt=before).exclude(file=""))
    for job in old:
        job.file.storage.delete(str(job.file.name))
        Job.objects.filter(pk=job.pk).update(file="")
    return len(old)


def _remove_abandoned(before: datetime) -> int:
    """Files half written, and files stored for a job that was taken up by another."""
    known = set(Job.objects.exclude(file="").values_list("file", flat=True))
    stored = Path(settings.MEDIA_ROOT)
    old = [
        path
        for folder in (making_folder(), stored / "jobs")
        if folder.is_dir()
        for path in folder.iterdir()
        if path.stat().st_mtime < before.timestamp()
        and str(path.relative_to(stored)) not in known
    ]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)
