"""A goal typed as one row of signs, the way a numeric keypad has them.

    digits                  scores
    ? or *                  don't know
    /                       not applicable
    - or . or _             skipped

Pure: no Django, clock, settings or randomness.
"""

from surveys.ratings import (
    DONT_KNOW,
    SKIPPED,
    NotARating,
    Rating,
    decode,
)

SIGNS = str.maketrans({"*": DONT_KNOW, ".": SKIPPED, "_": SKIPPED, ",": SKIPPED})


class WrongLength(ValueError):
    """`typed` signs where there are `wanted` indicators."""

    def __init__(self, typed: int, wanted: int) -> None:
        super().__init__(f"{typed} signs for {wanted} indicators")
        self.typed, self.wanted = typed, wanted


class WrongSign(ValueError):
    """The sign at this place, counted from 1, means nothing here."""

    def __init__(self, sign: str, place: int) -> None:
        super().__init__(f"{sign!r} at place {place}")
        self.sign, self.place = sign, place


def ratings_of(typed: str, indicators: int, lowest: int, highest: int) -> list[Rating]:
    """The ratings that a row of signs means; none of it where nothing was typed.

    >>> ratings_of("34 *./", 5, 1, 5)
    [3, 4, '?', '-', '/']
    >>> ratings_of(" ", 5, 1, 5)
    []

    Raises WrongSign or WrongLength.
    """
    signs = "".join(typed.split()).lower().translate(SIGNS)
    found: list[Rating] = []
    for place, sign in enumerate(signs, start=1):
        try:
            (rating,) = decode(sign)
        except NotARating as error:
            raise WrongSign(sign, place) from error
        if isinstance(rating, int) and not lowest <= rating <= highest:
            raise WrongSign(sign, place)
        found.append(rating)
    if found and len(found) != indicators:
        raise WrongLength(len(found), indicators)
    return found
