"""A comparison as its page shows it: only what differs, old above new."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from surveys.instrument.comparing.changes import (
    Comparison,
    FactChange,
    Fate,
    Group,
    Move,
    PartChange,
    TextChange,
)
from surveys.instrument.comparing.matching import GOAL, PROFILE
from surveys.instrument.comparing.wording import Pen, Piece, Pieces
from surveys.instrument.comparing.words import consequences, fate_words, summary
from surveys.instrument.languages import LanguageName, language_names
from surveys.instrument.parts import (
    BandPart,
    IndicatorPart,
    InstrumentFile,
    QuestionPart,
    every_text,
)
from surveys.instrument.versions.shown import question_facts
from surveys.localized import text_in

# Of a question's text in a heading; the whole stands below where it differs.
LONGEST_HEAD = 90


@dataclass(frozen=True)
class Line:
    """A text in one language, old and new; None where there is no such text.

    `is_whole`: it came or went with its part, so that nothing is missing.
    """

    language: LanguageName
    before: Pieces | None
    now: Pieces | None
    is_whole: bool


@dataclass(frozen=True)
class Item:
    """A part that differs: `chip` says "added" or "removed", `facts` are sentences."""

    head: str
    chip: str
    texts: Sequence[tuple[str, Sequence[Line]]]
    facts: Sequence[str]
    goal_number: int | None = None


@dataclass(frozen=True)
class Table:
    """Parts of one sort; `notes` are sentences about their order and numbers."""

    anchor: str
    title: str
    items: Sequence[Item]
    notes: Sequence[str] = ()


@dataclass
class ShownComparison:
    """The whole page. Words are compared only here, as far as a page may take."""

    comparison: Comparison
    pen: Pen = field(default_factory=Pen)

    @property
    def summary(self) -> str:
        return summary(self.comparison)

    @property
    def consequences(self) -> list[str]:
        return consequences(self.comparison)

    @property
    def tables(self) -> list[Table]:
        """Those in which something differs, in the order of the version's page."""
        found = self.comparison
        general = [found.general] if found.general else []
        missing = [found.missing] if found.missing else []
        tables = [
            ("general", gettext("Title, languages and formula"), Group(general)),
            ("goals", gettext("Goals"), found.goals),
            ("dimensions", gettext("Dimensions"), found.dimensions),
            ("indicators", gettext("Key areas"), found.indicators),
            (
                "scale",
                gettext("Scale"),
                Group([*found.scale.changes, *missing]),
            ),
            ("bands", gettext("Bands"), found.bands),
            ("sections", gettext("Sections of questions"), found.sections),
            *(
                (f"questions-{number}", self._place(place), group)
                for number, (place, group) in enumerate(found.questions.items())
            ),
        ]
        return [self._table(*one) for one in tables if one[2]]

    def _table(self, anchor: str, title: str, group: Group) -> Table:
        names = self._names(anchor)
        notes = [
            gettext("“%(name)s” had the number %(before)d and has %(now)d.")
            % {"name": names[one.code], "before": one.before, "now": one.now}
            for one in group.renumbered
        ]
        notes += _moved(group.moves, names)
        return Table(anchor, title, [self._item(one) for one in group.changes], notes)

    # ------------------------------------------------------------------------ names

    def _place(self, place: str) -> str:
        """Where questions are asked, as a heading."""
        if place == GOAL:
            return gettext("Questions on each goal")
        if place == PROFILE:
            return gettext("About the respondent")
        for file, fate in (
            (self.comparison.now, Fate.CHANGED),
            (self.comparison.before, Fate.REMOVED),
        ):
            for section in file.cross_cutting:
                if place == f"section {section.code}":
                    words = fate_words(fate)
                    title = text_in(section.title)
                    return f"{title} ({words})" if words else title
        raise KeyError(place)

    def _names(self, anchor: str) -> Mapping[str, str]:
        """{code: name} of the parts of a table, as they are called now."""
        now = self.comparison.now
        tables: dict[str, Sequence[Any]] = {
            "goals": now.goals,
            "dimensions": now.dimensions,
            "indicators": now.indicators,
            "bands": now.bands,
            "sections": now.cross_cutting,
        }
        parts = tables.get(anchor, list(now.questions))
        return {part.code: _name(part) for part in parts}

    # ------------------------------------------------------------------- one part

    def _item(self, change: PartChange) -> Item:
        part = change.before if change.now is None else change.now
        texts = self._texts(change)
        facts = [self._fact(fact) for fact in change.facts if fact.field != "languages"]
        facts += self._languages(change)
        if change.fate != Fate.CHANGED:
            facts += self._belongings(part)
        if isinstance(part, QuestionPart):
            if change.fate != Fate.CHANGED:
                texts += self._all_options(change, part)
            elif change.options:
                texts += [
                    text
                    for option in change.options.changes
                    for text in self._texts(option)
                ]
                options = {one.code: _name(one) for one in part.options}
                facts += _moved(change.options.moves, options)
        number = getattr(part, "number", None) if change.kind == "goal" else None
        return Item(_head(change, part), fate_words(change.fate), texts, facts, number)

    def _texts(self, change: PartChange) -> list[tuple[str, list[Line]]]:
        """(what the text is, its lines) for each text that differs."""
        by_field: dict[str, list[TextChange]] = {}
        for text in change.texts:
            by_field.setdefault(text.field, []).append(text)
        is_whole = change.fate != Fate.CHANGED
        return [
            (_text_name(change, name), [self._line(one, is_whole) for one in texts])
            for name, texts in by_field.items()
        ]

    def _line(self, text: TextChange, is_whole: bool) -> Line:
        [language] = language_names([text.language])
        if text.before is None or text.now is None:
            before, now = (
                None if words is None else (Piece(words, is_changed=True),)
                for words in (text.before, text.now)
            )
            return Line(language, before, now, is_whole)
        return Line(language, *self.pen.mark(text.before, text.now), is_whole)

    def _all_options(
        self, change: PartChange, part: QuestionPart
    ) -> list[tuple[str, list[Line]]]:
        """The options of a question that came or went, in one line a language."""
        is_now = change.fate == Fate.ADDED
        file = self.comparison.now if is_now else self.comparison.before
        lines = []
        for language in file.languages:
            labels = [one.label.get(language, "") for one in part.options]
            if words := " · ".join(filter(None, labels)):
                sides = (None, words) if is_now else (words, None)
                text = TextChange("options", language, *sides)
                lines.append(self._line(text, is_whole=True))
        return [(gettext("Options"), lines)] if lines else []

    # ---------------------------------------------------------------------- facts

    def _languages(self, change: PartChange) -> list[str]:
        """What became of the languages, each with the texts it has."""
        facts = [fact for fact in change.facts if fact.field == "languages"]
        if not facts:
            return []
        before, now = facts[0].before, facts[0].now
        added = [code for code in now if code not in before]
        removed = [code for code in before if code not in now]
        said = [
            *(
                gettext("Language added: %(language)s (%(texts)s).")
                % _language(code, self.comparison.now)
                for code in added
            ),
            *(
                gettext("Language removed: %(language)s (%(texts)s).")
                % _language(code, self.comparison.before)
                for code in removed
            ),
        ]
        if [c for c in now if c in before] != [c for c in before if c in now]:
            said.append(gettext("The languages stand in another order."))
        return said

    def _fact(self, fact: FactChange) -> str:
        names, words = _fact_names()[fact.field], self._fact_words(fact.field)
        return gettext("%(what)s: was %(before)s, is %(now)s.") % {
            "what": names,
            "before": words(fact.before),
            "now": words(fact.now),
        }

    def _fact_words(self, name: str) -> Callable[[Any], str]:
        """How a value of this sort is said."""
        if name == "place":
            return lambda place: f"“{self._place(place)}”"
        if name == "dimension":
            return lambda code: f"“{self._dimension(code)}”"
        if name in ("kind", "percent_formula"):
            return lambda value: _choices()[value]
        if name == "required":
            return lambda value: gettext("yes") if value else gettext("no")
        return lambda value: gettext("without limit") if value is None else str(value)

    def _belongings(self, part: Any) -> list[str]:
        """What there is to know of a part that came or went besides its texts."""
        if isinstance(part, QuestionPart):
            return question_facts(part)
        if isinstance(part, IndicatorPart):
            return [self._dimension(part.dimension)]
        if isinstance(part, BandPart):
            return [f"{part.lowest}–{part.highest}%"]
        return []

    def _dimension(self, code: str) -> str:
        files = (self.comparison.before, self.comparison.now)
        return {
            part.code: text_in(part.name) for file in files for part in file.dimensions
        }[code]


