"""What a form holds that has no place in an instrument, named by sheet, row, column.

Whoever takes in a form made elsewhere must be able to trust that what is not named here
came along.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils import translation
from django.utils.translation import gettext

from surveys.instrument.xlsform import convention as c
from surveys.instrument.xlsform.form import Cells, Form, Node, where
from surveys.localized import language_name

# What a form tells about itself and nobody answers.
SILENT = {"start", "end", "today", "deviceid", "phonenumber", "username", "email"}
SILENT |= {"subscriberid", "simserial", "audit", "hidden", "xml-external"}
CONDITIONS = {"relevant", "relevance", "choice_filter", "calculation", "default"}
CONDITIONS |= {"trigger", "calculate"}
# Columns that are read, and those that say how it looks or what a program noted down.
READ = {"type", "name", "value", "list_name", "label", "caption", "hint", "required"}
READ |= {"constraint", "appearance", "kuid", "order", "itemset"}
REPEATS = ("repeat", "loop")
ROWS_NAMED = 5
Problem = tuple[str, int, str, str]


def named(form: Form, rows: Sequence[Node]) -> Iterator[str]:
    """In words, in the order of the rows; the same for many rows is said once.

    `rows`: of the survey sheet as they stood there, groups before what is in them.
    """
    yield from _of_language(form)
    rows = _outside_repeats(rows)
    found = [*_of_rows(form, rows), *_of_columns(form, rows)]
    together: dict[tuple[str, str, str], list[int]] = {}
    for sheet, row, column, words in sorted(found, key=lambda one: one[:2]):
        together.setdefault((sheet, column, words), []).append(row)
    order = {c.SURVEY: 0, c.CHOICES: 1}
    for (sheet, column, words), numbers in sorted(
        together.items(), key=lambda one: (order[one[0][0]], one[1])
    ):
        yield _where(sheet, numbers, column, words)


def _of_language(form: Form) -> Iterator[str]:
    """Texts that do not say their language have one that somebody should look at."""
    if form.settings.get("default_language", "").strip():
        return
    for (text, code), heading in form.columns[c.SURVEY].items():
        if text == "label" and ":" not in heading:
            words = gettext(
                "column %(column)s names no language; its texts were taken for "
                "%(language)s"
            ) % {"column": heading, "language": language_name(code)}
            yield where(c.SURVEY, None, "", words)


def _where(sheet: str, rows: Sequence[int], column: str, words: str) -> str:
    if len(rows) == 1:
        return where(sheet, rows[0], column, words)
    numbers = ", ".join(str(row) for row in rows[:ROWS_NAMED])
    return gettext("sheet %(sheet)s, rows %(rows)s, column %(column)s: %(words)s") % {
        "sheet": sheet,
        "rows": f"{numbers} …" if len(rows) > ROWS_NAMED else numbers,
        "column": column[:80],
        "words": words,
    }


# --------------------------------------------------------------------------------- rows


def _outside_repeats(rows: Sequence[Node]) -> Sequence[Node]:
    """A repeat is left out with everything in it, and named as one."""
    inside: set[int] = set()
    for node in rows:
        if node.type in REPEATS:
            inside.update(id(one) for one in node.walk() if one is not node)
    return [node for node in rows if id(node) not in inside]


def _of_rows(form: Form, rows: Sequence[Node]) -> Iterator[Problem]:
    for node in rows:
        if node.type in REPEATS:
            words = gettext(
                "what is asked several times has no place here and was left out, with "
                "everything in it"
            )
            yield c.SURVEY, node.row, "type", words
        elif not node.part and not node.is_group and node.type not in SILENT:
            words = gettext("“%(type)s” has no place here and was left out")
            yield c.SURVEY, node.row, "type", words % {"type": _written_type(node)}
        elif _has_a_place(node):
            yield from _of_part(node)
            yield from _of_texts(form, node)


def _has_a_place(node: Node) -> bool:
    """Also of a group that is opened: what is in it stands where it stood."""
    return bool(node.part) or node.type == "group"


def _of_part(node: Node) -> Iterator[Problem]:
    for heading in node.cells:
        if _column(heading) in CONDITIONS:
            words = gettext("is not taken over: everybody is asked everything")
            yield c.SURVEY, node.row, heading, words
    if node.part == c.RATING and is_yes(node.cells):
        words = gettext("is not taken over: a rating can always be left open")
        yield c.SURVEY, node.row, "required", words
    if re.search(r"\bor[_ ]other\b", _written_type(node)):
        words = gettext("“or_other” is not taken over: nothing can be written there")
        yield c.SURVEY, node.row, "type", words


def _of_texts(form: Form, node: Node) -> Iterator[Problem]:
    """Names and hints for which there is no place: a group that is opened has none,
    and the questions about the person stand under words of ours."""
    words = {
        "label": gettext("is not taken over: this group has no name of its own here"),
        "hint": gettext("is not taken over: there is no place for a hint here"),
    }
    taken = TEXTS_TAKEN.get(node.part, ())
    if node.part == c.DIMENSION and not any(
        one.part == c.DESCRIPTION for one in node.children
    ):
        taken = ("label", "hint")
    for text in [one for one in words if one not in taken]:
        for language, written in form.texts(c.SURVEY, node.cells, text).items():
            if written != _about_you(language):
                heading = form.columns[c.SURVEY][text, language]
                yield c.SURVEY, node.row, heading, words[text]


TEXTS_TAKEN = {
    **dict.fromkeys((c.GOAL, c.RATING, c.QUESTION), ("label", "hint")),
    **dict.fromkeys(
        (c.TITLE, c.CONSENT, c.DIMENSION, c.DESCRIPTION, c.SECTION), ("label",)
    ),
}


def _about_you(language: str) -> str:
    """What stands above the questions about the person."""
    with translation.override(language):
        return gettext("About you")


def _written_type(node: Node) -> str:
    """As somebody wrote it: "image", where pyxform says "photo"."""
    cells = {_column(heading): text for heading, text in node.cells.items()}
    return cells.get("type", "").strip() or node.type


def is_yes(cells: Mapping[str, str]) -> bool:
    """Whether a row is marked as required."""
    return cells.get("required", "").strip().lower() in ("yes", "true", "true()", "1")


# ------------------------------------------------------------------------------ columns


def _of_columns(form: Form, rows: Sequence[Node]) -> Iterator[Problem]:
    """Each column that is not read, where something in it belongs to what is."""
    survey = [(node.row, node.cells) for node in rows if _has_a_place(node)]
    chosen = {node.list_name for node in rows if node.part}
    choices = [
        (choice.row, choice.cells)
        for name, listed in form.choices.items()
        if name in chosen
        for choice in listed
    ]
    yield from _unread(c.SURVEY, survey)
    # Other columns of choices are what their conditions look at.
    yield from (
        one for one in _unread(c.CHOICES, choices) if _column(one[2]) in MEDIA_COLUMNS
    )


MEDIA_COLUMNS = {"media", "image", "audio", "video", "big-image"}


def _unread(sheet: str, rows: Sequence[tuple[int, Cells]]) -> Iterator[Problem]:
    for row, cells in rows:
        for heading in cells:
            column = _column(heading)
            if column in MEDIA_COLUMNS:
                words = gettext("pictures, sounds and films are not taken over")
                yield sheet, row, heading, words
            elif not (column in READ | CONDITIONS or column.startswith(OTHERS)):
                yield sheet, row, heading, gettext("is not read here")


# Ours, and what Kobo notes down for itself.
OTHERS = ("scorecard_", "$", "_", "kobo--")


def _column(heading: str) -> str:
    """What a heading is about, without its language."""
    return re.split("::?", heading)[0].strip().lower().replace(" ", "_")
