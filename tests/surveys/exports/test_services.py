"""A file is made once while nothing changes, and goes after a week."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from surveys.exports.formats import format_called
from surveys.exports.protection import TooFewResponses
from surveys.exports.services import request_export, standing
from surveys.jobs.files import has_file, remove_old_files
from surveys.models import Job, Member, Scorecard
from surveys.sample.exclusions import exclude_response
from tests import factories
from tests.surveys.exports.conftest import store

XLSX = format_called("xlsx")


def ask(by: Member, language: str = "en", code: str = "xlsx") -> Job:
    wanted = format_called(code)
    assert wanted
    return request_export(by=by, wanted=wanted, language=language, now=timezone.now())


@pytest.fixture
def done(closed_scorecard: Scorecard, coordinator: Member, work_off: Callable) -> Job:
    job = ask(coordinator)
    work_off()
    job.refresh_from_db()
    return job


def test_file_is_offered_again_while_nothing_changes(
    done: Job, coordinator: Member
) -> None:
    colleague = factories.make_member(
        scorecard=coordinator.scorecard, role="coordinator", name="Colleague"
    )

    assert ask(coordinator) == ask(colleague) == done
    assert ask(coordinator, language="ru") != done
    assert ask(coordinator, code="csv") != done


def test_new_response_or_exclusion_makes_another_file(
    done: Job, coordinator: Member, work_off: Callable
) -> None:
    scorecard = done.scorecard
    response = store(scorecard, {1: "1111"})
    second = ask(coordinator)
    assert second != done
    work_off()
    assert ask(coordinator) == second

    exclude_response(
        response_id=response.pk,
        cause="fast",
        reason="In a minute.",
        by=coordinator,
        now=factories.NOW,
    )

    assert ask(coordinator) not in (done, second)


def test_changed_notice_makes_another_file(done: Job, coordinator: Member) -> None:
    Scorecard.objects.filter(pk=done.scorecard_id).update(notice={"en": "Invented."})
    coordinator.refresh_from_db()

    assert ask(coordinator) != done


def test_file_goes_after_a_week_and_is_made_again(
    done: Job, coordinator: Member
) -> None:
    assert done.finished_at
    remove_old_files(done.finished_at + timedelta(days=7))
    assert has_file(done)

    remove_old_files(done.finished_at + timedelta(days=7, seconds=1))

    done.refresh_from_db()
    assert not has_file(done)
    assert ask(coordinator) != done


def test_counts_are_the_same_on_the_page_and_in_the_file(done: Job) -> None:
    shown = standing(done.scorecard, timezone.now())

    assert done.outcome["responses"] == shown.told == shown.responses == 5
    assert shown.held_back == 0


def test_open_survey_says_how_many_are_held_back(scorecard: Scorecard) -> None:
    for day in (1, 2, 3):
        for _ in range(5):
            store(scorecard, submitted_on=date(2022, 5, day))

    found = standing(scorecard, factories.NOW)

    assert (found.responses, found.told, found.held_back) == (15, 10, 5)
    assert found.until == date(2022, 5, 2)


def test_nothing_is_asked_for_where_too_few_answered(
    scorecard: Scorecard, coordinator: Member
) -> None:
    factories.respond(scorecard, {1: "1111"})
    factories.close_survey(scorecard)
    coordinator.refresh_from_db()

    with pytest.raises(TooFewResponses):
        ask(coordinator)
    assert standing(scorecard, factories.NOW).told is None
    assert not Job.objects.exists()


def test_failing_file_is_named_and_leaves_nothing(
    closed_scorecard: Scorecard,
    coordinator: Member,
    work_off: Callable,
    monkeypatch,
    settings,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("surveys.exports.workbook._responses", refuse)
    job = ask(coordinator)

    work_off()

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "No space left on device" in job.error
    assert list((settings.MEDIA_ROOT / "making").iterdir()) == []
    assert ask(coordinator) != job


def test_format_that_is_gone_is_a_failed_job(
    closed_scorecard: Scorecard, coordinator: Member, work_off: Callable
) -> None:
    job = ask(coordinator)
    Job.objects.filter(pk=job.pk).update(parameters={**job.parameters, "format": "ods"})

    work_off()

    job.refresh_from_db()
    assert job.error == "start: ods"
