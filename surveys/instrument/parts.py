"""What an instrument is made of, checked part by part and as a whole.

Files, the editor and the database all come from, or lead to, an `InstrumentFile`. It
is valid or it does not exist.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from django.utils.translation import gettext, ngettext
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from surveys.visible import is_blank

# A place in the content: ("goals", 3, "title", "en").
Place = tuple[str | int, ...]
LONGEST_TEXT = 5000
DEFAULT_LENGTH = 4000
# What neither XML nor PostgreSQL can hold, or what is no sign at all.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class InvalidInstrument(Exception):
    """This is no instrument. `problems`: each place and what is wrong, in words.

    `places` are those of `located`, [(place in the content, what is wrong)]; files
    say them by line or by row and column instead.
    """

    def __init__(
        self, problems: list[str], located: list[tuple[Place, str]] | None = None
    ) -> None:
        super().__init__("; ".join(problems))
        self.problems, self.located = problems, located or []


class Misfits(Exception):
    """Parts that are right in themselves and do not fit together."""

    def __init__(self, problems: list[tuple[Place, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


def _tidy(texts: dict[str, str]) -> dict[str, str]:
    tidied = {}
    for language, text in texts.items():
        tidied[language] = re.sub("\r\n?|\x85", "\n", text).strip()
        if UNPRINTABLE.search(tidied[language]):
            raise PydanticCustomError("unprintable", "has a sign that is no letter")
        if is_blank(tidied[language]):
            raise PydanticCustomError(
                "blank", "the text in {language!r} is empty", {"language": language}
            )
    return tidied


Language = Annotated[
    str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", max_length=10)
]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Texts = Annotated[dict[Language, Text], Field(min_length=1), AfterValidator(_tidy)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)]
Number = Annotated[int, Field(ge=1, le=999)]
Limit = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
Kind = Literal["long_text", "single_choice", "multiple_choice", "number"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScalePart(Part):
    score: int = Field(ge=0, le=35)
    label: Texts


class BandPart(Part):
    code: Code
    lowest: int = Field(ge=0, le=100)
    highest: int = Field(ge=0, le=100)
    name: Texts


class DimensionPart(Part):
    number: Number
    code: Code
    name: Texts
    description: Texts


class IndicatorPart(Part):
    number: Number
    code: Code
    dimension: Code
    name: Texts
    question: Texts


class GoalPart(Part):
    number: Number
    code: Code
    colour: str = Field(pattern=r"^#[0-9A-F]{6}$")
    title: Texts
    full_title: Texts


class OptionPart(Part):
    code: Code
    label: Texts


class QuestionPart(Part):
    code: Code
    kind: Kind
    text: Texts
    help: Texts | None = None
    options: list[OptionPart] = Field(default=[], max_length=300)
    required: bool = False
    max_length: int = Field(default=DEFAULT_LENGTH, ge=1, le=20000)
    lowest: Limit | None = None
    highest: Limit | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "QuestionPart":
        if ("choice" in self.kind) != bool(self.options):
            if not self.options:
                raise PydanticCustomError("no_options", "there are no options")
            raise PydanticCustomError("options", "options belong to choice questions")
        if self.kind != "long_text" and self.max_length != DEFAULT_LENGTH:
            raise PydanticCustomError("length", "a length belongs to texts")
        limits = (self.lowest, self.highest)
        if self.kind != "number" and limits != (None, None):
            raise PydanticCustomError("limits", "limits belong to numbers")
        if None not in limits and self.lowest > self.highest:  # type: ignore[operator]
            raise PydanticCustomError("no_number_fits", "no number fits")
        return self


class SectionPart(Part):
    code: Code
    title: Texts
    questions: list[QuestionPart] = Field(min_length=1, max_length=200)


def _in_order(parts: list[Any]) -> list[Any]:
    return sorted(parts, key=lambda part: part.number)


class InstrumentFile(Part):
    """A whole instrument, every reference inside it resolved."""

    code: Code
    version: Number
    title: Texts
    languages: list[Language] = Field(min_length=1, max_length=20)
    percent_formula: Literal["percent_of_maximum", "percent_of_range"]
    missing_policy: Literal["exclude"]
    scale: list[ScalePart] = Field(min_length=2, max_length=36)
    missing: dict[Literal["dont_know", "not_applicable"], Texts] = Field(min_length=2)
    bands: list[BandPart] = Field(min_length=1, max_length=20)
    dimensions: Annotated[list[DimensionPart], AfterValidator(_in_order)] = Field(
        min_length=1, max_length=60
    )
    indicators: list[IndicatorPart] = Field(min_length=1, max_length=60)
    goals: Annotated[list[GoalPart], AfterValidator(_in_order)] = Field(
        min_length=1, max_length=60
    )
    goal_questions: list[QuestionPart] = Field(default=[], max_length=50)
    cross_cutting: list[SectionPart] = Field(default=[], max_length=50)
    profile: list[QuestionPart] = Field(default=[], max_length=100)
    consent: Texts

    @property
    def questions(self) -> Iterable[QuestionPart]:
        yield from self.goal_questions
        for section in self.cross_cutting:
            yield from section.questions
        yield from self.profile

    @property
    def checksum(self) -> str:
        """SHA-256 of the content in one fixed way of writing it, in hexadecimal."""
        content = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    @model_validator(mode="after")
    def _fits_together(self) -> "InstrumentFile":
        if problems := list(_misfits(self)):
            raise Misfits(problems)
        return self


def checked(content: Mapping[str, Any]) -> InstrumentFile:
    """The instrument made of `content`. Raises InvalidInstrument, every place named."""
    try:
        return InstrumentFile.model_validate(content)
    except Misfits as error:
        located = error.problems
    except ValidationError as error:
        located = [(problem["loc"], in_words(problem)) for problem in error.errors()]
    problems = [f"{place_name(place)}: {text}" for place, text in located]
    raise InvalidInstrument(problems, located)


def place_name(place: Place) -> str:
    """A place as it is written in the YAML file: goals.3.title."""
    return ".".join(map(str, place)) or gettext("file")


# -------------------------------------------------------------------------- the whole


def _misfits(file: InstrumentFile) -> Iterator[tuple[Place, str]]:
    yield from _not_in_sequence("scale", [part.score for part in file.scale])
    numbers = [part.number for part in file.indicators]
    yield from _not_in_sequence("indicators", numbers)
    if numbers[0] != 1:
        yield ("indicators",), gettext("numbers start at 1")
    for name in ("goals", "dimensions"):
        yield from _twice(name, [part.number for part in getattr(file, name)])
    for name in ("goals", "dimensions", "indicators", "bands", "cross_cutting"):
        yield from _twice(name, [part.code for part in getattr(file, name)])
    yield from _twice("languages", file.languages)
    yield from _twice("questions", [question.code for question in file.questions])
    for question in file.questions:
        yield from _twice(question.code, [option.code for option in question.options])
    yield from _gaps_between(file.bands)
    yield from _unknown_dimensions(file)
    yield from _unknown_languages(file.model_dump(), (), set(file.languages))


def _not_in_sequence(name: str, numbers: list[int]) -> Iterator[tuple[Place, str]]:
    expected = list(range(numbers[0], numbers[0] + len(numbers)))
    if numbers != expected:
        yield (
            (name,),
            gettext("%(numbers)s is not %(expected)s")
            % {"numbers": numbers, "expected": expected},
        )


def _twice(name: str, names: list[Any]) -> Iterator[tuple[Place, str]]:
    for place, one in enumerate(names):
        if one in names[:place]:
            yield (name, place), gettext("%(name)s stands twice") % {"name": one}


def _gaps_between(bands: list[BandPart]) -> Iterator[tuple[Place, str]]:
    edge = -1
    for place, band in enumerate(bands):
        if band.lowest != edge + 1 or band.highest < band.lowest:
            yield (
                ("bands", place),
                gettext("%(band)s does not follow on %(edge)d")
                % {"band": band.code, "edge": edge},
            )
            return
        edge = band.highest
    if edge != 100:
        yield ("bands", len(bands) - 1), gettext("they end before 100")


def _unknown_dimensions(file: InstrumentFile) -> Iterator[tuple[Place, str]]:
    known = {part.code for part in file.dimensions}
    for place, part in enumerate(file.indicators):
        if part.dimension not in known:
            yield (
                ("indicators", place, "dimension"),
                gettext("%(indicator)s names the unknown dimension %(dimension)s")
                % {"indicator": part.code, "dimension": part.dimension},
            )


def _unknown_languages(
    content: Any, place: Place, known: set[str]
) -> Iterator[tuple[Place, str]]:
    for at, texts in every_text(content, place):
        for language in texts:
            if language not in known:
                yield (
                    (*at, language),
                    gettext("%(language)s is not among the languages")
                    % {"language": language},
                )


# What of a part is text in several languages.
TEXTS = {"title", "full_title", "name", "description", "question", "label", "text"}
TEXTS |= {"help", "consent", "dont_know", "not_applicable"}


def every_text(
    content: Any, place: Place = ()
) -> Iterator[tuple[Place, dict[str, str]]]:
    """Every {language: text} in dumped parts, with its place, in their order."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            if key in TEXTS and isinstance(value, dict):
                yield (*place, key), value
            else:
                yield from every_text(value, (*place, key))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from every_text(value, (*place, number))


