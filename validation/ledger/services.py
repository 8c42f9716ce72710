"""Adding links to a scorecard's chain, and checking the whole of it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from surveys.models import Scorecard
from validation.ledger.chain import BEGINNING, commitment_to, entry_hash
from validation.ledger.contents import CONTENTS
from validation.models import Erasure, LedgerEntry, LedgerSalt


@dataclass(frozen=True)
class Verdict:
    """What checking a chain found. `broken` names the first broken link, or is None.

    `erased` counts entries whose record can no longer be opened, because a person was
    erased; the chain through them holds.
    """

    entries: int
    erased: int
    head: str
    broken: str | None


@transaction.atomic
def record(scorecard_id: int, kind: str, row: Any) -> LedgerEntry:
    """Add a record to the chain, in the transaction that makes it.

    Holds the scorecard's row until that transaction ends, so that the chain grows one
    link at a time.
    """
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard_id)
    last = LedgerEntry.objects.filter(scorecard=scorecard_id).last()
    salt = secrets.token_hex(32)
    _, content_of, _ = CONTENTS[kind]
    link = {
        "number": last.number + 1 if last else 1,
        "kind": str(kind),
        "record": row.pk,
        "commitment": commitment_to(content_of(row), salt),
        "previous": last.hash if last else BEGINNING,
    }
    entry = LedgerEntry.objects.create(
        scorecard_id=scorecard_id, hash=entry_hash(**link), **link
    )
    LedgerSalt.objects.create(entry=entry, salt=salt)
    return entry


def head_of(scorecard: Scorecard) -> str:
    """The hash of the last entry: it stands for everything before it."""
    last = LedgerEntry.objects.filter(scorecard=scorecard).last()
    return last.hash if last else BEGINNING


def consultation_head(scorecard: Scorecard) -> str:
    """The hash of the last entry that is not an edition's.

    An edition prints it. Were it the head, releasing would change what is released.
    """
    last = (
        LedgerEntry.objects.filter(scorecard=scorecard)
        .exclude(kind=LedgerEntry.Kind.EDITION)
        .last()
    )
    return last.hash if last else BEGINNING


def verify_ledger(scorecard: Scorecard) -> Verdict:
    """Check every link, every record it stands for, and that no record lacks one."""
    rows = {
        kind: {
            row.pk: row
            for row in model._default_manager.filter(**{path: scorecard})  # type: ignore[attr-defined]
        }
        for kind, (model, _, path) in CONTENTS.items()
    }
    gone = set(
        Erasure.objects.filter(member__scorecard=scorecard).values_list(
            "member", flat=True
        )
    )
    entries = erased = 0
    previous = BEGINNING
    links = LedgerEntry.objects.filter(scorecard=scorecard).select_related("salt")
    for entry in links:
        entries += 1
        problem = _problem_of_link(entry, entries, previous)
        row = rows.get(entry.kind, {}).pop(entry.record, None)
        salt = getattr(entry, "salt", None)
        problem = problem or _problem_of_record(entry, row, salt)
        if not problem and salt is None and _person_of(row) not in gone:
            problem = f"the salt of {entry.kind} {entry.record} is gone"
        if problem:
            return Verdict(entries, erased, previous, f"Entry {entries}: {problem}")
        erased += salt is None
        previous = entry.hash
    broken = next(_unrecorded(rows), None)
    return Verdict(entries, erased, previous, broken)


def _problem_of_link(entry: LedgerEntry, number: int, previous: str) -> str | None:
    if entry.number != number:
        return f"number {number} is missing, the next one is {entry.number}"
    if entry.previous != previous:
        return "it does not follow on the entry before it"
    expected = entry_hash(
        number=entry.number,
        kind=entry.kind,
        record=entry.record,
        commitment=entry.commitment,
        previous=entry.previous,
    )
    return None if entry.hash == expected else "its own content was changed"


def _problem_of_record(
    entry: LedgerEntry, row: Any, salt: LedgerSalt | None
) -> str | None:
    name = f"{entry.kind} {entry.record}"
    if row is None:
        return f"{name} is gone"
    _, content_of, _ = CONTENTS[entry.kind]
    if salt and commitment_to(content_of(row), salt.salt) != entry.commitment:
        return f"{name} was changed"
    return None


def _person_of(row: Any) -> int | None:
    """Whose erasure takes the salt of this record's entry with it."""
    support = getattr(row, "support", row)
    return getattr(support, "expert_id", None)


def _unrecorded(rows: dict[str, dict[int, Any]]) -> Iterator[str]:
    for kind, left in rows.items():
        for pk in sorted(left):
            yield f"{kind} {pk} is not in the ledger"
