"""One respondent's ratings for one goal, kept as one short string.

One character for each indicator, in indicator order. A score from 0 to 35 is its
base-36 digit in lower case ("0" to "9", then "a" to "z"); "?" is don't know, "/" is
not applicable and "-" is skipped. The last three are three different things and none
of them is a score of zero.

Pure: no Django, clock, settings or randomness.
"""

from collections.abc import Iterable
from typing import TypeAlias

DONT_KNOW = "?"
NOT_APPLICABLE = "/"
SKIPPED = "-"
MARKERS = (DONT_KNOW, NOT_APPLICABLE, SKIPPED)

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
HIGHEST_SCORE = len(DIGITS) - 1

Rating: TypeAlias = int | str
"""A score from 0 to HIGHEST_SCORE, or one of the three MARKERS."""

_SCORES: dict[str, int | None] = {digit: score for score, digit in enumerate(DIGITS)}
_SCORES.update(dict.fromkeys(MARKERS))


class NotARating(ValueError):
    """Something that is neither a score from 0 to 35 nor one of the three markers."""


def code_of(score: int) -> str:
    """The base-36 digit of a score, in lower case.

    Score: a whole number from 0 to HIGHEST_SCORE; anything else, booleans and whole
    floats included, raises NotARating.

    >>> code_of(5), code_of(10)
    ('5', 'a')
    """
    if type(score) is not int or not 0 <= score <= HIGHEST_SCORE:
        raise NotARating(
            f"{score!r} is not a score: a whole number from 0 to {HIGHEST_SCORE}"
        )
    return DIGITS[score]


def score_of(code: str) -> int | None:
    """The score a character stands for; None for the three that are not scores.

    Raises NotARating for every other character, capital letters included.

    >>> score_of("a"), score_of("?"), score_of("0")
    (10, None, 0)
    """
    try:
        return _SCORES[code]
    except (KeyError, TypeError):
        raise NotARating(
            f"{code!r} is not the code of a rating: one of 0-9, a-z, "
            f"{DONT_KNOW} (don't know), {NOT_APPLICABLE} (not applicable) "
            f"or {SKIPPED} (skipped)"
        ) from None


def encode(ratings: Iterable[Rating]) -> str:
    """One character for each rating, in the order given.

    Each rating is a score (int) or one of the three markers; anything else raises
    NotARating and names the place, counted from 1. No ratings give "".

    >>> encode([3, DONT_KNOW, 0, 12, SKIPPED, NOT_APPLICABLE])
    '3?0c-/'
    """
    return "".join(
        _code_of_rating(rating, place) for place, rating in enumerate(ratings, start=1)
    )


def decode(codes: str) -> tuple[Rating, ...]:
    """The ratings in indicator order: scores as int, markers as themselves.

    Raises NotARating for an unknown character. "" gives ().

    >>> decode("3?0c-/")
    (3, '?', 0, 12, '-', '/')
    """
    return tuple(code if (score := score_of(code)) is None else score for code in codes)


def answered(codes: str) -> int:
    """How many of the ratings are scores.

    Don't know, not applicable and skipped are not counted; a score of 0 is.
    Raises NotARating for an unknown character.

    >>> answered("3?0c-/")
    3
    """
    return sum(score_of(code) is not None for code in codes)


def total(codes: str) -> int:
    """The sum of the scores given, in points of the scale.

    0 if no score was given: ask `answered` before dividing. Raises NotARating for an
    unknown character.

    >>> total("3?0c-/")
    15
    """
    return sum(score_of(code) or 0 for code in codes)


def _code_of_rating(rating: Rating, place: int) -> str:
    if isinstance(rating, str) and rating in MARKERS:
        return rating
    try:
        return code_of(rating)  # type: ignore[arg-type]
    except NotARating as error:
        raise NotARating(f"rating {place}: {error}") from None
