"""Keys for programs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.words_field import WordsField


class KeyForm(forms.Form):
    name = WordsField(
        label=_("Name of the program"),
        help_text=_("By which you will know the key, e.g. “Kobo, field team North”."),
        max_length=100,
        error_messages={"required": _("Give the key a name.")},
    )
