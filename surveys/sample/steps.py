"""What may be shown of a survey while answers come in: not each of them, but steps.

Somebody who looks before and after one person answered would learn from a live table
which groups that person is in, and from live averages what they said. So as long as
answers come in, tables and averages stay as they are until at least as many new
responses are there as the smallest group has people; and what changed by fewer than
that in one place waits there. Nothing waits any more once the survey is over: so that
this last change is about many as well, some are left out by lot until then
(surveys.sample.held_back; docs/decisions.md, "Who answered").
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from surveys.models import FlaggedResponse, SampleStep, Scorecard
from surveys.ratings import MARKERS
from surveys.sample.groups import count_groups, groupings_of
from surveys.sample.held_back import HeldBack, draw, held_back_of
from surveys.sample.stopping import STOPPED, count_stages
from surveys.sample.suppression import suppress
from surveys.tallies import (
    Tallies,
    count_responses,
    fold_tallies,
    hold_counts,
    read_tallies,
)

Groups = Mapping[str, int | None]


@dataclass(frozen=True)
class Shown:
    """What may be shown now.

    `groups`: grouping -> group -> people, None where that may not be told; without a
    grouping of which nothing may. `people`: how many each divides, those told of in no
    group included. `tallies`: None before the first step. `number` is that of the step.
    """

    groups: Mapping[str, Groups]
    people: Mapping[str, int]
    tallies: Tallies | None
    number: int
    # How many responses had come in at the step, excluded ones included.
    submitted: int
    is_final: bool

    def waiting(self, grouping: str) -> int:
        """How many of a grouping's people are told of in no group."""
        told = sum(n or 0 for n in self.groups.get(grouping, {}).values())
        return self.people.get(grouping, 0) - told


NOTHING = Shown({}, {}, None, 0, 0, False)


def submitted(scorecard: Scorecard) -> int:
    """How many responses came in, excluded ones included. Cheap."""
    return count_responses(scorecard) + scorecard.exclusions.standing().count()


def shown_sample(scorecard: Scorecard, now: datetime) -> Shown:
    """What may be shown now; takes the next step if it is due."""
    if scorecard.has_ended(now):
        return _final(scorecard, now)
    step = SampleStep.objects.filter(scorecard=scorecard).first()
    if _is_due(scorecard, step, submitted(scorecard)):
        step = take_step(scorecard, now)
    if step is None:
        return NOTHING
    return Shown(
        groups={
            code: _told(groups, step.people[code])
            for code, groups in step.groups.items()
            if any(groups.values())
        },
        people=step.people,
        tallies=replace(Tallies.from_json(step.tallies), is_step=True),
        number=step.number,
        submitted=step.submitted,
        is_final=False,
    )


def _told(groups: Mapping[str, int], people: int) -> Groups:
    """While somebody waits, 0 may stand for a few."""
    if sum(groups.values()) == people:
        return groups
    return {group: n or None for group, n in groups.items()}


def _final(scorecard: Scorecard, now: datetime) -> Shown:
    counts = _counts(scorecard, now, HeldBack())
    smallest = scorecard.smallest_group
    people = {code: sum(groups.values()) for code, groups in counts.items()}
    tallies = read_tallies(scorecard)
    return Shown(
        groups={
            code: suppress(groups, smallest)
            for code, groups in counts.items()
            if people[code] >= smallest
        },
        people=people,
        tallies=tallies if tallies.responses >= smallest else None,
        number=0,
        submitted=submitted(scorecard),
        is_final=True,
    )


def _counts(
    scorecard: Scorecard, now: datetime, left_out: HeldBack
) -> dict[str, dict[str, int]]:
    counts = count_groups(scorecard, groupings_of(scorecard), left_out.responses)
    return {**counts, STOPPED: count_stages(scorecard, now)}


def _is_due(scorecard: Scorecard, step: SampleStep | None, now_there: int) -> bool:
    there = step.submitted if step else 0
    return now_there - there >= step_length(scorecard, there)


