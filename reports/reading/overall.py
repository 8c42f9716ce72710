"""How the figures over all goals were computed: goals, key areas, dimensions."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from reports.pages import wording
from reports.pages.document import GoalPage, Report
from reports.reading.computation import PERCENT, POINTS, mean_of
from reports.reading.links import Links
from surveys.charts.words import shown
from surveys.localized import text_in


@dataclass(frozen=True)
class GoalTerm:
    """One goal in the sums, and in the means of the key areas (in their order)."""

    number: int
    title: str
    mean: str
    survey: str
    percent: str
    survey_href: str
    percent_href: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """`working` is "595.9 / 17 = 35.05, printed as 35%"."""

    total: str
    working: str


@dataclass(frozen=True)
class Average:
    """A key area or dimension over all goals."""

    number: int
    name: str
    percent: str
    working: str


@dataclass(frozen=True)
class OverallComputation:
    has_figure: bool
    goals: tuple[GoalTerm, ...]
    mean: Sum
    survey: Sum
    percent: Sum
    left_out: str
    indicators: tuple[Average, ...]
    dimensions: tuple[Average, ...]


def overall_computation(report: Report, links: Links) -> OverallComputation:
    """How the report's overall figures follow from those of its goals."""
    survey = [page.survey.percent for page in report.goals]
    without = [
        f"{page.number} {text_in(page.title)}"
        for page in report.goals
        if page.survey.percent is None
    ]
    return OverallComputation(
        has_figure=report.overall.survey_percent is not None,
        goals=tuple(_term(page, links) for page in report.goals),
        mean=_sum([page.survey.mean for page in report.goals], POINTS, ""),
        survey=_sum(survey, PERCENT, "%"),
        percent=_sum([page.percent for page in report.goals], PERCENT, "%"),
        left_out=wording.joined(without),
        indicators=_indicators(report),
        dimensions=_dimensions(report),
    )


def _term(page: GoalPage, links: Links) -> GoalTerm:
    computation = links.goal_computation(page.number)
    return GoalTerm(
        number=page.number,
        title=text_in(page.title),
        mean=shown(page.survey.mean, places=POINTS),
        survey=shown(page.survey.percent, places=PERCENT),
        percent=shown(page.percent, places=PERCENT),
        survey_href=f"{computation}#survey",
        percent_href=f"{computation}#consultation",
        indicators=tuple(
            gettext("not shown")
            if figure.is_suppressed
            else shown(figure.percent, places=1)
            for figure in page.survey.indicators
        ),
    )


def _sum(values: Sequence[Fraction | None], places: int, unit: str) -> Sum:
    known = [value for value in values if value is not None]
    if not known:
        return Sum("", "")
    total = sum(known, Fraction(0))
    mean = total / len(known)
    total_shown, exact = shown(total, places=places), shown(mean, places=places)
    printed = shown(mean, unit, 0 if unit else 1)
    return Sum(
        total_shown,
        gettext("%(total)s / %(count)d = %(mean)s, printed as %(printed)s")
        % {
            "total": total_shown,
            "count": len(known),
            "mean": exact,
            "printed": printed,
        },
    )


def _indicators(report: Report) -> tuple[Average, ...]:
    averages = []
    for place, row in enumerate(report.indicators):
        values = [page.survey.indicators[place].percent for page in report.goals]
        averages.append(
            Average(
                row.number,
                text_in(row.name),
                wording.percent(row.percent),
                _sum(values, PERCENT, "%").working,
            )
        )
    return tuple(averages)


def _dimensions(report: Report) -> tuple[Average, ...]:
    averages = []
    for dimension in report.dimensions:
        values = [
            row.percent
            for row in report.indicators
            if row.dimension == dimension.number and row.percent is not None
        ]
        averages.append(
            Average(
                dimension.number,
                text_in(dimension.name),
                wording.percent(dimension.percent),
                mean_of(values, dimension.percent, PERCENT) if values else "",
            )
        )
    return tuple(averages)
