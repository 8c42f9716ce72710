"""What was collected elsewhere, as this user may handle it; everybody else gets 404."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

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
    return get_object_or_404(
        Job.objects.filter(
            pk=key, scorecard=member.scorecard_id, kind=KIND
        ).select_related("requested_by")
    )


def key_or_404(member: Member, pk: int) -> ApiKey:
    return get_object_or_404(ApiKey, pk=pk, scorecard=member.scorecard_id)


def sheet_or_404(member: Member, pk: int) -> PaperSheet:
    return get_object_or_404(PaperSheet, pk=pk, scorecard=member.scorecard_id)


def entry_or_404(member: Member, pk: int, turn: int) -> PaperEntry:
    return get_object_or_404(
        PaperEntry.objects.select_related("sheet", "entered_by"),
        sheet=pk,
        sheet__scorecard=member.scorecard_id,
        turn=turn,
    )