def step_length(scorecard: Scorecard, there: int) -> int:
    """How many more must have answered: the smallest group, or a fiftieth of all.

    The latter so that a survey of a million is not counted through at each glance. At
    first there must be those who are left out as well.
    """
    first = held_back_of(scorecard) if not there else 0
    return first + max(scorecard.smallest_group, there // 50, 1)


@transaction.atomic
def take_step(scorecard: Scorecard, now: datetime) -> SampleStep | None:
    """Take the next step, unless somebody else just did. Returns the one in force."""
    hold_counts(scorecard)
    before = SampleStep.objects.filter(scorecard=scorecard).first()
    there = submitted(scorecard)
    if not _is_due(scorecard, before, there):
        return before
    # So that those among them that look suspect are flagged now, not a step later.
    fold_tallies(scorecard)
    left_out = draw(scorecard)
    counts = _counts(scorecard, now, left_out)
    smallest = scorecard.smallest_group
    shown = before.groups if before else {}
    told = Tallies.from_json(before.tallies) if before else Tallies()
    step, _ = SampleStep.objects.update_or_create(
        scorecard=scorecard,
        defaults={
            "number": before.number + 1 if before else 1,
            "submitted": there,
            "groups": {
                code: released(shown.get(code, {}), groups, smallest)
                for code, groups in counts.items()
            },
            "people": {
                code: sum(groups.values()) + left_out.of(code)
                for code, groups in counts.items()
            },
            "tallies": released_tallies(
                told,
                read_tallies(scorecard).without(left_out.answers),
                smallest,
                left_out.waiting,
            ).as_json(),
            "taken_at": now,
        },
    )
    FlaggedResponse.objects.filter(scorecard=scorecard).update(is_shown=True)
    return step


def released(
    shown: Mapping[str, int], groups: Mapping[str, int], smallest: int
) -> dict[str, int]:
    """What is shown of `groups` after `shown`: changes of few people wait.

    The change is a table like any other, and suppressed like any other: a group that
    changed by 1 to `smallest` - 1 people stays as it was, with a second one beside it
    if it could be had by subtraction.

    >>> released({"women": 9, "men": 7}, {"women": 15, "men": 9, "other": 0}, 5)
    {'women': 9, 'men': 7, 'other': 0}
    >>> released({"women": 9, "men": 7}, {"women": 15, "men": 13, "other": 0}, 5)
    {'women': 15, 'men': 13, 'other': 0}
    """
    changes = {group: abs(n - shown.get(group, 0)) for group, n in groups.items()}
    may_be_told = suppress(changes, smallest)
    return {
        group: shown.get(group, 0) if may_be_told[group] is None else n
        for group, n in groups.items()
    }


def released_tallies(
    shown: Tallies,
    now: Tallies,
    smallest: int,
    waiting: frozenset[int] = frozenset(),
) -> Tallies:
    """`now`, but a goal as in `shown` where the change is about a few people only.

    That is: fewer than `smallest` more (or fewer) people answered it, or scored one of
    its key areas. `waiting`: goals that stay as they are in any case.
    """
    waits = waiting | {
        cell[0]
        for cell, codes in now.cells.items()
        for n, before in zip(
            _people(codes), _people(shown.cells.get(cell, {})), strict=True
        )
        if 0 < abs(n - before) < smallest
    }
    return Tallies(
        responses=now.responses,
        cells={
            cell: codes
            for cells, is_kept in ((shown.cells, True), (now.cells, False))
            for cell, codes in cells.items()
            if (cell[0] in waits) == is_kept
        },
        respondents={
            goal: sums
            for goals, is_kept in ((shown.respondents, True), (now.respondents, False))
            for goal, sums in goals.items()
            if (goal in waits) == is_kept
        },
    )


def _people(codes: Mapping[str, int]) -> tuple[int, int]:
    """How many answered a cell in any way, and how many with a score."""
    scores = sum(n for code, n in codes.items() if code not in MARKERS)
    return sum(codes.values()), scores
