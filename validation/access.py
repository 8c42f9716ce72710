"""Rounds and goals as this member may reach them; anything else is a 404."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from surveys.models import Member, Role
from validation.models import Meeting, Round, RoundGoal


def rounds_for(member: Member) -> QuerySet[Round]:
    """Rounds this member knows of: experts only opened ones with a goal of theirs."""
    rounds = Round.objects.filter(scorecard=member.scorecard_id)
    if member.role == Role.EXPERT:
        rounds = rounds.filter(
            opened_at__isnull=False,
            round_goals__goal__in=member.assignments.values("goal"),
        ).distinct()
    return rounds


def round_for(member: Member, number: int) -> Round:
    """The round with this number, or Http404."""
    return get_object_or_404(rounds_for(member), number=number)


def round_goals_for(member: Member) -> QuerySet[RoundGoal]:
    """Goals in rounds that this member may open."""
    round_goals = RoundGoal.objects.filter(
        round__in=rounds_for(member).values("pk")
    ).select_related("round", "goal", "settlement")
    if member.role == Role.EXPERT:
        round_goals = round_goals.filter(goal__in=member.assignments.values("goal"))
    return round_goals


def round_goal_for(member: Member, round_number: int, goal_number: int) -> RoundGoal:
    """The goal in the round, or Http404."""
    return get_object_or_404(
        round_goals_for(member), round__number=round_number, goal__number=goal_number
    )


def meetings_for(member: Member, round_: Round) -> QuerySet[Meeting]:
    """Meetings of the round: experts only know of those about a goal of theirs."""
    meetings = Meeting.objects.filter(round=round_)
    if member.role == Role.EXPERT:
        meetings = meetings.filter(
            agenda__goal__in=member.assignments.values("goal")
        ).distinct()
    return meetings


def meeting_for(member: Member, round_: Round, number: int) -> Meeting:
    """The meeting with this number, or Http404."""
    return get_object_or_404(meetings_for(member, round_), number=number)


def may_read_minutes(member: Member, meeting: Meeting) -> bool:
    """Minutes may tell what the panel proposed, so they are as blind as the panel.

    Whoever is shown the panel of every goal on the agenda reads them.
    """
    shown = RoundGoal.objects.showing_panel_to(member)
    return not meeting.agenda.exclude(pk__in=shown.values("pk")).exists()
