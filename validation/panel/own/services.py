"""What an expert says about themselves on a goal."""

from datetime import datetime

from django.db import transaction

from surveys.models import Goal, Identities, Member
from validation.models import Assignment, Round
from validation.panel.interests import declare_interest


@transaction.atomic
def describe_oneself(
    *, expert: Member, goal: Goal, expertise: str, interest: str, now: datetime
) -> Assignment:
    """What the expert knows of the goal, and what interest they have, "" for none.

    The expertise stays as it is where experts go by it. Raises NotOnThePanel or
    InterestTakenBack.
    """
    assignment = declare_interest(expert=expert, goal=goal, text=interest, now=now)
    if not goes_by_expertise(expert):
        assignment.expertise = expertise.strip()
        assignment.save(update_fields=["expertise"])
    return assignment


def goes_by_expertise(expert: Member) -> bool:
    """Whether others know the expert by their expertise, and a round has opened."""
    scorecard = expert.scorecard
    return (
        scorecard.identities == Identities.BY_ROLE
        and Round.objects.filter(scorecard=scorecard, opened_at__isnull=False).exists()
    )
