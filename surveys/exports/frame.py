"""A table for pyreadstat that is never in memory as a whole.

pyreadstat writes what narwhals takes for a data frame. All it asks of one is each
column's type and longest text, the number of rows, and the rows one after the other:
`Frame` answers that from what was counted before, and hands the rows through. narwhals
documents `__narwhals_dataframe__` as the way to bring a frame of one's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw

from surveys.exports.coding import Cell


@dataclass(frozen=True)
class Series:
    """A column: `longest` bytes of text, or None where it holds numbers."""

    name: str
    longest: int | None
    _version: Any = None

    def __narwhals_series__(self) -> "Series":
        return self

    @property
    def dtype(self) -> Any:
        return nw.Float64() if self.longest is None else nw.String()

    def null_count(self) -> int:
        return 1

    def drop_nulls(self) -> "Series":
        return self

    def __iter__(self) -> Iterator[str]:
        """One text as long as the longest: all that its width is taken from."""
        yield "x" * max(self.longest or 0, 1)


@dataclass(frozen=True)
class Frame:
    """`n` rows under `series`; `rows` is read once."""

    series: Sequence[Series]
    n: int
    rows: Iterable[Sequence[Cell]]
    # pyreadstat takes frames of pandas and of polars, where None is what is missing.
    _implementation = nw.Implementation.POLARS

    _version: Any = None

    def __narwhals_dataframe__(self) -> "Frame":
        return self

    def _with_version(self, version: Any) -> "Frame":
        return replace(self, _version=version)

    def __native_namespace__(self) -> None:
        return None

    @property
    def columns(self) -> list[str]:
        return [one.name for one in self.series]

    def __len__(self) -> int:
        return self.n

    def iter_columns(self) -> Iterator[Series]:
        return (replace(one, _version=self._version) for one in self.series)

    def iter_rows(self, **_: Any) -> Iterator[Sequence[Cell]]:
        return iter(self.rows)
