"""Letters: each row is one, and says what became of it. Their kinds are subclasses."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models
from django.db.models import Q

from .scorecard import Member, Scorecard

# A letter that has been on its way for so long was left by a killed worker.
TOO_LONG_ON_ITS_WAY = timedelta(seconds=120)


class LetterState(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    # The server or the worker fell silent: it may or may not have gone out.
    UNKNOWN = "unknown"
    # No longer needed when its turn came.
    DROPPED = "dropped"


Letters = TypeVar("Letters", bound="Letter")


class LetterQuerySet(models.QuerySet[Letters]):
    def due(self, now: datetime) -> "LetterQuerySet[Letters]":
        """Those that wait and are not put off."""
        return self.filter(
            Q(try_again_at=None) | Q(try_again_at__lte=now), state=LetterState.WAITING
        )

    def put_off(self) -> "LetterQuerySet[Letters]":
        """Those that the server refused for now: they are tried again by themselves."""
        return self.filter(state=LetterState.WAITING, try_again_at__isnull=False)

    def wait_anew(self) -> int:
        """All of these wait to be sent, as if nobody had tried; how many they are."""
        return self.update(
            state=LetterState.WAITING,
            claim=None,
            claimed_at=None,
            error="",
            sent_at=None,
            try_again_at=None,
            refusals=None,
        )

    def drop_what_waits(self) -> None:
        """Those among these that wait are no longer needed."""
        self.filter(state=LetterState.WAITING).update(
            state=LetterState.DROPPED, try_again_at=None
        )

    def left_behind(self, now: datetime) -> "LetterQuerySet[Letters]":
        """Those whose worker died between handing them over and writing it down."""
        return self.filter(
            state=LetterState.SENDING, claimed_at__lt=now - TOO_LONG_ON_ITS_WAY
        )

    def to_be_tried_again(self, now: datetime) -> "LetterQuerySet[Letters]":
        """Those that did not go out, or of which nobody knows whether they did.

        Those that are put off are among them: somebody may not want to wait.
        """
        left = self.left_behind(now).values("pk")
        unsent = (LetterState.FAILED, LetterState.UNKNOWN)
        return self.filter(
            Q(state__in=unsent)
            | Q(pk__in=left)
            | Q(state=LetterState.WAITING, try_again_at__isnull=False)
        )


class Letter(models.Model):
    """One letter to one person. Its text is written when it is sent."""

    State = LetterState

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=LetterState.choices, default=LetterState.WAITING
    )
    # Who sends it: a worker that lost its claim can no longer write to the row.
    claim = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    # How often in a row the server refused it for now; `error` is the last reason.
    refusals = models.PositiveSmallIntegerField(null=True, blank=True)
    # Not before then; None where it waits for nothing but a worker.
    try_again_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "dropped"], sent_at__isnull=True)
                | Q(
                    state="sending",
                    sent_at__isnull=True,
                    claim__isnull=False,
                    claimed_at__isnull=False,
                )
                | Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["failed", "unknown"], sent_at__isnull=True)
                & ~Q(error=""),
                name="it_is_known_what_became_of_a_%(class)s",
            ),
        ]

    def is_left_behind(self, now: datetime) -> bool:
        return (
            self.state == LetterState.SENDING
            and self.claimed_at is not None
            and self.claimed_at < now - TOO_LONG_ON_ITS_WAY
        )

    def state_at(self, now: datetime) -> LetterState:
        """What is known of it: one that a dead worker left may have gone out."""
        left = self.is_left_behind(now)
        return LetterState.UNKNOWN if left else LetterState(self.state)
