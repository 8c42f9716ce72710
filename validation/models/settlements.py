"""What was settled, and by which rule."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan

from surveys.models import Member
from validation.exact import FractionField

from .rounds import RoundGoal, Rule


class Settlement(models.Model):
    """A goal's post-consultation percentage, by the frozen rule. Append-only."""

    round_goal = models.OneToOneField(
        RoundGoal, models.PROTECT, related_name="settlement"
    )
    rule = models.CharField(max_length=30, choices=Rule.choices)
    # Percentage points, exact.
    percent = FractionField()
    reason = models.TextField()
    dissent = models.TextField(blank=True)
    settled_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ["settled_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim("reason")), 0),
                name="a_settlement_says_why",
            ),
            models.CheckConstraint(
                condition=Q(rule__in=Rule.values), name="settlement_rule_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Settlement of {self.round_goal_id}"
