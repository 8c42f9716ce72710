"""Where files of a report are asked for and fetched: a draft's or an edition's."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from reports.models import Edition
from reports.reading.links import Links
from surveys.models import Member, Scorecard


@dataclass(frozen=True)
class Place:
    """The downloads of one report: `member` reads its draft, anybody an `edition`."""

    scorecard: Scorecard
    member: Member | None = None
    edition: Edition | None = None

    @property
    def links(self) -> Links:
        return Links(self.scorecard.slug, self.edition.number if self.edition else None)

    @property
    def href(self) -> str:
        """The list of downloads."""
        return self.links.downloads

    def job(self, key: UUID) -> str:
        """The page of one file, while it is made and after."""
        return self._to("download", key)

    def file(self, key: UUID) -> str:
        """The file itself."""
        return self._to("download_file", key)

    def _to(self, name: str, key: UUID) -> str:
        if self.edition is None:
            return reverse(name, args=[self.scorecard.slug, key])
        return reverse(
            f"edition_{name}", args=[self.scorecard.slug, self.edition.number, key]
        )
