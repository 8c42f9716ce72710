"""A chapter for each goal: both averages, how they came about, what was said."""

from collections.abc import Iterator

from django.utils.translation import gettext, pgettext

from reports import charts
from reports.exporters.print import blocks
from reports.exporters.print.blocks import Block
from reports.exporters.print.overview import mean_of_scale, respondents
from reports.pages import wording
from reports.pages.document import GoalPage, Report, StatementLine
from surveys.charts.colours import goal_accent
from surveys.localized import text_in


def goal_chapter(report: Report, page: GoalPage) -> Block:
    """One goal, in the order of the printed reports this stands for."""
    return blocks.chapter(
        gettext("Goal %(number)d: %(title)s")
        % {"number": page.number, "title": text_in(page.title)},
        [
            blocks.figures(_both_averages(report, page)),
            *_summary(page),
            blocks.heading(gettext("How the figures came about")),
            blocks.paragraphs(
                [
                    " ".join(wording.survey_sentences(report, page)),
                    " ".join(wording.settlement_sentences(page)),
                ]
            ),
            *_picture(report, page),
            *_statements(page),
        ],
        lede=text_in(page.full_title),
        accent=goal_accent(page.number),
        mark=str(page.number),
        runs_on=page.number != report.goals[0].number,
    )


def _both_averages(report: Report, page: GoalPage) -> Iterator[tuple[str, str, str]]:
    survey = page.survey
    yield (
        gettext("Survey average"),
        wording.percent(survey.percent),
        wording.band_name(report, survey.band),
    )
    if report.is_consulted:
        yield (
            gettext("Post-consultation average"),
            wording.percent(page.percent),
            wording.band_name(report, page.band),
        )
    yield (
        gettext("Mean"),
        mean_of_scale(report, survey.mean, places=2) or wording.number(None),
        pgettext("number of respondents", "n = %(n)s")
        % {"n": respondents(report, page)},
    )


def _picture(report: Report, page: GoalPage) -> Iterator[Block]:
    if not page.survey.is_suppressed:
        yield blocks.chart(charts.goal_indicator_bars(report, page))


def _summary(page: GoalPage) -> Iterator[Block]:
    for line in page.summary:
        yield blocks.in_language_of(line.text, blocks.paragraphs([text_in(line.text)]))


def _statements(page: GoalPage) -> Iterator[Block]:
    for title, lines in (
        (gettext("Challenges"), page.challenges),
        (gettext("Achievements"), page.achievements),
    ):
        if lines:
            yield blocks.heading(title)
            yield statement_list(lines)
    given = [(title, lines) for title, lines in recommendations(page) if lines]
    if given:
        yield blocks.heading(gettext("Recommendations"))
    for title, lines in given:
        yield blocks.heading(title, level=3)
        yield statement_list(lines)


def statement_list(lines: list[StatementLine]) -> Block:
    """Numbered points; in their own language where they are not translated."""
    points = blocks.numbered(text_in(line.text) for line in lines)
    return blocks.in_language_of(lines[0].text, points)


def recommendations(page: GoalPage) -> list[tuple[str, list[StatementLine]]]:
    """(heading, its recommendations), in the order of the printed reports."""
    names = {
        "legislation": gettext("Legislation"),
        "monitoring_and_budget": gettext("Monitoring and budget"),
        "awareness_and_participation": gettext("Awareness and participation"),
    }
    return [(name, page.recommendations.get(code, [])) for code, name in names.items()]
