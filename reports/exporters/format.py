"""What every file format of the report has in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext, override

from reports.pages.document import Report


@dataclass(frozen=True)
class Imprint:
    """What a file says about itself beside the report.

    `edition` is None for a draft. `day` is when the edition was released, or when the
    draft was asked for, in the scorecard's time zone. `language` is that of the file.
    `checksum` is the edition's own, as it was frozen; a draft has none of its own.
    """

    edition: int | None
    day: date
    language: str
    checksum: str = ""

    def checksum_of(self, report: Report) -> str:
        """The frozen checksum. A report that was read back may hold parts that its
        bytes did not have yet, so that computing it again would give another."""
        return self.checksum or report.checksum

    @property
    def name(self) -> str:
        """ "Edition 2" or "Draft", in the active language."""
        if self.edition is None:
            return gettext("Draft")
        return gettext("Edition %(number)d") % {"number": self.edition}


# Writes the finished, frozen report into a file; same arguments, same bytes.
Writer = Callable[[Report, Imprint, Path], None]


@dataclass(frozen=True)
class Format:
    """A kind of file. `code` is also its suffix; `label` says it in gettext's words."""

    code: str
    label: str
    content_type: str
    writer: Writer

    def write(self, report: Report, imprint: Imprint, path: Path) -> None:
        """Write the report into `path`, in the language of the imprint.

        Raises what the format's own module names.
        """
        with override(imprint.language):
            self.writer(report, imprint, path)

    def file_name(self, report: Report, imprint: Imprint) -> str:
        """The name under which the file is downloaded, for example
        "kazakhstan-2022-edition-1-en.pdf"."""
        which = "draft" if imprint.edition is None else f"edition-{imprint.edition}"
        return f"{report.slug}-{which}-{imprint.language}.{self.code}"
