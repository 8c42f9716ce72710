"""One goal's page: its figures, how they came about, and what civil society says."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from reports import charts
from reports.models import Statement
from reports.pages import wording
from reports.pages.document import GoalPage, Report, SourceLine, StatementLine
from reports.reading.links import Links
from reports.reading.story import Story, story_of
from surveys.charts import Bars, StackedBars
from surveys.charts.words import shown
from surveys.localized import text_in

Heading = Statement.Heading


@dataclass(frozen=True)
class GoalLink:
    number: int
    title: str
    href: str


@dataclass(frozen=True)
class Quote:
    """What somebody said; `said_where` names the question or the consultation."""

    said_where: str
    text: str


@dataclass(frozen=True)
class ShownStatement:
    number: int
    text: str
    sources_summary: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class StatementGroup:
    """Statements under a heading; `title` is "" where the section needs no more."""

    title: str
    statements: tuple[ShownStatement, ...]


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    groups: tuple[StatementGroup, ...]


@dataclass(frozen=True)
class Spread:
    """What stands beside the mean; None where it could not be computed."""

    respondents: int
    mean: str
    maximum: int
    standard_deviation: str | None
    interval: str | None
    pooled: str | None


@dataclass(frozen=True)
class ShownGoal:
    goal: GoalPage
    story: Story
    summary: tuple[ShownStatement, ...]
    indicator_chart: Bars | None
    distribution_chart: StackedBars | None
    spread: Spread | None
    no_figure: str
    hidden: str
    sections: tuple[Section, ...]
    computation_href: str
    before: GoalLink | None
    after: GoalLink | None


def goal_page(report: Report, number: int, links: Links) -> ShownGoal | None:
    """The page of goal `number`, or None."""
    page = report.goal(number)
    if page is None:
        return None
    computation = links.goal_computation(number)

    def indicator(indicator_number: int) -> str:
        return f"{computation}#key-area-{indicator_number}"

    has_figure = page.survey.percent is not None
    before, after = neighbours(report, number, links)
    return ShownGoal(
        goal=page,
        story=story_of(report, page),
        summary=_statements(report, page.summary),
        indicator_chart=charts.goal_indicator_bars(report, page, href_of=indicator)
        if has_figure
        else None,
        distribution_chart=charts.goal_distributions(report, page, href_of=indicator)
        if has_figure
        else None,
        spread=spread_of(report, page) if has_figure else None,
        no_figure="" if has_figure else wording.survey_sentences(report, page)[0],
        hidden=wording.hidden_key_areas(report, page),
        sections=_sections(report, page),
        computation_href=computation,
        before=before,
        after=after,
    )


def neighbours(
    report: Report, number: int, links: Links
) -> tuple[GoalLink | None, GoalLink | None]:
    """The goals before and after this one."""
    numbers = [page.number for page in report.goals]
    place = numbers.index(number)

    def link(at: int) -> GoalLink | None:
        if not 0 <= at < len(numbers):
            return None
        page = report.goals[at]
        return GoalLink(page.number, text_in(page.title), links.goal(page.number))

    return link(place - 1), link(place + 1)


def spread_of(report: Report, page: GoalPage) -> Spread:
    """n, mean, spread and interval of a goal that has a figure."""
    survey = page.survey
    deviation, interval = survey.standard_deviation, survey.interval
    return Spread(
        respondents=survey.respondents,
        mean=shown(survey.mean, places=2),
        maximum=report.method.scale_maximum,
        standard_deviation=None
        if deviation is None
        else shown(Fraction(deviation), places=2),
        interval=None
        if interval is None
        else gettext("%(low)s to %(high)s")
        % {
            "low": wording.percent(Fraction(interval.low), 1),
            "high": wording.percent(Fraction(interval.high), 1),
        },
        pooled=wording.percent(survey.pooled_percent)
        if wording.has_other_pooled_mean(survey)
        else None,
    )


def heading_names() -> dict[str, str]:
    """The three headings that recommendations stand under."""
    return {
        Heading.LEGISLATION: gettext("Legislation"),
        Heading.MONITORING_AND_BUDGET: gettext("Monitoring and budget"),
        Heading.AWARENESS_AND_PARTICIPATION: gettext("Awareness and participation"),
    }


def _sections(report: Report, page: GoalPage) -> tuple[Section, ...]:
    """Challenges, achievements, recommendations; those without statements left out."""
    sections = [
        Section(
            "challenges", gettext("Challenges"), _group(report, "", page.challenges)
        ),
        Section(
            "achievements",
            gettext("Achievements"),
            _group(report, "", page.achievements),
        ),
        Section(
            "recommendations",
            gettext("Recommendations"),
            tuple(
                group
                for heading, title in heading_names().items()
                for group in _group(
                    report, title, page.recommendations.get(heading, [])
                )
            ),
        ),
    ]
    return tuple(section for section in sections if section.groups)


def _group(
    report: Report, title: str, lines: list[StatementLine]
) -> tuple[StatementGroup, ...]:
    return (StatementGroup(title, _statements(report, lines)),) if lines else ()


def _statements(
    report: Report, lines: list[StatementLine]
) -> tuple[ShownStatement, ...]:
    return tuple(
        ShownStatement(
            number=line.number,
            text=text_in(line.text),
            sources_summary=ngettext(
                "%(count)d source", "%(count)d sources", len(line.sources)
            )
            % {"count": len(line.sources)},
            quotes=tuple(_quote(report, source) for source in line.sources),
        )
        for line in lines
    )


def _quote(report: Report, source: SourceLine) -> Quote:
    if source.kind == "proposal":
        return Quote(gettext("An expert, in the consultation"), source.text)
    question = text_in(report.method.questions.get(source.question, {}))
    return Quote(
        gettext("A respondent, asked: %(question)s") % {"question": question},
        source.text,
    )
