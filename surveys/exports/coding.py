"""How an answer stands in a cell: as a readable code, or as a number for SPSS.

Don't know, not applicable and skipped are three different things, and none of them is
a number that could be taken for a score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED

Cell: TypeAlias = str | int | float | date | None
"""None is an empty cell: nothing was asked or answered."""

# No scale goes beyond 35, so that these are off every scale.
MISSING_NUMBERS = {DONT_KNOW: 97.0, NOT_APPLICABLE: 98.0, SKIPPED: 99.0}
MISSING_CODES = {
    DONT_KNOW: "dont_know",
    NOT_APPLICABLE: "not_applicable",
    SKIPPED: "skipped",
}
NOT_SHOWN = "not_shown"
# SPSS counts seconds from the first day of the Gregorian calendar.
FIRST_DAY = date(1582, 10, 14)
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Coding:
    """`is_numeric`: every answer but a text is a number, as SPSS wants it."""

    is_numeric: bool

    def score(self, score: int) -> Cell:
        return float(score) if self.is_numeric else score

    def missing(self) -> Mapping[str, Cell]:
        """{marker of surveys.ratings: cell}."""
        return MISSING_NUMBERS if self.is_numeric else MISSING_CODES

    def options(self, options: Sequence[Mapping[str, Any]]) -> dict[str, Cell]:
        """{option code: cell}, numbered from 1 for SPSS."""
        codes = [option["code"] for option in options]
        if not self.is_numeric:
            return {code: code for code in codes}
        return {code: float(number) for number, code in enumerate(codes, start=1)}

    def not_shown(self, options: int) -> Cell:
        """What stands for an answer that is not told, of a question with n options."""
        if not self.is_numeric:
            return NOT_SHOWN
        return 99.0 if options < 99 else 9999.0

    def flag(self, is_so: bool) -> Cell:
        return float(is_so) if self.is_numeric else int(is_so)

    def number(self, number: int) -> Cell:
        return float(number) if self.is_numeric else number

    def day(self, day: date) -> Cell:
        if not self.is_numeric:
            return day
        return float((day - FIRST_DAY).days * SECONDS_A_DAY)


CODES = Coding(is_numeric=False)
NUMBERS = Coding(is_numeric=True)
