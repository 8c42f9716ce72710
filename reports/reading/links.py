"""Where the parts of one report are found: its draft's or one edition's addresses.

Whoever reads an edition stays inside it, whoever reads the draft in the draft.
"""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Links:
    """Addresses of a report; `edition` is its number, or None for the draft."""

    slug: str
    edition: int | None = None

    def _to(self, part: str, **where: str | int) -> str:
        if self.edition is None:
            return reverse(f"report{part}", args=[self.slug, *where.values()])
        return reverse(
            f"edition{part}", args=[self.slug, self.edition, *where.values()]
        )

    @property
    def overview(self) -> str:
        return self._to("")

    @property
    def computation(self) -> str:
        """How the figures over all goals were computed."""
        return self._to("_computation")

    @property
    def downloads(self) -> str:
        if self.edition is None:
            return reverse("downloads", args=[self.slug])
        return self._to("_downloads")

    def goal(self, number: int) -> str:
        return self._to("_goal", number=number)

    def goal_computation(self, number: int) -> str:
        return self._to("_goal_computation", number=number)

    def chapter(self, code: str) -> str:
        return self._to("_chapter", code=code)

    def indicator(self, number: int) -> str:
        """How a key area's average over all goals was computed."""
        return f"{self.computation}#key-area-{number}"

    def dimension(self, number: int) -> str:
        """How a dimension's average was computed."""
        return f"{self.computation}#dimension-{number}"
