"""Languages by name, for pages that show several side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.conf.locale import LANG_INFO


@dataclass(frozen=True)
class LanguageName:
    """`name` in the language itself; the code where Django does not know it."""

    code: str
    name: str
    is_right_to_left: bool


def language_names(codes: Iterable[str]) -> list[LanguageName]:
    return [_named(code) for code in codes]


def _named(code: str) -> LanguageName:
    info = LANG_INFO.get(code, {})
    info = LANG_INFO.get(info["fallback"][0], info) if "fallback" in info else info
    name = dict(settings.LANGUAGES).get(code) or info.get("name_local", code)
    return LanguageName(code, name, info.get("bidi", False))
