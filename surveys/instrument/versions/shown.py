"""An instrument as its page shows it: every text in all languages, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from surveys.instrument.editing import MOVABLE, untranslated
from surveys.instrument.languages import LanguageName, language_names
from surveys.instrument.parts import InstrumentFile, QuestionPart
from surveys.instrument.services import is_locked
from surveys.localized import text_in
from surveys.models import Instrument, Scorecard


@dataclass(frozen=True)
class Row:
    """A part: `head` names it, `texts` are [(what, [(language, text or "")])].

    `facts` say the rest. `kind` and `code` lead to its form; "" where it has none.
    """

    kind: str
    code: str
    head: str
    texts: Sequence[tuple[str, Sequence[tuple[LanguageName, str]]]]
    facts: Sequence[str] = ()
    goal_number: int | None = None
    can_be_removed: bool = True

    @property
    def can_move(self) -> bool:
        return self.kind in MOVABLE


@dataclass(frozen=True)
class Table:
    """Parts of one sort. `add`: the kind that can be added, `place`: where."""

    anchor: str
    title: str
    rows: Sequence[Row]
    add: str = ""
    place: str = ""
    edit: str = ""
    section: str = ""
    note: str = ""


@dataclass(frozen=True)
class State:
    """What may be done with a version, in one word and one sentence."""

    chip: str
    chip_class: str
    words: str
    is_used: bool
    is_locked: bool
    is_own: bool


def state_of(instrument: Instrument, scorecard: Scorecard, now: datetime) -> State:
    """Two queries at most."""
    locked = is_locked(instrument, now)
    is_own = instrument.owner_id == scorecard.pk
    if locked:
        chip, chip_class = gettext("locked"), "is-closed"
        words = gettext(
            "A survey that uses this version has opened: it stays as it was answered. "
            "To change something, make a new version."
        )
    elif is_own:
        chip, chip_class = gettext("draft"), "is-draft"
        words = gettext(
            "You can change this version until a survey that uses it opens. Then it is "
            "locked for good."
        )
    else:
        chip, chip_class = gettext("shared"), "is-closed"
        words = gettext(
            "This version is not the scorecard’s own. To change something, make a "
            "version of your own."
        )
    is_used = scorecard.instrument_id == instrument.pk
    return State(chip, chip_class, words, is_used, locked, is_own)


@dataclass
class Shown:
    """The whole page of a version."""

    file: InstrumentFile
    languages: list[LanguageName] = field(init=False)

    def __post_init__(self) -> None:
        self.languages = language_names(self.file.languages)

    @property
    def missing(self) -> list[tuple[LanguageName, int]]:
        """(language, how many texts are not translated into it)."""
        counts = untranslated(self.file)
        return [(one, counts[one.code]) for one in self.languages]

    @property
    def tables(self) -> list[Table]:
        file = self.file
        return [
            self._general(),
            Table(
                "goals",
                gettext("Goals"),
                [
                    self._row(
                        "goal",
                        part.code,
                        f"{part.number}. {text_in(part.title)}",
                        {
                            gettext("Title"): part.title,
                            gettext("Full title"): part.full_title,
                        },
                        goal_number=part.number,
                        can_be_removed=len(file.goals) > 1,
                    )
                    for part in file.goals
                ],
                add="goal",
            ),
            *self._grid(),
            self._scale(),
            self._bands(),
            self._asked(
                "goal",
                gettext("Questions on each goal"),
                file.goal_questions,
                gettext("They stand below the key areas on the page of every goal."),
            ),
            *(
                self._asked(section.code, text_in(section.title), section.questions)
                for section in file.cross_cutting
            ),
            self._asked("profile", gettext("About the respondent"), file.profile),
        ]

    def _texts(
        self, texts: Mapping[str, Mapping[str, str] | None]
    ) -> list[tuple[str, list[tuple[LanguageName, str]]]]:
        return [
            (name, [(one, words.get(one.code, "")) for one in self.languages])
            for name, words in texts.items()
            if words
        ]

    def _row(
        self,
        kind: str,
        code: str,
        head: str,
        texts: Mapping[str, Mapping[str, str] | None],
        **more: Any,
    ) -> Row:
        return Row(kind, code, head, self._texts(texts), **more)

    def _general(self) -> Table:
        file = self.file
        formulas = {
            "percent_of_maximum": gettext(
                "Percent of maximum: 100 × mean / highest score"
            ),
            "percent_of_range": gettext(
                "Percent of range: 100 × (mean − lowest) / (highest − lowest)"
            ),
        }
        row = self._row(
            "",
            "",
            text_in(file.title),
            {
                gettext("Title"): file.title,
                gettext("Before one starts"): file.consent,
            },
            facts=[
                formulas[file.percent_formula],
                gettext("“Don’t know”, “not applicable” and skipped ratings")
                + " "
                + gettext("are left out of every mean"),
            ],
        )
        title = gettext("Title, languages and formula")
        return Table("generals", title, [row], edit="general")

    def _grid(self) -> list[Table]:
        file = self.file
        used = {part.dimension for part in file.indicators}
        dimensions = Table(
            "dimensions",
            gettext("Dimensions"),
            [
                self._row(
                    "dimension",
                    part.code,
                    f"{part.number}. {text_in(part.name)}",
                    {
                        gettext("Name"): part.name,
                        gettext("Description"): part.description,
                    },
                    can_be_removed=part.code not in used,
                )
                for part in file.dimensions
            ],
            add="dimension",
        )
        names = {part.code: text_in(part.name) for part in file.dimensions}
        indicators = Table(
            "indicators",
            gettext("Key areas"),
            [
                self._row(
                    "indicator",
                    part.code,
                    f"{part.number}. {text_in(part.name)}",
                    {
                        gettext("Name"): part.name,
                        gettext("Question"): part.question,
                    },
                    facts=[names[part.dimension]],
                    can_be_removed=len(file.indicators) > 1,
                )
                for part in file.indicators
            ],
            add="indicator",
            note=gettext("Each is rated for every goal, on the same scale."),
        )
        return [dimensions, indicators]

    def _scale(self) -> Table:
        file = self.file
        scores = {f"{part.score}": part.label for part in file.scale}
        missing = {
            gettext("Don’t know"): file.missing["dont_know"],
            gettext("Not applicable"): file.missing["not_applicable"],
        }
        rows = [self._row("", "", "", scores | missing)]
        return Table("scales", gettext("Scale"), rows, edit="scale")

    def _bands(self) -> Table:
        bands = {
            f"{band.lowest}–{band.highest}%": band.name for band in self.file.bands
        }
        rows = [self._row("", "", "", bands)]
        note = gettext("Looked up with the rounded percentage, both ends included.")
        return Table("bandss", gettext("Bands"), rows, edit="bands", note=note)

    def _asked(
        self, place: str, title: str, questions: Sequence[QuestionPart], note: str = ""
    ) -> Table:
        is_section = place not in ("goal", "profile")
        return Table(
            f"place-{place}",
            title,
            [self._question(part) for part in questions],
            add="question",
            place=place,
            section=place if is_section else "",
            note=note or (gettext("Questions across all goals") if is_section else ""),
        )

    def _question(self, part: QuestionPart) -> Row:
        texts: dict[str, Mapping[str, str] | None] = {
            gettext("Question"): part.text,
            gettext("Help"): part.help,
        }
        texts |= {f"– {option.code}": option.label for option in part.options}
        facts = question_facts(part)
        return self._row("question", part.code, text_in(part.text), texts, facts=facts)


def question_facts(part: QuestionPart) -> list[str]:
    """How a question is answered, within which limits, and whether it must be."""
    kinds = {
        "long_text": gettext("a text of up to %d characters") % part.max_length,
        "single_choice": gettext("one of the options"),
        "multiple_choice": gettext("any of the options"),
        "number": gettext("a whole number"),
    }
    limits = [
        f"≥ {part.lowest}" if part.lowest is not None else "",
        f"≤ {part.highest}" if part.highest is not None else "",
    ]
    facts = [" ".join(filter(None, [kinds[part.kind], *limits]))]
    if part.required:
        facts.append(gettext("needed before one can submit"))
    return facts
