"""Survey averages: the figures that follow from a scorecard's tallies.

Exact throughout: a mean is a Fraction, a percentage is the unrounded Fraction of the
instrument's formula. `None` means not computable, or that fewer people than the
scorecard's smallest group answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from surveys import scoring
from surveys.models import Indicator, Instrument, Scorecard
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED, score_of
from surveys.sample.suppression import suppress
from surveys.tallies import Tallies

MISSING = (DONT_KNOW, NOT_APPLICABLE, SKIPPED)


@dataclass(frozen=True)
class IndicatorAverage:
    """One cell: a goal's indicator. `tally`: score -> respondents.

    A suppressed one looks as if nobody had rated it: too few people did, or it could
    be subtracted to get one that too few people rated.
    """

    goal: int
    indicator: int
    tally: Mapping[int, int]
    missing: Mapping[str, int]
    n: int
    mean: Fraction | None
    percent: Fraction | None
    median: Fraction | None
    standard_deviation: float | None
    is_suppressed: bool = False


@dataclass(frozen=True)
class GoalAverage:
    """A goal: mean of its indicator means, and what is shown beside it.

    The mean is that of all its indicators, suppressed ones included. `is_waiting`:
    suppressed as long as the survey is open, whether or not anybody rated it.
    """

    goal: int
    respondents: int
    indicators: tuple[IndicatorAverage, ...]
    mean: Fraction | None
    percent: Fraction | None
    pooled_percent: Fraction | None
    interval: scoring.Interval | None
    standard_deviation: float | None
    is_suppressed: bool
    is_waiting: bool = False


@dataclass(frozen=True)
class SurveyAverages:
    """All goals of a scorecard, and what is averaged over them."""

    responses: int
    goals: Mapping[int, GoalAverage]
    mean: Fraction | None
    percent: Fraction | None
    # indicator number -> mean over the goals of its percentages
    by_indicator: Mapping[int, Fraction | None]
    # dimension number -> mean of its indicators' averages
    by_dimension: Mapping[int, Fraction | None]


def percent_of(instrument: Instrument, mean: Fraction | None) -> Fraction | None:
    """A mean score as a percentage, by the formula that the instrument names."""
    if mean is None:
        return None
    formula = scoring.PERCENT_FORMULAS[instrument.percent_formula]
    return formula(mean, instrument.scale_minimum, instrument.scale_maximum)


def survey_averages(scorecard: Scorecard, tallies: Tallies) -> SurveyAverages:
    """The survey averages of `scorecard` that follow from `tallies`.

    Source: the People's Scorecard method (mean of each indicator, mean of those per
    goal, percentage of the scale's maximum, mean of the goals).
    """
    instrument = scorecard.instrument
    indicators = {i.number: i.dimension.number for i in _indicators(instrument)}
    goals = {
        goal.number: _goal_average(scorecard, goal.number, list(indicators), tallies)
        for goal in instrument.goals.all()
    }
    by_indicator = {
        number: scoring.overall(
            cell.percent
            for goal in goals.values()
            for cell in goal.indicators
            if cell.indicator == number
        )
        for number in indicators
    }
    return SurveyAverages(
        responses=tallies.responses,
        goals=goals,
        mean=scoring.overall(goal.mean for goal in goals.values()),
        percent=scoring.overall(goal.percent for goal in goals.values()),
        by_indicator=by_indicator,
        by_dimension={
            dimension: scoring.overall(
                by_indicator[number]
                for number, inside in indicators.items()
                if inside == dimension
            )
            for dimension in sorted(set(indicators.values()))
        },
    )


def _indicators(instrument: Instrument) -> QuerySet[Indicator]:
    return instrument.indicators.select_related("dimension")


def _goal_average(
    scorecard: Scorecard, goal: int, indicators: list[int], tallies: Tallies
) -> GoalAverage:
    instrument = scorecard.instrument
    sums = tallies.respondents.get(goal, {})
    respondents = sum(n for (answered, _), n in sums.items() if answered)
    waiting = tallies.is_step and not respondents
    suppressed = waiting or 0 < respondents < scorecard.smallest_group
    if suppressed:
        sums, respondents = {}, 0
    cells = tuple(
        _indicator_average(
            instrument,
            goal,
            number,
            {} if suppressed else tallies.cells.get((goal, number), {}),
        )
        for number in indicators
    )
    mean = scoring.goal_mean(cell.tally for cell in cells)
    shown = _with_small_ones_hidden(cells, scorecard.smallest_group)
    # Together with the goal's mean, the pooled one could give hidden ones away.
    pooled = scoring.pooled_mean(cell.tally for cell in cells if shown == cells)
    own, per_point = scoring.own_means(sums)
    return GoalAverage(
        goal=goal,
        respondents=respondents,
        indicators=shown,
        mean=mean,
        percent=percent_of(instrument, mean),
        pooled_percent=percent_of(instrument, pooled),
        interval=scoring.t_interval(own, per_point=per_point),
        standard_deviation=scoring.standard_deviation(own, per_point),
        is_suppressed=suppressed,
        is_waiting=waiting,
    )


def _with_small_ones_hidden(
    cells: Iterable[IndicatorAverage], smallest: int
) -> tuple[IndicatorAverage, ...]:
    shown = suppress({cell.indicator: cell.n for cell in cells}, smallest)
    return tuple(
        cell
        if shown[cell.indicator] is not None
        else IndicatorAverage(
            goal=cell.goal,
            indicator=cell.indicator,
            tally={},
            missing={},
            n=0,
            mean=None,
            percent=None,
            median=None,
            standard_deviation=None,
            is_suppressed=True,
        )
        for cell in cells
    )


def _indicator_average(
    instrument: Instrument, goal: int, number: int, codes: Mapping[str, int]
) -> IndicatorAverage:
    tally = {
        score: codes.get(code, 0)
        for code in sorted(codes)
        if (score := score_of(code)) is not None
    }
    mean = scoring.mean(tally)
    return IndicatorAverage(
        goal=goal,
        indicator=number,
        tally=tally,
        missing={code: codes[code] for code in MISSING if codes.get(code)},
        n=scoring.count(tally),
        mean=mean,
        percent=percent_of(instrument, mean),
        median=scoring.median(tally),
        standard_deviation=scoring.standard_deviation(tally),
    )
