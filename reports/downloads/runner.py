"""What a worker does for a job of kind "report_file"."""

from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from reports.access import report_of
from reports.exporters import format_called
from reports.exporters.format import Format, Imprint
from reports.models import Edition
from reports.pages.build import build_report
from reports.pages.document import Report
from surveys.jobs.files import new_file
from surveys.jobs.services import Progress, runs
from surveys.models import Job

KIND = "report_file"
STEPS = (
    gettext_noop("Reading the report"),
    gettext_noop("Writing the file"),
    gettext_noop("Keeping the file"),
)


class FormatUnknown(Exception):
    """This version of the site writes no such format."""


@runs(KIND)
def write_report_file(job: Job, progress: Progress) -> tuple[Path, str]:
    """Write the edition, or the draft as it stands, in the format that was asked for.

    The job's parameters are those of `services.request_file`. Raises FormatUnknown or
    what the format's own module names.
    """
    progress(STEPS[0], 0, len(STEPS))
    wanted = format_called(job.parameters["format"])
    if wanted is None:
        raise FormatUnknown(job.parameters["format"])
    report, imprint = _report_of_job(job)
    progress(STEPS[1], 1, len(STEPS))
    path = _written(wanted, report, imprint)
    progress(STEPS[2], 2, len(STEPS))
    return path, wanted.file_name(report, imprint)


def _report_of_job(job: Job) -> tuple[Report, Imprint]:
    number, language = job.parameters["edition"], job.parameters["language"]
    if number is None:
        report = build_report(job.scorecard)
        day = job.requested_at.astimezone(ZoneInfo(report.time_zone)).date()
        return report, Imprint(None, day, language)
    edition = Edition.objects.get(scorecard=job.scorecard, number=number)
    return report_and_imprint(edition, language)


def report_and_imprint(edition: Edition, language: str) -> tuple[Report, Imprint]:
    """What an exporter receives for a released edition."""
    report = report_of(edition)
    day = edition.released_at.astimezone(ZoneInfo(report.time_zone)).date()
    return report, Imprint(edition.number, day, language, edition.checksum)


def _written(wanted: Format, report: Report, imprint: Imprint) -> Path:
    path = new_file("report-", f".{wanted.code}")
    try:
        wanted.write(report, imprint, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
