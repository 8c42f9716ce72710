"""Who may have responses as a file: coordinators, and nobody else.

A rapporteur writes the report from the answers that the site shows; only whoever
answers for the scorecard may carry people's answers away.
"""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from surveys.exports.runner import KIND
from surveys.members.access import request_membership
from surveys.models import Job, Member, Role


def exporting_member(request: HttpRequest, slug: str) -> Member:
    """A coordinator of this scorecard. Raises Http404."""
    return request_membership(request, slug, Role.COORDINATOR)


def exports_of(member: Member) -> list[Job]:
    """The files of responses asked for on this scorecard, newest first."""
    jobs = Job.objects.filter(scorecard=member.scorecard, kind=KIND)
    return list(jobs.select_related("requested_by"))


def export_of(member: Member, key: UUID) -> Job:
    """One of them. Raises Http404, also for one of another scorecard."""
    jobs = Job.objects.filter(scorecard=member.scorecard, kind=KIND, pk=key)
    return get_object_or_404(jobs.select_related("requested_by"))
