"""What the survey says on one goal, for the panel to look at first."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from django.utils.translation import gettext as _

from surveys.averages import GoalAverage, IndicatorAverage, percent_of, survey_averages
from surveys.charts import Bar, BarGroup, Bars, Category, StackedBars, StackedRow
from surveys.localized import text_in
from surveys.models import Goal, Indicator, Instrument, Scorecard
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED
from surveys.tallies import Tallies, read_tallies
from validation.models import Baseline


@dataclass(frozen=True)
class Evidence:
    """Percentages in percentage points, exact; None where there is no figure.

    `low` and `high`: the 95% interval over respondents, as percentages. `pooled` only
    where it differs from the survey average by a point or more.
    """

    average: GoalAverage
    low: Fraction | None
    high: Fraction | None
    pooled: Fraction | None
    key_areas: Bars
    distribution: StackedBars
    baseline: Baseline | None


def evidence_on(scorecard: Scorecard, goal: Goal) -> Evidence:
    """The survey figures in force for one goal."""
    baseline = Baseline.objects.filter(scorecard=scorecard).first()
    tallies = (
        Tallies.from_json(baseline.tallies) if baseline else read_tallies(scorecard)
    )
    average = survey_averages(scorecard, tallies).goals[goal.number]
    instrument = scorecard.instrument
    indicators = list(instrument.indicators.select_related("dimension"))
    low, high = _interval(instrument, average)
    return Evidence(
        average=average,
        low=low,
        high=high,
        pooled=_pooled(average),
        key_areas=_key_areas(goal, indicators, average),
        distribution=_distribution(instrument, goal, indicators, average),
        baseline=baseline,
    )


def _interval(
    instrument: Instrument, average: GoalAverage
) -> tuple[Fraction | None, Fraction | None]:
    if average.interval is None:
        return None, None
    low, high = average.interval.low, average.interval.high
    return percent_of(instrument, Fraction(low)), percent_of(instrument, Fraction(high))


def _pooled(average: GoalAverage) -> Fraction | None:
    if average.percent is None or average.pooled_percent is None:
        return None
    differs = abs(average.pooled_percent - average.percent) >= 1
    return average.pooled_percent if differs else None


def _key_areas(
    goal: Goal, indicators: Iterable[Indicator], average: GoalAverage
) -> Bars:
    cells = {cell.indicator: cell for cell in average.indicators}
    groups = groupby(indicators, key=lambda indicator: indicator.dimension)
    return Bars(
        title=_("Key areas of goal %(number)d: survey average of each")
        % {"number": goal.number},
        value_name=_("Survey average"),
        groups=tuple(
            BarGroup(
                name=str(dimension),
                rows=tuple(
                    Bar(label=str(one), value=cells[one.number].percent)
                    for one in inside
                ),
            )
            for dimension, inside in groups
        ),
    )


def _distribution(
    instrument: Instrument,
    goal: Goal,
    indicators: Iterable[Indicator],
    average: GoalAverage,
) -> StackedBars:
    cells = {cell.indicator: cell for cell in average.indicators}
    scale = instrument.scale
    labels = instrument.missing_labels
    apart = {
        DONT_KNOW: text_in(labels.get("dont_know", {})) or _("Don’t know"),
        NOT_APPLICABLE: text_in(labels.get("not_applicable", {}))
        or _("Not applicable"),
        SKIPPED: _("Skipped"),
    }
    return StackedBars(
        title=_("Distribution of the scores given on goal %(number)d")
        % {"number": goal.number},
        categories=(
            *(Category(name=label, mark=str(score)) for score, label in scale),
            *(Category(name=name, is_apart=True) for name in apart.values()),
        ),
        rows=tuple(
            StackedRow(label=str(one), counts=_counts(scale, apart, cells[one.number]))
            for one in indicators
        ),
    )


def _counts(
    scale: list[tuple[int, str]], apart: Iterable[str], cell: IndicatorAverage
) -> tuple[int, ...] | None:
    if not cell.n and not cell.missing:
        return None
    return (
        *(cell.tally.get(score, 0) for score, _label in scale),
        *(cell.missing.get(code, 0) for code in apart),
    )
