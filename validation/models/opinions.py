"""What experts say: proposals, and support for them."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Length, Trim
from django.db.models.lookups import GreaterThan

from surveys.models import Goal, Member

from .rounds import Assignment, RoundGoal


class Confidence(models.TextChoices):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ProposalQuerySet(QuerySet["Proposal"]):
    def for_goal(self, goal: Goal) -> "ProposalQuerySet":
        return self.filter(round_goal__goal=goal)

    def current(self) -> "ProposalQuerySet":
        """Those that their expert has not revised."""
        return self.filter(revised_by__isnull=True)

    def visible_to(self, member: Member) -> "ProposalQuerySet":
        """The member's own, and the panel's where it is shown to them."""
        shown = RoundGoal.objects.showing_panel_to(member)
        return self.filter(
            Q(expert=member, round_goal__scorecard=member.scorecard_id)
            | Q(round_goal__in=shown)
        )

    def counted(self) -> "ProposalQuerySet":
        """Without those of experts whose interest on the goal keeps them out."""
        return self.exclude(
            Exists(
                Assignment.objects.not_counted().filter(
                    expert=OuterRef("expert"), goal=OuterRef("round_goal__goal")
                )
            )
        )

    def with_supporters(self) -> "ProposalQuerySet":
        """Adds `supporter_count`: how many other experts back the proposal now.

        Support that was withdrawn does not count, nor that of experts whose interest
        on the goal keeps them out.
        """
        counted = (
            Support.objects.filter(proposal=OuterRef("pk"), withdrawal__isnull=True)
            .exclude(
                Exists(
                    Assignment.objects.not_counted().filter(
                        expert=OuterRef("expert"),
                        goal=OuterRef("proposal__round_goal__goal"),
                    )
                )
            )
            .order_by()
            .values("proposal")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(supporter_count=Coalesce(Subquery(counted), 0))


class Proposal(models.Model):
    """One expert, one goal: keep the survey average or change it. Append-only."""

    class Kind(models.TextChoices):
        KEEP = "keep"
        CHANGE = "change"

    round_goal = models.ForeignKey(RoundGoal, models.PROTECT, related_name="proposals")
    expert = models.ForeignKey(Member, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Percentage points from 0 to 100; none where the survey average is kept.
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    justification = models.TextField()
    confidence = models.CharField(max_length=10, choices=Confidence.choices)
    interest = models.TextField(blank=True)
    # Where the expert is this sure (in percent) that the figure lies.
    lower = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    upper = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    sureness = models.PositiveSmallIntegerField(null=True, blank=True)
    # Somebody else, where it was spoken in the room or came from a table.
    entered_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revises = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="revised_by"
    )
    proposed_at = models.DateTimeField()

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round_goal", "expert"],
                condition=Q(revises__isnull=True),
                name="one_first_proposal_per_expert_and_goal",
            ),
            models.CheckConstraint(
                condition=Q(kind="keep", percent__isnull=True)
                | Q(
                    kind="change",
                    percent__isnull=False,
                    percent__gte=0,
                    percent__lte=100,
                ),
                name="a_change_names_a_percent_from_0_to_100",
            ),
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim("justification")), 0),
                name="a_proposal_says_why",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=Confidence.values),
                name="confidence_is_known",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True, upper__isnull=True, sureness=None)
                | Q(
                    lower__isnull=False,
                    upper__isnull=False,
                    sureness__isnull=False,
                    lower__gte=0,
                    upper__lte=100,
                    lower__lte=F("upper"),
                    sureness__gte=50,
                    sureness__lte=99,
                ),
                name="bounds_run_upwards_and_say_how_sure",
            ),
        ]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"


class Support(models.Model):
    """An expert backs somebody else's proposal. Append-only."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="supports")
    expert = models.ForeignKey(Member, models.PROTECT, related_name="supports")
    reason = models.TextField(blank=True)
    supported_at = models.DateTimeField()

    class Meta:
        ordering = ["supported_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "expert"], name="one_support_per_expert"
            ),
        ]

    def __str__(self) -> str:
        return f"Support {self.pk}"


class Withdrawal(models.Model):
    """An expert no longer backs a proposal. Append-only; the support stays known."""

    support = models.OneToOneField(
        Support, models.PROTECT, primary_key=True, related_name="withdrawal"
    )
    reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Withdrawal of support {self.support_id}"


class CommentQuerySet(QuerySet["Comment"]):
    def visible_to(self, member: Member) -> "CommentQuerySet":
        """Those on goals whose panel is shown to the member."""
        return self.filter(round_goal__in=RoundGoal.objects.showing_panel_to(member))


class Comment(models.Model):
    """A remark on a goal, or on one proposal for it. Append-only."""

    round_goal = models.ForeignKey(RoundGoal, models.PROTECT, related_name="comments")
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="comments"
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    text = models.TextField()
    commented_at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["commented_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=GreaterThan(Length(Trim("text")), 0),
                name="a_comment_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk}"
