"""The trail of a scorecard as CSV and as JSON. docs/trail.md explains both.

Both are handed out piece by piece: nothing but the records themselves is held.
"""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from surveys.scoring import round_half_up
from surveys.table_text import in_a_cell
from validation.models import LedgerEntry
from validation.trail.records import Record, Trail

SCHEMA = "peoples-scorecard-trail"
VERSION = 1
# Byte order mark: spreadsheet programs then read the letters right.
MARK = "\ufeff"


def _entry(field: str) -> Callable[[Record], Any]:
    return lambda record: getattr(record.entry, field) if record.entry else None


def _plain(field: str) -> Callable[[Record], Any]:
    return lambda record: getattr(record, field)


def _percent(record: Record) -> Decimal | None:
    return None if record.percent is None else round_half_up(record.percent, 2)


COLUMNS: dict[str, Callable[[Record], Any]] = {
    name: _plain(name) for name in ("kind", "id", "at", "by", "round", "goals")
}
COLUMNS |= {name: _plain(name) for name in ("meeting", "about", "choice")}
COLUMNS |= {"percent": _percent, "percent_exact": _plain("percent")}
COLUMNS |= {
    name: _plain(name)
    for name in (
        "lower",
        "upper",
        "sureness",
        "confidence",
        "respondents",
        "rule",
        "is_blind",
        "is_counted",
        "section",
        "text",
        "interest",
        "interest_handling",
        "dissent",
        "entered_by",
        "place",
        "until",
        "is_erased",
    )
}
COLUMNS |= {
    "ledger_number": _entry("number"),
    "commitment": _entry("commitment"),
    "hash": _entry("hash"),
}


class _Line:
    """A file for csv.writer that keeps nothing: `write` gives back the line."""

    def write(self, text: str) -> str:
        return text


def as_csv(trail: Trail) -> Iterator[str]:
    """One line for the names of the columns, then one for each record."""
    writer = csv.writer(_Line())
    yield MARK + writer.writerow(["number", *COLUMNS])
    for number, record in enumerate(trail.records, start=1):
        cells = (_cell(value_of(record)) for value_of in COLUMNS.values())
        yield writer.writerow([number, *cells])


def _cell(value: Any) -> str | int:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(str(one) for one in value)
    if isinstance(value, str):
        return in_a_cell(value)
    if isinstance(value, int):
        return value
    return str(_json(value))


def as_json(trail: Trail) -> Iterator[str]:
    """One object: the scorecard, the chain of the ledger, the records."""
    scorecard = trail.scorecard
    beginning = {
        "schema": SCHEMA,
        "version": VERSION,
        "scorecard": {
            "slug": scorecard.slug,
            "place": scorecard.place,
            "year": scorecard.year,
            "identities": scorecard.identities,
        },
        "head": trail.head,
    }
    yield _text(beginning)[:-1] + ',\n"ledger": ['
    yield from _listed(_link(entry) for entry in trail.ledger)
    yield '],\n"records": ['
    yield from _listed(_object(record) for record in trail.records)
    yield "]}\n"


def _listed(items: Iterator[dict[str, Any]]) -> Iterator[str]:
    for place, item in enumerate(items):
        yield ("\n" if place == 0 else ",\n") + _text(item)


def _object(record: Record) -> dict[str, Any]:
    """Without what does not apply to this kind of record."""
    found = {name: _json(value_of(record)) for name, value_of in COLUMNS.items()}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _link(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "record": entry.record,
        "commitment": entry.commitment,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal | Fraction):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    return value


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
