"""Who is on the panel of which goal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from surveys.members.services import AlreadyAMember, add_member
from surveys.models import Goal, Member, Role, Scorecard
from validation.mailing.services import choose_mail, invite
from validation.models import Assignment, Proposal, RoundGoal, Support
from validation.panel.table import Row
from validation.rounds.services import assign_goal


class RowAlreadyAMember(Exception):
    """Somebody added this person meanwhile. `row` is where they stand in the table."""

    def __init__(self, row: Row) -> None:
        super().__init__(row.email)
        self.row = row


class HasSpoken(Exception):
    """The expert proposed or supported on this goal and stays on its panel."""

    def __init__(self, goal: Goal) -> None:
        super().__init__(str(goal))
        self.goal = goal


@transaction.atomic
def add_expert(
    *,
    scorecard: Scorecard,
    email: str,
    name: str,
    goals: Iterable[Goal],
    expertise: str = "",
    by: Member | None = None,
    now: datetime | None = None,
) -> Member:
    """An expert and the goals they specialise in. Raises AlreadyAMember."""
    expert = add_member(
        scorecard=scorecard, email=email, name=name, role=Role.EXPERT, by=by, now=now
    )
    for goal in goals:
        assign_goal(expert=expert, goal=goal, expertise=expertise)
    return expert


@transaction.atomic
def add_people(
    *,
    scorecard: Scorecard,
    rows: Sequence[Row],
    by: Member,
    invites: bool,
    now: datetime,
) -> list[Member]:
    """The experts of a table: all of them or, with RowAlreadyAMember, none."""
    goals = {goal.number: goal for goal in scorecard.instrument.goals.all()}
    people = []
    for row in rows:
        try:
            expert = add_expert(
                scorecard=scorecard,
                email=row.email,
                name=row.name,
                goals=[goals[number] for number in row.goals],
                expertise=row.expertise,
                by=by,
                now=now,
            )
        except AlreadyAMember as error:
            raise RowAlreadyAMember(row) from error
        if row.language:
            write_in(expert, row.language, now)
        people.append(expert)
    if invites:
        invite(scorecard=scorecard, members=people, by=by, now=now)
    return people


def write_in(member: Member, language: str, now: datetime) -> None:
    """Somebody new gets mail in this language. Raises UnknownLanguage."""
    choose_mail(member=member, language=language, takes_reminders=True, now=now)


@transaction.atomic
def unassign_goal(*, expert: Member, goal: Goal) -> None:
    """Take an expert off the panel of a goal. Raises HasSpoken."""
    # Waits for every proposal that is under way: each holds its goal's row.
    list(
        RoundGoal.objects.select_for_update(of=("self",), no_key=True)
        .filter(scorecard=expert.scorecard_id, goal=goal)
        .order_by("pk")
    )
    if (
        Proposal.objects.filter(expert=expert).for_goal(goal).exists()
        or Support.objects.filter(
            expert=expert, proposal__round_goal__goal=goal
        ).exists()
    ):
        raise HasSpoken(goal)
    Assignment.objects.filter(expert=expert, goal=goal).delete()


@transaction.atomic
def set_goals(*, expert: Member, expertise: Mapping[Goal, str]) -> None:
    """The expert is on the panels of these goals and of no others.

    `expertise` says for each goal what they know of it. Raises HasSpoken for a goal
    they would leave, NotAnExpert.
    """
    for assignment in expert.assignments.select_related("goal"):
        if assignment.goal not in expertise:
            unassign_goal(expert=expert, goal=assignment.goal)
    for goal, words in expertise.items():
        assign_goal(expert=expert, goal=goal, expertise=words)


def goals_spoken_on(expert: Member) -> set[int]:
    """Numbers of the goals on which the expert proposed or supported something."""
    proposed = expert.proposals.values_list("round_goal__goal__number")
    supported = expert.supports.values_list("proposal__round_goal__goal__number")
    return {number for (number,) in [*proposed, *supported]}
