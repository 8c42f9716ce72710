"""Who is asked to answer by name, and the letters that ask them.

An invitee has a ticket from the moment they are on the list until they submit: it holds
the links that were sent to them and their draft, and it goes with the draft. That
somebody has finished is said by nothing but its absence. The invitation itself is not
written to when its person starts or submits, so that neither a value, nor a moment, nor
an order, nor a transaction number leads from a response back to it.
"""

from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from .mailing import Letter, LetterState
from .scorecard import Member, Scorecard


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unfinished(self) -> "InvitationQuerySet":
        """Those who may still answer."""
        return self.filter(ticket__isnull=False)

    def finished(self) -> "InvitationQuerySet":
        return self.filter(ticket__isnull=True)

    def reachable(self) -> "InvitationQuerySet":
        """Those to whom letters may go."""
        return self.filter(erased_at__isnull=True, opted_out_at__isnull=True)

    def written_to(self) -> "InvitationQuerySet":
        """Those for whom an invitation was written, whatever became of it."""
        return self.filter(Exists(_invitation_letters()))

    def not_written_to(self) -> "InvitationQuerySet":
        return self.filter(~Exists(_invitation_letters()))

    def invited_before(self, moment: datetime) -> "InvitationQuerySet":
        """Those whose invitation went out by then."""
        return self.filter(
            Exists(
                _invitation_letters().filter(
                    state=LetterState.SENT, sent_at__lte=moment
                )
            )
        )


def _invitation_letters() -> models.QuerySet["InvitationLetter"]:
    return InvitationLetter.objects.filter(invitation=OuterRef("pk"), run=None)


class Invitation(models.Model):
    """A person who is asked to answer. Erased, nothing personal is left of them."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="invitations")
    name = models.CharField(max_length=200, blank=True)
    # In lower case.
    email = models.CharField(max_length=254, blank=True)
    # One of the scorecard's; "" is its first.
    language = models.CharField(max_length=10, blank=True)
    # As the coalition calls it; nobody answers under it.
    sector = models.CharField(max_length=100, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    # Of somebody erased, or invited anew at another address: a keyed hash of the
    # address, so that the same list does not bring it back.
    erased_address = models.CharField(max_length=64, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "email", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "email"],
                condition=~Q(email=""),
                name="one_invitation_per_address",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="addresses_are_in_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, erased_address="")
                & ~Q(email="")
                & ~Q(name="")
                | Q(erased_at__isnull=False, name="", email="", sector=""),
                name="nothing_personal_is_left_of_an_erased_invitee",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class Ticket(models.Model):
    """That an invitee may answer, once. Used up, and gone, when they submit."""

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, primary_key=True, related_name="ticket"
    )

    def __str__(self) -> str:
        return f"Ticket of invitation {self.invitation_id}"


class TicketLink(models.Model):
    """A link that was sent. All that were sent work, until the ticket is used up."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"Link {self.pk} of invitation {self.ticket_id}"


class PlannedReminder(models.Model):
    """On which day before the survey closes whoever has not finished is reminded."""

    scorecard = models.ForeignKey(
        Scorecard, models.CASCADE, related_name="planned_reminders"
    )
    days_before = models.PositiveSmallIntegerField()
    # Of that day, in the scorecard's time zone.
    hour = models.PositiveSmallIntegerField(default=10)

    class Meta:
        ordering = ["-days_before"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "days_before"], name="one_reminder_a_day"
            ),
            models.CheckConstraint(
                condition=Q(days_before__gte=0, days_before__lte=60),
                name="reminders_come_in_the_last_60_days",
            ),
            models.CheckConstraint(
                condition=Q(hour__lte=23), name="a_day_has_24_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days_before} days before"

    def moment(self) -> datetime:
        """When it is due, as the survey's closing stands now."""
        zone = self.scorecard.zone
        last: date = self.scorecard.closes_at.astimezone(zone).date()
        day = last - timedelta(days=self.days_before)
        return datetime.combine(day, time(self.hour), tzinfo=zone)


class ReminderRun(models.Model):
    """That everybody who had not finished was reminded, by plan or by hand.

    Its letters are written in the same transaction, and none later: nobody is reminded
    twice of the same occasion. One that was left out wrote none; in an anonymous
    scorecard that depends on nobody's having finished, and says nothing of it.
    """

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=80)
    requested_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()
    left_out_at = models.DateTimeField(null=True, blank=True)
    # How many letters were written, and how many of them went out.
    written = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "occasion"], name="one_reminder_per_occasion"
            ),
        ]

    def __str__(self) -> str:
        return f"Reminders, {self.occasion}"


class InvitationLetter(Letter):
    """An invitation, or, of a run, a reminder.

    In an anonymous scorecard a reminder that was sent, or was no longer needed, leaves
    no row: who got one had not finished then.
    """

    # Without the database's own constraint: PostgreSQL would note on the invitation
    # which transaction referred to it last, hence whether a reminder did. A trigger
    # sees to it that the invitation is there.
    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="letters", db_constraint=False
    )
    run = models.ForeignKey(
        ReminderRun, models.PROTECT, null=True, blank=True, related_name="letters"
    )

    class Meta(Letter.Meta):
        constraints = [
            *Letter.Meta.constraints,
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(run__isnull=True),
                name="one_letter_of_invitation",
            ),
            models.UniqueConstraint(
                fields=["invitation", "run"], name="one_reminder_per_run"
            ),
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk} to invitation {self.invitation_id} ({self.state})"

    @property
    def is_reminder(self) -> bool:
        return self.run_id is not None
