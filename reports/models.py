"""What is published: statements per goal, chapters, and frozen editions."""

from django.db import models
from django.db.models import Q

from surveys.localized import LocalizedField
from surveys.models import Goal, Member, Response, Scorecard
from validation.models import Proposal


class Statement(models.Model):
    """One numbered point of a goal page."""

    class Section(models.TextChoices):
        SUMMARY = "summary"
        CHALLENGE = "challenge"
        ACHIEVEMENT = "achievement"
        RECOMMENDATION = "recommendation"

    class Heading(models.TextChoices):
        LEGISLATION = "legislation"
        MONITORING_AND_BUDGET = "monitoring_and_budget"
        AWARENESS_AND_PARTICIPATION = "awareness_and_participation"

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="statements")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    section = models.CharField(max_length=20, choices=Section.choices)
    # Recommendations stand under one of three headings; the others under none.
    heading = models.CharField(max_length=40, choices=Heading.choices, blank=True)
    number = models.PositiveSmallIntegerField()
    text = LocalizedField()

    class Meta:
        ordering = ["goal__number", "section", "heading", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "goal", "section", "heading", "number"],
                name="statement_numbers_are_unique",
            ),
            models.CheckConstraint(
                condition=Q(
                    section="recommendation",
                    heading__in=[
                        "legislation",
                        "monitoring_and_budget",
                        "awareness_and_participation",
                    ],
                )
                | Q(section__in=["summary", "challenge", "achievement"], heading=""),
                name="recommendations_and_only_they_have_a_heading",
            ),
        ]

    def __str__(self) -> str:
        return f"Goal {self.goal_id}, {self.section} {self.number}"


class Source(models.Model):
    """What a statement rests on: an answer to an open question, or a proposal."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="sources")
    response = models.ForeignKey(
        Response, models.PROTECT, null=True, blank=True, related_name="+"
    )
    question_code = models.SlugField(blank=True)
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "response", "question_code"],
                name="one_source_per_statement_and_answer",
            ),
            models.UniqueConstraint(
                fields=["statement", "proposal"],
                name="one_source_per_statement_and_proposal",
            ),
            models.CheckConstraint(
                condition=Q(response__isnull=False, proposal__isnull=True)
                & ~Q(question_code="")
                | Q(response__isnull=True, proposal__isnull=False, question_code=""),
                name="a_source_is_an_answer_or_a_proposal",
            ),
        ]

    def __str__(self) -> str:
        return f"Source of statement {self.statement_id}"


class Chapter(models.Model):
    """A part of the report outside the goals."""

    class Placement(models.TextChoices):
        FRONT = "front"
        CROSS_CUTTING = "cross_cutting"
        ANNEX = "annex"

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="chapters")
    placement = models.CharField(max_length=20, choices=Placement.choices)
    number = models.PositiveSmallIntegerField()
    code = models.SlugField()
    title = LocalizedField()
    # {language: [block]}; a block has heading, paragraphs, bullets, table or terms.
    blocks = models.JSONField(default=dict)

    class Meta:
        ordering = ["placement", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "code"], name="chapter_codes_are_unique"
            ),
            models.UniqueConstraint(
                fields=["scorecard", "placement", "number"],
                name="chapter_numbers_are_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"Chapter {self.code} of {self.scorecard_id}"


class Edition(models.Model):
    """A frozen report. Append-only: it is only followed by the next."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    # The whole report in canonical JSON; `checksum` is the SHA-256 of these bytes.
    report = models.TextField()
    checksum = models.CharField(max_length=64)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "number"], name="edition_numbers_are_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"Edition {self.number} of {self.scorecard_id}"
