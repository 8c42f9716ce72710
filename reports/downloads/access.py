"""Files of a report as this person may have them; anything else is a 404."""

from uuid import UUID

from django.http import Http404, HttpRequest

from reports.access import released_edition
from reports.downloads.places import Place
from reports.downloads.runner import KIND
from surveys.members.access import STAFF, request_membership
from surveys.models import Job


def draft_place(request: HttpRequest, slug: str) -> Place:
    """The draft's downloads, for those who may read the draft. Raises Http404."""
    member = request_membership(request, slug, *STAFF)
    return Place(scorecard=member.scorecard, member=member)


def edition_place(slug: str, number: int) -> Place:
    """The downloads of a released edition, for everybody. Raises Http404."""
    edition = released_edition(slug, number, with_report=False)
    return Place(scorecard=edition.scorecard, edition=edition)


def jobs_at(place: Place) -> list[Job]:
    """The files asked for here, newest first: the edition's, or the draft's."""
    number = place.edition.number if place.edition else None
    jobs = Job.objects.filter(scorecard=place.scorecard, kind=KIND)
    return list(jobs.filter(parameters__edition=number))


def job_at(place: Place, key: UUID) -> Job:
    """A file asked for here. Raises Http404, also for one of another report."""
    number = place.edition.number if place.edition else None
    job = Job.objects.filter(scorecard=place.scorecard, kind=KIND, pk=key).first()
    if job is None or job.parameters.get("edition") != number:
        raise Http404
    return job
