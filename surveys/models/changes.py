"""Who changed what about a scorecard, and when. Append-only."""

from django.db import models
from django.db.models import Q

from .scorecard import Member, Scorecard


class Change(models.Model):
    """One thing that was changed. Of a field: its values before and after.

    The name of a person it is about is the only part that can be taken away, when the
    person is erased.
    """

    class What(models.TextChoices):
        FOUNDED = "founded"
        COPIED = "copied"
        OPENED = "opened"
        CLOSED = "closed"
        FIELD = "field"
        MEMBER_ADDED = "member_added"
        MEMBER_CHANGED = "member_changed"
        MEMBER_REMOVED = "member_removed"

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="changes")
    # None where it was done on the server, by nobody who is a member.
    changed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()
    what = models.CharField(max_length=20, choices=What.choices)
    # The name of the field of the scorecard.
    field = models.CharField(max_length=40, blank=True)
    # As JSON holds it: moments in ISO 8601, an instrument by code and version.
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    # The member it is about, who may be gone since: their key and their name.
    member_key = models.BigIntegerField(null=True, blank=True)
    person = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["scorecard", "-changed_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    what__in=[
                        "founded",
                        "copied",
                        "opened",
                        "closed",
                        "field",
                        "member_added",
                        "member_changed",
                        "member_removed",
                    ]
                ),
                name="a_change_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=(Q(what="field") & ~Q(field=""))
                | (~Q(what="field") & Q(field="")),
                name="a_changed_field_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.field}".strip()
