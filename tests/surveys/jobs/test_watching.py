"""Nothing waits in silence."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from surveys.jobs.watching import PATIENCE, is_overdue, ring_if_overdue
from surveys.models import Job, Scorecard
from surveys.models.jobs import SILENCE
from tests import factories

SECOND = timedelta(seconds=1)


@pytest.fixture
def job(scorecard: Scorecard) -> Job:
    cache.clear()
    return Job.objects.create(
        scorecard=scorecard, kind="write a letter", requested_at=factories.NOW
    )


def test_worker_is_rung_for_a_job_that_nobody_takes_up(job: Job, rung: list) -> None:
    assert not ring_if_overdue(job, job.requested_at + PATIENCE)
    late = job.requested_at + PATIENCE + SECOND
    assert ring_if_overdue(job, late)
    assert ring_if_overdue(job, late)

    assert rung == [True]  # however often the page asks


def test_worker_is_rung_for_a_job_whose_worker_fell_silent(
    job: Job, rung: list
) -> None:
    job.state, job.heartbeat_at = Job.State.RUNNING, job.requested_at

    assert not is_overdue(job, job.requested_at + SILENCE)
    assert ring_if_overdue(job, job.requested_at + SILENCE + SECOND)
    assert rung == [True]


def test_finished_job_is_never_overdue(job: Job) -> None:
    for state in (Job.State.DONE, Job.State.FAILED):
        job.state = state
        assert not is_overdue(job, job.requested_at + timedelta(days=1))
