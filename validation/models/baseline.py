"""The survey's figures as they stood when consultation began."""

from django.db import models

from surveys.models import Member, Scorecard


class Baseline(models.Model):
    """The survey's counts as they stood when consultation began. Append-only.

    From then on the database takes no further response to this scorecard.
    """

    scorecard = models.OneToOneField(
        Scorecard, models.PROTECT, related_name="baseline", primary_key=True
    )
    # surveys.tallies.Tallies.as_json()
    tallies = models.JSONField()
    # Why responses were excluded: surveys.sample.exclusions.standing_exclusions()
    exclusions = models.JSONField(default=list)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Baseline of {self.scorecard_id}"
