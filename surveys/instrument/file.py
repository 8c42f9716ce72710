"""The instrument as one readable YAML file.

Every value is taken as the text that was written, so that the language `no` stays a
language and 12:30 a text. References (`&`, `*`) and repeated keys are refused: the
first can make a small file endless, the second lose what stands above.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext

from surveys.instrument.parts import (
    InstrumentFile,
    InvalidInstrument,
    Place,
    checked,
    place_name,
)

__all__ = ["STANDARD", "InvalidInstrument", "read_instrument", "write_instrument"]

STANDARD = Path(__file__).with_name("standard.yaml")
MOST_CHARACTERS = 1_000_000
DEEPEST = 12
NULL = ("", "~", "null")
HEAD = """\
# An instrument: what respondents are asked. Texts have one entry a language.
# `code`s stay what they are for good: answers and reports refer to them.
# A goal's percent follows from `percent_formula`; bands are looked up with it rounded.

"""


def read_instrument(text: str | bytes) -> InstrumentFile:
    """Read an instrument from YAML text; bytes are UTF-8, or UTF-16 with its mark.

    Raises InvalidInstrument with every problem found, each with its line and place.
    """
    if isinstance(text, bytes):
        text = _decoded(text)
    if len(text) > MOST_CHARACTERS:
        raise InvalidInstrument([gettext("the file is larger than 1 MB")])
    lines: dict[Place, int] = {}
    try:
        _check_shape(text)
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
        content = _value(node, (), lines) if node else None
    except (yaml.YAMLError, UnicodeError) as error:
        raise InvalidInstrument([gettext("not YAML: %s") % error]) from error
    if not isinstance(content, Mapping):
        raise InvalidInstrument(
            [gettext("the file is not a mapping of keys to values")]
        )
    try:
        return checked(content)
    except InvalidInstrument as error:
        raise InvalidInstrument(
            [_with_line(place, words, lines) for place, words in error.located],
            error.located,
        ) from error


def _decoded(content: bytes) -> str:
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInstrument(
            [gettext("the letters of this file cannot be told: save it as UTF-8")]
        ) from error


def _check_shape(text: str) -> None:
    """Refuse what could grow without end. Raises InvalidInstrument."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InvalidInstrument(
                [
                    gettext("line %(line)d: references (& and *) are not read")
                    % {"line": line}
                ]
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise InvalidInstrument(
                [gettext("line %(line)d: is nested too deeply") % {"line": line}]
            )


def _value(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    """The plain value of a node; `lines` remembers where each place stands."""
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, (*place, at), lines) for at, one in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        values: dict[Any, Any] = {}
        for key, one in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in values:
                words = gettext("%(name)s stands twice") % {"name": name}
                raise InvalidInstrument([_at_line(key.start_mark.line + 1, words)])
            values[name] = _value(one, (*place, name), lines)
        return values
    is_plain = getattr(node, "style", None) not in ("'", '"', "|", ">")
    return None if is_plain and node.value in NULL else node.value


def _with_line(place: Place, words: str, lines: Mapping[Place, int]) -> str:
    named = f"{place_name(place)}: {words}"
    while place and place not in lines:
        place = place[:-1]
    return _at_line(lines[place], named) if place in lines else named


def _at_line(line: int, words: str) -> str:
    return gettext("line %(line)d: %(words)s") % {"line": line, "words": words}


# ----------------------------------------------------------------------------- writing


def write_instrument(file: InstrumentFile) -> str:
    """The instrument as YAML text that `read_instrument` gives back unchanged."""
    content = file.model_dump(exclude_defaults=True)
    return HEAD + yaml.dump(
        _ordered(content, file.languages),
        Dumper=yaml.CSafeDumper,
        allow_unicode=True,
        sort_keys=False,
        width=88,
    )


def _ordered(value: Any, languages: list[str]) -> Any:
    """Texts in the order of the instrument's languages."""
    if isinstance(value, list):
        return [_ordered(one, languages) for one in value]
    if not isinstance(value, dict):
        return value
    if value and all(key in languages for key in value):
        return {code: value[code] for code in languages if code in value}
    return {key: _ordered(one, languages) for key, one in value.items()}
