"""One study, and who works on it."""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from surveys.localized import LocalizedField, text_in

from .instrument import Instrument


class Users(BaseUserManager["User"]):
    def create_user(self, email: str, name: str = "") -> "User":
        """A person without a password: they sign in with a code sent by mail."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_unusable_password()
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who signs in. Respondents do not: they have a link."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    objects = Users()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


def new_open_link() -> str:
    return secrets.token_urlsafe(9)


class Identities(models.TextChoices):
    NAMED = "named"
    BY_ROLE = "by_role"
    PSEUDONYMS = "pseudonyms"


class Anonymity(models.TextChoices):
    """Whether a submitted response may be led back to the person who was invited."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"


class Scorecard(models.Model):
    """One study: a place and a year, in one or more languages."""

    slug = models.SlugField(unique=True)
    place = LocalizedField()
    year = models.PositiveSmallIntegerField()
    languages = models.JSONField()
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="scorecards"
    )
    # None: it opens when a coordinator opens it. A moment that has come is for good.
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60, default="UTC")
    # Unguessable part of the address at which anybody who was given it may answer.
    open_link = models.CharField(max_length=40, unique=True, default=new_open_link)
    # Where only those who were invited by name may answer, the open link leads nowhere.
    has_open_link = models.BooleanField(default=True)
    # How experts appear to one another and in the report; a promise, so never changed
    # once somebody relied on it.
    identities = models.CharField(
        max_length=12, choices=Identities.choices, default=Identities.NAMED
    )
    smallest_group = models.PositiveSmallIntegerField(default=5)
    # A promise to respondents, chosen before the survey opens.
    anonymity = models.CharField(
        max_length=12, choices=Anonymity.choices, default=Anonymity.ANONYMOUS
    )
    # Whoever has begun by the closing time may go on for so long.
    grace_minutes = models.PositiveSmallIntegerField(default=30)
    # How many responses are wanted: in all, and {question code: {option code: n}}.
    target_responses = models.PositiveIntegerField(null=True, blank=True)
    targets = models.JSONField(default=dict, blank=True)
    # Said on every page and in every file, e.g. that the answers are reconstructed.
    notice = LocalizedField(default=dict, blank=True)

    class Meta:
        ordering = ["-year", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="a_survey_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(smallest_group__gte=1), name="smallest_group_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(identities__in=Identities.values),
                name="identities_are_named_by_role_or_pseudonyms",
            ),
            models.CheckConstraint(
                condition=Q(anonymity__in=Anonymity.values),
                name="responses_are_anonymous_or_confidential",
            ),
        ]

    def __str__(self) -> str:
        return f"{text_in(self.place)} {self.year}"

    def has_opened(self, now: datetime) -> bool:
        return self.opens_at is not None and self.opens_at <= now

    def is_open(self, now: datetime) -> bool:
        return self.has_opened(now) and now < self.closes_at

    def has_closed(self, now: datetime) -> bool:
        return self.has_opened(now) and self.closes_at <= now

    @property
    def ends_at(self) -> datetime:
        """Until when those who began in time may go on: closing and grace."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)

    def has_ended(self, now: datetime) -> bool:
        """Whether no answer can come in any more, not even a late one."""
        return self.has_opened(now) and self.ends_at <= now

    def is_open_to(self, started_at: datetime, now: datetime) -> bool:
        """Whether a draft begun at that moment may be changed and submitted."""
        if self.is_open(now):
            return True
        return started_at < self.closes_at <= now < self.ends_at

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Role(models.TextChoices):
    COORDINATOR = "coordinator"
    RAPPORTEUR = "rapporteur"
    EXPERT = "expert"
    OBSERVER = "observer"


class Member(models.Model):
    """A person's part in one scorecard."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    # How this person appears to the others on this scorecard.
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "user"], name="one_role_per_person_and_scorecard"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
