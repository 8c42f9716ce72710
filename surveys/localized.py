"""Text that people read, in every language of a scorecard: {"en": …, "ru": …}."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, get_language_info

FALLBACK = "en"


def text_in(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in `language` (by default the page's), else in English, else any.

    >>> text_in({"en": "Goal", "ru": "Цель"}, "ru")
    'Цель'
    >>> text_in({"ru": "Цель"}, "kk")
    'Цель'
    >>> text_in({})
    ''
    """
    code = (language or get_language() or FALLBACK).split("-")[0]
    for candidate in (code, FALLBACK):
        if texts.get(candidate):
            return texts[candidate]
    return next((text for text in texts.values() if text), "")


def language_name(code: str) -> str:
    """A language in its own words, "Қазақша"; an unknown one by its code."""
    named = dict(settings.LANGUAGES)
    if code in named:
        return named[code]
    try:
        return get_language_info(code)["name_local"].capitalize()
    except KeyError:
        return code


def validate_texts(texts: object) -> None:
    """Refuse anything but a mapping of language codes to strings."""
    if not isinstance(texts, dict) or not all(
        isinstance(key, str) and isinstance(text, str) for key, text in texts.items()
    ):
        raise ValidationError("A text in several languages is {language: text}.")


class LocalizedField(models.JSONField):
    """A JSON column that holds {language: text}."""

    default_validators = [validate_texts]
