"""What was said in the meetings, as this member may read it."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from surveys.models import Member
from validation.models import Contribution, Meeting, RoundGoal


def contributions_for(member: Member) -> QuerySet[Contribution]:
    """Those on goals whose panel is shown to the member: they may name figures."""
    shown = RoundGoal.objects.showing_panel_to(member)
    return Contribution.objects.filter(round_goal__in=shown).select_related(
        "round_goal__goal", "corrected_by", "meeting"
    )


def contribution_for(member: Member, meeting: Meeting, pk: int) -> Contribution:
    """The contribution to this meeting, or Http404."""
    return get_object_or_404(contributions_for(member), meeting=meeting, pk=pk)
