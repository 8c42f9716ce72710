"""Invitees as a coordinator of their scorecard may see them."""

from django.shortcuts import get_object_or_404

from surveys.models import Invitation, Member


def invitation_for(
    member: Member, number: int, *, erased_too: bool = False
) -> Invitation:
    """Somebody on the list who was not erased, with scorecard; else Http404."""
    theirs = Invitation.objects.select_related("scorecard").filter(
        scorecard=member.scorecard_id
    )
    if not erased_too:
        theirs = theirs.filter(erased_at__isnull=True)
    return get_object_or_404(theirs, pk=number)
