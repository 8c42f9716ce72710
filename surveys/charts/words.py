"""How a chart writes its numbers, in the language that is active."""

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from django.utils.formats import number_format
from django.utils.translation import gettext

from surveys.scoring import round_half_up

Value: TypeAlias = Fraction | Decimal | int | None
"""An exact figure, or None where there is none."""


def shown(value: Value, unit: str = "", places: int | None = 0) -> str:
    """The figure as people read it: rounded half up, with its unit.

    `places`: decimals; None for one where there is one to show. No figure reads "no
    figure". The decimal sign is that of the active language; a minus is a minus sign,
    not a hyphen.
    """
    if value is None:
        return gettext("no figure")
    if places is None:
        places = 0 if round_half_up(value, 1) == round_half_up(value) else 1
    text = number_format(round_half_up(value, places), decimal_pos=places)
    return text.replace("-", "\u2212") + unit


def exact(value: Value) -> str:
    """The figure as it is carried: "88/3", "29", or "" for None."""
    return "" if value is None else str(Fraction(value))
