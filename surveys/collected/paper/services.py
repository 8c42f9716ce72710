"""A sheet of paper is typed twice, compared, and taken in as one response."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from surveys.collected.window import check_window
from surveys.intake.checks import Checked
from surveys.intake.storing import Submission, receipt_of, store_responses
from surveys.models import Member, PaperEntry, PaperSheet, Response, Scorecard


class AlreadyTaken(Exception):
    """The sheet of this number has become a response."""


class NotTypedTwice(Exception):
    """A sheet is compared once both typings of it are finished."""


class ChangedMeanwhile(Exception):
    """One of the typings was changed after the two were compared."""


class NumberTaken(Exception):
    """Another sheet has this number."""


@transaction.atomic
def begin_entry(*, by: Member, number: str, now: datetime) -> PaperEntry:
    """The typing of this sheet that is next: the one that is not finished, the second
    after the first, the second again once both are. Raises AlreadyTaken.
    """
    Scorecard.objects.select_for_update(no_key=True).get(pk=by.scorecard_id)
    number = " ".join(number.split())
    sheet = PaperSheet.objects.filter(scorecard=by.scorecard_id, number=number).first()
    if sheet is None:
        sheet = PaperSheet.objects.create(
            scorecard_id=by.scorecard_id, number=number, begun_at=now
        )
        return _entry(sheet, 1, by, now)
    entries = list(sheet.entries.all())
    if not entries:
        raise AlreadyTaken
    if len(entries) == 1 and entries[0].is_finished:
        return _entry(sheet, 2, by, now)
    return next((one for one in entries if not one.is_finished), entries[-1])


def _entry(sheet: PaperSheet, turn: int, by: Member, now: datetime) -> PaperEntry:
    return PaperEntry.objects.create(
        sheet=sheet, turn=turn, entered_by=by, saved_at=now
    )


@transaction.atomic
def save_entry(
    *, entry_id: int, typed: Mapping[str, Any], is_finished: bool, now: datetime
) -> None:
    """Keep what was typed, right or wrong. Raises AlreadyTaken."""
    entry = PaperEntry.objects.select_for_update(of=("self",)).filter(pk=entry_id)
    if not entry.exists():
        raise AlreadyTaken
    entry.update(typed=dict(typed), is_finished=is_finished, saved_at=now)


@transaction.atomic
def renumber_sheet(*, sheet_id: int, number: str) -> None:
    """Correct the number of a sheet that is not taken in. Raises NumberTaken."""
    try:
        with transaction.atomic():
            PaperSheet.objects.filter(pk=sheet_id, entries__isnull=False).update(
                number=" ".join(number.split())
            )
    except IntegrityError as error:
        raise NumberTaken from error


def accept_sheet(
    *,
    sheet: PaperSheet,
    seen: Mapping[int, datetime],
    language: str,
    day: date | None,
    checked: Checked,
    now: datetime,
) -> None:
    """Take a sheet in as one response; its two typings are removed.

    `seen`: {turn: when it was saved} of the typings that `checked` was made of. Raises
    AlreadyTaken, NotTypedTwice, ChangedMeanwhile, NotYetOpen or FiguresFrozen.
    """
    check_window(sheet.scorecard, now)
    with transaction.atomic():
        entries = list(
            PaperEntry.objects.select_for_update(of=("self",)).filter(sheet=sheet)
        )
        if not entries:
            raise AlreadyTaken
        if len(entries) < 2 or not all(one.is_finished for one in entries):
            raise NotTypedTwice
        if {one.turn: one.saved_at for one in entries} != dict(seen):
            raise ChangedMeanwhile
        day = day or now.astimezone(sheet.scorecard.zone).date()
        store_responses([_submission(sheet, language, day, checked)])
        PaperEntry.objects.filter(sheet=sheet).delete()


def _submission(
    sheet: PaperSheet, language: str, day: date, checked: Checked
) -> Submission:
    origin = Response.Origin.PAPER
    return Submission(
        scorecard_id=sheet.scorecard_id,
        origin=origin,
        receipt=receipt_of(sheet.scorecard_id, origin, f"sheet:{sheet.pk}"),
        language=language,
        submitted_on=day,
        goals=checked.goals,
        profile=checked.profile,
        cross_cutting=checked.cross_cutting,
    )
