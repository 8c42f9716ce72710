"""Long work is done once, and what a killed worker left is taken up again."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from surveys.jobs import services, tasks
from surveys.jobs.services import (
    MOST_ATTEMPTS,
    RUNNERS,
    ClaimLost,
    Progress,
    claim_next_job,
    report_progress,
    request_job,
    run_job,
)
from surveys.models import Job, Scorecard, Tally, UnfoldedResponse
from surveys.models.jobs import SILENCE
from tests.together import failures, successes, together

KIND = "write a letter"


@pytest.fixture
def letter(tmp_path: Path) -> Iterator[Path]:
    """A kind of job: two steps, then a file."""
    path = tmp_path / "letter.txt"

    def write_letter(job: Job, progress: Progress) -> tuple[Path, str]:
        progress("thinking", 1, 2)
        progress("writing", 2, 2)
        path.write_text("Dear reader", encoding="utf-8")
        return path, "Letter.txt"

    RUNNERS[KIND] = write_letter
    yield path
    del RUNNERS[KIND]


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for every time that a worker was woken."""
    calls: list[bool] = []
    monkeypatch.setattr(services, "wake_a_worker", lambda: calls.append(True))
    return calls


def ask(scorecard: Scorecard, now: datetime | None = None, **parameters) -> Job:
    return request_job(
        scorecard=scorecard,
        kind=KIND,
        parameters=parameters,
        requested_by=None,
        now=now or timezone.now(),
    )


@pytest.fixture
def job(scorecard: Scorecard, letter: Path, now: datetime) -> Job:
    return ask(scorecard, now)


def claim(now: datetime) -> Job:
    job = claim_next_job(now)
    assert job is not None
    return job


def fall_silent(now: datetime) -> datetime:
    """A moment at which a worker that last beat at `now` counts as gone."""
    return now + SILENCE + timedelta(seconds=1)


# ---------------------------------------------------------------------- asking for it


def test_a_job_that_is_asked_for_waits_and_wakes_a_worker_after_commit(
    scorecard, letter, woken, now, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(scorecard, now, goal=5)
        assert woken == []
    assert woken == [True]
    assert (job.state, job.parameters, job.attempts) == ("waiting", {"goal": 5}, 0)


@pytest.mark.parametrize("is_running", [False, True])
def test_asking_twice_gives_the_job_that_waits_or_runs(job, scorecard, now, is_running):
    if is_running:
        claim(now)
    assert ask(scorecard, now) == job
    assert Job.objects.count() == 1


def test_asking_for_something_else_or_after_the_end_gives_another_job(
    job, scorecard, coordinator, now
):
    other = ask(scorecard, now, goal=5)
    mine = request_job(
        scorecard=scorecard,
        kind=KIND,
        parameters={},
        requested_by=coordinator,
        now=now,
    )
    run_job(claim(now))
    assert len({job, other, mine, ask(scorecard, now)}) == 4


def test_nothing_is_asked_for_that_nobody_does(scorecard, now):
    with pytest.raises(ValueError, match="nothing runs jobs of kind 'sing'"):
        request_job(
            scorecard=scorecard, kind="sing", parameters={}, requested_by=None, now=now
        )
    assert not Job.objects.exists()


def test_a_queue_that_cannot_be_told_does_not_stop_the_request(
    scorecard, letter, now, monkeypatch, django_capture_on_commit_callbacks
):
    def broken() -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.work_off_jobs, "delay", broken)
    with django_capture_on_commit_callbacks(execute=True):
        ask(scorecard, now)
    assert Job.objects.get().state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_the_same_job(scorecard, letter, now, woken):
    outcomes = together(*[lambda: ask(scorecard, now)] * 6)
    assert failures(outcomes) == []
    assert len(set(outcomes)) == 1
    assert Job.objects.count() == 1
    assert woken == [True]


# ------------------------------------------------------------------------- claiming it


def test_the_oldest_job_is_claimed_first(scorecard, letter, now):
    late = ask(scorecard, now, which="late")
    early = ask(scorecard, now - timedelta(hours=1), which="early")
    assert [claim(now), claim(now)] == [early, late]
    assert claim_next_job(now) is None


def test_a_claimed_job_runs_and_says_who_holds_it(job, now):
    held = claim(now)
    assert held == job
    assert (held.state, held.attempts, held.heartbeat_at) == ("running", 1, now)
    assert held.claim is not None


@pytest.mark.django_db(transaction=True)
def test_a_job_is_claimed_by_one_of_many_workers(scorecard, letter, now):
    for round_ in range(10):
        job = ask(scorecard, now, round=round_)
        outcomes = together(*[lambda: claim_next_job(now)] * 6)
        assert failures(outcomes) == []
        assert [claimed for claimed in outcomes if claimed] == [job]


@pytest.mark.django_db(transaction=True)
def test_several_jobs_are_claimed_by_several_workers_once_each(scorecard, letter, now):
    jobs = {ask(scorecard, now, number=number) for number in range(6)}

    def work() -> list[Job]:
        mine = []
        while claimed := claim_next_job(now):
            mine.append(claimed)
        return mine

    outcomes = together(work, work, work, work)
    assert failures(outcomes) == []
    claimed = [job for mine in successes(outcomes) for job in mine]
    assert len(claimed) == 6
    assert set(claimed) == jobs


# ----------------------------------------------------------------- when a worker dies


def test_a_worker_that_beats_keeps_its_job(job, now):
    claim(now)
    assert claim_next_job(now + SILENCE) is None


