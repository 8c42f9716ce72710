"""What a save may change where one page is open twice: field by field, three ways.

A page carries a mark of each field as it was built; its form sends the marks back. A
field that still has its mark was not touched there and keeps what is stored. A field
touched on both sides keeps the later answer, unless it is a text: of two texts neither
is given up before its author has seen both.

A page that sent something and got no answer adds the mark of what it sent: finding that
stored, it finds its own words. `static/intake.js` makes the same marks.

Pure: no Django, clock, settings or randomness.
"""

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

BLANK = "0"
TICKED = "on"

Marks = Mapping[str, str]
"""{key: marks of values known to the page, the oldest first}; left out where blank."""


def rating_name(number: int) -> str:
    """The field of an indicator."""
    return f"rating_{number}"


def answer_name(code: str) -> str:
    """The field of a question."""
    return f"answer_{code}"


def shown(value: Any) -> str:
    """One answer as the page's own field sends it; "" for none.

    >>> shown(None), shown(3), shown(" Roads ")
    ('', '3', 'Roads')
    """
    return "" if value is None else str(value).strip()


def mark_of(value: Any) -> str:
    """CRC-32 of the answer in UTF-8 and its length in bytes; "0" for none.

    Not a secret and not proof against forging: who forges a mark changes their own
    draft, which is theirs to change.

    >>> mark_of(""), mark_of(3), mark_of("Дороги")
    ('0', '6dd28e9b-1', 'cbb6d448-12')
    """
    text = shown(value).encode(errors="replace")
    return f"{zlib.crc32(text):08x}-{len(text)}" if text else BLANK


def flat(values: Mapping[str, Any]) -> dict[str, str]:
    """{key: answer}. Of a list of chosen options each is a key of its own.

    >>> flat({"rating_1": 4, "answer_why": None, "goals": [5, 13]})
    {'rating_1': '4', 'answer_why': '', 'goals=5': 'on', 'goals=13': 'on'}
    """
    keys: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, list):
            keys |= {f"{name}={option}": TICKED for option in value}
        else:
            keys[name] = shown(value)
    return keys


def marks_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The marks of a page that shows these values."""
    return {key: mark_of(answer) for key, answer in flat(values).items() if answer}


def read_marks(text: str) -> dict[str, str]:
    """The marks that a form sent back; none where that is not what it sent.

    >>> read_marks('{"rating_1": "0 6dd28e9b-1"}'), read_marks("[")
    ({'rating_1': '0 6dd28e9b-1'}, {})
    """
    try:
        marks = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(marks, dict):
        return {}
    return {key: mark for key, mark in marks.items() if isinstance(mark, str)}


def written(marks: Marks) -> str:
    """The marks as a form carries them."""
    return json.dumps(marks, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True)
class Merged:
    """What is stored after a save, by field name, and how it came about, by key."""

    values: dict[str, Any]
    changed: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    overruled: frozenset[str] = frozenset()
    contested: dict[str, Any] = field(default_factory=dict)


def merge(
    *,
    base: Marks | None,
    stored: Mapping[str, Any],
    submitted: Mapping[str, Any],
    texts: Collection[str] = (),
) -> Merged:
    """What a save leaves behind, of every submitted field.

    `base`: the page's marks, None to take everything. `texts`: fields of which a
    version that the page has not seen is not written over: they stay as they are
    stored, `contested` holds what was submitted. `elsewhere` are keys that the page
    shows as they no longer are, `overruled` those where the later answer was kept.
    """
    verdicts: dict[str, set[str]] = {
        kind: set() for kind in ("changed", "elsewhere", "overruled", "contested")
    }
    values: dict[str, Any] = {}
    for name, mine in submitted.items():
        theirs = stored.get(name)
        pairs = _pairs(name, theirs, mine)
        kept = []
        for key, (their_answer, my_answer) in pairs.items():
            verdict = _verdict(base, key, their_answer, my_answer, name in texts)
            for kind in verdict:
                verdicts[kind].add(key)
            kept.append(my_answer if "changed" in verdict else their_answer)
        if isinstance(mine, list):
            values[name] = [option for option in kept if option is not None]
        else:
            values[name] = kept[0]
    contested = {key: submitted[key] for key in verdicts.pop("contested")}
    sets = {kind: frozenset(keys) for kind, keys in verdicts.items()}
    return Merged(values, contested=contested, **sets)


def _pairs(name: str, theirs: Any, mine: Any) -> dict[str, tuple[Any, Any]]:
    """{key: (stored, submitted)}: one pair, or one for each option chosen by either."""
    if not isinstance(mine, list):
        return {name: (theirs, mine)}
    theirs = theirs if isinstance(theirs, list) else []
    return {
        f"{name}={option}": (
            option if option in theirs else None,
            option if option in mine else None,
        )
        for option in dict.fromkeys([*theirs, *mine])
    }


def _verdict(
    base: Marks | None, key: str, theirs: Any, mine: Any, is_text: bool
) -> tuple[str, ...]:
    if theirs == mine:
        return ()
    if theirs is None and base is not None and key not in base and shown(mine):
        return ("changed",)  # an answer where there was none
    is_option = "=" in key
    their_mark, my_mark = (
        mark_of(TICKED if is_option and answer is not None else answer)
        for answer in (theirs, mine)
    )
    if their_mark == my_mark:
        return ()
    if base is None:
        return ("changed",)
    known = base.get(key, BLANK).split() or [BLANK]
    if known == [my_mark]:
        return ("elsewhere",)
    if their_mark in known:
        return ("changed",)
    if is_text and their_mark != BLANK:
        return ("contested",)
    return ("changed", "overruled")
