"""Taking a table in: all of it, or nothing, by a worker."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from surveys.collected.tables.checking import (
    Checked,
    Progress,
    check_sheet,
    hold_against_record,
)
from surveys.collected.tables.keeping import Kept, let_go
from surveys.collected.tables.matching import Columns, Matching
from surveys.collected.window import check_window
from surveys.intake.storing import store_responses
from surveys.jobs.services import request_job
from surveys.locks import hold_scorecard
from surveys.models import Job, Member, Scorecard, TableIntake, TableMatching

KIND = "responses_from_table"
AT_ONCE = 500


class TableRefused(Exception):
    """Some row has a problem; nothing was taken in."""

    def __init__(self, checked: Checked) -> None:
        rows = [str(row.number) for row in checked.with_problems]
        more = " …" if len(rows) > 10 else ""
        super().__init__(f"problems in rows {', '.join(rows[:10])}{more}")
        self.checked = checked


def remember(
    *, scorecard: Scorecard, kept: Kept, matching: Matching, now: datetime
) -> None:
    """Keep what columns and values mean, for the next file of this scorecard."""
    with transaction.atomic():
        Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
        before = TableMatching.objects.filter(scorecard=scorecard).first()
        columns = dict(zip(Columns.of(kept.sheet).names, matching.columns, strict=True))
        values = dict(before.values) if before else {}
        for group, meanings in matching.values.items():
            values[group] = values.get(group, {}) | {
                value: meaning
                for value, meaning in meanings.items()
                if meaning and len(value) <= 200
            }
        TableMatching.objects.update_or_create(
            scorecard=scorecard,
            defaults={
                "columns": (before.columns if before else {}) | columns,
                "values": values,
                "date_order": matching.date_order
                or (before.date_order if before else ""),
                "saved_at": now,
            },
        )


def request_intake(*, by: Member, kept: Kept, now: datetime) -> Job:
    """Have a worker take in this table as it is read.

    Raises NotYetOpen or FiguresFrozen.
    """
    check_window(by.scorecard, now)
    return request_job(
        scorecard=by.scorecard,
        kind=KIND,
        parameters={
            "table": str(kept.key),
            "checksum": kept.checksum,
            "name": kept.name,
        },
        requested_by=by,
        now=now,
    )


def take_in(
    *,
    by: Member,
    kept: Kept,
    now: datetime,
    job: Job | None = None,
    checking: Progress = lambda done, total: None,
    storing: Progress = lambda done, total: None,
) -> TableIntake:
    """Store every row that is new, in one transaction.

    What is on record is asked again while the scorecard is held, so that of two that
    take in the same table the second finds all of it there. Raises TableRefused,
    NotYetOpen or FiguresFrozen; then nothing was stored.
    """
    assert kept.matching is not None
    check_window(by.scorecard, now)
    today = now.astimezone(by.scorecard.zone).date()
    checked = check_sheet(by.scorecard, kept.sheet, kept.matching, today, checking)
    if checked.with_problems:
        raise TableRefused(checked)
    with transaction.atomic():
        Scorecard.objects.select_for_update(no_key=True).get(pk=by.scorecard_id)
        hold_scorecard(by.scorecard_id)
        hold_against_record(checked.rows)
        new = checked.adding
        for start in range(0, len(new), AT_ONCE):
            storing(start, len(new))
            store_responses(new[start : start + AT_ONCE])
        return TableIntake.objects.create(
            scorecard=by.scorecard,
            job=job,
            name=kept.name,
            added=len(new),
            known=len(checked.known),
            changed=len(checked.changed),
            taken_by=by,
            taken_at=now,
        )


def was_taken_in(job: Job) -> bool:
    """Whether an earlier worker came to the end of it, and was killed after."""
    return TableIntake.objects.filter(job=job).exists()


def forget(key: str) -> None:
    """The table was taken in: its file goes."""
    let_go(UUID(key))
