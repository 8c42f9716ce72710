"""Who is left out, by lot, of what an open anonymous survey shows.

When the survey is over everything is told. Whoever kept what was shown just before
would learn by subtraction what those few said who answered in between. So as many as
the smallest group has people are left out of each step, drawn anew each time from all
who have answered: between a step and the end there are always at least so many, and
nobody knows who. Who was drawn is stored nowhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from surveys.models import Anonymity, Answer, Response, Scorecard
from surveys.sample.stopping import STOPPED
from surveys.tallies import Given

# Among so many times the smallest group those are looked for who answered a goal.
LOOKED_THROUGH = 40


@dataclass(frozen=True)
class HeldBack:
    """`responses`: left out of the groups. `answers`: of the tallies, as many of each
    goal. `waiting`: goals that too few of those looked through have answered."""

    responses: Sequence[UUID] = ()
    answers: Sequence[Given] = ()
    waiting: frozenset[int] = frozenset()

    def of(self, grouping: str) -> int:
        """How many are left out of a grouping; drafts are nobody's answers yet."""
        return 0 if grouping == STOPPED else len(self.responses)


def held_back_of(scorecard: Scorecard) -> int:
    """How many are left out; none where who answered what is no secret."""
    is_anonymous = scorecard.anonymity == Anonymity.ANONYMOUS
    return scorecard.smallest_group if is_anonymous else 0


def draw(scorecard: Scorecard) -> HeldBack:
    """Draw who is left out now. Four queries, however many have answered."""
    n = held_back_of(scorecard)
    if not n:
        return HeldBack()
    drawn = _in_random_order(scorecard, LOOKED_THROUGH * n)
    by_response: dict[UUID, list[Given]] = defaultdict(list)
    for row in Answer.objects.filter(response__in=drawn).values_list(
        "response_id", "goal__number", "ratings"
    ):
        by_response[row[0]].append(Given(*row[1:]))
    left_out: dict[int, list[Given]] = {
        number: []
        for number in scorecard.instrument.goals.values_list("number", flat=True)
    }
    for response in drawn:
        for answer in by_response[response]:
            if len(left_out[answer.goal]) < n:
                left_out[answer.goal].append(answer)
    return HeldBack(
        responses=drawn[:n],
        answers=[one for answers in left_out.values() for one in answers],
        waiting=frozenset(goal for goal, found in left_out.items() if len(found) < n),
    )


def _in_random_order(scorecard: Scorecard, most: int) -> list[UUID]:
    """Keys are random: their order from a random place on is one as well."""
    start = uuid4()
    counted = Response.objects.counted().filter(scorecard=scorecard).order_by("pk")
    keys = counted.values_list("pk", flat=True)
    found = [*keys.filter(pk__gte=start)[:most], *keys.filter(pk__lt=start)[:most]]
    return found[:most]
