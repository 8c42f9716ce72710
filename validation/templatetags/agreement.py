"""Figures of agreement in a table's cells: `places`, `points`, `points_moved`."""

from fractions import Fraction

from django import template

from surveys.charts.words import shown
from validation import agreement_words

register = template.Library()


@register.filter
def places(value: Fraction | None, count: int) -> str:
    """With this many decimals."""
    return shown(value, places=count)


@register.filter
def points(value: Fraction) -> str:
    """A distance in percentage points, in words."""
    return agreement_words.points(value)


@register.filter
def points_moved(value: Fraction) -> str:
    """A change in percentage points, with its sign."""
    return agreement_words.points(value, signed=True)
