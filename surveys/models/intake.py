"""What respondents say: a draft while they write, a response once they submit.

A draft belongs to whoever holds its link and may change; a response belongs to nobody
and never changes (the database refuses it). Nothing in a response leads back to a
draft: its key is random, it knows the day and not the moment, and the draft that it
came from is gone. The link stays as it was made: since nothing is written to it when
its draft is submitted, not even the database's own transaction numbers join the two.
"""

import uuid
from datetime import datetime

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from .instrument import Goal, Instrument
from .scorecard import Scorecard


class GoalAnswer(models.Model):
    """A respondent's ratings and texts for one goal: one row, one page of the form."""

    # One character an indicator, in the order of their numbers: see surveys.ratings.
    ratings = models.CharField(max_length=60)
    # {question code: text}
    texts = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class PersonalLink(models.Model):
    """That a link was given out. Append-only; without a draft it was used up.

    A link that was sent to an invitee names no language: it would tell whose it was.
    """

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"Link {self.pk}"


class Draft(models.Model):
    """Answers in the making, reached by a link whose token is stored only as a hash.

    Submitting them removes the row.
    """

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="drafts")
    token_hash = models.CharField(max_length=64, unique=True)
    # Of the token that a short code stands for; see surveys.intake.codes.
    code_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    language = models.CharField(max_length=10)
    profile = models.JSONField(default=dict, blank=True)
    cross_cutting = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    # Counts what was saved: whoever saves says which state of it they read.
    revision = models.IntegerField(default=0, db_default=0)
    # Answers to a questionnaire that is tried out: submitting them counts nowhere.
    is_test = models.BooleanField(default=False)
    # Of an invitee: what lets them answer. None for whoever came by the open link.
    ticket = models.OneToOneField(
        "Ticket", models.CASCADE, null=True, blank=True, related_name="draft"
    )
    # What is tried out; it may be another version than the one the scorecard uses.
    tried = models.ForeignKey(
        Instrument, models.CASCADE, null=True, blank=True, related_name="trials"
    )

    # The hash of the link by which it was opened, if that is another: an invitee may
    # hold several, and a short code stands for one. In memory only.
    opened_by = ""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_test=True, tried__isnull=False)
                | Q(is_test=False, tried__isnull=True),
                name="a_trial_names_what_it_tries",
            ),
        ]

    def __str__(self) -> str:
        return f"Draft {self.pk}"

    @property
    def instrument(self) -> Instrument:
        """What is asked: the scorecard's instrument, or the one that is tried out."""
        return self.tried or self.scorecard.instrument

    @property
    def languages(self) -> list[str]:
        """The languages it can be answered in."""
        asked = self.tried.languages if self.tried else self.scorecard.languages
        return list(asked)

    def is_open(self, now: datetime) -> bool:
        """Whether it may change now. A trial is not bound to the survey's window."""
        return self.is_test or self.scorecard.is_open_to(self.started_at, now)

    @property
    def link_hash(self) -> str:
        """Of the link by which it was opened: the same before and after submitting."""
        return self.opened_by or self.token_hash

    @property
    def is_submitted(self) -> bool:
        """Whether it stands for a link whose draft is no longer stored."""
        return self.pk is None


class DraftAnswer(GoalAnswer):
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="answers")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+")
    # A goal put aside keeps what was written, should the respondent return to it.
    is_chosen = models.BooleanField(default=True)

    class Meta:
        ordering = ["goal__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "goal"], name="one_draft_answer_per_goal"
            ),
        ]

    def __str__(self) -> str:
        return f"Draft {self.draft_id}, goal {self.goal_id}"


class ResponseQuerySet(models.QuerySet["Response"]):
    def counted(self) -> "ResponseQuerySet":
        """Those that figures rest on: all but the excluded ones."""
        return self.filter(~Exists(_exclusions(OuterRef("pk"))))


class AnswerQuerySet(models.QuerySet["Answer"]):
    def counted(self) -> "AnswerQuerySet":
        """The answers of the responses that figures rest on."""
        return self.filter(~Exists(_exclusions(OuterRef("response_id"))))


def _exclusions(response: OuterRef) -> models.QuerySet:
    exclusions = apps.get_model("surveys", "Exclusion")._default_manager
    return exclusions.filter(response=response, readmission__isnull=True)


class Response(models.Model):
    """One respondent's submitted answers. Append-only."""

    class Origin(models.TextChoices):
        FORM = "form"
        PAPER = "paper"
        TABLE = "table"
        API = "api"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="responses")
    language = models.CharField(max_length=10)
    submitted_on = models.DateField()
    # {question code: option code or number}
    profile = models.JSONField(default=dict, blank=True)
    # {question code: text or list of option codes}
    cross_cutting = models.JSONField(default=dict, blank=True)
    # How it got here: filled in on the site, entered from paper, taken in from a table.
    origin = models.CharField(
        max_length=10, choices=Origin.choices, default=Origin.FORM
    )
    # From the first page to submitting, whole minutes; None where nobody knows.
    minutes = models.PositiveIntegerField(null=True, blank=True)
    # Whose it is, in a confidential scorecard; an anonymous one never says.
    invitation = models.OneToOneField(
        "Invitation", models.PROTECT, null=True, blank=True, related_name="response"
    )
    # Hash of the code that only the respondent was given.
    receipt_hash = models.CharField(max_length=64)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            # Not `unique`, for which PostgreSQL would get a second index.
            models.UniqueConstraint(
                fields=["receipt_hash"], name="one_response_per_receipt"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["form", "paper", "table", "api"]),
                name="origin_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Answer(GoalAnswer):
    """Append-only. `answered` and `total` (sum of scores) are what averages need."""

    pk = models.CompositePrimaryKey("response_id", "goal_id")
    # The key begins with it: an index of its own would only take room.
    response = models.ForeignKey(
        Response, models.PROTECT, related_name="answers", db_index=False
    )
    # Each goal is in a share of the rows that no index makes quicker to find.
    goal = models.ForeignKey(
        Goal, models.PROTECT, related_name="answers", db_index=False
    )
    answered = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()

    objects = AnswerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.response_id}, goal {self.goal_id}"