# -------------------------------------------------------------------------- the words


def in_words(problem: ErrorDetails) -> str:
    """What is wrong, in the page's language; pydantic's own words where none are."""
    given = problem.get("ctx", {})
    limit = {
        name: given.get(name)
        for name in ("ge", "le", "max_length", "min_length", "language", "expected")
    }
    words = {
        "missing": gettext("is missing"),
        "extra_forbidden": gettext("is not known here"),
        "blank": gettext("the text in “%(language)s” is empty"),
        "unprintable": gettext("has an invisible control character"),
        "no_options": gettext("a question answered with options needs some"),
        "options": gettext("options belong to choice questions, and only to them"),
        "length": gettext("a length belongs to questions for a text, and only to them"),
        "limits": gettext("limits belong to questions for a number, and only to them"),
        "no_number_fits": gettext("the lowest is above the highest"),
        "int_parsing": gettext("is not a whole number"),
        "int_type": gettext("is not a whole number"),
        "int_from_float": gettext("is not a whole number"),
        "bool_parsing": gettext("is neither yes nor no"),
        "string_type": gettext("is not a text"),
        "dict_type": gettext("is not a text in several languages"),
        "list_type": gettext("is not a list"),
        "model_type": gettext("is not made of named parts"),
        "greater_than_equal": gettext("is less than %(ge)s"),
        "less_than_equal": gettext("is more than %(le)s"),
        "string_too_long": gettext("is longer than %(max_length)s characters"),
        "literal_error": gettext("is none of %(expected)s"),
    }
    if problem["type"] in ("too_short", "too_long"):
        return _count_in_words(problem["type"], given)
    if problem["type"] == "string_pattern_mismatch":
        return _pattern_in_words(problem)
    found = words.get(problem["type"])
    return found % limit if found else problem["msg"]


def _count_in_words(kind: str, given: Mapping[str, Any]) -> str:
    if kind == "too_short":
        least = given["min_length"]
        return ngettext(
            "needs at least %(count)d entry", "needs at least %(count)d entries", least
        ) % {"count": least}
    most = given["max_length"]
    return ngettext(
        "has more than %(count)d entry", "has more than %(count)d entries", most
    ) % {"count": most}


def _pattern_in_words(problem: ErrorDetails) -> str:
    name = problem["loc"][-1]
    if name == "colour":
        return gettext("is not a colour such as #E5243B")
    if name == "languages" or "languages" in problem["loc"] or name == "[key]":
        return gettext("is not the code of a language, such as “kk”")
    return gettext(
        "is not a code: small Latin letters, digits and “_”, beginning with a letter"
    )
