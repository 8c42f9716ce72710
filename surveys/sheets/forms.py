"""A table as a file, and the confirmation of the one whose preview was read."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from surveys.sheets.reading import Unreadable, check_kind
from surveys.sheets.words import why_unreadable


class TableFile(forms.FileField):
    """A CSV or XLSX file."""

    def __init__(self, *, label: Any, help_text: Any) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=200,
            allow_empty_file=True,
            widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
            error_messages={"required": _("Choose a file.")},
        )


class TableForm(forms.Form):
    """Takes in a file; each kind of table gives its `file` and says how it is read.

    When valid, `table` is what the file holds.
    """

    most_bytes: int
    table: Any

    def read(self, content: bytes) -> Any:
        """What stands in the file. Raises Unreadable."""
        raise NotImplementedError

    def why(self, refusal: Unreadable) -> str:
        """What to say where it cannot be read."""
        return why_unreadable(refusal)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            # Not a byte more than is allowed comes into memory.
            content = file.read(self.most_bytes + 1)
            check_kind(content, file.name or "", most_bytes=self.most_bytes)
            self.table = self.read(content)
        except Unreadable as refusal:
            raise forms.ValidationError(self.why(refusal)) from refusal
        return file


class ConfirmForm(forms.Form):
    """Which table is confirmed: the one whose preview was read."""

    checksum = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def names(self, checksum: str) -> bool:
        """Whether it is the table of this checksum."""
        cleaned: dict[str, Any] = getattr(self, "cleaned_data", {})
        return cleaned.get("checksum") == checksum
