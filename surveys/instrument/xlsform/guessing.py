"""What the rows of a form made elsewhere are: goals, key areas, questions.

A goal is a group with questions that are answered on the scale that is used most. What
stands before the first goal is the profile, what comes after it cross-cutting, unless
it only asks for choices and numbers. What has no place in an instrument is named.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext

from surveys.charts.colours import goal_accent
from surveys.instrument.parts import InstrumentFile
from surveys.instrument.xlsform import convention as c
from surveys.instrument.xlsform.form import Choice, Form, Node
from surveys.instrument.xlsform.left_out import REPEATS, named

GREY = "#575146"
DONT_KNOW = re.compile(
    r"don.?t.?know|do not know|not sure|unsure|не знаю|затрудн|білмеймін", re.I
)
NOT_APPLICABLE = re.compile(
    r"applic|does not apply|не примен|не относ|неприм|қатысы жоқ|қатыссыз", re.I
)
DONT_KNOW_NAMES = {"dk", "dont_know", "dontknow", "unknown", "98", "-98", "88", "-88"}
NOT_APPLICABLE_NAMES = {"na", "n_a", "not_applicable", "97", "-97", "99", "-99"}
GROUP_PARTS = (c.GOAL, c.DIMENSION, c.SECTION, c.PROFILE)


@dataclass
class Guess:
    """Everything that the form does not say in our words. `is_ours`: it says all."""

    is_ours: bool
    scale_list: str
    # Name of a choice of the scale -> its score, or which missing answer it is.
    roles: dict[str, int | str]
    title: dict[str, str]
    consent: dict[str, str]
    missing: dict[str, dict[str, str]]
    bands: list[dict[str, object]]
    key_areas: dict[str, str]
    questions: dict[str, str]
    left_out: list[str] = field(default_factory=list)
    # Row of a goal -> its number.
    numbers: dict[int, int] = field(default_factory=dict)
    # A grid that a goal has no group for stands at the goal's own row.
    codes: dict[tuple[int, str], str] = field(default_factory=dict)

    def code(self, node: Node) -> str:
        return node.cells.get(c.CODE, "").strip() or self.codes.get(
            (node.row, node.part), ""
        )

    def option_code(self, choice: Choice) -> str:
        return choice.name if self.is_ours else code_from(choice.name, "o")

    def number(self, node: Node, place: int) -> object:
        return node.cells.get(c.NUMBER, "").strip() or self._number(node, place)

    def _number(self, node: Node, place: int) -> int:
        return self.numbers.get(node.row, place) if node.part == c.GOAL else place

    def colour(self, node: Node, place: int) -> str:
        written = node.cells.get(c.COLOUR, "").strip().upper()
        number = self._number(node, place)
        return written or (goal_accent(number).upper() if number <= 17 else GREY)


def code_from(name: str, stem: str) -> str:
    """A code made of a name as others write them.

    >>> code_from("Goal 5: Gender", "g"), code_from("98", "o")
    ('goal_5_gender', 'o_98')
    """
    code = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:44]
    return code if re.match("[a-z]", code) else f"{stem}_{code}".rstrip("_")


NUMBERED = re.compile(
    r"(?:(?:goal|sdg|цель|цур|мақсат|тдм)\s*(?:no\.?|№)?\s*)?0*(\d{1,2})"
    r"(?:\s*-?\s*(?:мақсат|тдм|цель))?\s*[.:)–—-]+\s*(?=\S)",
    re.I,
)


def without_number(title: str, number: object) -> str:
    """A goal's title without its number, which stands before it everywhere.

    >>> without_number("Goal 5: Gender", 5), without_number("5-мақсат: Теңдік", 5)
    ('Gender', 'Теңдік')
    >>> without_number("2030: Agenda", 20), without_number("Goal 5", 5)
    ('2030: Agenda', 'Goal 5')
    """
    found = NUMBERED.match(title.strip())
    if not found or str(int(found[1])) != str(number):
        return title
    return title.strip()[found.end() :]


def guess(form: Form, standard: InstrumentFile) -> Guess:
    """Say of every row what it is (`Node.part`), and of the form what it lacks."""
    # As they stand in the sheet, before anything is moved.
    rows = [node for top in form.nodes for node in top.walk()]
    is_ours = any(node.part for node in rows)
    scale = c.SCALE_LIST if c.SCALE_LIST in form.choices else _most_used(form)
    guessed = Guess(
        is_ours=is_ours,
        scale_list=scale,
        roles=_roles(form, scale),
        title=_title(form),
        consent=_known(standard.consent, form.languages),
        missing={
            str(name): _known(texts, form.languages)
            for name, texts in standard.missing.items()
        },
        bands=[
            {**band.model_dump(), "name": _known(band.name, form.languages)}
            for band in standard.bands
        ],
        key_areas=_in_each(form, "Key areas"),
        questions=_in_each(form, "Questions across all goals"),
    )
    if not is_ours:
        _mark_goals(form, guessed)
        _mark_the_rest(form, guessed)
    _mark_inside(form, guessed)
    _give_codes(form, guessed)
    guessed.left_out.extend(named(form, rows))
    return guessed


def _known(texts: dict[str, str], languages: list[str]) -> dict[str, str]:
    """The texts in the form's languages; where it has none, the English."""
    found = {code: texts[code] for code in languages if code in texts}
    return found or {languages[0]: texts["en"]} if languages else {}


