"""The differences between two questionnaires, and what they mean for figures.

No words: those are said where they are shown. Nothing is told twice: a language that
only one of both has is one change, not one for each text.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from surveys.instrument.parts import InstrumentFile, Part


class Fate(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Effect(StrEnum):
    """What a change does to figures that are to be compared from year to year."""

    SCALE = "scale"
    FORMULA = "formula"
    GOALS = "goals"
    INDICATORS = "indicators"
    NUMBERS = "numbers"
    BANDS = "bands"
    DIMENSIONS = "dimensions"


# Goal or overall percentages, or what is matched by number, cannot be set side by side.
BREAKING = {
    Effect.SCALE,
    Effect.FORMULA,
    Effect.GOALS,
    Effect.INDICATORS,
    Effect.NUMBERS,
}


@dataclass(frozen=True)
class TextChange:
    """One text in one language; None where it is not there."""

    field: str
    language: str
    before: str | None
    now: str | None


@dataclass(frozen=True)
class FactChange:
    """A value that is no text, such as a limit, as it stands in the files."""

    field: str
    before: Any
    now: Any


@dataclass(frozen=True)
class Move:
    """A part that stands elsewhere among those that stayed: now after `after`.

    Both are codes; `after` is None for the part that comes first.
    """

    code: str
    after: str | None


@dataclass(frozen=True)
class Renumbered:
    """A part of both versions that has another number."""

    code: str
    before: int
    now: int


@dataclass(frozen=True)
class PartChange:
    """A part that differs. `before` or `now` is None where it was added or removed.

    `options`: of a question that stayed, those that differ.
    """

    kind: str
    code: str
    before: Part | None
    now: Part | None
    texts: Sequence[TextChange]
    facts: Sequence[FactChange] = ()
    options: "Group | None" = None

    @property
    def fate(self) -> Fate:
        if self.before is None:
            return Fate.ADDED
        return Fate.REMOVED if self.now is None else Fate.CHANGED

    @property
    def rewritten(self) -> set[str]:
        """Fields whose words changed, or which came or went as a whole."""
        return {
            text.field
            for text in self.texts
            if None not in (text.before, text.now)
            or None in (_value(self.before, text.field), _value(self.now, text.field))
        }


@dataclass(frozen=True)
class Group:
    """Parts of one kind: those that differ, have another number or stand elsewhere."""

    changes: Sequence[PartChange] = ()
    renumbered: Sequence[Renumbered] = ()
    moves: Sequence[Move] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.renumbered or self.moves)


@dataclass(frozen=True)
class Counts:
    """How much differs. Parts by kind; a text counts once, whatever its languages.

    `translations`: {fate: texts in one language} that were added to, or taken from, a
    text that stays.
    """

    texts: int
    translations: Mapping[Fate, int]
    parts: Mapping[tuple[str, Fate], int]
    facts: int
    elsewhere: int


@dataclass(frozen=True)
class Comparison:
    """All that differs between two questionnaires; `compare` makes it.

    `questions`: {place: those asked there}, the place being "goal", "profile" or the
    code of a section; a question that went to another place stands where it is now.
    """

    before: InstrumentFile
    now: InstrumentFile
    general: PartChange | None
    missing: PartChange | None
    scale: Group
    bands: Group
    goals: Group
    dimensions: Group
    indicators: Group
    sections: Group
    questions: Mapping[str, Group]

    @property
    def groups(self) -> list[Group]:
        return [
            *(self.scale, self.bands, self.goals, self.dimensions, self.indicators),
            self.sections,
            *self.questions.values(),
        ]

    @property
    def is_empty(self) -> bool:
        """Whether both ask the same in the same words."""
        return not (self.general or self.missing or any(self.groups))

    @property
    def changes(self) -> Iterator[PartChange]:
        """Every part that differs; options after their question."""
        yield from filter(None, (self.general, self.missing))
        for group in self.groups:
            for change in group.changes:
                yield change
                yield from change.options.changes if change.options else ()

    @property
    def counts(self) -> Counts:
        stayed = [one for one in self.changes if one.fate == Fate.CHANGED]
        translated = [
            Fate.ADDED if text.before is None else Fate.REMOVED
            for one in stayed
            for text in one.texts
            if None in (text.before, text.now) and text.field not in one.rewritten
        ]
        inside = [one.options for one in stayed if one.options]
        return Counts(
            texts=sum(len(one.rewritten) for one in stayed),
            translations=Counter(translated),
            parts=Counter(
                (one.kind, one.fate) for one in self.changes if one.fate != Fate.CHANGED
            ),
            facts=sum(len(one.facts) for one in stayed),
            elsewhere=sum(
                len(group.renumbered) + len(group.moves)
                for group in [*self.groups, *inside]
            ),
        )

    @cached_property
    def effects(self) -> list[Effect]:
        """What these changes do to figures; of no effect are words and questions."""
        facts = self.general.facts if self.general else ()
        bands = self.bands.changes
        found = {
            Effect.SCALE: _came_or_went(self.scale),
            Effect.FORMULA: any(fact.field != "languages" for fact in facts),
            Effect.GOALS: _came_or_went(self.goals),
            Effect.INDICATORS: _came_or_went(self.indicators),
            Effect.NUMBERS: self.indicators.renumbered or self.goals.renumbered,
            Effect.BANDS: _came_or_went(self.bands) or any(one.facts for one in bands),
            Effect.DIMENSIONS: _came_or_went(self.dimensions)
            or any(one.facts for one in self.indicators.changes),
        }
        return [effect for effect, is_there in found.items() if is_there]

    @property
    def is_comparable(self) -> bool:
        """Whether figures of both can be set side by side as they are."""
        return not BREAKING.intersection(self.effects)


def _value(part: Part | None, field: str) -> Any:
    """A field of a part; of what an instrument keeps deeper, only that it is there."""
    return getattr(part, field, "")


def _came_or_went(group: Group) -> bool:
    return any(one.fate != Fate.CHANGED for one in group.changes)
