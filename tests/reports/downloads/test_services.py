"""A file of an edition is made once; a draft anew."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from reports.downloads.runner import KIND
from reports.downloads.services import request_file
from reports.exporters import FORMATS, format_called
from reports.exporters.format import Format
from reports.models import Edition
from surveys.jobs.files import has_file
from surveys.models import Job, Member, Scorecard

XLSX = format_called("xlsx")


def ask_edition(edition: Edition, language: str = "en", code: str = "xlsx") -> Job:
    wanted = format_called(code)
    assert wanted
    return request_file(
        scorecard=edition.scorecard,
        edition=edition,
        wanted=wanted,
        language=language,
        requested_by=None,
        now=timezone.now(),
    )


def ask_draft(by: Member, now: datetime | None = None) -> Job:
    assert XLSX
    return request_file(
        scorecard=by.scorecard,
        edition=None,
        wanted=XLSX,
        language="en",
        requested_by=by,
        now=now or timezone.now(),
    )


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.code)
def test_every_format_becomes_a_file(
    known: Format, edition: Edition, work_off: Callable
) -> None:
    job = ask_edition(edition, code=known.code)

    work_off()

    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert job.file_name == f"kazakhstan-2022-edition-1-en.{known.code}"
    assert job.steps_done == job.steps_total == 3
    assert job.file.size > 5_000


def test_file_of_an_edition_is_made_once_and_offered_again(
    edition: Edition, work_off: Callable
) -> None:
    first = ask_edition(edition)
    assert ask_edition(edition) == first  # while it waits
    work_off()

    assert ask_edition(edition) == first
    assert ask_edition(edition, language="ru") != first
    assert Job.objects.filter(kind=KIND).count() == 2


def test_file_that_is_no_longer_kept_is_made_again(
    edition: Edition, work_off: Callable
) -> None:
    first = ask_edition(edition)
    work_off()
    first.refresh_from_db()
    first.file.storage.delete(first.file.name)

    assert not has_file(first)
    assert ask_edition(edition) != first


def test_file_that_failed_can_be_asked_for_again(
    edition: Edition, work_off: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("No space left on device")

    assert XLSX
    with monkeypatch.context() as broken:
        broken.setattr(Format, "write", refuse)
        failed = ask_edition(edition)
        work_off()
    failed.refresh_from_db()

    again = ask_edition(edition)
    work_off()

    again.refresh_from_db()
    assert failed.state == Job.State.FAILED
    assert failed.error == "Writing the file: No space left on device"
    assert again != failed
    assert again.state == Job.State.DONE


def test_pdf_that_typst_refuses_is_a_failed_job_with_its_words(
    edition: Edition, work_off: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.exporters.pdf.printed_report", lambda *_: {})
    job = ask_edition(edition, code="pdf")

    work_off()

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error.startswith("Writing the file: typst: ")


def test_format_that_is_gone_is_a_failed_job(
    edition: Edition, work_off: Callable
) -> None:
    job = ask_edition(edition)
    Job.objects.filter(pk=job.pk).update(parameters={**job.parameters, "format": "odt"})

    work_off()

    job.refresh_from_db()
    assert job.error == "Reading the report: odt"


def test_draft_is_written_anew_each_time(
    closed_scorecard: Scorecard, coordinator: Member, work_off: Callable
) -> None:
    first = ask_draft(coordinator)
    work_off()

    second = ask_draft(coordinator)

    assert second != first
    first.refresh_from_db()
    assert first.file_name == "kazakhstan-2022-draft-en.xlsx"