def _name(part: Any) -> str:
    """What a part is called, short enough for a heading or a sentence."""
    texts = next(
        getattr(part, name)
        for name in ("title", "name", "label", "text")
        if hasattr(part, name)
    )
    return str(Truncator(text_in(texts)).chars(LONGEST_HEAD))


def _head(change: PartChange, part: Any) -> str:
    if change.kind == "general":
        return ""
    if change.kind == "missing":
        return gettext("Instead of a score")
    if change.kind == "score":
        return f"{part.score}: {_name(part)}"
    number = getattr(part, "number", None)
    return _name(part) if number is None else f"{number}. {_name(part)}"


def _moved(moves: Sequence[Move], names: Mapping[str, str]) -> list[str]:
    return [
        gettext("“%(name)s” now stands after “%(other)s”.")
        % {"name": names[one.code], "other": names[one.after]}
        if one.after
        else gettext("“%(name)s” now comes first.") % {"name": names[one.code]}
        for one in moves
    ]


def _language(code: str, file: InstrumentFile) -> dict[str, str]:
    """Its name and how many texts there are in it, for a sentence."""
    n = sum(code in texts for _, texts in every_text(file.model_dump()))
    words = ngettext("%(n)d text", "%(n)d texts", n) % {"n": n}
    return {"language": language_names([code])[0].name, "texts": words}


