"""What is sent to take a questionnaire in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.instrument.file import STANDARD, read_instrument
from surveys.instrument.parts import InvalidInstrument
from surveys.instrument.xlsform.reading import Imported, read_xlsform
from surveys.sheets.kinds import NO_TEXT, is_archive
from surveys.sheets.reading import MOST_BYTES, Unreadable, check_kind
from surveys.sheets.words import why_unreadable


class ImportForm(forms.Form):
    """A file with a questionnaire. Once valid, `imported` is what stands in it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX in XLSForm conventions, or YAML."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml"}),
        error_messages={"empty": _("There is nothing in this file.")},
    )
    imported: Imported

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        """`language`: of texts whose columns name none."""
        super().__init__(*args, **kwargs)
        self.language = language
        self.problems: list[str] = []

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        content, name = file.read(MOST_BYTES + 1), file.name or ""
        try:
            check_kind(content, name, most_bytes=MOST_BYTES)
            self.imported = self._read(content, name)
        except Unreadable as refusal:
            raise forms.ValidationError(why_unreadable(refusal)) from refusal
        except InvalidInstrument as error:
            self.problems = error.problems
            raise forms.ValidationError(
                gettext("This file was not taken in. See what is wrong below.")
            ) from error
        return file

    def _read(self, content: bytes, name: str) -> Imported:
        if name.lower().endswith((".yaml", ".yml")):
            if is_archive(content):
                raise Unreadable(NO_TEXT)
            return Imported(read_instrument(content), [])
        standard = read_instrument(STANDARD.read_text(encoding="utf-8"))
        return read_xlsform(content, fallback=self.language, standard=standard)
