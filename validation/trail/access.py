"""The goal whose trail a member may open; anything else is a 404."""

from django.shortcuts import get_object_or_404

from surveys.models import Goal, Member, Role


def goal_for(member: Member, number: int) -> Goal:
    """The goal with this number: for experts, one on whose panel they are."""
    goals = member.scorecard.instrument.goals.filter(number=number)
    if member.role == Role.EXPERT:
        goals = goals.filter(pk__in=member.assignments.values("goal"))
    return get_object_or_404(goals)
