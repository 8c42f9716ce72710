"""What jobs leave is kept as long as was said, and not longer."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from surveys.jobs.files import (
    ABANDONED,
    KEPT_FOR,
    finished_job,
    gone_at,
    has_file,
    making_folder,
    new_file,
    remove_old_files,
)
from surveys.jobs.services import RUNNERS, ClaimLost, Progress, request_job
from surveys.jobs.tasks import remove_old_job_files
from surveys.models import Job, Scorecard

KEPT, STAYS = "write a letter", "carve a stone"
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def write(job: Job, progress: Progress) -> tuple[Path, str]:
    progress("writing", 1, 1)
    path = new_file("letter-", ".txt")
    path.write_text("Dear reader", encoding="utf-8")
    job.outcome = {"words": 2}
    return path, "Letter.txt"


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    RUNNERS[KEPT] = RUNNERS[STAYS] = write
    KEPT_FOR[KEPT] = WEEK
    yield
    del RUNNERS[KEPT], RUNNERS[STAYS], KEPT_FOR[KEPT]


@pytest.fixture
def done(scorecard: Scorecard, work_off: Callable) -> Callable[[str], Job]:
    def make(kind: str) -> Job:
        job = request_job(
            scorecard=scorecard,
            kind=kind,
            parameters={"to": "you"},
            requested_by=None,
            now=timezone.now(),
        )
        work_off()
        job.refresh_from_db()
        return job

    return make


def test_file_is_removed_when_its_time_is_over_and_its_row_stays(done) -> None:
    job = done(KEPT)
    end = gone_at(job)
    assert end == job.finished_at + WEEK

    assert remove_old_files(end) == 0
    assert has_file(job)
    assert remove_old_files(end + SECOND) == 1

    path = Path(job.file.path)
    job.refresh_from_db()
    assert not path.exists()
    assert not has_file(job)
    assert (job.state, job.file_name) == ("done", "Letter.txt")
    assert finished_job(job.scorecard, KEPT, {"to": "you"}) is None


def test_file_of_a_kind_that_stays_is_kept(done) -> None:
    job = done(STAYS)

    remove_old_files(timezone.now() + timedelta(days=3650))

    assert gone_at(job) is None
    assert has_file(job)
    assert finished_job(job.scorecard, STAYS, {"to": "you"}) == job
    assert finished_job(job.scorecard, STAYS, {"to": "her"}) is None


def test_what_a_killed_worker_left_is_removed(scorecard, settings) -> None:
    half_written = new_file("letter-", ".txt")
    folder = Path(tempfile.mkdtemp(dir=making_folder()))
    (folder / "page.xml").write_text("Dear reader")
    stored = Path(settings.MEDIA_ROOT) / "jobs" / "of-nobody.txt"
    stored.parent.mkdir(parents=True)
    stored.write_text("Dear reader")
    now = timezone.now()

    assert remove_old_files(now) == 0
    for path in (half_written, folder, stored):
        os.utime(path, ((now - ABANDONED - SECOND).timestamp(),) * 2)
    remove_old_job_files()

    assert not half_written.exists()
    assert not folder.exists()
    assert not stored.exists()


def test_file_of_a_worker_that_lost_its_claim_is_not_kept(
    done, monkeypatch, settings
) -> None:
    def lose(*_: object) -> None:
        raise ClaimLost

    monkeypatch.setattr("surveys.jobs.services._finish", lose)
    done(KEPT)

    assert list((Path(settings.MEDIA_ROOT) / "jobs").iterdir()) == []


def test_outcome_is_stored_with_the_finished_job(done) -> None:
    assert done(KEPT).outcome == {"words": 2}
