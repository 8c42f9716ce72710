"""What the report's charts show, made from the frozen report and nothing else.

Pages, files and tests draw the same descriptions. `href_of` gives the address a row
leads to; files that have no links leave it out.
"""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext

from reports.pages.document import (
    BandPart,
    BreakdownLine,
    GoalPage,
    GroupLine,
    IndicatorFigure,
    Method,
    Report,
)
from reports.pages.pieces import NumberLink, no_link
from surveys.charts import (
    Axis,
    Bar,
    BarGroup,
    Bars,
    Category,
    Dumbbell,
    DumbbellRow,
    StackedBars,
    StackedRow,
    Stretch,
)
from surveys.charts.colours import goal_accent
from surveys.localized import text_in
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED

HALF = Fraction(1, 2)
WHOLE = 100


def goals_dumbbell(
    report: Report, *, href_of: NumberLink = no_link, overall_href: str = ""
) -> Dumbbell:
    """The signature picture: every goal from survey to post-consultation average."""
    total = DumbbellRow(
        label=gettext("All goals"),
        start=report.overall.survey_percent,
        end=report.overall.percent,
        href=overall_href,
        is_total=True,
    )
    goals = tuple(
        DumbbellRow(
            label=text_in(page.title),
            start=page.survey.percent,
            end=page.percent,
            mark=str(page.number),
            accent=goal_accent(page.number),
            href=href_of(page.number),
        )
        for page in report.goals
    )
    return Dumbbell(
        title=gettext("Each goal, from survey average to post-consultation average"),
        rows=(*goals, total),
        stretches=band_stretches(report.bands),
    )


def goals_chart(
    report: Report, *, href_of: NumberLink = no_link, overall_href: str = ""
) -> Dumbbell | Bars:
    """Every goal: from one average to the other, or the survey's while it has no other.

    Arguments as for `goals_dumbbell`.
    """
    if report.is_consulted:
        return goals_dumbbell(report, href_of=href_of, overall_href=overall_href)
    goals = [
        Bar(
            f"{page.number} {text_in(page.title)}",
            page.survey.percent,
            href=href_of(page.number),
        )
        for page in report.goals
    ]
    total = Bar(gettext("All goals"), report.overall.survey_percent, href=overall_href)
    return Bars(
        title=gettext("The survey average of each goal"),
        groups=(BarGroup("", (*goals, total)),),
        row_name=gettext("Goal"),
        value_name=gettext("Survey average"),
    )


def band_stretches(bands: Sequence[BandPart]) -> tuple[Stretch, ...]:
    """Bands on a continuous axis: 30.49… is printed as 30, so the edge is at 30.5."""
    return tuple(
        Stretch(
            text_in(band.name),
            max(band.lowest - HALF, Fraction(0)),
            min(band.highest + HALF, Fraction(WHOLE)),
        )
        for band in bands
    )


def goal_indicator_bars(
    report: Report, page: GoalPage, *, href_of: NumberLink = no_link
) -> Bars:
    """A goal's key areas by dimension, in percent."""
    return Bars(
        title=gettext("Goal %(number)d: key areas, survey average")
        % {"number": page.number},
        groups=tuple(
            BarGroup(
                text_in(dimension.name),
                tuple(
                    Bar(
                        _label(figure),
                        figure.percent,
                        text=gettext("not shown") if figure.is_suppressed else "",
                        href=href_of(figure.number),
                    )
                    for figure in page.survey.indicators
                    if figure.dimension == dimension.number
                ),
            )
            for dimension in report.dimensions
        ),
        value_name=gettext("Survey average"),
    )


def indicator_bars(report: Report, *, href_of: NumberLink = no_link) -> Bars:
    """The key areas over all goals, by dimension, in percent."""
    return Bars(
        title=gettext("Key areas, mean of the survey averages of all goals"),
        groups=tuple(
            BarGroup(
                text_in(dimension.name),
                tuple(
                    Bar(
                        f"{row.number}. {text_in(row.name)}",
                        row.percent,
                        href=href_of(row.number),
                    )
                    for row in report.indicators
                    if row.dimension == dimension.number
                ),
            )
            for dimension in report.dimensions
        ),
        value_name=gettext("Survey average"),
    )


def dimension_bars(report: Report, *, href_of: NumberLink = no_link) -> Bars:
    """The dimensions over all goals, in percent."""
    rows = tuple(
        Bar(
            text_in(dimension.name),
            dimension.percent,
            href=href_of(dimension.number),
        )
        for dimension in report.dimensions
    )
    return Bars(
        title=gettext("Dimensions, mean of their key areas"),
        groups=(BarGroup("", rows),),
        row_name=gettext("Dimension"),
        value_name=gettext("Survey average"),
    )


def goal_distributions(
    report: Report, page: GoalPage, *, href_of: NumberLink = no_link
) -> StackedBars:
    """How often each score was given to each key area of a goal, and what was not."""
    method = report.method
    scores = range(method.scale_minimum, method.scale_maximum + 1)
    missing = missing_names(method)
    categories = [
        Category(text_in(label), str(score))
        for score, label in zip(scores, method.scale_labels, strict=True)
    ]
    categories += [Category(name, is_apart=True) for name in missing.values()]
    return StackedBars(
        title=gettext("Goal %(number)d: how the respondents rated each key area")
        % {"number": page.number},
        categories=tuple(categories),
        rows=tuple(
            StackedRow(
                _label(figure),
                None
                if page.survey.is_suppressed or figure.is_suppressed
                else (
                    *(figure.tally.get(score, 0) for score in scores),
                    *(figure.missing.get(code, 0) for code in missing),
                ),
                href=href_of(figure.number),
            )
            for figure in page.survey.indicators
        ),
    )


def breakdown_bars(
    report: Report, breakdown: BreakdownLine, *, title: str = ""
) -> Bars:
    """How many respondents are in each group, largest first; empty groups left out."""
    return Bars(
        title=title or text_in(breakdown.text),
        groups=(
            BarGroup(
                "",
                tuple(
                    Bar(
                        text_in(group.label),
                        group.n,
                        text=gettext("not shown") if group.n is None else "",
                    )
                    for group in shown_groups(breakdown)
                ),
            ),
        ),
        row_name=gettext("Group"),
        value_name=gettext("Respondents"),
        axis=Axis(
            highest=max((group.n or 0 for group in breakdown.groups), default=0) or 1,
            unit="",
            name=gettext("respondents"),
        ),
    )


def shown_groups(breakdown: BreakdownLine) -> list[GroupLine]:
    """Groups somebody is in, largest first; hidden ones last."""
    somebody = [group for group in breakdown.groups if group.n != 0]
    return sorted(somebody, key=lambda group: -(group.n or 0))


def missing_names(method: Method) -> dict[str, str]:
    """Code of a missing rating -> how the questionnaire calls it, in this order."""
    labels = method.missing_labels
    return {
        DONT_KNOW: text_in(labels.get("dont_know", {})) or gettext("Don’t know"),
        NOT_APPLICABLE: text_in(labels.get("not_applicable", {}))
        or gettext("Not applicable"),
        SKIPPED: gettext("Skipped"),
    }


def _label(figure: IndicatorFigure) -> str:
    return f"{figure.number}. {text_in(figure.name)}"
