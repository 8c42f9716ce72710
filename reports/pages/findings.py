"""Key findings: what stands out, by thresholds and not by hand. Pure."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from reports.pages.document import GoalPage, KeyFindings, as_printed

HIGH, LOW = 40, 30
NAMED_INDICATORS = 3


def key_findings(
    goals: Sequence[GoalPage],
    by_indicator: Mapping[int, Fraction | None],
    *,
    high: int = HIGH,
    low: int = LOW,
) -> KeyFindings:
    """Which goals are above `high` or below `low` percent, and which ones moved.

    Percentages are compared as they are printed: rounded, half up. A goal that prints
    as 40% is not above 40%, and one that goes from 31% to 31% has not moved.
    Indicators are ranked by their unrounded averages.
    """

    def those(condition: Callable[[GoalPage], bool]) -> list[int]:
        return [page.number for page in goals if condition(page)]

    ranked = sorted(
        (number for number, percent in by_indicator.items() if percent is not None),
        key=lambda number: (by_indicator[number], number),
    )
    named = min(NAMED_INDICATORS, len(ranked) // 2)
    return KeyFindings(
        high=high,
        low=low,
        survey_above_high=those(lambda page: _printed(page.survey.percent, 0) > high),
        survey_below_low=those(lambda page: _printed(page.survey.percent, low) < low),
        above_high=those(lambda page: _printed(page.percent, 0) > high),
        below_low=those(lambda page: _printed(page.percent, low) < low),
        lowered=those(lambda page: _moved(page) < 0),
        raised=those(lambda page: _moved(page) > 0),
        band_changes=[
            (page.number, page.survey.band, page.band)
            for page in goals
            if page.survey.band and page.band and page.survey.band != page.band
        ],
        strongest_indicators=ranked[::-1][:named],
        weakest_indicators=ranked[:named],
    )


def _printed(percent: Fraction | None, otherwise: int) -> int:
    printed = as_printed(percent)
    return otherwise if printed is None else printed


def _moved(page: GoalPage) -> int:
    after, before = as_printed(page.percent), as_printed(page.survey.percent)
    return 0 if after is None or before is None else after - before
