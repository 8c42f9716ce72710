"""Mail to the people of a scorecard: each row is one letter and what became of it."""

from django.db import models
from django.db.models import Q

from surveys.models import Letter, Member

from .rounds import Round


class MailDelivery(Letter):
    """One letter to one member. Its text is written when it is sent."""

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        ROUND_OPENED = "round_opened"
        REMINDER = "reminder"
        SETTLED = "settled"

    member = models.ForeignKey(Member, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # What it is about, so that nobody gets it twice, e.g. "round 2".
    occasion = models.CharField(max_length=80, blank=True)
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Primary keys of the settlements that the letter tells of.
    settlements = models.JSONField(default=list, blank=True)

    class Meta(Letter.Meta):
        constraints = [
            *Letter.Meta.constraints,
            models.UniqueConstraint(
                fields=["member", "kind", "occasion"],
                name="one_letter_per_member_and_occasion",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["invitation", "round_opened", "reminder", "settled"]
                ),
                name="kind_of_letter_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to member {self.member_id} ({self.state})"


class MailPreference(models.Model):
    """How a member wants their mail; without a row: the first language, reminders."""

    member = models.OneToOneField(
        Member, models.PROTECT, primary_key=True, related_name="mail_preference"
    )
    # One of the scorecard's; "" is its first.
    language = models.CharField(max_length=10, blank=True)
    reminders_off_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Mail of member {self.member_id}"
