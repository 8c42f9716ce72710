"""Who is on a panel, and in which rounds a goal is consulted on."""

from django.db import models
from django.db.models import F, Q

from surveys.models import Goal, Member, Role, Scorecard


class Rule(models.TextChoices):
    """How a goal's post-consultation percentage is found (validation.consensus)."""

    KEEP = "keep", "Keep the survey average"
    AGREED = "agreed", "Value agreed in the meeting"
    MEAN_OF_SUPPORTED = "mean_of_supported", "Mean of the distinct supported scores"
    WEIGHTED_BY_SUPPORTERS = (
        "weighted_by_supporters",
        "Mean of the proposals, weighted by their supporters",
    )
    MEDIAN_OF_LATEST = "median_of_latest", "Median of the panel's latest proposals"


class InterestHandling(models.TextChoices):
    """What follows from an interest that an expert declared on a goal."""

    NONE = "none", "No interest declared"
    DISCLOSED = "disclosed", "Disclosed beside the proposal"
    NOT_COUNTED = "not_counted", "May speak, is not counted"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def present(self) -> "AssignmentQuerySet":
        """Of experts who can still speak: nobody waits for one who was erased."""
        return self.filter(expert__erasure=None)

    def not_counted(self) -> "AssignmentQuerySet":
        """Experts who may speak on the goal, but whose word is not counted."""
        return self.filter(interest_handling=InterestHandling.NOT_COUNTED)


class Assignment(models.Model):
    """An expert's goal: they are on its panel."""

    expert = models.ForeignKey(Member, models.PROTECT, related_name="assignments")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="assignments")
    expertise = models.CharField(max_length=200, blank=True)
    interest = models.TextField(blank=True)
    interest_handling = models.CharField(
        max_length=12, choices=InterestHandling.choices, default=InterestHandling.NONE
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["goal__number", "expert__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(interest="", interest_handling="none")
                | ~Q(interest="")
                & Q(interest_handling__in=["disclosed", "not_counted"]),
                name="a_declared_interest_is_handled",
            ),
            models.UniqueConstraint(
                fields=["expert", "goal"], name="one_assignment_per_expert_and_goal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert_id} on goal {self.goal_id}"


class Round(models.Model):
    """One consultation step over some goals: prepared, open, closed."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    # Blind: who has not yet proposed for a goal sees nothing of the others' on it.
    is_blind = models.BooleanField(default=True)
    # When estimates are due. Reminders refer to it; it closes nothing by itself.
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "number"], name="round_numbers_are_unique"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_by__isnull=True)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="somebody_opened_the_round",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(
                    opened_at__isnull=False,
                    closed_at__isnull=False,
                    closed_at__gte=F("opened_at"),
                    closed_by__isnull=False,
                ),
                name="somebody_closed_the_round_after_it_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def state(self) -> str:
        if self.closed_at:
            return "closed"
        return "open" if self.opened_at else "prepared"


class RoundStep(models.Model):
    """What was done with a round beside opening and closing it. Append-only.

    `content` is what the round was from then on, of a removed one what it had been:
    title, is_blind, due_at (ISO 8601 or None), rules {number of the goal: rule}.
    """

    class What(models.TextChoices):
        PREPARED = "prepared"
        CHANGED = "changed"
        POSTPONED = "postponed"
        REMOVED = "removed"

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="round_steps")
    # The round may be gone since: its primary key, which no other one gets.
    round_key = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=10, choices=What.choices)
    content = models.JSONField()
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["done_at", "pk"]
        indexes = [models.Index(fields=["scorecard", "round_key"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["prepared", "changed", "postponed", "removed"]),
                name="round_step_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"


class RoundGoalQuerySet(models.QuerySet["RoundGoal"]):
    def showing_panel_to(self, member: Member) -> "RoundGoalQuerySet":
        """Where this member may read what the panel said. Every such page starts here.

        Coordinators, rapporteurs and observers: everywhere in their scorecard. An
        expert: on a goal of theirs once they have proposed there, or once it is
        revealed or no longer open, or where the round is not blind.
        """
        here = self.filter(scorecard=member.scorecard_id)
        if member.role != Role.EXPERT:
            return here
        return here.filter(goal__in=member.assignments.values("goal")).filter(
            Q(pk__in=member.proposals.values("round_goal"))
            | Q(is_open=False)
            | Q(revealed_at__isnull=False)
            | Q(round__is_blind=False)
        )


class RoundGoal(models.Model):
    """A goal in a round, with the rule that was chosen before the round opened."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="round_goals")
    # The round's; here too, so that the database can see two open rounds on one goal.
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="round_goals")
    rule = models.CharField(max_length=30, choices=Rule.choices)
    # From the opening of the round until the goal is settled or the round closes.
    is_open = models.BooleanField(default=False)
    # From then on the whole panel sees the estimates of a blind round.
    revealed_at = models.DateTimeField(null=True, blank=True)
    revealed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Goes up with everything that changes the board: a poll compares it.
    changes = models.PositiveIntegerField(default=0)

    objects = RoundGoalQuerySet.as_manager()

    class Meta:
        ordering = ["goal__number", "round__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "goal"], name="a_goal_stands_once_in_a_round"
            ),
            models.UniqueConstraint(
                fields=["scorecard", "goal"],
                condition=Q(is_open=True),
                name="one_open_round_per_goal",
            ),
            models.CheckConstraint(
                condition=Q(rule__in=Rule.values), name="rule_is_known"
            ),
            models.CheckConstraint(
                condition=Q(revealed_at__isnull=True, revealed_by__isnull=True)
                | Q(revealed_at__isnull=False, revealed_by__isnull=False),
                name="somebody_revealed_the_goal",
            ),
        ]

    def __str__(self) -> str:
        return f"Goal {self.goal_id} in round {self.round_id}"

    @property
    def is_over(self) -> bool:
        """It was open and takes no more: settled, or its round closed."""
        return not self.is_open and self.round.opened_at is not None

    def touch(self) -> None:
        """Tell every open board that something changed; the caller holds the row."""
        RoundGoal.objects.filter(pk=self.pk).update(changes=F("changes") + 1)


class Seat(models.Model):
    """An expert who was on a goal's panel when the goal closed in a round. Append-only.

    Whoever joins or leaves the panel later changes nothing in a round that is over.
    """

    round_goal = models.ForeignKey(RoundGoal, models.PROTECT, related_name="seats")
    expert = models.ForeignKey(Member, models.PROTECT, related_name="seats")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round_goal", "expert"], name="one_seat_per_expert_and_goal"
            ),
        ]

    def __str__(self) -> str:
        return f"Seat of {self.expert_id} on {self.round_goal_id}"


class Meeting(models.Model):
    """A meeting of a round: when, where, who came, what was said."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    minutes_long = models.PositiveSmallIntegerField(default=90)
    place = models.CharField(max_length=200)
    joining_link = models.URLField(blank=True)
    minutes = models.TextField(blank=True)
    agenda = models.ManyToManyField(RoundGoal, related_name="meetings")
    attended_by = models.ManyToManyField(Member, related_name="+", blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"], name="meeting_numbers_are_unique"
            ),
            models.CheckConstraint(
                condition=Q(minutes_long__gte=1), name="a_meeting_takes_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting {self.number} of round {self.round_id}"
