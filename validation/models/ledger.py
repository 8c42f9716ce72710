"""One chain from the frozen survey figures to the last settlement.

An entry holds a commitment to a record, not the record: the SHA-256 of a random salt
and the record's content. Whoever has the salt and the record can check it; once the
salt is gone, the entry says nothing about anybody, and the chain still holds.
"""

from django.db import models
from django.db.models import Q

from surveys.models import Scorecard


class LedgerEntry(models.Model):
    """A link of a scorecard's chain. Append-only."""

    class Kind(models.TextChoices):
        BASELINE = "baseline"
        PROPOSAL = "proposal"
        SUPPORT = "support"
        WITHDRAWAL = "withdrawal"
        SETTLEMENT = "settlement"
        EDITION = "edition"

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="ledger")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Primary key of the record.
    record = models.PositiveBigIntegerField()
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "number"], name="ledger_numbers_are_unique"
            ),
            models.UniqueConstraint(
                fields=["scorecard", "previous"], name="the_ledger_does_not_fork"
            ),
            models.UniqueConstraint(
                fields=["kind", "record"], name="one_ledger_entry_per_record"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="ledger_entries_are_numbered_from_1"
            ),
        ]

    def __str__(self) -> str:
        return f"Entry {self.number} of {self.scorecard_id}"


class LedgerSalt(models.Model):
    """What opens an entry's commitment. Never changed; removed to erase a person."""

    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, primary_key=True, related_name="salt"
    )
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"Salt of entry {self.entry_id}"
