"""Asking for the report as a file: once for an edition, anew for a draft."""

from datetime import datetime

from reports.downloads.runner import KIND
from reports.exporters.format import Format
from reports.models import Edition
from surveys.jobs.files import finished_job
from surveys.jobs.services import request_job
from surveys.models import Job, Member, Scorecard


def request_file(
    *,
    scorecard: Scorecard,
    edition: Edition | None,
    wanted: Format,
    language: str,
    requested_by: Member | None,
    now: datetime,
) -> Job:
    """The job that writes this file.

    An edition never changes, so that a file of it is made once, for everybody, and
    then offered again. A draft (`edition` None) is written anew, for who asked.
    """
    parameters = {
        "format": wanted.code,
        "edition": edition.number if edition else None,
        "language": language,
    }
    if edition:
        done = finished_job(scorecard, KIND, parameters)
        if done:
            return done
    return request_job(
        scorecard=scorecard,
        kind=KIND,
        parameters=parameters,
        requested_by=None if edition else requested_by,
        now=now,
    )
