"""Hostile labels and answers in every file there is."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from reports.downloads.runner import KIND as REPORT
from reports.exporters import FORMATS as REPORT_FORMATS
from surveys.exports.formats import FORMATS
from surveys.exports.services import request_export
from surveys.jobs.services import request_job
from surveys.models import Job, Scorecard
from surveys.table_text import out_of_a_cell
from tests import factories
from tests.hostile.texts import ANSWERS
from tests.surveys.exports.conftest import READERS, Made


@pytest.mark.parametrize("wanted", FORMATS, ids=lambda wanted: wanted.code)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_responses_become_every_kind_of_file(
    wanted, language: str, hostile_scorecard: Scorecard, work_off: Callable
) -> None:
    by = factories.make_member(scorecard=hostile_scorecard, role="coordinator")
    job = request_export(by=by, wanted=wanted, language=language, now=timezone.now())
    work_off()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error

    made = Made(job, job.file.path)
    READERS[wanted.code](made)

    told = {row["g05_why"].rstrip() for row in made.rows}
    meant = {text[:200].strip() for text in ANSWERS.values()}
    if wanted.code == "csv":
        told = {out_of_a_cell(text) for text in told}
    assert told == meant
    assert job.outcome["remarks"] == 0


@pytest.mark.parametrize("wanted", REPORT_FORMATS, ids=lambda wanted: wanted.code)
def test_report_becomes_every_kind_of_file(
    wanted, hostile_scorecard: Scorecard, work_off: Callable
) -> None:
    job = request_job(
        scorecard=hostile_scorecard,
        kind=REPORT,
        parameters={"format": wanted.code, "edition": None, "language": "en"},
        requested_by=None,
        now=timezone.now(),
    )

    work_off()

    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert job.file.size > 5_000
