"""Work that cannot report does not look abandoned."""

import time
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from surveys.jobs.heartbeat import beating
from surveys.jobs.services import (
    RUNNERS,
    claim_next_job,
    report_progress,
    request_job,
)
from surveys.models import Job, Scorecard


@pytest.fixture
def job(scorecard: Scorecard, monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setitem(RUNNERS, "wait", lambda job, progress: None)
    request_job(
        scorecard=scorecard,
        kind="wait",
        parameters={},
        requested_by=None,
        now=timezone.now(),
    )
    job = claim_next_job(timezone.now())
    assert job
    report_progress(job, "packing", 3, 4)
    return job


def beat_of(job: Job):
    return Job.objects.get(pk=job.pk).heartbeat_at


@pytest.mark.django_db(transaction=True)
def test_beat_goes_on_beside_the_work_and_keeps_its_progress(job: Job) -> None:
    before = beat_of(job)

    with beating(job, seconds=0.02):
        until = time.monotonic() + 60
        while beat_of(job) == before and time.monotonic() < until:
            time.sleep(0.02)

    now = Job.objects.get(pk=job.pk)
    assert now.heartbeat_at > before
    assert (now.step, now.steps_done, now.steps_total) == ("packing", 3, 4)


@pytest.mark.django_db(transaction=True)
def test_worker_that_lost_its_claim_does_not_beat(job: Job) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(claim=uuid.uuid4(), heartbeat_at=long_ago)

    with beating(job, seconds=0.01):
        time.sleep(0.2)

    assert beat_of(job) == long_ago
