"""Responses that are suspect, those that were excluded, and what the monitor shows."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan

from .intake import Response
from .scorecard import Member, Scorecard


class FlaggedResponse(models.Model):
    """A response that looks as if it was not meant; nothing follows from it by itself.

    Found when it is folded into the tallies, by the thresholds of surveys.sample.flags.
    Its key is random, so that nothing tells in which order these came.
    """

    response = models.OneToOneField(
        Response, models.PROTECT, primary_key=True, related_name="flagged"
    )
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    is_straight = models.BooleanField()
    is_fast = models.BooleanField()
    # Not shown before others have come in as well: see surveys.sample.steps.
    is_shown = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_straight=True) | Q(is_fast=True),
                name="a_flag_says_what_is_suspect",
            ),
        ]

    def __str__(self) -> str:
        return str(self.response_id)


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    def standing(self) -> "ExclusionQuerySet":
        """Those that were not undone."""
        return self.filter(readmission__isnull=True)


class Exclusion(models.Model):
    """From here on a response counts in no average. Append-only: undone by another row.

    The database takes none, and no undoing, once the survey's figures are frozen.
    """

    class Cause(models.TextChoices):
        STRAIGHT = "straight"
        FAST = "fast"
        DUPLICATE = "duplicate"
        NOT_MEANT = "not_meant"
        OTHER = "other"

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="exclusions")
    response = models.ForeignKey(Response, models.PROTECT, related_name="exclusions")
    # 1, 2, 3 … of this response: it may be excluded again after that was undone.
    number = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=12, choices=Cause.choices)
    # In the coordinator's words, printed in the report.
    reason = models.TextField()
    excluded_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    excluded_at = models.DateTimeField()

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        ordering = ["excluded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "number"], name="exclusions_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(
                    cause__in=["straight", "fast", "duplicate", "not_meant", "other"]
                ),
                name="cause_of_an_exclusion_is_known",
            ),
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim("reason")), 0),
                name="an_exclusion_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} ({self.cause})"


class Readmission(models.Model):
    """An exclusion undone: the response counts again. Append-only."""

    exclusion = models.OneToOneField(
        Exclusion, models.PROTECT, primary_key=True, related_name="readmission"
    )
    reason = models.TextField()
    readmitted_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    readmitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim("reason")), 0),
                name="a_readmission_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Undone: {self.exclusion_id}"


class SampleStep(models.Model):
    """What the monitor of an open survey shows until enough others have answered.

    One row a scorecard, written anew at each step (surveys.sample.steps).
    """

    scorecard = models.OneToOneField(
        Scorecard, models.CASCADE, primary_key=True, related_name="sample_step"
    )
    number = models.PositiveIntegerField()
    # How many responses had come in by then, excluded ones included.
    submitted = models.PositiveIntegerField()
    # {grouping: {group: people}}: what may be told of them.
    groups = models.JSONField()
    # {grouping: people}: how many it divides, those told of in no group included.
    people = models.JSONField()
    # surveys.tallies.Tallies.as_json(), goal by goal as it may be told.
    tallies = models.JSONField()
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Step {self.number} of {self.scorecard_id}"
