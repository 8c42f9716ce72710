"""Finding what differs between two questionnaires.

Parts are matched by their codes, as everywhere where two versions meet: a goal with
another number or other words is the same goal. Scores of the scale are matched by the
score. Code and version of the questionnaires themselves are not compared.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from surveys.instrument.comparing.changes import (
    Comparison,
    FactChange,
    Group,
    Move,
    PartChange,
    Renumbered,
    TextChange,
)
from surveys.instrument.parts import TEXTS, InstrumentFile, Part, QuestionPart

# What of a part is compared that is neither its text nor its place.
FACTS: Mapping[str, Sequence[str]] = {
    "general": ("languages", "percent_formula", "missing_policy"),
    "band": ("lowest", "highest"),
    "indicator": ("dimension",),
    "goal": ("colour",),
    "question": ("kind", "required", "max_length", "lowest", "highest"),
}
# Places of questions that are no sections.
GOAL, PROFILE = "goal", "profile"


def compare(before: InstrumentFile, now: InstrumentFile) -> Comparison:
    """What is different in `now`, seen from `before`."""

    def group(kind: str, name: str, key: str = "code") -> Group:
        was, is_ = (
            {str(getattr(part, key)): part for part in getattr(file, name)}
            for file in (before, now)
        )
        return _group(kind, was, is_, before, now)

    missing = [
        text
        for name in ("dont_know", "not_applicable")
        for text in _texts(name, before.missing, now.missing, before, now)
    ]
    return Comparison(
        before=before,
        now=now,
        general=_part("general", "", before, now, before, now),
        missing=PartChange("missing", "", before, now, missing) if missing else None,
        scale=group("score", "scale", "score"),
        bands=group("band", "bands"),
        goals=group("goal", "goals"),
        dimensions=group("dimension", "dimensions"),
        indicators=group("indicator", "indicators"),
        sections=group("section", "cross_cutting"),
        questions=_questions(before, now),
    )


# --------------------------------------------------------------------------- one part


def _texts(
    field: str,
    before: Mapping[Any, Any],
    now: Mapping[Any, Any],
    old: InstrumentFile,
    new: InstrumentFile,
) -> list[TextChange]:
    """Changes of a text of a part that stayed, in the languages of both."""
    was, is_ = before.get(field) or {}, now.get(field) or {}
    return [
        TextChange(field, one, was.get(one), is_.get(one))
        for one in new.languages
        if one in old.languages and was.get(one) != is_.get(one)
    ]


def _part(
    kind: str,
    code: str,
    before: Part | None,
    now: Part | None,
    old: InstrumentFile,
    new: InstrumentFile,
    more: Sequence[FactChange] = (),
) -> PartChange | None:
    """How a part differs, if it does; `more`: what the part itself does not know."""
    was, is_ = dict(before or ()), dict(now or ())
    fields = [name for name in is_ or was if name in TEXTS]
    if before is None or now is None:
        return PartChange(
            kind,
            code,
            before,
            now,
            [
                TextChange(
                    name,
                    one,
                    was[name][one] if was else None,
                    is_[name][one] if is_ else None,
                )
                for name in fields
                for one in (old if was else new).languages
                if one in ((was or is_)[name] or {})
            ],
        )
    changed = PartChange(
        kind,
        code,
        before,
        now,
        [text for name in fields for text in _texts(name, was, is_, old, new)],
        [
            *more,
            *(
                FactChange(name, was[name], is_[name])
                for name in FACTS.get(kind, ())
                if was[name] != is_[name]
            ),
        ],
        _options(before, now, old, new),
    )
    return changed if changed.texts or changed.facts or changed.options else None


def _options(
    before: Part, now: Part, old: InstrumentFile, new: InstrumentFile
) -> Group | None:
    if not (isinstance(before, QuestionPart) and isinstance(now, QuestionPart)):
        return None
    was, is_ = ({one.code: one for one in part.options} for part in (before, now))
    return _group("option", was, is_, old, new) or None


# ------------------------------------------------------------------------ many of them


def _group(
    kind: str,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    old: InstrumentFile,
    new: InstrumentFile,
) -> Group:
    """{code: part} on both sides: in the order of now, and then those that went."""
    codes = [*now, *(code for code in before if code not in now)]
    changes = [
        _part(kind, code, before.get(code), now.get(code), old, new) for code in codes
    ]
    both = [code for code in now if code in before]
    numbers = [
        Renumbered(code, before[code].number, now[code].number)
        for code in both
        if hasattr(now[code], "number") and before[code].number != now[code].number
    ]
    is_ordered = all(hasattr(part, "number") for part in now.values())
    return Group(
        [change for change in changes if change],
        numbers,
        () if is_ordered else moves(list(before), list(now)),
    )


def moves(before: Sequence[str], now: Sequence[str]) -> list[Move]:
    """Which of the codes that both have stand elsewhere, in the order of now.

    >>> moves(["a", "b", "c"], ["c", "a", "new", "b"])
    [Move(code='c', after=None)]
    """
    was, is_ = set(before), set(now)
    old = [code for code in before if code in is_]
    new = [code for code in now if code in was]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    kept = {
        code
        for block in matcher.get_matching_blocks()
        for code in new[block.b : block.b + block.size]
    }
    return [
        Move(code, now[place - 1] if place else None)
        for place, code in enumerate(now)
        if code in was and code not in kept
    ]


def _places(file: InstrumentFile) -> dict[str, list[QuestionPart]]:
    """{"goal", "section …" or "profile": the questions asked there}.

    A section may have the code "goal", and is another place.
    """
    sections = {f"section {one.code}": one.questions for one in file.cross_cutting}
    return {GOAL: file.goal_questions, **sections, PROFILE: file.profile}


def _questions(before: InstrumentFile, now: InstrumentFile) -> dict[str, Group]:
    """Questions keep their code wherever they go, so that all are matched at once."""
    old, new = _places(before), _places(now)
    was, is_ = (
        {one.code: (place, one) for place, asked in side.items() for one in asked}
        for side in (old, new)
    )
    groups = {}
    for place in [*new, *(place for place in old if place not in new)]:
        changes = []
        for part in new.get(place, ()):
            here, earlier = was.get(part.code, (place, None))
            moved = [FactChange("place", here, place)] if here != place else []
            changes.append(
                _part("question", part.code, earlier, part, before, now, moved)
            )
        changes += [
            _part("question", part.code, part, None, before, now)
            for part in old.get(place, ())
            if part.code not in is_
        ]
        stayed = [one.code for one in old.get(place, ())]
        groups[place] = Group(
            [change for change in changes if change],
            moves=moves(stayed, [one.code for one in new.get(place, ())]),
        )
    return groups
