"""How an instrument is written in the sheets of an XLSForm: see docs/xlsform.md.

Where XLSForm has a word, that word is used. What it has none for stands in columns and
settings that begin with `scorecard_`, which other tools pass over.
"""

import re
from collections.abc import Iterable
from functools import cache

from django.conf.locale import LANG_INFO

from surveys.localized import language_name

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
SHEETS = (SURVEY, CHOICES, SETTINGS)

# Columns of our own. `scorecard_row` is never written: it is added while reading.
PART, CODE, NUMBER = "scorecard_part", "scorecard_code", "scorecard_number"
COLOUR, ROW = "scorecard_colour", "scorecard_row"
LOWEST, HIGHEST = "scorecard_lowest", "scorecard_highest"
FORMULA, MISSING_POLICY = "scorecard_percent_formula", "scorecard_missing_policy"
LANGUAGES = "scorecard_languages"

# What a row of the survey sheet is.
TITLE, CONSENT, GOAL, DIMENSION = "title", "consent", "goal", "dimension"
DESCRIPTION, RATING, QUESTION = "description", "rating", "question"
SECTION, PROFILE = "section", "profile"
PARTS = (
    TITLE,
    CONSENT,
    GOAL,
    DIMENSION,
    DESCRIPTION,
    RATING,
    QUESTION,
    SECTION,
    PROFILE,
)

# Lists of choices.
SCALE_LIST, BANDS_LIST = "scorecard_scale", "scorecard_bands"
MISSING = ("dont_know", "not_applicable")

KINDS = {
    "text": "long_text",
    "select one": "single_choice",
    "select all that apply": "multiple_choice",
    "integer": "number",
}
TYPES = {
    "long_text": "text",
    "single_choice": "select_one",
    "multiple_choice": "select_multiple",
    "number": "integer",
}


def heading(column: str, language: str) -> str:
    """`label` in Kazakh is "label::Kazakh (kk)"."""
    return f"{column}::{language_heading(language)}"


def language_heading(code: str) -> str:
    """A language as XLSForm names it: "Kazakh (kk)"; by its code where unknown."""
    info = LANG_INFO.get(code, {})
    return f"{info.get('name', code)} ({code})"


def language_of(name: str) -> str | None:
    """The code of a language as somebody wrote it; None if it means nothing.

    >>> language_of("Kazakh (kk)"), language_of("Қазақша"), language_of("ru")
    ('kk', 'kk', 'ru')
    """
    named = re.search(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\)\s*$", name)
    if named:
        return _cased(named[1])
    return _languages_by_name().get(name.strip().casefold())


def _cased(code: str) -> str:
    first, *rest = code.split("-")
    return "-".join([first.lower(), *rest])


@cache
def _languages_by_name() -> dict[str, str]:
    known: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        if "name" not in info or code == "no":
            continue
        for name in (code, info["name"], info["name_local"], language_name(code)):
            known.setdefault(name.casefold(), code)
    return known


# In XLSForm "${" begins a reference to another question. A text that holds these two
# signs is written with an invisible one between them, which is taken out on reading.
ZERO_WIDTH = "\u200b"


def in_a_cell(text: str) -> str:
    return re.sub(r"\$(\u200b*)\{", rf"$\1{ZERO_WIDTH}{{", text)


def out_of_a_cell(text: str) -> str:
    return re.sub(rf"\$(\u200b*){ZERO_WIDTH}\{{", r"$\1{", text)


def constraint(
    *, lowest: int | None = None, highest: int | None = None, longest: int | None = None
) -> str:
    """What may be answered, as XLSForm says it.

    >>> constraint(lowest=14, highest=110)
    '. >= 14 and . <= 110'
    """
    parts = [
        f". >= {lowest}" if lowest is not None else "",
        f". <= {highest}" if highest is not None else "",
        f"string-length(.) <= {longest}" if longest is not None else "",
    ]
    return " and ".join(filter(None, parts))


BOUND = re.compile(r"^(string-length\(\s*\.\s*\)|\.)\s*(>=|<=|>|<)\s*(-?\d+)$")


def limits_in(text: str) -> dict[str, int] | None:
    """{"lowest", "highest", "max_length"} of a constraint; None if it says more.

    >>> limits_in(".>=14 and . < 100"), limits_in("regex(., 'a')")
    ({'lowest': 14, 'highest': 99}, None)
    """
    found: dict[str, int] = {}
    for part in filter(None, re.split(r"\s+and\s+", text.strip())):
        bound = BOUND.match(part.strip())
        if not bound:
            return None
        what, sign, number = bound[1], bound[2], int(bound[3])
        number += {">": 1, "<": -1}.get(sign, 0)
        if what != "." and sign.startswith(">"):
            return None
        side = "lowest" if sign.startswith(">") else "highest"
        found[side if what == "." else "max_length"] = number
    return found


def column_name(place: int) -> str:
    """The letters of a spreadsheet's column, counted from 0.

    >>> column_name(0), column_name(27)
    ('A', 'AB')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_columns(columns: Iterable[str], languages: Iterable[str]) -> list[str]:
    return [heading(column, code) for column in columns for code in languages]
