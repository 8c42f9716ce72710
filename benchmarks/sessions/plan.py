"""What the respondents of a run say: the same for every system, drawn once."""

import random
from dataclasses import dataclass

GOALS, INDICATORS, COMMENT = 17, 10, 120
UNANSWERED = 0.05
SCORES = ("1", "2", "3", "4", "5", "?", "/")
WORDS = ("roads", "schools", "water", "clinics", "prices", "rivers", "budgets", "jobs")


@dataclass(frozen=True)
class Page:
    """One goal: a rating or "" for each indicator, and a comment."""

    ratings: tuple[str, ...]
    comment: str


@dataclass(frozen=True)
class Session:
    """One respondent's answers to all goals, in the goals' order."""

    pages: tuple[Page, ...]


def sessions(number: int, seed: int) -> list[Session]:
    """170 ratings each, 5 % of them left out, and 17 comments of 120 characters."""
    chance = random.Random(seed)
    return [_session(chance) for _ in range(number)]


def _session(chance: random.Random) -> Session:
    cells = GOALS * INDICATORS
    gaps = set(chance.sample(range(cells), round(cells * UNANSWERED)))
    ratings = ["" if n in gaps else chance.choice(SCORES) for n in range(cells)]
    return Session(
        tuple(
            Page(
                ratings=tuple(ratings[start : start + INDICATORS]),
                comment=_comment(chance),
            )
            for start in range(0, cells, INDICATORS)
        )
    )


def _comment(chance: random.Random) -> str:
    text = " ".join(chance.choice(WORDS) for _ in range(COMMENT))
    return text[: COMMENT - 1] + "."
