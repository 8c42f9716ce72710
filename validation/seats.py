"""Who is on a goal's panel in a round, and who was when the goal closed there."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from surveys.models import Member
from validation.models import Assignment, Proposal, RoundGoal, Seat


def experts_on(round_goal: RoundGoal) -> QuerySet[Member]:
    """The experts whose estimates the goal has in this round, or waited for.

    As the panel stands now; once the goal is over, as it stood then. Whoever was erased
    is one of them if they have spoken.
    """
    experts = Member.objects.filter(scorecard=round_goal.scorecard_id)
    if round_goal.is_over:
        experts = experts.filter(seats__round_goal=round_goal)
    else:
        experts = experts.filter(assignments__goal=round_goal.goal_id)
    spoken = Proposal.objects.filter(round_goal=round_goal).values("expert")
    return experts.filter(Q(erasure=None) | Q(pk__in=spoken))


def seat_panels(round_goals: Iterable[RoundGoal]) -> None:
    """Note who is on the panels of these goals, which are about to close.

    For a goal that is no longer open nothing is noted: it was when it closed. The
    caller holds the rows. Three queries.
    """
    closing = {one.goal_id: one for one in round_goals if one.is_open}
    if not closing:
        return
    spoken = set(
        Proposal.objects.filter(round_goal__in=closing.values()).values_list(
            "round_goal", "expert"
        )
    )
    panel = Assignment.objects.filter(
        goal__in=closing,
        expert__scorecard__in={one.scorecard_id for one in closing.values()},
    )
    rows = panel.order_by("pk").values_list("goal", "expert", "expert__erasure")
    Seat.objects.bulk_create(
        Seat(round_goal=closing[goal], expert_id=expert)
        for goal, expert, erasure in rows
        if erasure is None or (closing[goal].pk, expert) in spoken
    )
