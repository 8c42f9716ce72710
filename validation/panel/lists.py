"""Experts with what they declared and were sent, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from surveys.models import Member, Role, Scorecard
from validation.models import (
    Assignment,
    InterestDecision,
    InterestDeclaration,
    InterestHandling,
    MailDelivery,
)
from validation.panel.interests import has_declared

Key = tuple[int, int]


@dataclass(frozen=True)
class Interest:
    """An expert's goal, what was declared there, and what was decided."""

    assignment: Assignment
    has_declared: bool
    declarations: list[InterestDeclaration]
    decisions: list[InterestDecision]

    @property
    def is_not_counted(self) -> bool:
        return self.assignment.interest_handling == InterestHandling.NOT_COUNTED

    @property
    def waits_for_decision(self) -> bool:
        """Something was declared that the coordinator has not looked at since."""
        if not self.assignment.interest or not self.declarations:
            return False
        last = self.decisions[-1].decided_at if self.decisions else None
        return last is None or last < self.declarations[-1].declared_at


@dataclass(frozen=True)
class ExpertLine:
    person: Member
    interests: list[Interest]
    invitation: MailDelivery | None

    @property
    def undeclared(self) -> int:
        return sum(not one.has_declared for one in self.interests)


def expert_lines(scorecard: Scorecard, people: Iterable[Member]) -> list[ExpertLine]:
    """The experts among `people`, whose assignments and goals are loaded."""
    said: dict[Key, list[InterestDeclaration]] = defaultdict(list)
    for declaration in InterestDeclaration.objects.filter(expert__scorecard=scorecard):
        said[declaration.expert_id, declaration.goal_id].append(declaration)
    decided: dict[Key, list[InterestDecision]] = defaultdict(list)
    for decision in InterestDecision.objects.filter(expert__scorecard=scorecard):
        decided[decision.expert_id, decision.goal_id].append(decision)
    invitations = {
        letter.member_id: letter
        for letter in MailDelivery.objects.filter(
            scorecard=scorecard, kind=MailDelivery.Kind.INVITATION
        )
    }
    return [
        ExpertLine(
            person,
            [_interest(one, said, decided) for one in person.assignments.all()],
            invitations.get(person.pk),
        )
        for person in people
        if person.role == Role.EXPERT
    ]


def _interest(
    assignment: Assignment,
    said: dict[Key, list[InterestDeclaration]],
    decided: dict[Key, list[InterestDecision]],
) -> Interest:
    key = assignment.expert_id, assignment.goal_id
    declarations = said.get(key, [])
    last = declarations[-1] if declarations else None
    return Interest(
        assignment, has_declared(assignment, last), declarations, decided.get(key, [])
    )


def interest_of(expert: Member, goal: int) -> Interest | None:
    """The expert's interest on the goal with this number, with its whole story."""
    assignment = (
        expert.assignments.select_related("goal", "expert")
        .filter(goal__number=goal)
        .first()
    )
    if assignment is None:
        return None
    about = {"expert": expert, "goal": assignment.goal}
    declarations = list(InterestDeclaration.objects.filter(**about))
    decisions = InterestDecision.objects.filter(**about).select_related("decided_by")
    last = declarations[-1] if declarations else None
    return Interest(
        assignment, has_declared(assignment, last), declarations, list(decisions)
    )
