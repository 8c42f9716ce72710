"""The field for what people write to be read: names, titles, labels, reasons."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.visible import is_blank


def refuse_invisible(text: str) -> None:
    """Raises ValidationError for a text of which nothing can be seen."""
    if is_blank(text):
        raise forms.ValidationError(
            _("Only invisible characters stand here."), code="invisible"
        )


class WordsField(forms.CharField):
    """A text that somebody can read. Every form takes words by it."""

    default_validators = [refuse_invisible]
