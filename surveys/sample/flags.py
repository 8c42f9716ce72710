"""What makes a response suspect. Pure: thresholds that are stated, nothing decided.

Sources: two seconds an item as the least time that reading and answering takes, Huang
et al., "Detecting and deterring insufficient effort responding to surveys", Journal of
Business and Psychology 27 (2012), 99-114; long strings of one answer, Meade and Craig,
"Identifying careless responses in survey data", Psychological Methods 17 (2012),
437-455. Both warn that a flag is a reason to look, not to delete.
"""

from surveys.ratings import DIGITS, SKIPPED

STRAIGHT_GOALS = 5
STRAIGHT_KEY_AREAS = 3
SECONDS_PER_RATING = 2


def is_straight(ratings: str, key_areas: int = STRAIGHT_KEY_AREAS) -> bool:
    """One and the same score for every key area of a goal, of which there are several.

    `ratings`: see surveys.ratings. "Don't know" throughout is no score and not meant.

    >>> is_straight("4444"), is_straight("4443"), is_straight("????")
    (True, False, False)
    """
    return (
        len(ratings) >= key_areas
        and ratings[0] in DIGITS
        and ratings == ratings[0] * len(ratings)
    )


def is_straight_lined(
    straight: int, goals: int, asked: int, many: int = STRAIGHT_GOALS
) -> bool:
    """straight >= min(many, asked) and straight >= goals / 2.

    `straight`: goals with one score for every key area (`is_straight`); `goals`: goals
    answered; `asked`: goals of the questionnaire, for those with few.

    >>> is_straight_lined(5, 8, asked=17), is_straight_lined(5, 11, asked=17)
    (True, False)
    """
    return straight >= min(many, asked) and 2 * straight >= goals


def ratings_given(ratings: str) -> int:
    """How many key areas were rated or marked; each takes a tap.

    >>> ratings_given("4?/-")
    3
    """
    return len(ratings) - ratings.count(SKIPPED)


def is_impossibly_fast(
    minutes: int | None, given: int, seconds: int = SECONDS_PER_RATING
) -> bool:
    """60·(minutes + 1) <= seconds·given: even if the last minute was nearly full.

    `minutes`: whole minutes from the first page to submitting, None where nobody knows
    (never fast then); `given`: ratings given (`ratings_given`).

    >>> is_impossibly_fast(4, 170), is_impossibly_fast(5, 170)
    (True, False)
    """
    return minutes is not None and 60 * (minutes + 1) <= seconds * given
