"""Releasing a report: from then on it is read, compared and cited, never changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from reports.models import Edition
from reports.pages.build import build_report
from surveys.models import Member, Scorecard
from validation.ledger.services import record
from validation.models import Baseline, LedgerEntry, RoundGoal


class NothingChanged(Exception):
    """The last edition says exactly the same. `edition` is that edition."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(str(edition))
        self.edition = edition


class SurveyNotFrozen(Exception):
    """Answers may still come in: two editions would differ by single people."""


class RoundStillOpen(Exception):
    """What a panel says is published once its round is over."""


@transaction.atomic
def release_edition(*, scorecard_id: int, by: Member, now: datetime) -> Edition:
    """Freeze the report as it stands as the next edition.

    Raises SurveyNotFrozen, RoundStillOpen or NothingChanged.
    """
    scorecard = (
        Scorecard.objects.select_for_update(of=("self",), no_key=True)
        .select_related("instrument")
        .get(pk=scorecard_id)
    )
    if not Baseline.objects.filter(scorecard=scorecard).exists():
        raise SurveyNotFrozen
    if RoundGoal.objects.filter(scorecard=scorecard, is_open=True).exists():
        raise RoundStillOpen
    report = build_report(scorecard)
    last = scorecard.editions.order_by("-number").first()
    if last and last.checksum == report.checksum:
        raise NothingChanged(last)
    number = (scorecard.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    edition = Edition.objects.create(
        scorecard=scorecard,
        number=number,
        report=report.canonical_json(),
        checksum=report.checksum,
        released_at=now,
        released_by=by,
    )
    record(scorecard.pk, LedgerEntry.Kind.EDITION, edition)
    return edition
