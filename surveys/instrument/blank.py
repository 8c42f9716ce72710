"""An instrument to begin with when one wants to write everything anew.

Only what every instrument needs stands in it: one goal, one key area, and the scale,
bands and consent of the standard one.
"""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from surveys.charts.colours import goal_accent
from surveys.instrument.file import STANDARD, read_instrument
from surveys.instrument.parts import InstrumentFile, checked

Texts = dict[str, str]


def blank_instrument(languages: Sequence[str]) -> InstrumentFile:
    """In these languages, as far as there are words; English where there are none."""
    standard = read_instrument(STANDARD.read_text(encoding="utf-8"))

    def known(texts: Texts) -> Texts:
        found = {code: texts[code] for code in languages if code in texts}
        return found or {languages[0]: texts["en"]}

    key_areas = _said(gettext_noop("Key areas"), languages)
    goal, key_area = (
        _said(gettext_noop("First goal"), languages),
        _said(gettext_noop("First key area"), languages),
    )
    return checked(
        {
            "code": "blank",
            "version": 1,
            "title": _said(gettext_noop("New questionnaire"), languages),
            "consent": known(standard.consent),
            "languages": list(languages),
            "percent_formula": standard.percent_formula,
            "missing_policy": standard.missing_policy,
            "scale": [
                {"score": one.score, "label": known(one.label)}
                for one in standard.scale
            ],
            "missing": {name: known(t) for name, t in standard.missing.items()},
            "bands": [
                {**one.model_dump(), "name": known(one.name)} for one in standard.bands
            ],
            "goals": [
                {
                    "number": 1,
                    "code": "goal_1",
                    "colour": goal_accent(1).upper(),
                    "title": goal,
                    "full_title": goal,
                }
            ],
            "dimensions": [
                {
                    "number": 1,
                    "code": "key_areas",
                    "name": key_areas,
                    "description": key_areas,
                }
            ],
            "indicators": [
                {
                    "number": 1,
                    "code": "key_area_1",
                    "dimension": "key_areas",
                    "name": key_area,
                    "question": key_area,
                }
            ],
            "goal_questions": [],
            "cross_cutting": [],
            "profile": [],
        }
    )


def _said(words: str, languages: Sequence[str]) -> Texts:
    """The words in each language that the site speaks; elsewhere there is no text."""
    found = {}
    for code in languages:
        with translation.override(code):
            if (text := gettext(words)) != words or code.split("-")[0] == "en":
                found[code] = text
    return found or {languages[0]: words}
