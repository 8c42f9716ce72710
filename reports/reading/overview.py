"""The first page of a report: its figures, findings, sample and method."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from reports import charts
from reports.pages import wording
from reports.pages.document import ChapterPage, GoalPage, Report
from reports.pages.finding_sentences import finding_sentences, was_consulted
from reports.pages.pieces import Sentence
from reports.reading import method as methods
from reports.reading.links import Links
from surveys.charts import Bars, Dumbbell
from surveys.localized import text_in


@dataclass(frozen=True)
class GoalLine:
    """A goal in the table of all goals and in the contents."""

    page: GoalPage
    href: str
    computation_href: str


@dataclass(frozen=True)
class ChapterLink:
    title: str
    href: str


@dataclass(frozen=True)
class RuleLine:
    name: str
    goals: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Choices:
    """A cross-cutting choice question: its chart, and what is left out of it."""

    text: str
    chart: Bars
    note: str


@dataclass(frozen=True)
class Overview:
    title: str
    is_consulted: bool
    standing: str
    has_answers: bool
    goals_chart: Dumbbell | Bars
    goals: tuple[GoalLine, ...]
    findings: list[Sentence]
    indicator_chart: Bars
    dimension_chart: Bars
    sample: list[str]
    breakdowns: tuple[methods.Breakdown, ...]
    choices: tuple[Choices, ...]
    method: list[str]
    consultation: list[str]
    rules: tuple[RuleLine, ...]
    meetings: list[methods.MeetingRow]
    front: tuple[ChapterLink, ...]
    cross_cutting: tuple[ChapterLink, ...]
    annex: tuple[ChapterLink, ...]


def overview(report: Report, links: Links) -> Overview:
    """The first page of the report, with addresses inside the same one."""
    return Overview(
        title=report_title(report),
        is_consulted=was_consulted(report),
        standing=wording.standing(report),
        has_answers=report.overall.survey_percent is not None,
        goals_chart=charts.goals_chart(
            report, href_of=links.goal, overall_href=links.computation
        ),
        goals=goal_lines(report, links),
        findings=finding_sentences(
            report, goal_link=links.goal, indicator_link=links.indicator
        ),
        indicator_chart=charts.indicator_bars(report, href_of=links.indicator),
        dimension_chart=charts.dimension_bars(report, href_of=links.dimension),
        sample=methods.sample_sentences(report),
        breakdowns=tuple(
            methods.breakdown(report, line) for line in report.sample.breakdowns
        ),
        choices=_choices(report),
        method=methods.method_sentences(report),
        consultation=methods.consultation_sentences(report),
        rules=tuple(
            RuleLine(name, tuple((n, links.goal_computation(n)) for n in goals))
            for name, goals in methods.rules_used(report)
        ),
        meetings=methods.meeting_rows(report),
        **{
            placement: chapter_links(report, links, placement)
            for placement in ("front", "cross_cutting", "annex")
        },
    )


def report_title(report: Report) -> str:
    """The report's name: its place and year."""
    return f"{text_in(report.place)} {report.year}"


def goal_lines(report: Report, links: Links) -> tuple[GoalLine, ...]:
    """Every goal with its addresses, in the order of the report."""
    return tuple(
        GoalLine(page, links.goal(page.number), links.goal_computation(page.number))
        for page in report.goals
    )


def chapter_links(
    report: Report, links: Links, placement: str
) -> tuple[ChapterLink, ...]:
    """The chapters of one placement, in order."""
    return tuple(
        ChapterLink(text_in(chapter.title), links.chapter(chapter.code))
        for chapter in _placed(report.chapters, placement)
    )


def _placed(chapters: Iterable[ChapterPage], placement: str) -> list[ChapterPage]:
    return [chapter for chapter in chapters if chapter.placement == placement]


def _choices(report: Report) -> tuple[Choices, ...]:
    """Questions that somebody answered; small groups are said to be left out."""
    answered = [
        line for line in report.choices if any(group.n != 0 for group in line.groups)
    ]
    return tuple(
        Choices(
            text_in(line.text),
            charts.breakdown_bars(
                report, line, title=gettext("How many respondents chose each group")
            ),
            _left_out(report, any(group.n is None for group in line.groups)),
        )
        for line in answered
    )


def _left_out(report: Report, is_hidden: bool) -> str:
    several = gettext(
        "Each respondent could choose several. Groups nobody chose are left out."
    )
    if not is_hidden:
        return several
    hidden = gettext("Groups that fewer than %(k)d people chose are not shown.") % {
        "k": report.method.smallest_group
    }
    return f"{several} {hidden}"
