"""How it came that an expert's interest is disclosed, or keeps them from being counted.

The words of an interest stand in the assignment alone, where they can be erased. They
name expert and goal, not the assignment: who leaves a panel stays accounted for.
"""

from django.db import models
from django.db.models import Q

from surveys.models import Goal, Member

from .rounds import InterestHandling


class InterestDeclaration(models.Model):
    """An expert said whether they have an interest on a goal. Append-only."""

    expert = models.ForeignKey(
        Member, models.PROTECT, related_name="interest_declarations"
    )
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    has_interest = models.BooleanField()
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["declared_at", "pk"]

    def __str__(self) -> str:
        return f"Declaration {self.pk}"


class InterestDecision(models.Model):
    """The coordinator decided what follows from a declared interest. Append-only."""

    expert = models.ForeignKey(
        Member, models.PROTECT, related_name="interest_decisions"
    )
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    handling = models.CharField(max_length=12, choices=InterestHandling.choices)
    # Required once somebody has proposed on the goal.
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(handling__in=["disclosed", "not_counted"]),
                name="an_interest_is_disclosed_or_not_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.pk}"
