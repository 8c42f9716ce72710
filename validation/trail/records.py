"""One thing that happened in a consultation, and the list of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from surveys.models import Scorecard
from validation.models import LedgerEntry

# What comes first where several things bear the same moment.
ORDER = (
    "interest",
    "interest_declaration",
    "interest_decision",
    "baseline",
    "survey_average",
    "round_step",
    "round_opened",
    "goal_opened",
    "reminder",
    "proposal",
    "support",
    "withdrawal",
    "comment",
    "goal_revealed",
    "meeting",
    "attendance",
    "contribution",
    "seat",
    "settlement",
    "round_closed",
    "erasure",
)


@dataclass(frozen=True)
class Record:
    """One thing that happened. docs/trail.md says what each field holds.

    Percentages in percentage points. `at` is None for a declared interest, of which
    only the present state is kept.
    """

    kind: str
    id: str
    at: datetime | None = None
    by: str = ""
    round: int | None = None
    goals: tuple[int, ...] = ()
    meeting: int | None = None
    about: str = ""
    choice: str = ""
    percent: Fraction | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    sureness: int | None = None
    confidence: str = ""
    respondents: int | None = None
    rule: str = ""
    is_blind: bool | None = None
    is_counted: bool | None = None
    section: str = ""
    text: str = ""
    interest: str = ""
    interest_handling: str = ""
    dissent: str = ""
    entered_by: str = ""
    place: str = ""
    until: datetime | None = None
    is_erased: bool | None = None
    entry: LedgerEntry | None = None
    # Not part of the trail: who, for telling two people of the same name apart.
    member: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Trail:
    """`ledger` is empty, and `head` None, where numbers would tell what is hidden."""

    scorecard: Scorecard
    records: tuple[Record, ...]
    ledger: tuple[LedgerEntry, ...]
    head: str | None


def in_order(records: Iterable[Record]) -> list[Record]:
    """By time; at the same moment by kind, what is chained as it stands in the chain.

    What has no time (a declared interest) comes first.
    """
    return sorted(records, key=_place)


def _place(record: Record) -> tuple:
    return (
        record.at is not None,
        record.at or datetime.min.replace(tzinfo=UTC),
        ORDER.index(record.kind),
        record.entry.number if record.entry else 0,
        _numbers(record.id),
    )


def _numbers(name: str) -> tuple[int, ...]:
    """The numbers in an id, "attendance 3/12" -> (3, 12): so 10 comes after 9."""
    return tuple(int(part) for part in name.rpartition(" ")[2].split("/"))