def _in_each(form: Form, words: str) -> dict[str, str]:
    found = {}
    for code in form.languages:
        with translation.override(code):
            found[code] = gettext(words)
    return found


def _title(form: Form) -> dict[str, str]:
    title = form.settings.get("form_title", form.settings.get("title", "")).strip()
    return (
        {form.languages[0]: title or gettext("Questionnaire")} if form.languages else {}
    )


# ------------------------------------------------------------------------------ scale


def _most_used(form: Form) -> str:
    used = Counter(
        node.list_name
        for group in _groups(form.nodes)
        for node in group.children
        if node.kind == "single_choice"
    )
    return used.most_common(1)[0][0] if used else ""


def _groups(nodes: list[Node]) -> Iterator[Node]:
    for top in nodes:
        for node in top.walk():
            if node.is_group:
                yield node


def _roles(form: Form, scale: str) -> dict[str, int | str]:
    """Scores as they are named; from 1 on where names are no numbers in a row."""
    roles: dict[str, int | str] = {}
    scores: list[str] = []
    for choice in form.choices.get(scale, []):
        label = " ".join(form.texts(c.CHOICES, choice.cells).values())
        name = choice.name.lower()
        if name in DONT_KNOW_NAMES or DONT_KNOW.search(label):
            roles[choice.name] = "dont_know"
        elif name in NOT_APPLICABLE_NAMES or NOT_APPLICABLE.search(label):
            roles[choice.name] = "not_applicable"
        else:
            scores.append(choice.name)
    are_numbers = all(re.fullmatch(r"\d{1,2}", name) for name in scores)
    for place, name in enumerate(scores, start=1):
        roles[name] = int(name) if are_numbers else place
    return roles


# ------------------------------------------------------------------------------ goals


def _mark_goals(form: Form, guessed: Guess) -> None:
    """Groups that are rated; their parents, where each holds the same groups."""
    parents = {
        id(child): node for node in _groups(form.nodes) for child in node.children
    }
    rated = [
        node
        for node in _groups(form.nodes)
        if any(_is_rating(child, guessed) for child in node.children)
    ]
    above = [parents[id(node)] for node in rated if id(node) in parents]
    is_shared = len({id(node) for node in above}) < len(rated)
    # One grid in each goal: what tells goals apart stands above.
    is_alike = len({_label(form, node) for node in rated}) < len(rated)
    if len(above) == len(rated) and (is_shared or is_alike):
        goals = list({id(node): node for node in above}.values())
        if len(goals) > 1:
            rated = goals
    for place, goal in enumerate(rated, start=1):
        goal.part = c.GOAL
        _lift_to_top(form, goal)
        found = re.search(r"\b(\d{1,2})\b", _label(form, goal) or goal.name)
        number = int(found[1]) if found else place
        taken = guessed.numbers.values()
        guessed.numbers[goal.row] = (
            number
            if number and number not in taken
            else (max([place, *taken]) + (1 if place in taken else 0))
        )
        _mark_dimensions(goal, guessed)


def _label(form: Form, node: Node) -> str:
    return next(iter(form.texts(c.SURVEY, node.cells).values()), "")


def _is_rating(node: Node, guessed: Guess) -> bool:
    return node.kind == "single_choice" and node.list_name == guessed.scale_list


