"""The life of a round, step by step: what was done when and by whom, what is ahead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.charts.words import shown
from surveys.models import Scorecard
from validation.models import RoundStep
from validation.rounds.lists import GoalLine, RoundLine
from validation.rounds.steps import What


@dataclass(frozen=True)
class Step:
    """`by`: primary key of the member who did it. `state`: done, now or ahead."""

    what: str
    state: str
    when: datetime | None = None
    by: int | None = None
    notes: list[str] = field(default_factory=list)


def timeline_of(
    line: RoundLine, on_record: Iterable[RoundStep], now: datetime
) -> list[Step]:
    """From prepared to closed, with the goals that the reader's `line` holds."""
    round_ = line.round
    recorded = list(on_record)
    prepared = [
        _on_record(one, before)
        for one, before in zip(recorded, [None, *recorded], strict=False)
    ]
    if round_.opened_at is None:
        prepared[-1:] = [replace(one, state="now") for one in prepared[-1:]]
        return [*prepared, *_due(line, now), *_ahead(line)]
    opened = Step(
        _("Opened"),
        "done",
        round_.opened_at,
        round_.opened_by_id,
        [
            _("Fixed from then on: its goals, the rule of each, blind.")
            if round_.is_blind
            else _("Fixed from then on: its goals, the rule of each, not blind.")
        ],
    )
    done = [*prepared, opened]
    done.extend(step for goal in line.goals for step in _of_goal(goal))
    if round_.closed_at:
        done.append(
            Step(_("Closed"), "done", round_.closed_at, round_.closed_by_id, [])
        )
    done.extend(_due(line, now))
    # Nothing here is without a moment.
    done.sort(key=lambda step: (step.state != "done", step.when or now))
    return [*done, *_ahead(line)]


def _on_record(step: RoundStep, before: RoundStep | None) -> Step:
    due_at = step.content["due_at"]
    words: dict[str, str] = {
        What.PREPARED: _("Prepared"),
        What.CHANGED: _("Changed before it opened"),
        What.POSTPONED: _("Another date for the estimates: %(day)s")
        % {"day": _day(step.scorecard, due_at) if due_at else _("none")},
    }
    notes = []
    if step.what == What.CHANGED and before is not None:
        notes = list(_what_changed(step, before))
    return Step(words[step.what], "done", step.done_at, step.done_by_id, notes)


def _what_changed(step: RoundStep, before: RoundStep) -> Iterator[str]:
    """What is other than it was on record before."""
    now, was = step.content, before.content
    if now["title"] != was["title"]:
        yield _("Title: %(title)s") % {"title": now["title"]}
    if now["rules"].keys() != was["rules"].keys():
        numbers = ", ".join(sorted(now["rules"], key=int))
        yield _("Goals: %(numbers)s") % {"numbers": numbers}
    kept = now["rules"].keys() & was["rules"].keys()
    if other := [one for one in kept if now["rules"][one] != was["rules"][one]]:
        numbers = ", ".join(sorted(other, key=int))
        yield _("Another rule for goals: %(numbers)s") % {"numbers": numbers}
    if now["is_blind"] != was["is_blind"]:
        blind, open_ = _("Blind until the first estimate"), _("Not blind")
        yield blind if now["is_blind"] else open_
    if now["due_at"] != was["due_at"]:
        yield _("Another date for the estimates: %(day)s") % {
            "day": _day(step.scorecard, now["due_at"]) if now["due_at"] else _("none")
        }


def _day(scorecard: Scorecard, moment: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(scorecard.zone)
    return date_format(local, "DATETIME_FORMAT")


def _due(line: RoundLine, now: datetime) -> list[Step]:
    due_at = line.round.due_at
    if due_at is None:
        return []
    if line.round.closed_at and line.round.closed_at < due_at:
        return []
    return [Step(_("Estimates are due"), "done" if due_at <= now else "ahead", due_at)]


def _of_goal(line: GoalLine) -> list[Step]:
    round_goal, steps = line.round_goal, []
    if round_goal.revealed_at:
        steps.append(
            Step(
                _("Estimates revealed: %(goal)s") % {"goal": round_goal.goal},
                "done",
                round_goal.revealed_at,
                round_goal.revealed_by_id,
            )
        )
    if line.settlement:
        percent = shown(line.settlement.percent, "%")
        steps.append(
            Step(
                _("Settled at %(percent)s: %(goal)s")
                % {"percent": percent, "goal": round_goal.goal},
                "done",
                line.settlement.settled_at,
                line.settlement.settled_by_id,
                [line.rule_name],
            )
        )
    return steps


def _ahead(line: RoundLine) -> list[Step]:
    round_, steps = line.round, []
    if round_.opened_at is None:
        steps.append(Step(_("Opens"), "ahead"))
    to_reveal = [
        one
        for one in line.goals
        if one.round_goal.revealed_at is None
        and (one.round_goal.is_open or round_.opened_at is None)
    ]
    if round_.is_blind and to_reveal and round_.closed_at is None:
        n = len(to_reveal)
        steps.append(
            Step(
                ngettext("Reveal %(n)d goal", "Reveal %(n)d goals", n) % {"n": n},
                "ahead",
            )
        )
    if n := len(line.goals) - line.settled:
        steps.append(
            Step(
                ngettext("Settle %(n)d goal", "Settle %(n)d goals", n) % {"n": n},
                "ahead",
            )
        )
    if round_.closed_at is None:
        steps.append(Step(_("Closes"), "ahead"))
    return steps
