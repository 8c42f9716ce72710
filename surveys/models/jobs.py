"""Long work. The row is the truth; the queue only wakes a worker."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from .scorecard import Member, Scorecard

# A running job that has been silent for so long was left by a killed worker.
SILENCE = timedelta(seconds=60)


class JobQuerySet(models.QuerySet["Job"]):
    def claimable(self, now: datetime) -> "JobQuerySet":
        """Those that wait, and those whose worker fell silent."""
        return self.filter(
            Q(state=Job.State.WAITING)
            | Q(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENCE)
        )


class Job(models.Model):
    """One piece of long work, its progress, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="jobs")
    requested_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    step = models.CharField(max_length=200, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Who holds it: a worker that lost its claim can no longer write to the row.
    claim = models.UUIDField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    file = models.FileField(upload_to="jobs/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    # What there is to say about it once it is done, e.g. how many rows the file has.
    outcome = models.JSONField(default=dict, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running")
                | Q(claim__isnull=False, heartbeat_at__isnull=False),
                name="a_running_job_is_claimed_and_beats",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""),
                name="a_failed_job_names_its_error",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"