def _lift_to_top(form: Form, goal: Node) -> None:
    """A goal within a larger group stands for itself, before what is left of that."""
    for place, top in enumerate(form.nodes):
        if top is goal:
            return
        for node in top.walk():
            if goal in node.children:
                node.children.remove(goal)
                form.nodes.insert(place, goal)
                return


def _mark_dimensions(goal: Node, guessed: Guess) -> None:
    goal.children = list(_opened(goal, guessed))
    loose = [child for child in goal.children if _is_rating(child, guessed)]
    for child in goal.children:
        if child.is_group and any(_is_rating(one, guessed) for one in child.children):
            child.part = c.DIMENSION
    if loose:
        grid = Node(
            row=goal.row,
            type="group",
            name="key_areas",
            list_name="",
            cells={},
            children=loose,
            part=c.DIMENSION,
        )
        goal.children = [grid, *(one for one in goal.children if one not in loose)]


def _opened(goal: Node, guessed: Guess) -> Iterator[Node]:
    """What is in a goal, groups in which nothing is rated replaced by what they ask."""
    for child in goal.children:
        rates = any(_is_rating(one, guessed) for one in child.walk())
        if child.is_group and not rates and child.type not in REPEATS:
            yield from _opened(child, guessed)
        else:
            yield child


# --------------------------------------------------------------------- everything else


def _mark_the_rest(form: Form, guessed: Guess) -> None:
    rows = [node.row for node in form.nodes if node.part == c.GOAL]
    profile = Node(row=0, type="group", name="profile", list_name="", cells={})
    profile.part = c.PROFILE
    for node in list(form.nodes):
        if node.part or node.type in REPEATS:
            continue
        asked = [one for one in node.walk() if one.kind]
        if not asked:
            _mark_consent(form, node)
            continue
        is_about_them = all(one.kind != "long_text" for one in asked)
        if not rows or node.row < rows[0] or is_about_them:
            profile.children.extend(asked)
            form.nodes.remove(node)
        elif node.is_group:
            node.part, node.children = c.SECTION, asked
        else:
            place = form.nodes.index(node)
            form.nodes[place] = Node(
                node.row, "group", "questions", "", {}, [node], c.SECTION
            )
    if profile.children:
        form.nodes.append(profile)
    _join_loose_sections(form)


def _join_loose_sections(form: Form) -> None:
    """Questions that stand in no group share one section."""
    loose = [n for n in form.nodes if n.part == c.SECTION and not n.cells]
    for node in loose[1:]:
        loose[0].children.extend(node.children)
        form.nodes.remove(node)


def _mark_consent(form: Form, node: Node) -> None:
    has_one = any(one.part == c.CONSENT for one in form.nodes)
    if node.type == "note" and not has_one and re.search("consent|agree", node.name):
        node.part = c.CONSENT


def _mark_inside(form: Form, guessed: Guess) -> None:
    """What a row is where its group says it: also rows that somebody added to ours."""
    for top in form.nodes:
        for group in top.walk():
            if group.part not in GROUP_PARTS:
                continue
            for child in group.children:
                if child.part or not child.kind:
                    continue
                in_grid = group.part == c.DIMENSION
                is_rating = in_grid and _is_rating(child, guessed)
                child.part = c.RATING if is_rating else c.QUESTION


def _give_codes(form: Form, guessed: Guess) -> None:
    """Codes for the rows that have none, no two alike within what they are told by."""
    used: dict[str, set[str]] = {}
    for top in form.nodes:
        for node in top.walk():
            kind = c.GOAL if node.part == c.GOAL else node.part
            written = node.cells.get(c.CODE, "").strip()
            if written:
                used.setdefault(kind, set()).add(written)
    for top in form.nodes:
        inside = top.part == c.GOAL and top is not _first_goal(form)
        for node in top.walk():
            if not node.part or node.cells.get(c.CODE) or (inside and node is not top):
                continue
            taken = used.setdefault(node.part, set())
            stem = code_from(_without_prefix(node.name, top.name), node.part[0])
            code = next(
                one
                for one in (stem, *(f"{stem}_{n}" for n in range(2, 10_000)))
                if one not in taken
            )
            taken.add(code)
            guessed.codes[node.row, node.part] = code


def _first_goal(form: Form) -> Node | None:
    return next((node for node in form.nodes if node.part == c.GOAL), None)


def _without_prefix(name: str, group: str) -> str:
    if name.startswith(group) and name != group:
        return name.removeprefix(group).lstrip("_-. q") or name
    return name
