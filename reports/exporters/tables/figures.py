"""The figures of the report as tables: goals, key areas, who answered."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from django.utils.translation import gettext, pgettext

from reports.charts import missing_names
from reports.exporters.tables.sheet import (
    Cell,
    Column,
    Sheet,
    fraction,
    printed,
    unrounded,
)
from reports.pages import wording
from reports.pages.document import (
    BreakdownLine,
    GoalPage,
    IndicatorFigure,
    Report,
)
from surveys.localized import text_in


def goal_columns() -> list[Column]:
    """The first two columns of every table about goals."""
    return [
        Column(gettext("Goal"), gettext("Number of the goal."), 6, "whole"),
        Column(gettext("Title"), gettext("Short title of the goal."), 30),
    ]


def shown_column() -> Column:
    return Column(
        gettext("Shown"),
        gettext("“no” where too few people answered for the figures to be shown."),
        7,
    )


def yes_or_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def figures_sheet(report: Report) -> Sheet:
    """Every goal, and all of them together in the last row."""
    return Sheet(gettext("Figures"), _figure_columns(report), _figure_rows(report))


def _percent_columns(name: str, meaning: str) -> list[Column]:
    """A percentage as printed, unrounded, and exactly."""
    return [
        Column(
            gettext("%(name)s, %%") % {"name": name},
            gettext("%(meaning)s As printed: rounded half up.") % {"meaning": meaning},
            13,
            "whole",
        ),
        Column(
            gettext("%(name)s, unrounded") % {"name": name},
            gettext("%(meaning)s With all decimals.") % {"meaning": meaning},
            18,
            "decimal",
        ),
        Column(
            gettext("%(name)s, as a fraction") % {"name": name},
            gettext("%(meaning)s Exact, numerator/denominator.") % {"meaning": meaning},
            26,
        ),
    ]


def _figure_columns(report: Report) -> list[Column]:
    survey = gettext("Survey average in percent: %(formula)s.") % {
        "formula": wording.percent_formula(report.method)
    }
    final = gettext(
        "Post-consultation average in percent: the settlement, else the survey "
        "average; empty as long as no goal was settled."
    )
    pooled = gettext("Percentage if every rating counted alike, not every key area.")
    return [
        *goal_columns(),
        shown_column(),
        Column(
            pgettext("number of respondents", "n"),
            gettext("Respondents who rated at least one key area of the goal."),
            6,
            "whole",
        ),
        Column(
            gettext("Mean"),
            gettext("Mean of the key areas’ means, in points of the scale."),
            12,
            "decimal",
        ),
        *_percent_columns(gettext("Survey"), survey),
        Column(gettext("Survey band"), gettext("Band of the survey average."), 13),
        Column(gettext("Pooled, %"), pooled, 10, "decimal"),
        Column(
            gettext("Standard deviation"),
            gettext("Of the respondents’ own means, in points of the scale."),
            12,
            "decimal",
        ),
        Column(
            gettext("Interval from, %"),
            gettext(
                # xgettext:no-python-format
                "Lower end of the 95% interval over respondents: variability among "
                "those who answered, not a margin of error of a population."
            ),
            12,
            "decimal",
        ),
        Column(gettext("Interval to, %"), gettext("Upper end of it."), 12, "decimal"),
        *_percent_columns(gettext("After consultation"), final),
        Column(gettext("Band"), gettext("Band of the post-consultation average."), 13),
        Column(
            gettext("Change, points"),
            gettext("Post-consultation minus survey average, unrounded."),
            12,
            "decimal",
        ),
    ]


def _figure_rows(report: Report) -> Iterator[Sequence[Cell]]:
    for page in report.goals:
        yield _figure_row(report, page)
    overall = report.overall
    final = overall.percent if report.is_consulted else None
    yield [
        None,
        gettext("All goals"),
        None,
        None,
        unrounded(overall.survey_mean),
        *_thrice(overall.survey_percent),
        wording.band_name(report, overall.survey_band),
        None,
        None,
        None,
        None,
        *_thrice(final),
        wording.band_name(report, overall.band) if report.is_consulted else None,
        _difference(overall.survey_percent, final),
    ]


def _thrice(value: Fraction | None) -> list[Cell]:
    return [printed(value), unrounded(value), fraction(value)]


def _difference(before: Fraction | None, after: Fraction | None) -> float | None:
    return None if before is None or after is None else float(after - before)


def _figure_row(report: Report, page: GoalPage) -> Sequence[Cell]:
    survey = page.survey
    final = page.percent if report.is_consulted else None
    return [
        page.number,
        text_in(page.title),
        yes_or_no(not survey.is_suppressed),
        None if survey.is_suppressed else survey.respondents,
        unrounded(survey.mean),
        *_thrice(survey.percent),
        wording.band_name(report, survey.band),
        unrounded(survey.pooled_percent),
        survey.standard_deviation,
        survey.interval.low if survey.interval else None,
        survey.interval.high if survey.interval else None,
        *_thrice(final),
        wording.band_name(report, page.band) if report.is_consulted else None,
        _difference(survey.percent, final),
    ]


def key_areas_sheet(report: Report) -> Sheet:
    """Every key area of every goal: the counts, and what follows from them."""
    method = report.method
    scores = range(method.scale_minimum, method.scale_maximum + 1)
    missing = missing_names(method)
    columns = [
        *goal_columns(),
        Column(gettext("Key area"), gettext("Number of the key area."), 9, "whole"),
        Column(
            pgettext("of a thing", "Name"), gettext("What the key area is called."), 36
        ),
        Column(gettext("Dimension"), gettext("The dimension it belongs to."), 24),
        shown_column(),
        Column(
            pgettext("number of ratings", "n"),
            gettext("Respondents who gave this key area a score."),
            6,
            "whole",
        ),
        Column(
            gettext("Mean"), gettext("Sum of the scores divided by n."), 12, "decimal"
        ),
        Column(gettext("%"), gettext("The mean in percent, printed."), 6, "whole"),
        Column(gettext("Unrounded, %"), gettext("With all decimals."), 14, "decimal"),
        Column(
            gettext("Standard deviation"),
            gettext("Of the scores, in points of the scale."),
            12,
            "decimal",
        ),
        *(
            Column(
                gettext("Score %(score)d") % {"score": score},
                gettext("How many gave the score %(score)d: %(label)s.")
                % {"score": score, "label": text_in(label)},
                9,
                "whole",
            )
            for score, label in zip(scores, method.scale_labels, strict=True)
        ),
        *(
            Column(
                name,
                gettext("How many gave no score: %(why)s. Enters no mean.")
                % {"why": name},
                12,
                "whole",
            )
            for name in missing.values()
        ),
    ]
    rows = (
        _key_area_row(report, page, cell, scores, list(missing))
        for page in report.goals
        for cell in page.survey.indicators
    )
    return Sheet(gettext("Key areas"), columns, rows)


def _key_area_row(
    report: Report,
    page: GoalPage,
    cell: IndicatorFigure,
    scores: range,
    missing: list[str],
) -> Sequence[Cell]:
    names = {line.number: text_in(line.name) for line in report.dimensions}
    hidden = page.survey.is_suppressed or cell.is_suppressed
    return [
        page.number,
        text_in(page.title),
        cell.number,
        text_in(cell.name),
        names.get(cell.dimension, ""),
        yes_or_no(not hidden),
        None if hidden else cell.n,
        unrounded(cell.mean),
        printed(cell.percent),
        unrounded(cell.percent),
        cell.standard_deviation,
        *(None if hidden else cell.tally.get(score, 0) for score in scores),
        *(None if hidden else cell.missing.get(code, 0) for code in missing),
    ]


def sample_sheet(report: Report) -> Sheet:
    """Who answered, and what they chose in the questions across all goals."""
    columns = [
        Column(gettext("Question"), gettext("Code of the question."), 22),
        Column(gettext("Wording"), gettext("The question as it was asked."), 50),
        Column(gettext("Group"), gettext("Code of the answer."), 24),
        Column(gettext("Answer"), gettext("The answer as it was offered."), 40),
        Column(
            gettext("Respondents"),
            gettext(
                "How many; empty where the group, or those who gave no number, are too "
                "few to be shown."
            ),
            13,
            "whole",
        ),
        shown_column(),
        Column(gettext("Lowest"), gettext("Of a number asked for."), 10, "whole"),
        Column(gettext("Highest"), gettext("Of a number asked for."), 10, "whole"),
        Column(
            gettext("Mean"),
            gettext("Of a number asked for; rounded where it is not told of how many."),
            12,
            "decimal",
        ),
    ]
    return Sheet(gettext("Sample"), columns, _sample_rows(report))


def _sample_rows(report: Report) -> Iterator[Sequence[Cell]]:
    for line in [*report.sample.breakdowns, *report.choices]:
        yield from _breakdown_rows(line)
    for number in report.sample.numbers:
        yield [
            number.code,
            text_in(number.text),
            None,
            None,
            number.n,
            yes_or_no(True),
            number.lowest,
            number.highest,
            unrounded(number.mean),
        ]


def _breakdown_rows(line: BreakdownLine) -> Iterator[Sequence[Cell]]:
    for group in line.groups:
        yield [
            line.code,
            text_in(line.text),
            group.code,
            text_in(group.label),
            group.n,
            yes_or_no(group.n is not None),
            None,
            None,
            None,
        ]
