"""Invitees as a coordinator of their scorecard may see them."""

from django.shortcuts import get_object_or_404

from surveys.models import Invitation, Member


def invitation_for(member: Member, number: int) -> Invitation:
    """Somebody on the list who was not erased, with scorecard; else Http404."""
    return get_object_or_404(
        Invitation.objects.select_related("scorecard").filter(
            scorecard=member.scorecard_id, erased_at__isnull=True
        ),
        pk=number,
    )
