"""What is new on a board, in one sentence for eyes and ears."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from validation.board.voices import Counts

REVEALED, CLOSED, SETTLED = 1, 2, 3


def read_counts(text: str) -> tuple[Counts, int] | None:
    """What a page says it shows: five counts and the goal's state, "3,1,2,0,0,1"."""
    parts = text.split(",")
    if len(parts) != 6 or not all(part.isdecimal() for part in parts):
        return None
    *counts, state = (int(part) for part in parts)
    return Counts(*counts), state


def written_counts(counts: Counts, state: int) -> str:
    """The same, to be kept in the page."""
    numbers = (
        counts.estimates,
        counts.revisions,
        counts.supports,
        counts.withdrawals,
        counts.comments,
        state,
    )
    return ",".join(str(number) for number in numbers)


def news(before: tuple[Counts, int], counts: Counts, state: int) -> str:
    """What happened since `before`, for example "2 new estimates. 1 new comment."

    Empty where nothing did.
    """
    known, earlier_state = before
    sentences = [*_of_state(earlier_state, state), *_of_counts(known, counts)]
    return " ".join(sentences)


def _of_state(before: int, now: int) -> Iterator[str]:
    if before >= now:
        return
    if now == REVEALED:
        yield _("The estimates were revealed.")
    elif now == CLOSED:
        yield _("The round was closed.")
    elif now == SETTLED:
        yield _("This goal was settled.")


def _of_counts(before: Counts, now: Counts) -> Iterator[str]:
    if (n := now.estimates - before.estimates) > 0:
        yield ngettext("%(n)d new estimate.", "%(n)d new estimates.", n) % {"n": n}
    if (n := now.revisions - before.revisions) > 0:
        yield ngettext("%(n)d estimate revised.", "%(n)d estimates revised.", n) % {
            "n": n
        }
    if (n := now.supports - before.supports) > 0:
        yield ngettext("%(n)d new support.", "%(n)d new supports.", n) % {"n": n}
    if (n := now.withdrawals - before.withdrawals) > 0:
        yield ngettext("%(n)d support taken back.", "%(n)d supports taken back.", n) % {
            "n": n
        }
    if (n := now.comments - before.comments) > 0:
        yield ngettext("%(n)d new comment.", "%(n)d new comments.", n) % {"n": n}
