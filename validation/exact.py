"""A column for an exact number."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    TextColumn = models.CharField[Fraction | str, Fraction]
else:
    TextColumn = models.CharField


class FractionField(TextColumn):
    """A rational number, kept as "numerator/denominator", e.g. "88/3".

    A settled percentage may be 29.333…; as a decimal it would be rounded before it is
    averaged, and as a float it would differ between databases.
    """

    # For the type checker, which else takes what every CharField does: a string.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> Fraction | None:
        return None if value is None else Fraction(value)

    def to_python(self, value: Any) -> Fraction | None:
        if value is None or isinstance(value, Fraction):
            return value
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError) as error:
            raise ValidationError(f"{value!r} is not a fraction.") from error

    def get_prep_value(self, value: Any) -> str | None:
        fraction = self.to_python(value)
        return (
            None if fraction is None else f"{fraction.numerator}/{fraction.denominator}"
        )
