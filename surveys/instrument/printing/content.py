"""A questionnaire on paper as plain values, in the language that is active."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.translation import get_language_info, gettext

from surveys.instrument.parts import InstrumentFile, QuestionPart
from surveys.localized import text_in
from surveys.models import Scorecard

# Letters that fit on a written line, and how many lines are offered.
ON_A_LINE = 70
LINES = (4, 7)


def printed_questionnaire(
    file: InstrumentFile, scorecard: Scorecard, language: str
) -> dict[str, Any]:
    """What the template needs: strings, numbers, lists and dicts."""

    def said(texts: dict[str, str] | None) -> str:
        return text_in(texts or {}, language)

    return {
        "language": language.split("-")[0],
        "is_right_to_left": _is_right_to_left(language),
        "title": said(file.title),
        "kicker": f"{said(scorecard.place)} {scorecard.year}",
        "notice": said(scorecard.notice),
        "imprint": f"{file.code} {file.version} · {file.checksum[:8]}",
        "consent": [part for part in said(file.consent).split("\n") if part.strip()],
        "instructions": _instructions(),
        "words": {
            "key_area": gettext("Key area"),
            "goals": gettext("Goals"),
            "tick_goals": gettext("Tick the goals that you answer."),
            "sheet_number": gettext("Number of this sheet"),
        },
        "scale": [
            {"score": str(part.score), "label": said(part.label)} for part in file.scale
        ],
        "missing": [said(file.missing[n]) for n in ("dont_know", "not_applicable")],
        "goals": [
            {
                "number": goal.number,
                "title": said(goal.title),
                "full_title": _unlike(said(goal.full_title), said(goal.title)),
                "accent": goal.colour,
            }
            for goal in file.goals
        ],
        "dimensions": list(_grid(file, language)),
        "goal_questions": [_question(one, language) for one in file.goal_questions],
        "sections": [
            {"title": title, "questions": [_question(one, language) for one in asked]}
            for title, asked in _sections(file, language)
            if asked
        ],
    }


def _is_right_to_left(language: str) -> bool:
    try:
        return bool(get_language_info(language)["bidi"])
    except KeyError:
        return False


def _instructions() -> list[str]:
    return [
        gettext("Tick one box in each row. If you made a mistake, fill the wrong box."),
        gettext("Leave out what you cannot judge: gaps are fine."),
        gettext("Do not write your name."),
    ]


def _sections(
    file: InstrumentFile, language: str
) -> Iterable[tuple[str, list[QuestionPart]]]:
    for section in file.cross_cutting:
        yield text_in(section.title, language), section.questions
    yield gettext("About you"), file.profile


def _grid(file: InstrumentFile, language: str) -> Iterable[dict[str, Any]]:
    dimensions = {part.code: part for part in file.dimensions}
    for code, indicators in groupby(file.indicators, key=lambda part: part.dimension):
        yield {
            "name": text_in(dimensions[code].name, language),
            "description": _unlike(
                text_in(dimensions[code].description, language),
                text_in(dimensions[code].name, language),
            ),
            "rows": [
                {
                    "name": text_in(part.name, language),
                    "question": _unlike(
                        text_in(part.question, language), text_in(part.name, language)
                    ),
                }
                for part in indicators
            ],
        }


def _unlike(words: str, above: str) -> str:
    """What stands below a name; "" where it only says the name again."""
    return "" if " ".join(words.split()) == " ".join(above.split()) else words


def _question(part: QuestionPart, language: str) -> dict[str, Any]:
    lines = min(max(part.max_length // ON_A_LINE, LINES[0]), LINES[1])
    notes = {
        "single_choice": gettext("Tick one box."),
        "multiple_choice": gettext("Tick as many boxes as you like."),
    }
    return {
        "text": text_in(part.text, language),
        "help": text_in(part.help or {}, language),
        "note": notes.get(part.kind, ""),
        "options": [text_in(option.label, language) for option in part.options],
        "lines": lines if part.kind == "long_text" else 0,
        "is_number": part.kind == "number",
    }
