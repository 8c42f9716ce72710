"""A table held against what is there, row by row, before all of it is added."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from surveys.sheets.reading import Row


@dataclass
class CheckedRow:
    """`problems`: {column: what is wrong}. `is_known`: it is there; it adds nothing."""

    row: Row
    problems: dict[str, str] = field(default_factory=dict, kw_only=True)
    is_known: bool = field(default=False, kw_only=True)

    @property
    def adds(self) -> bool:
        """Something new without a problem."""
        return not self.problems and not self.is_known


OneRow = TypeVar("OneRow", bound=CheckedRow)


@dataclass(frozen=True)
class Checked(Generic[OneRow]):
    rows: Sequence[OneRow]

    @property
    def with_problems(self) -> list[OneRow]:
        return [row for row in self.rows if row.problems]

    @property
    def adding(self) -> list[OneRow]:
        return [row for row in self.rows if row.adds]

    @property
    def known(self) -> list[OneRow]:
        return [row for row in self.rows if row.is_known and not row.problems]

    @property
    def can_be_added(self) -> bool:
        """All or nothing: no row has a problem, and some row says something new."""
        return not self.with_problems and bool(self.adding)

    def problems_first(self) -> list[OneRow]:
        """Rows with problems first, so that nobody has to look for them."""
        return sorted(self.rows, key=lambda row: not row.problems)
