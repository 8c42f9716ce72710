"""What kind of file, in which language."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext, gettext_lazy

from surveys.localized import language_name


class KindOfFile(Protocol):
    """`label` is in gettext's words."""

    @property
    def code(self) -> str: ...

    @property
    def label(self) -> str: ...


class FileForm(forms.Form):
    """`formats` to choose from; `languages` of the scorecard; `spoken` on the page."""

    format = forms.ChoiceField(
        label=gettext_lazy("Kind of file"), widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("What is not translated appears as it was written."),
    )

    def __init__(
        self,
        *args: Any,
        formats: Sequence[KindOfFile],
        languages: Iterable[str],
        spoken: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        codes = list(languages)
        choices: Any = self.fields
        choices["format"].choices = [(f.code, gettext(f.label)) for f in formats]
        choices["format"].initial = formats[0].code
        choices["language"].choices = [(code, language_name(code)) for code in codes]
        choices["language"].initial = spoken if spoken in codes else codes[0]
