"""What was said in the meetings, as this member may read it."""

from django.db.models import QuerySet
from django.http import Http404

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
    found = contributions_for(member).filter(meeting=meeting, pk=pk).first()
    if found is None:
        raise Http404
    return found
