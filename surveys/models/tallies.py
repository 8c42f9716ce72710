"""How often each score was given. Every statistic is computed from these counts.

Only responses that are no longer in `UnfoldedResponse` are counted here; a reader adds
the others itself, in the same statement (surveys.tallies).
"""

from django.db import models
from django.db.models import Q

from .instrument import Goal, Indicator
from .intake import Response
from .scorecard import Scorecard


class Tally(models.Model):
    """n respondents gave this code (a score, or why there is none) to one cell."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    code = models.CharField(max_length=1)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "goal", "indicator", "code"],
                name="one_tally_per_cell_and_code",
            ),
            models.CheckConstraint(condition=Q(n__gte=1), name="a_tally_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id}/{self.indicator_id} {self.code}: {self.n}"


class RespondentTally(models.Model):
    """n respondents answered `answered` indicators of a goal with `total` points."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    answered = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "goal", "answered", "total"],
                name="one_respondent_tally_per_sum",
            ),
            models.CheckConstraint(
                condition=Q(n__gte=1), name="a_respondent_tally_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.total}/{self.answered}: {self.n}"


class ResponseTally(models.Model):
    """n responses are folded: what counting them one by one would say."""

    scorecard = models.OneToOneField(
        Scorecard, models.PROTECT, primary_key=True, related_name="+"
    )
    n = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.scorecard_id}: {self.n}"


class UnfoldedResponse(models.Model):
    """A submitted response that the tallies do not count yet."""

    response = models.OneToOneField(
        Response, models.PROTECT, primary_key=True, related_name="unfolded"
    )

    def __str__(self) -> str:
        return str(self.response_id)
