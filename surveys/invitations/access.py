"""Invitees as a coordinator of their scorecard may see them."""

from django.http import Http404

from surveys.models import Invitation, Member


def invitation_for(member: Member, number: int) -> Invitation:
    """Somebody on the list who was not erased, with scorecard; else Http404."""
    found = (
        Invitation.objects.select_related("scorecard")
        .filter(scorecard=member.scorecard_id, erased_at__isnull=True)
        .filter(pk=number)
        .first()
    )
    if found is None:
        raise Http404
    return found
