"""How far the sending is: what a page shows, and asks for again while it goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from surveys.mailing.words import PUT_OFF, PUT_OFF_NAME, STATE_NAMES
from surveys.models import Job, LetterQuerySet, LetterState, Scorecard

UNDER_WAY = [Job.State.WAITING, Job.State.RUNNING]


@dataclass(frozen=True)
class Standing:
    """`counts`: {state: n}, those that a dead worker left among the unknown, and those
    that wait only because the server refused them for now apart."""

    counts: dict[str, int]
    job: Job | None

    @property
    def named_counts(self) -> list[dict[str, Any]]:
        return [
            {"state": state, "name": name, "n": self.counts[state]}
            for state, name in {**STATE_NAMES, PUT_OFF: PUT_OFF_NAME}.items()
            if self.counts.get(state)
        ]

    @property
    def failed(self) -> int:
        return self.counts.get(LetterState.FAILED, 0)

    @property
    def on_their_way(self) -> int:
        states = (LetterState.WAITING, LetterState.SENDING)
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def is_under_way(self) -> bool:
        return self.on_their_way > 0

    @property
    def total(self) -> int:
        """Without those that are put off: nobody sits by the progress of hours."""
        return sum(self.counts.values()) - self.counts.get(PUT_OFF, 0)

    @property
    def done(self) -> int:
        return self.total - self.on_their_way

    @property
    def seen(self) -> str:
        """Changes with what there is to see."""
        return "-".join(f"{state}{n}" for state, n in sorted(self.counts.items()))


def standing_of(
    letters: LetterQuerySet[Any], scorecard: Scorecard, job_kind: str, now: datetime
) -> Standing:
    """Where these letters of the scorecard stand. Four queries."""
    counts = dict(
        letters.order_by().values_list("state").annotate(n=Count("pk")).order_by()
    )
    if left := letters.left_behind(now).count():
        counts[LetterState.UNKNOWN] = counts.get(LetterState.UNKNOWN, 0) + left
        counts[LetterState.SENDING] -= left
    if later := letters.put_off().filter(try_again_at__gt=now).count():
        counts[PUT_OFF] = later
        counts[LetterState.WAITING] -= later
    job = Job.objects.filter(
        scorecard=scorecard, kind=job_kind, state__in=UNDER_WAY
    ).first()
    return Standing({state: n for state, n in counts.items() if n}, job)
