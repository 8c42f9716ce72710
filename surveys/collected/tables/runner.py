"""What a worker does for a job of kind "responses_from_table"."""

from functools import partial
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from surveys.collected.tables.keeping import kept_table
from surveys.collected.tables.services import (
    KIND,
    forget,
    take_in,
    was_taken_in,
)
from surveys.jobs.services import Progress, runs
from surveys.models import Job

CHECKING = gettext_noop("Checking the rows")
STORING = gettext_noop("Storing the responses")


class TableGone(Exception):
    """The table is no longer kept, or is read otherwise than it was confirmed."""

    def __init__(self) -> None:
        super().__init__(
            "the table is no longer kept as it was confirmed; send it again"
        )


@runs(KIND)
def take_in_table(job: Job, progress: Progress) -> tuple[Path, str] | None:
    """Take the table in and remove its file. Run twice, it adds nothing twice."""
    table = job.parameters["table"]
    if was_taken_in(job):
        forget(table)
        return None
    kept = kept_table(job.scorecard_id, UUID(table))
    if kept is None or kept.checksum != job.parameters["checksum"]:
        raise TableGone
    assert job.requested_by is not None
    progress(CHECKING, 0, len(kept.sheet.rows) - 1)
    take_in(
        by=job.requested_by,
        kept=kept,
        now=timezone.now(),
        job=job,
        checking=partial(progress, CHECKING),
        # Seen after the transaction in which it is written; it keeps the claim.
        storing=partial(progress, STORING),
    )
    forget(table)
    return None
