"""From the rows of an XLSForm to an instrument, every problem by sheet, row and column.

Rows that say in `scorecard_part` what they are, are taken at their word. What others
made is guessed at first (`guessing`), and what has no place here is named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext

from surveys.instrument.parts import (
    InstrumentFile,
    InvalidInstrument,
    Place,
    checked,
    place_name,
)
from surveys.instrument.xlsform import convention as c
from surveys.instrument.xlsform.form import Choice, Form, Node, read_form, where
from surveys.instrument.xlsform.guessing import Guess, guess, without_number
from surveys.instrument.xlsform.left_out import is_yes

MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Imported:
    """`left_out`: what the form holds that has no place in an instrument, in words."""

    file: InstrumentFile
    left_out: Sequence[str]


def read_xlsform(
    content: bytes, *, fallback: str, standard: InstrumentFile
) -> Imported:
    """The instrument in an XLSForm workbook.

    `fallback`: language of texts whose column names none. `standard`: where bands, the
    words for don't know and the consent come from if the form has none. Raises
    surveys.sheets.reading.Unreadable for what is no workbook, else InvalidInstrument.
    """
    form = read_form(content, fallback)
    guessed = guess(form, standard)
    reader = _Reader(form, guessed)
    content_ = reader.content(standard)
    if reader.problems:
        raise InvalidInstrument(reader.problems[:MOST_PROBLEMS])
    try:
        return Imported(checked(content_), guessed.left_out)
    except InvalidInstrument as error:
        raise InvalidInstrument(
            [reader.placed(place, words) for place, words in error.located][
                :MOST_PROBLEMS
            ],
            error.located,
        ) from error


@dataclass
class _Reader:
    """Builds the content, and remembers which row each part of it came from."""

    form: Form
    guessed: Guess
    rows: dict[Place, tuple[str, int]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def placed(self, place: Place, words: str) -> str:
        """A problem of the content at the cell that it came from."""
        known = place
        while known and known not in self.rows:
            known = known[:-1]
        if not known:
            return f"{place_name(place)}: {words}"
        sheet, row = self.rows[known]
        return where(sheet, row, self._column(sheet, place[len(known) :]), words)

    def _column(self, sheet: str, rest: Place) -> str:
        if not rest:
            return ""
        name = str(rest[0])
        text = "hint" if name in ("full_title", "question", "help") else "label"
        if len(rest) > 1 and (text, str(rest[1])) in self.form.columns[sheet]:
            return self.form.columns[sheet][text, str(rest[1])]
        ours = {"colour": c.COLOUR, "number": c.NUMBER, "code": c.CODE}
        ours |= {"lowest": c.LOWEST, "highest": c.HIGHEST, "options": "type"}
        if sheet == c.SURVEY:
            ours |= dict.fromkeys(("lowest", "highest", "max_length"), "constraint")
        elif name in ("code", "score"):
            return "name"
        return ours.get(name, text)

    def wrong(self, node: Node, column: str, words: str) -> None:
        self.problems.append(where(c.SURVEY, node.row, column, words))

    # ---------------------------------------------------------------------- the whole

    def content(self, standard: InstrumentFile) -> dict[str, Any]:
        form, settings = self.form, self.form.settings
        self._check_parts()
        top = {part: self._first(part) for part in (c.TITLE, c.CONSENT)}
        goals = [node for node in form.nodes if node.part == c.GOAL]
        sections = [node for node in form.nodes if node.part == c.SECTION]
        profile = next((node for node in form.nodes if node.part == c.PROFILE), None)
        content: dict[str, Any] = {
            "code": settings.get("form_id", "").strip() or "imported",
            "version": settings.get("version", "").strip() or 1,
            "title": self._top_texts((c.TITLE,), top[c.TITLE]),
            "consent": self._top_texts((c.CONSENT,), top[c.CONSENT]),
            "languages": form.languages,
            "percent_formula": settings.get(c.FORMULA, standard.percent_formula),
            "missing_policy": settings.get(c.MISSING_POLICY, standard.missing_policy),
            "bands": self._bands(standard),
            **self._scale(),
            **self._goals(goals),
            "cross_cutting": [
                self._section(("cross_cutting", place), node)
                for place, node in enumerate(sections)
            ],
            "profile": self._questions(
                ("profile",), profile.children if profile else []
            ),
        }
        if not top[c.TITLE]:
            content["title"] = self.guessed.title
        if not top[c.CONSENT]:
            content["consent"] = self.guessed.consent
        if not self.guessed.is_ours:
            content["code"], content["version"] = "imported", 1
        return content

    def _check_parts(self) -> None:
        for top in self.form.nodes:
            for node in top.walk():
                if node.part and node.part not in c.PARTS:
                    words = gettext("is none of %(parts)s") % {
                        "parts": ", ".join(c.PARTS)
                    }
                    self.wrong(node, c.PART, words)

    def _first(self, part: str) -> Node | None:
        return next((node for node in self.form.nodes if node.part == part), None)

    def _top_texts(self, place: Place, node: Node | None) -> dict[str, str]:
        if node is None:
            return {}
        self.rows[place] = (c.SURVEY, node.row)
        return self.form.texts(c.SURVEY, node.cells)

    # ------------------------------------------------------------------- scale, bands

    def _scale(self) -> dict[str, Any]:
        scale: list[dict[str, Any]] = []
        missing = dict(self.guessed.missing)
        for choice in self.form.choices.get(self.guessed.scale_list, []):
            label = self.form.texts(c.CHOICES, choice.cells)
            role = self.guessed.roles.get(choice.name, choice.name)
            if role in c.MISSING:
                missing[str(role)] = label
                self.rows["missing", str(role)] = (c.CHOICES, choice.row)
            else:
                self.rows["scale", len(scale)] = (c.CHOICES, choice.row)
                scale.append({"score": role, "label": label})
        return {"scale": scale, "missing": missing}

    def _bands(self, standard: InstrumentFile) -> list[Any]:
        bands = []
        for place, choice in enumerate(self.form.choices.get(c.BANDS_LIST, [])):
            self.rows["bands", place] = (c.CHOICES, choice.row)
            bands.append(
                {
                    "code": choice.name,
                    "lowest": choice.cells.get(c.LOWEST, ""),
                    "highest": choice.cells.get(c.HIGHEST, ""),
                    "name": self.form.texts(c.CHOICES, choice.cells),
                }
            )
        return bands or self.guessed.bands

    # -------------------------------------------------------------------------- goals

    def _goals(self, goals: list[Node]) -> dict[str, Any]:
        if not goals:
            self.problems.append(
                gettext(
                    "no goals were found: each is a group of questions that share one "
                    "scale"
                )
            )
            return {}
        for goal in goals[1:]:
            self._compare(goals[0], goal)
        content: dict[str, Any] = {"goals": []}
        for place, goal in enumerate(goals):
            self.rows["goals", place] = (c.SURVEY, goal.row)
            number = self.guessed.number(goal, place + 1)
            title = self.form.texts(c.SURVEY, goal.cells)
            if not self.guessed.is_ours:
                title = {code: without_number(t, number) for code, t in title.items()}
            content["goals"].append(
                {
                    "number": number,
                    "code": self.guessed.code(goal),
                    "colour": self.guessed.colour(goal, place + 1),
                    "title": title,
                    "full_title": self.form.texts(c.SURVEY, goal.cells, "hint")
                    or title,
                }
            )
        questions = [node for node in goals[0].children if node.part == c.QUESTION]
        return (
            content
            | self._grid(goals[0])
            | {"goal_questions": self._questions(("goal_questions",), questions)}
        )

    def _grid(self, goal: Node) -> dict[str, Any]:
        dimensions: dict[str, dict[str, Any]] = {}
        indicators: list[dict[str, Any]] = []
        for group in (node for node in goal.children if node.part == c.DIMENSION):
            code = self.guessed.code(group)
            name = self.form.texts(c.SURVEY, group.cells) or self.guessed.key_areas
            about = next((n for n in group.children if n.part == c.DESCRIPTION), None)
            if code not in dimensions:
                self.rows["dimensions", len(dimensions)] = (c.SURVEY, group.row)
                dimensions[code] = {
                    "number": self.guessed.number(group, len(dimensions) + 1),
                    "code": code,
                    "name": name,
                    "description": self.form.texts(c.SURVEY, about.cells)
                    if about
                    else self.form.texts(c.SURVEY, group.cells, "hint") or name,
                }
            for node in (node for node in group.children if node.part == c.RATING):
                self.rows["indicators", len(indicators)] = (c.SURVEY, node.row)
                label = self.form.texts(c.SURVEY, node.cells)
                indicators.append(
                    {
                        "number": len(indicators) + 1,
                        "code": self.guessed.code(node),
                        "dimension": code,
                        "name": label,
                        "question": self.form.texts(c.SURVEY, node.cells, "hint")
                        or label,
                    }
                )
        return {"dimensions": list(dimensions.values()), "indicators": indicators}

    def _compare(self, first: Node, other: Node) -> None:
        """Key areas and questions are worded once: the same in each goal."""
        pairs = zip_longest(_asked_in(first), _asked_in(other))
        for mine, theirs in pairs:
            if mine is None or theirs is None:
                node = theirs or other
                missing = mine.row if mine else first.row
                words = gettext(
                    "each goal needs the same rows as the first; compare row %(row)d"
                ) % {"row": missing}
                self.wrong(node, "", words)
                return
            self._compare_rows(mine, theirs)

    def _compare_rows(self, mine: Node, theirs: Node) -> None:
        for text in ("label", "hint"):
            here = self.form.texts(c.SURVEY, theirs.cells, text)
            there = self.form.texts(c.SURVEY, mine.cells, text)
            for language in self.form.languages:
                # Left empty, it says what the first goal says.
                if here.get(language) not in (None, there.get(language)):
                    column = self.form.columns[c.SURVEY].get((text, language), text)
                    self._differs(mine, theirs, column)
        for column in (c.PART, c.CODE, c.NUMBER, "constraint", "required"):
            is_named = column == "required" and theirs.part == c.RATING
            if mine.cells.get(column) != theirs.cells.get(column) and not is_named:
                self._differs(mine, theirs, column)

    def _differs(self, mine: Node, theirs: Node, column: str) -> None:
        words = gettext(
            "differs from row %(row)d; key areas and questions are worded once for all "
            "goals"
        ) % {"row": mine.row}
        if self.guessed.is_ours:
            self.wrong(theirs, column, words)
        else:
            self.guessed.left_out.append(where(c.SURVEY, theirs.row, column, words))

    # ---------------------------------------------------------------------- questions

    def _section(self, place: Place, node: Node) -> dict[str, Any]:
        self.rows[place] = (c.SURVEY, node.row)
        return {
            "code": self.guessed.code(node),
            "title": self.form.texts(c.SURVEY, node.cells) or self.guessed.questions,
            "questions": self._questions((*place, "questions"), node.children),
        }

    def _questions(self, place: Place, nodes: Iterable[Node]) -> list[dict[str, Any]]:
        asked = [node for node in nodes if node.part == c.QUESTION]
        return [self._question((*place, at), node) for at, node in enumerate(asked)]

    def _question(self, place: Place, node: Node) -> dict[str, Any]:
        self.rows[place] = (c.SURVEY, node.row)
        question: dict[str, Any] = {
            "code": self.guessed.code(node),
            "kind": node.kind,
            "text": self.form.texts(c.SURVEY, node.cells),
            "help": self.form.texts(c.SURVEY, node.cells, "hint") or None,
            "required": is_yes(node.cells),
            "options": [
                self._option((*place, "options", at), choice)
                for at, choice in enumerate(self.form.choices.get(node.list_name, []))
            ]
            if "choice" in node.kind
            else [],
        }
        limits = c.limits_in(node.cells.get("constraint", ""))
        if limits is None:
            words = gettext("only limits of numbers and of lengths are read here")
            self._not_read(node, "constraint", words)
        allowed = {
            "number": ("lowest", "highest"),
            "long_text": ("max_length",),
        }.get(node.kind, ())
        return question | {
            name: value for name, value in (limits or {}).items() if name in allowed
        }

    def _not_read(self, node: Node, column: str, words: str) -> None:
        if self.guessed.is_ours:
            self.wrong(node, column, words)
        else:
            self.guessed.left_out.append(where(c.SURVEY, node.row, column, words))

    def _option(self, place: Place, choice: Choice) -> dict[str, Any]:
        self.rows[place] = (c.CHOICES, choice.row)
        return {
            "code": self.guessed.option_code(choice),
            "label": self.form.texts(c.CHOICES, choice.cells),
        }


def _asked_in(goal: Node) -> list[Node]:
    return [
        node
        for node in goal.walk()
        if node is not goal
        and node.part in (c.DIMENSION, c.DESCRIPTION, c.RATING, c.QUESTION)
        and (node.row != goal.row)
    ]