def test_a_job_whose_worker_fell_silent_is_taken_up_again(job, now):
    first = claim(now)
    second = claim(fall_silent(now))
    assert second == job
    assert second.attempts == 2
    assert second.claim != first.claim


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_worker_left_is_taken_up_by_one_of_many(job, now):
    claim(now)
    outcomes = together(*[lambda: claim_next_job(fall_silent(now))] * 6)
    assert failures(outcomes) == []
    assert [claimed for claimed in outcomes if claimed] == [job]
    assert Job.objects.get().attempts == 2


def test_the_worker_that_lost_its_claim_cannot_write(job, letter, now, caplog):
    slow = claim(now)
    quick = claim(fall_silent(now))
    with pytest.raises(ClaimLost):
        report_progress(slow, "still here", 1, 2)
    run_job(slow)
    assert "taken up by another worker" in caplog.text
    job.refresh_from_db()
    assert (job.state, job.step, job.file_name) == ("running", "", "")
    run_job(quick)
    job.refresh_from_db()
    assert job.state == "done"
    run_job(slow)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_worker_that_lost_its_claim_cannot_fail_the_job(job, now):
    slow = claim(now)
    claim(fall_silent(now))

    def stumble(job: Job, progress: Progress) -> tuple[Path, str]:
        raise ValueError("too late")

    RUNNERS[KIND] = stumble
    run_job(slow)
    job.refresh_from_db()
    assert (job.state, job.error) == ("running", "")


def test_the_third_death_fails_the_job_by_name(job, now):
    for _ in range(MOST_ATTEMPTS):
        held = claim(now)
        now = fall_silent(now)
    Job.objects.update(step="writing page 7", heartbeat_at=held.heartbeat_at)
    assert claim_next_job(now) is None
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error == "The worker stopped 3 times at: writing page 7"
    assert job.finished_at == now


def test_a_job_that_kills_its_workers_does_not_keep_others_waiting(job, scorecard, now):
    for _ in range(MOST_ATTEMPTS):
        claim(now)
        now = fall_silent(now)
    other = ask(scorecard, now, which="other")
    assert claim_next_job(now) == other


# --------------------------------------------------------------------------- doing it


def test_a_finished_job_keeps_its_file_and_the_name_to_download_it_by(job, letter, now):
    run_job(claim(now))
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    assert (job.step, job.steps_done, job.steps_total) == ("writing", 2, 2)
    assert job.file_name == "Letter.txt"
    assert job.file.read() == b"Dear reader"
    assert str(job.pk) in job.file.name
    assert job.finished_at is not None
    assert not letter.exists()


def test_work_that_leaves_no_file_is_done_without_one(job, letter, now):
    RUNNERS[KIND] = lambda job, progress: progress("posting", 1, 1)
    run_job(claim(now))
    job.refresh_from_db()
    assert (job.state, job.step, job.steps_done) == ("done", "posting", 1)
    assert (job.file, job.file_name) == ("", "")


def test_progress_is_seen_while_the_job_runs(job, now):
    seen = []

    def look(job: Job, progress: Progress) -> tuple[Path, str]:
        before = Job.objects.get(pk=job.pk).heartbeat_at
        progress("counting", 3, 8)
        row = Job.objects.get(pk=job.pk)
        seen.append((row.step, row.steps_done, row.steps_total))
        assert row.heartbeat_at > before
        raise ValueError("enough")

    RUNNERS[KIND] = look
    run_job(claim(now))
    assert seen == [("counting", 3, 8)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("the page is empty"), "writing: the page is empty"),
        (ZeroDivisionError(), "writing: ZeroDivisionError"),
    ],
)
def test_an_exception_is_named_with_its_step(job, now, error, words):
    def stumble(job: Job, progress: Progress) -> tuple[Path, str]:
        progress("writing", 1, 2)
        raise error

    RUNNERS[KIND] = stumble
    run_job(claim(now))
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", words)
    assert job.finished_at is not None
    assert claim_next_job(fall_silent(now)) is None


def test_a_kind_that_nothing_runs_any_more_fails_by_name(job, now):
    Job.objects.update(kind="long forgotten")
    run_job(claim(now))
    job.refresh_from_db()
    assert job.state == "failed"
    assert "long forgotten" in job.error


# ------------------------------------------------------------------------- the tasks


def test_a_worker_works_until_nothing_waits(scorecard, letter):
    jobs = [ask(scorecard, number=number) for number in range(3)]
    tasks.work_off_jobs()
    assert {Job.objects.get(pk=job.pk).state for job in jobs} == {"done"}


def test_what_a_killed_worker_left_is_done_when_somebody_looks(scorecard, letter):
    job = ask(scorecard)
    long_ago = timezone.now() - SILENCE - timedelta(seconds=1)
    Job.objects.update(state="running", claim=uuid.uuid4(), heartbeat_at=long_ago)
    tasks.take_up_abandoned_jobs()
    job.refresh_from_db()
    assert job.state == "done"


def test_new_responses_of_every_scorecard_are_folded(
    scorecard, other_scorecard, respond
):
    for card in (scorecard, other_scorecard, scorecard):
        respond(card, {1: "1234"})
    tasks.fold_all_tallies()
    assert not UnfoldedResponse.objects.exists()
    assert Tally.objects.get(scorecard=scorecard, indicator__number=1).n == 2
    assert Tally.objects.get(scorecard=other_scorecard, indicator__number=1).n == 1
