"""What was said in the meetings, and what the coordinator laid before the panel."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan

from surveys.models import Goal, Member, Scorecard

from .rounds import Meeting, RoundGoal


class Contribution(models.Model):
    """One thing said in a meeting on a goal, as the rapporteur wrote it. Append-only.

    Without a speaker it was "a participant". A correction names what it corrects.
    """

    class Section(models.TextChoices):
        CHALLENGE = "challenge"
        ACHIEVEMENT = "achievement"
        RECOMMENDATION = "recommendation"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="contributions")
    round_goal = models.ForeignKey(
        RoundGoal, models.PROTECT, related_name="contributions"
    )
    section = models.CharField(max_length=20, choices=Section.choices)
    speaker = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    recorded_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim("text")), 0),
                name="a_contribution_says_something",
            ),
            models.CheckConstraint(
                condition=Q(section__in=["challenge", "achievement", "recommendation"]),
                name="contribution_section_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Contribution {self.pk}"


class OfficialFigure(models.Model):
    """What official statistics say on a goal: evidence beside the survey."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    # As published, with its unit and year, e.g. "4.4 % (2020)".
    value = models.CharField(max_length=100)
    source = models.CharField(max_length=300)
    link = models.URLField(blank=True)

    class Meta:
        ordering = ["goal__number", "pk"]

    def __str__(self) -> str:
        return self.name


class Reminder(models.Model):
    """A mail that reminded an expert of a round's open goals."""

    round = models.ForeignKey("Round", models.PROTECT, related_name="reminders")
    expert = models.ForeignKey(Member, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"Reminder {self.pk}"


class Erasure(models.Model):
    """A person's data were erased: name, address, what they declared. Append-only."""

    member = models.OneToOneField(Member, models.PROTECT, related_name="erasure")
    erased_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Erasure of member {self.member_id}"
