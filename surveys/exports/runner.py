"""What a worker does for a job of kind "responses"."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from django.utils.translation import gettext_noop, override

from surveys.exports.export import Export, Format
from surveys.exports.formats import format_called
from surveys.exports.layout import layout_of
from surveys.exports.protection import protect
from surveys.exports.remarks import Remarks
from surveys.exports.rows import Rows
from surveys.jobs.files import KEPT_FOR, new_file
from surveys.jobs.heartbeat import beating
from surveys.jobs.services import Progress, runs
from surveys.models import Job

KIND = "responses"
# What people said does not lie around: long enough to fetch it, no longer.
KEPT_FOR[KIND] = timedelta(days=7)
BEGINNING, READING, WRITING = (
    gettext_noop("Looking at what may be told"),
    gettext_noop("Reading and writing responses"),
    gettext_noop("Writing responses"),
)
# So many remarks are shown beside the file; all that were kept stand in it.
SHOWN_REMARKS = 20


class FormatUnknown(Exception):
    """This version of the site writes no such format."""


@runs(KIND)
def write_export(job: Job, progress: Progress) -> tuple[Path, str]:
    """Write the responses in the format and language that were asked for.

    The job's parameters are those of `services.request_export`. Raises FormatUnknown,
    TooFewResponses or what the format's own module names.
    """
    wanted = format_called(job.parameters["format"])
    if wanted is None:
        raise FormatUnknown(job.parameters["format"])
    language = job.parameters["language"]
    progress(BEGINNING, 0, 0)
    with override(language), beating(job):
        export = _export_of(job, wanted, progress)
        path = new_file("responses-", f".{wanted.suffix}")
        try:
            wanted.writer(export, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    job.outcome = _outcome(export)
    return path, wanted.file_name(job.scorecard, language)


def _export_of(job: Job, wanted: Format, progress: Progress) -> Export:
    scorecard = job.scorecard
    protection = protect(scorecard, job.requested_at)
    layout = layout_of(scorecard, wanted.coding, protection)
    total = protection.of(scorecard).count()
    rows = Rows(
        scorecard=scorecard,
        layout=layout,
        protection=protection,
        remarks=Remarks(),
        told=partial(_tell, progress, READING, total),
    )
    return Export(
        scorecard=scorecard,
        columns=layout.columns,
        rows=rows,
        protection=protection,
        asked_at=job.requested_at,
        language=job.parameters["language"],
        wrote=partial(_tell, progress, WRITING, total),
    )


def _tell(progress: Progress, step: str, total: int, done: int) -> None:
    progress(step, done, max(total, done))


def _outcome(export: Export) -> dict:
    rows = export.rows
    return {
        "responses": rows.n,
        "excluded": rows.excluded,
        "remarks": rows.remarks.n,
        "first_remarks": [
            [one.response, one.column, one.words]
            for one in rows.remarks.kept[:SHOWN_REMARKS]
        ],
    }
