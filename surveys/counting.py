"""How often each code, and each sum, was given: counts over many respondents at once.

Many respondents' ratings for one goal are one text: their strings (surveys.ratings),
all of the same length, with a space between each two. So they come out of either
database in one piece, and are told apart without a look at each single rating.

Pure: no Django, clock, settings or randomness.
"""

from collections import Counter
from collections.abc import Iterator

from surveys.ratings import DIGITS, MARKERS, NotARating

BETWEEN = " "
CODES = (*DIGITS, *MARKERS)
# A score's character becomes the byte of its value, the space one that is no score.
_NO_SCORE = 255
_VALUES = bytes.maketrans(
    (DIGITS + BETWEEN).encode(), bytes([*range(len(DIGITS)), _NO_SCORE])
)
_MARKERS = "".join(MARKERS).encode()


def count_codes(ratings: str) -> Iterator[tuple[int, str, int]]:
    """(place of the indicator from 1, code, respondents), every code that was given.

    Raises NotARating where the strings differ in length or hold another character.

    >>> list(count_codes("4? 4- 15"))
    [(1, '1', 1), (1, '4', 2), (2, '5', 1), (2, '?', 1), (2, '-', 1)]
    """
    width, people = _shape(ratings)
    given = [code for code in CODES if code in ratings]
    if sum(map(ratings.count, given)) != width * people:
        raise NotARating("among the ratings of a goal is a character that is no rating")
    for place in range(width):
        column = ratings[place :: width + 1]
        for code in given:
            if n := column.count(code):
                yield place + 1, code, n


def count_sums(ratings: str) -> Counter[tuple[int, int]]:
    """(indicators answered, sum of scores) -> respondents.

    >>> count_sums("4? 4- 15") == {(1, 4): 2, (2, 6): 1}
    True
    """
    scores = ratings.encode().translate(_VALUES, _MARKERS)
    people = scores.split(bytes([_NO_SCORE]))
    return Counter(zip(map(len, people), map(sum, people), strict=True))


def _shape(ratings: str) -> tuple[int, int]:
    """How many indicators there are, and how many people."""
    people = ratings.count(BETWEEN) + 1
    width = (len(ratings) + 1) // people - 1
    if ratings[width :: width + 1] != BETWEEN * (people - 1):
        raise NotARating("the ratings of a goal differ in length")
    return width, people
