"""What was collected elsewhere on its way in: tables, programs with a key, paper.

None of these rows leads to a response. Which row of a table, which submission of a
program or which sheet a response came from stands nowhere but in its receipt, a keyed
hash (surveys.intake.storing.receipt_of) whose key is not in the database.
"""

from django.db import models
from django.db.models import F, Q

from .jobs import Job
from .scorecard import Member, Scorecard


class TableMatching(models.Model):
    """What the columns and values of tables meant the last time, for the next file."""

    scorecard = models.OneToOneField(
        Scorecard, models.PROTECT, related_name="table_matching"
    )
    # {heading: what it stands for}, {question: {value: what it stands for}}
    columns = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    # How numbers such as 03/04/2022 are read: "dmy", "mdy" or "" (not asked yet).
    date_order = models.CharField(max_length=3, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(date_order__in=["", "dmy", "mdy"]),
                name="dates_begin_with_day_or_month",
            ),
        ]

    def __str__(self) -> str:
        return f"Matching of {self.scorecard_id}"


class TableIntake(models.Model):
    """That a table was taken in: by whom, and how much of it was new. Append-only."""

    scorecard = models.ForeignKey(
        Scorecard, models.PROTECT, related_name="table_intakes"
    )
    # The work that took it in: done again after its worker was killed, it finds this.
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    added = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    # Rows on record with other answers: told, and left as they were.
    changed = models.PositiveIntegerField()
    taken_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["-taken_at"]

    def __str__(self) -> str:
        return f"{self.name}: {self.added}"


class ApiKey(models.Model):
    """What a program shows to hand in responses. Only its hash is stored."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # The day, not the moment: a moment would lead to the response handed in then.
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("made_at")),
                name="a_key_is_revoked_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PaperSheet(models.Model):
    """That a filled-in sheet of paper is entered. It stays; without entries it was
    taken in, and no longer changes."""

    scorecard = models.ForeignKey(
        Scorecard, models.PROTECT, related_name="paper_sheets"
    )
    # As it stands on the sheet.
    number = models.CharField(max_length=40)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "number"], name="one_sheet_per_number"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="a_sheet_is_numbered"),
        ]

    def __str__(self) -> str:
        return self.number


class PaperEntry(models.Model):
    """One person's typing of a sheet, the first or the second. Removed with the other
    once both have become a response."""

    sheet = models.ForeignKey(PaperSheet, models.CASCADE, related_name="entries")
    turn = models.PositiveSmallIntegerField()
    # {field name: what was typed}, as it was typed, wrong or not.
    typed = models.JSONField(default=dict, blank=True)
    entered_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    is_finished = models.BooleanField(default=False)

    class Meta:
        ordering = ["turn"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "turn"], name="one_entry_per_sheet_and_turn"
            ),
            models.CheckConstraint(
                condition=Q(turn__in=[1, 2]), name="a_sheet_is_entered_twice"
            ),
        ]

    def __str__(self) -> str:
        return f"Sheet {self.sheet_id}, entry {self.turn}"
