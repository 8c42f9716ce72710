"""A percentage as people type it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

OUT_OF_RANGE = _("Enter a percentage from 0 to 100.")


class PercentField(forms.DecimalField):
    """From 0 to 100 with two decimals at most; 29.5, 29,5 and 29,5 % are the same."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        super().__init__(
            min_value=0, max_value=100, max_digits=5, decimal_places=2, **kwargs
        )
        self.error_messages["invalid"] = _("Enter a number, for example 29.5.")
        for validator in self.validators:
            if getattr(validator, "code", "") in ("min_value", "max_value"):
                validator.message = OUT_OF_RANGE  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("%", "").replace(",", ".").strip()
        return super().to_python(value)
