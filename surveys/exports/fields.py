"""From a stored answer to its cells. Each raises Odd for what no answer can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext

from surveys.exports.coding import Cell, Coding
from surveys.exports.columns import Column


class Odd(Exception):
    """What is stored is no answer to its question; says so in the file's language."""


class Field(Protocol):
    """One question, and the columns that its answer takes."""

    @property
    def columns(self) -> Sequence[Column]: ...

    def cells(self, value: Any) -> Sequence[Cell]:
        """As many as there are columns. Raises Odd."""
        ...


def _odd(value: object) -> Odd:
    told = str(value)
    told = told if len(told) <= 60 else told[:60] + "…"
    return Odd(gettext("%(value)s is not an answer; left empty") % {"value": told})


@dataclass(frozen=True)
class TextField:
    columns: Sequence[Column]

    def cells(self, value: Any) -> Sequence[Cell]:
        if value is None:
            return (None,)
        if not isinstance(value, str):
            raise _odd(value)
        return (value or None,)


@dataclass(frozen=True)
class ChoiceField:
    """`codes`: stored code -> cell; None is no answer."""

    columns: Sequence[Column]
    codes: Mapping[str | None, Cell]

    def cells(self, value: Any) -> Sequence[Cell]:
        try:
            return (self.codes[value or None],)
        except (KeyError, TypeError):
            raise _odd(value) from None


@dataclass(frozen=True)
class MultipleField:
    """A column for each of `options`, 1 where it was chosen; `hidden` stay empty."""

    columns: Sequence[Column]
    options: Sequence[str]
    hidden: frozenset[str | None]
    coding: Coding

    def cells(self, value: Any) -> Sequence[Cell]:
        if value is None:
            return (None,) * len(self.options)
        known = isinstance(value, list) and all(one in self.options for one in value)
        if not known:
            raise _odd(value)
        return tuple(
            None if option in self.hidden else self.coding.flag(option in value)
            for option in self.options
        )


@dataclass(frozen=True)
class NumberField:
    columns: Sequence[Column]
    coding: Coding

    def cells(self, value: Any) -> Sequence[Cell]:
        if value is None:
            return (None,)
        if type(value) is not int or abs(value) > 2**53:
            raise _odd(value)
        return (self.coding.number(value),)


@dataclass(frozen=True)
class SpanField:
    """A number told as the span it lies in, in two columns."""

    columns: Sequence[Column]
    spans: Mapping[int, tuple[int, int]]
    coding: Coding

    def cells(self, value: Any) -> Sequence[Cell]:
        if value is None:
            return (None, None)
        if type(value) is not int:
            raise _odd(value)
        first, last = self.spans.get(value, (None, None))
        if first is None or last is None:
            return (None, None)
        return self.coding.number(first), self.coding.number(last)


@dataclass(frozen=True)
class DayField:
    columns: Sequence[Column]
    coding: Coding

    def cells(self, value: date) -> Sequence[Cell]:
        return (self.coding.day(value),)


@dataclass(frozen=True)
class DaySpanField:
    """A day told as the span it lies in, in two columns."""

    columns: Sequence[Column]
    spans: Mapping[date, tuple[date, date]]
    coding: Coding

    def cells(self, value: date) -> Sequence[Cell]:
        if value not in self.spans:
            return (None, None)
        first, last = self.spans[value]
        return self.coding.day(first), self.coding.day(last)
