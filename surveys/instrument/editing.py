"""Changing one part of an instrument: a file in, another valid file out.

Parts are named by kind and code. Order is what moves: goals and dimensions stand by
their numbers, everything else where it is put. Nothing here touches the database.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from surveys.instrument.parts import InstrumentFile, checked, every_text
from surveys.instrument.parts import Place as Place

KINDS = {
    "goal": "goals",
    "dimension": "dimensions",
    "indicator": "indicators",
    "section": "cross_cutting",
    "question": "",
}
# Kinds that can be put before or after their neighbours.
MOVABLE = ("indicator", "section", "question")
# The whole's own parts, by the keys of the content that make them.
WHOLE = {
    "general": ("title", "consent", "languages", "percent_formula", "missing_policy"),
    "scale": ("scale", "missing"),
    "bands": ("bands",),
}
Content = dict[str, Any]


class NoSuchPart(Exception):
    """There is no part of this kind and code (any more)."""


class ChangedMeanwhile(Exception):
    """Somebody else changed this part since it was shown."""


def digest(part: Any) -> str:
    """What a part was when it was shown, short enough for a form."""
    written = json.dumps(part, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:20]


def part_of(file: InstrumentFile, kind: str, code: str) -> Content:
    """The part as plain values. Raises NoSuchPart."""
    parts, place = _find(file.model_dump(), kind, code)
    part: Content = parts[place]
    return part


def whole_of(file: InstrumentFile, kind: str) -> Content:
    """The values of one of the whole's own parts."""
    content = file.model_dump()
    return {name: content[name] for name in WHOLE[kind]}


def place_of_question(file: InstrumentFile, code: str) -> str:
    """Where a question is asked: "goal", "profile" or the code of its section."""
    for place, questions in _question_lists(file.model_dump()):
        if any(question["code"] == code for question in questions):
            return place
    raise NoSuchPart(code)


def _question_lists(content: Content) -> Iterator[tuple[str, list[Content]]]:
    yield "goal", content["goal_questions"]
    for section in content["cross_cutting"]:
        yield section["code"], section["questions"]
    yield "profile", content["profile"]


def _find(content: Content, kind: str, code: str) -> tuple[list[Content], int]:
    if kind == "question":
        lists = [questions for _, questions in _question_lists(content)]
    else:
        lists = [content[KINDS[kind]]]
    for parts in lists:
        for place, part in enumerate(parts):
            if part["code"] == code:
                return parts, place
    raise NoSuchPart(f"{kind} {code}")


# ---------------------------------------------------------------------------- changing


def with_whole(
    file: InstrumentFile, kind: str, values: Mapping[str, Any], shown: str
) -> InstrumentFile:
    """The file with other values of one of the whole's own parts.

    Texts in a language that goes are taken away. Raises ChangedMeanwhile,
    InvalidInstrument.
    """
    if digest(whole_of(file, kind)) != shown:
        raise ChangedMeanwhile
    content = file.model_dump() | dict(values)
    for _, texts in every_text(content):
        for language in [code for code in texts if code not in content["languages"]]:
            del texts[language]
    return checked(content)


def with_part(
    file: InstrumentFile, kind: str, code: str, values: Mapping[str, Any], shown: str
) -> InstrumentFile:
    """The file with other values of a part; its code stays.

    Raises NoSuchPart, ChangedMeanwhile, InvalidInstrument.
    """
    content = file.model_dump()
    parts, place = _find(content, kind, code)
    if digest(parts[place]) != shown:
        raise ChangedMeanwhile
    parts[place] |= dict(values) | {"code": code}
    if kind == "indicator":
        _gather(content)
    return checked(content)


def with_new_part(
    file: InstrumentFile, kind: str, values: Mapping[str, Any], place: str = ""
) -> InstrumentFile:
    """The file with one more part, last where it belongs.

    `place`, for a question: "goal", "profile" or the code of a section. Raises
    NoSuchPart for an unknown place, InvalidInstrument.
    """
    content = file.model_dump()
    if kind == "question":
        lists = dict(_question_lists(content))
        if place not in lists:
            raise NoSuchPart(place)
        lists[place].append(dict(values))
    else:
        content[KINDS[kind]].append(dict(values))
    if kind == "indicator":
        _gather(content)
    return checked(content)


def without_part(file: InstrumentFile, kind: str, code: str) -> InstrumentFile:
    """The file without a part. Raises NoSuchPart, InvalidInstrument."""
    content = file.model_dump()
    parts, place = _find(content, kind, code)
    del parts[place]
    if kind == "indicator":
        _gather(content)
    return checked(content)


def with_moved_part(
    file: InstrumentFile, kind: str, code: str, *, up: bool
) -> InstrumentFile:
    """The file with a part before its neighbour, or after; at the end it stays.

    Key areas change places within their dimension. Raises NoSuchPart.
    """
    content = file.model_dump()
    parts, place = _find(content, kind, code)
    other = place + (-1 if up else 1)
    if 0 <= other < len(parts):
        parts[place], parts[other] = parts[other], parts[place]
    if kind == "indicator":
        _gather(content)
    return checked(content)


def _gather(content: Content) -> None:
    """Key areas of one dimension stand together, dimensions by number; numbers anew."""
    numbers = {part["code"]: part["number"] for part in content["dimensions"]}
    content["indicators"].sort(key=lambda part: numbers.get(part["dimension"], 0))
    for number, part in enumerate(content["indicators"], start=1):
        part["number"] = number


# -------------------------------------------------------------------------- questions


def code_taken(file: InstrumentFile, kind: str) -> set[str]:
    """The codes that a new part of this kind may not have."""
    if kind == "question":
        return {question.code for question in file.questions}
    return {part.code for part in getattr(file, KINDS[kind])}


def untranslated(file: InstrumentFile) -> dict[str, int]:
    """{language: how many texts are missing in it}, in the order of the languages."""
    missing = dict.fromkeys(file.languages, 0)
    for _, texts in every_text(file.model_dump()):
        for language in file.languages:
            missing[language] += language not in texts
    return missing
