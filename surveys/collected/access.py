"""What was collected elsewhere, as this user may handle it; everybody else gets 404."""

from uuid import UUID

from django.http import Http404, HttpRequest

from surveys.collected.tables.keeping import Kept, kept_table
from surveys.collected.tables.services import KIND
from surveys.members.access import request_membership
from surveys.models import ApiKey, Job, Member, PaperEntry, PaperSheet, Role

WRITERS = (Role.COORDINATOR, Role.RAPPORTEUR)


def coordinator(request: HttpRequest, slug: str) -> Member:
    """Tables and keys are the coordinators'."""
    return request_membership(request, slug, Role.COORDINATOR)


def writer(request: HttpRequest, slug: str) -> Member:
    """Paper is entered by coordinators and rapporteurs."""
    return request_membership(request, slug, *WRITERS)


def kept_or_404(member: Member, key: UUID) -> Kept:
    kept = kept_table(member.scorecard_id, key)
    if kept is None:
        raise Http404
    return kept


def job_or_404(member: Member, key: UUID) -> Job:
    job = (
        Job.objects.filter(pk=key, scorecard=member.scorecard_id, kind=KIND)
        .select_related("requested_by")
        .first()
    )
    if job is None:
        raise Http404
    return job


def key_or_404(member: Member, pk: int) -> ApiKey:
    key = ApiKey.objects.filter(pk=pk, scorecard=member.scorecard_id).first()
    if key is None:
        raise Http404
    return key


def sheet_or_404(member: Member, pk: int) -> PaperSheet:
    sheet = PaperSheet.objects.filter(pk=pk, scorecard=member.scorecard_id).first()
    if sheet is None:
        raise Http404
    return sheet


def entry_or_404(member: Member, pk: int, turn: int) -> PaperEntry:
    entry = (
        PaperEntry.objects.select_related("sheet", "entered_by")
        .filter(sheet=pk, sheet__scorecard=member.scorecard_id, turn=turn)
        .first()
    )
    if entry is None:
        raise Http404
    return entry
