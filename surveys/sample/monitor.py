"""Everything the sample monitor shows, in two parts: what is live, and the figures.

The live part is one line of totals, asked for every few seconds: who answered is no
secret, only what they said and who they are. The figures move in steps
(surveys.sample.steps).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import get_language, gettext

from surveys.averages import GoalAverage, survey_averages
from surveys.charts import Bars
from surveys.localized import text_in
from surveys.models import Goal, Indicator, Scorecard
from surveys.sample import monitor_charts as charts
from surveys.sample.days import Days, told_days
from surveys.sample.groups import (
    MINUTES,
    ORIGIN,
    Grouping,
    groupings_of,
    unknown_label,
)
from surveys.sample.held_back import held_back_of
from surveys.sample.ranges import UNKNOWN
from surveys.sample.shortfalls import Missing, missing_in, targets_of
from surveys.sample.steps import Shown, shown_sample, step_length, submitted
from surveys.sample.stopping import STOPPED, STOPPED_AFTER, drafts_of, stages
from surveys.sample.suspects import to_judge
from surveys.tallies import count_responses

SHADES = 5


@dataclass(frozen=True)
class Live:
    """Totals of this moment; `version` is the same as long as all of them are."""

    responses: int
    wanted: int | None
    excluded: int
    drafts: int
    stopped: int
    step: int
    is_collecting: bool
    version: str

    @property
    def figures(self) -> str:
        """Which figures belong to these totals."""
        return f"{self.step}-{int(self.is_collecting)}-{self.excluded}"

    @property
    def share(self) -> int | None:
        """Percent of the responses wanted, at most 100."""
        if not self.wanted:
            return None
        return min(100, 100 * self.responses // self.wanted)


@dataclass(frozen=True)
class Divided:
    """One grouping: its chart, and how many are in no group yet."""

    code: str
    name: str
    chart: Bars
    note: str
    missing: Missing | None


@dataclass(frozen=True)
class HeatCell:
    """How many rated one key area of a goal; None where that is hidden."""

    n: int | None
    shade: int


@dataclass(frozen=True)
class HeatRow:
    number: int
    name: str
    n: int | None
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Figures:
    """What moves in steps. `goals_chart` and what follows: None before the first."""

    shown: Shown
    divided: tuple[Divided, ...]
    # Names of the groupings of which not one group may be shown.
    hidden: tuple[str, ...]
    has_targets: bool
    days: Days
    goals_chart: Bars | None
    indicators: tuple[Indicator, ...]
    heat: tuple[HeatRow, ...]
    stopped_chart: Bars | None
    stopped_note: str
    until_next: int | None
    # How many are left out by lot until the survey is over.
    left_out: int
    flagged: int


def live_totals(scorecard: Scorecard, now: datetime) -> Live:
    """How many answered, are about to, and stopped. A fixed number of cheap queries."""
    shown = shown_sample(scorecard, now) if not scorecard.has_ended(now) else None
    drafts = drafts_of(scorecard).aggregate(
        all=Count("pk"),
        stopped=Count("pk", filter=_untouched(now)),
    )
    totals = {
        "responses": count_responses(scorecard),
        "wanted": scorecard.target_responses,
        "excluded": scorecard.exclusions.standing().count(),
        "drafts": drafts["all"],
        "stopped": drafts["stopped"],
        "step": shown.number if shown else 0,
        "is_collecting": shown is not None,
    }
    version = "-".join(str(value) for value in (*totals.values(), get_language()))
    return Live(**totals, version=version)


def _untouched(now: datetime) -> Q:
    return Q(saved_at__lt=now - STOPPED_AFTER)


def sample_figures(scorecard: Scorecard, now: datetime) -> Figures:
    """Everything below the totals, as it may be told at this step."""
    shown = shown_sample(scorecard, now)
    groupings = groupings_of(scorecard)
    stopped = Grouping(STOPPED, gettext("Where people stop"), stages())
    indicators = tuple(scorecard.instrument.indicators.all())
    heat = _heat(scorecard, shown, indicators)
    return Figures(
        shown=shown,
        divided=tuple(
            _divided(scorecard, grouping, shown)
            for grouping in groupings
            if _is_shown(shown, grouping)
        ),
        hidden=tuple(
            one.name for one in groupings if shown.people and not _is_shown(shown, one)
        ),
        has_targets=any(targets_of(scorecard, one.code) for one in groupings),
        days=told_days(scorecard, now),
        goals_chart=charts.goals_chart(heat) if heat else None,
        indicators=indicators,
        heat=heat,
        stopped_chart=(
            charts.stages_chart(stopped, shown.groups[STOPPED])
            if _is_shown(shown, stopped)
            else None
        ),
        stopped_note=charts.waiting_note(shown.waiting(STOPPED)),
        until_next=_until_next(scorecard, shown),
        left_out=0 if shown.is_final else held_back_of(scorecard),
        flagged=to_judge(scorecard, now).count(),
    )


def _is_shown(shown: Shown, grouping: Grouping) -> bool:
    return any(shown.groups.get(grouping.code, {}).values())


def _until_next(scorecard: Scorecard, shown: Shown) -> int | None:
    """How many more must answer before the figures move; None once all are told."""
    if shown.is_final:
        return None
    there = shown.submitted + step_length(scorecard, shown.submitted)
    return max(there - submitted(scorecard), 1)


def _divided(scorecard: Scorecard, grouping: Grouping, shown: Shown) -> Divided:
    groups = shown.groups[grouping.code]
    wanted = targets_of(scorecard, grouping.code)
    labels = dict(grouping.labels)
    if groups.get(UNKNOWN):
        labels[UNKNOWN] = unknown_label()
    return Divided(
        code=grouping.code.removeprefix("@"),
        name=grouping.name,
        chart=charts.groups_chart(grouping.name, labels, groups, wanted),
        note=" ".join(filter(None, _notes(grouping, shown, bool(wanted)))),
        missing=missing_in(grouping, groups, wanted)
        if grouping.code not in (ORIGIN, MINUTES)
        else None,
    )


def _notes(grouping: Grouping, shown: Shown, has_targets: bool) -> Iterator[str]:
    if has_targets:
        yield charts.target_note()
    if not shown.is_final:
        yield charts.waiting_note(shown.waiting(grouping.code))


def _heat(
    scorecard: Scorecard, shown: Shown, indicators: tuple[Indicator, ...]
) -> tuple[HeatRow, ...]:
    if shown.tallies is None:
        return ()
    averages = survey_averages(scorecard, shown.tallies).goals
    goals = list(scorecard.instrument.goals.all())
    most = max((cell.n for a in averages.values() for cell in a.indicators), default=0)
    return tuple(_heat_row(goal, averages[goal.number], most) for goal in goals)


def _heat_row(goal: Goal, average: GoalAverage, most: int) -> HeatRow:
    return HeatRow(
        number=goal.number,
        name=text_in(goal.title),
        n=None if average.is_suppressed else average.respondents,
        cells=tuple(
            HeatCell(None, 0)
            if average.is_suppressed or cell.is_suppressed
            else HeatCell(cell.n, -(-SHADES * cell.n // most) if most else 0)
            for cell in average.indicators
        ),
    )