def _text_name(change: PartChange, name: str) -> str:
    if change.kind == "option":
        option = {
            Fate.ADDED: gettext("Option “%(code)s”, added"),
            Fate.REMOVED: gettext("Option “%(code)s”, removed"),
            Fate.CHANGED: gettext("Option “%(code)s”"),
        }[change.fate]
        return option % {"code": change.code}
    return {
        "title": gettext("Title"),
        "full_title": gettext("Full title"),
        "name": gettext("Name"),
        "description": gettext("Description"),
        "question": gettext("Question"),
        "text": gettext("Question"),
        "label": gettext("Label"),
        "help": gettext("Help"),
        "consent": gettext("Before one starts"),
        "dont_know": gettext("Don’t know"),
        "not_applicable": gettext("Not applicable"),
    }[name]


def _fact_names() -> dict[str, str]:
    return {
        "percent_formula": gettext("How a mean becomes a percentage"),
        "missing_policy": gettext("“Don’t know”, “not applicable” and skipped ratings"),
        "colour": gettext("Colour"),
        "dimension": gettext("Dimension"),
        "place": gettext("Asked where"),
        "kind": gettext("Answered with"),
        "required": gettext("Needed before one can submit"),
        "max_length": gettext("Longest text, in characters"),
        "lowest": gettext("Lowest"),
        "highest": gettext("Highest"),
    }


def _choices() -> dict[str, str]:
    return {
        "long_text": gettext("a text"),
        "single_choice": gettext("one of the options"),
        "multiple_choice": gettext("any of the options"),
        "number": gettext("a whole number"),
        "percent_of_maximum": gettext("Percent of maximum: 100 × mean / highest score"),
        "percent_of_range": gettext(
            "Percent of range: 100 × (mean − lowest) / (highest − lowest)"
        ),
    }
