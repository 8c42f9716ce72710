"""The first new rows of a table as they are read, to see whether it is read rightly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from surveys import ratings, scoring
from surveys.collected.tables.checking import Checked
from surveys.localized import language_name

ROWS = 5
Tally = dict[int, int]


@dataclass(frozen=True)
class Glimpse:
    """`goals`: their numbers, in words. `mean`: of all scores given, if there is one.

    `number`: of the row in the file; `scores`, `unknown` (don't know), `texts`: how
    many.
    """

    number: int
    day: date
    language: str
    goals: str
    scores: int
    unknown: int
    mean: Fraction | None
    texts: int


def glimpses(checked: Checked, numbers: dict[int, int]) -> Sequence[Glimpse]:
    """`numbers`: {id of a goal: its number}."""
    found = []
    for row in checked.of("new")[:ROWS]:
        sent = row.submission
        if sent is None:
            continue
        codes = "".join(one.ratings for one in sent.goals)
        tally: Tally = {}
        for rating in ratings.decode(codes):
            if isinstance(rating, int):
                tally[rating] = tally.get(rating, 0) + 1
        found.append(
            Glimpse(
                number=row.number,
                day=sent.submitted_on,
                language=language_name(sent.language),
                goals=", ".join(
                    map(str, sorted(numbers[one.goal_id] for one in sent.goals))
                ),
                scores=ratings.answered(codes),
                unknown=codes.count(ratings.DONT_KNOW),
                mean=scoring.mean(tally),
                texts=sum(len(one.texts) for one in sent.goals),
            )
        )
    return found
