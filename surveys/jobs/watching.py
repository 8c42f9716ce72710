"""A job that nobody works on is told about, and a worker rung for."""

from datetime import datetime, timedelta

from django.core.cache import cache

from surveys.jobs.services import wake_a_worker
from surveys.models import Job
from surveys.models.jobs import SILENCE

# A waiting job that no worker has taken up for so long is told about, and rung for.
PATIENCE = timedelta(seconds=6)
# Seconds between two rings for the same job, however many people watch it.
BETWEEN_RINGS = 10


def is_overdue(job: Job, now: datetime) -> bool:
    """Whether no worker has taken the job up, or the one that did fell silent."""
    if job.state == Job.State.WAITING:
        return now - job.requested_at > PATIENCE
    is_silent = job.heartbeat_at is not None and now - job.heartbeat_at > SILENCE
    return job.state == Job.State.RUNNING and is_silent


def ring_if_overdue(job: Job, now: datetime) -> bool:
    """Wake a worker again for a job nobody works on; whether it is overdue."""
    overdue = is_overdue(job, now)
    if overdue and cache.add(f"job-rung-{job.pk}", True, BETWEEN_RINGS):
        wake_a_worker()
    return overdue
