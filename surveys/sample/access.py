"""A suspect response, an exclusion, as this member may see them; else 404."""

from datetime import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404

from surveys.models import Exclusion, FlaggedResponse, Member
from surveys.sample.suspects import key_of, to_judge


def suspect_for(member: Member, key: str, now: datetime) -> FlaggedResponse:
    """The flagged response that this scorecard's pages call `key`, or Http404."""
    for flag in to_judge(member.scorecard, now).iterator():
        if key_of(member.scorecard, flag.pk) == key:
            flag.scorecard = member.scorecard
            return flag
    raise Http404


def exclusion_for(member: Member, number: int) -> Exclusion:
    """An exclusion of the member's scorecard that stands, or Http404."""
    return get_object_or_404(
        member.scorecard.exclusions.standing().select_related("excluded_by"), pk=number
    )
