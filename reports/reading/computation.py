"""How a figure was computed: from the percentage down to counts, proposals and rule.

Everything is worked out from what the report froze; nothing here rounds but to show.
"""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from reports.charts import missing_names
from reports.pages import wording
from reports.pages.document import (
    GoalPage,
    IndicatorFigure,
    Method,
    ProposalLine,
    Report,
    RoundLine,
)
from reports.reading.goal_page import GoalLink, Spread, neighbours, spread_of
from reports.reading.links import Links
from reports.reading.method import moment
from reports.reading.story import Story, settled_story, story_of
from surveys.charts.words import shown
from surveys.localized import text_in

POINTS, PERCENT = 3, 2


@dataclass(frozen=True)
class IndicatorWorking:
    """One key area: its counts, and its mean written out."""

    number: int
    name: str
    counts: tuple[int, ...]
    missing: tuple[int, ...]
    n: int
    total: int
    mean: str
    percent: str
    working: str
    is_shown: bool = True


@dataclass(frozen=True)
class ProposalStory:
    """One proposal; `revised_in` is the number of the one that took its place."""

    line: ProposalLine
    value: str
    when: str
    revised_in: int | None
    confidence: str


@dataclass(frozen=True)
class RoundStory:
    line: RoundLine
    opened: str
    closed: str
    rule: str
    proposals: tuple[ProposalStory, ...]
    story: Story | None
    settled: str
    # Said here while the goal is not settled; then it stands in the story.
    left_out: tuple[str, ...]
    meetings: tuple[str, ...]


@dataclass(frozen=True)
class GoalComputation:
    goal: GoalPage
    goal_href: str
    overall_href: str
    has_figure: bool
    no_figure: str
    percent_working: str
    mean_working: str
    scores: tuple[str, ...]
    missing: tuple[str, ...]
    indicators: tuple[IndicatorWorking, ...]
    hidden: str
    pooled_working: str
    spread: Spread | None
    story: Story
    rounds: tuple[RoundStory, ...]
    before: GoalLink | None
    after: GoalLink | None


def goal_computation(
    report: Report, number: int, links: Links
) -> GoalComputation | None:
    """How the figures of goal `number` were computed, or None for an unknown goal."""
    page = report.goal(number)
    if page is None:
        return None
    method, survey = report.method, page.survey
    has_figure = survey.percent is not None
    workings = tuple(_indicator(method, figure) for figure in survey.indicators)
    before, after = neighbours(report, number, links)
    return GoalComputation(
        goal=page,
        goal_href=links.goal(number),
        overall_href=links.computation,
        has_figure=has_figure,
        no_figure="" if has_figure else wording.survey_sentences(report, page)[0],
        percent_working=percent_working(method, survey.mean, survey.percent),
        mean_working=_mean_working(page),
        scores=tuple(str(score) for score in _scores(method)),
        missing=tuple(missing_names(method).values()),
        indicators=workings if has_figure else (),
        hidden=wording.hidden_key_areas(report, page),
        pooled_working=_pooled_working(method, page, workings),
        spread=spread_of(report, page) if has_figure else None,
        story=story_of(report, page),
        rounds=tuple(_round(report, page, line) for line in page.rounds),
        before=before,
        after=after,
    )


def _scores(method: Method) -> range:
    return range(method.scale_minimum, method.scale_maximum + 1)


def percent_working(
    method: Method, mean: Fraction | None, percent: Fraction | None
) -> str:
    """The percentage of a mean with its numbers; "" where there is no mean.

    "100 × 1.753 / 5 = 35.05, printed as 35%".
    """
    if mean is None or percent is None:
        return ""
    points = shown(mean, places=POINTS)
    low, high = method.scale_minimum, method.scale_maximum
    if method.percent_formula == "percent_of_range":
        formula = f"100 × ({points} − {low}) / ({high} − {low})"
    else:
        formula = f"100 × {points} / {high}"
    return gettext("%(formula)s = %(value)s, printed as %(percent)s") % {
        "formula": formula,
        "value": shown(percent, places=PERCENT),
        "percent": wording.percent(percent),
    }


def _mean_working(page: GoalPage) -> str:
    means = [
        figure.mean for figure in page.survey.indicators if figure.mean is not None
    ]
    hidden = sum(figure.is_suppressed for figure in page.survey.indicators)
    if not means:
        return ""
    return mean_of(means, page.survey.mean, POINTS, hidden)


def mean_of(
    values: list[Fraction], result: Fraction | None, places: int, hidden: int = 0
) -> str:
    """ "(2.286 + 2.38) / 2 = 2.333"; `hidden`: how many terms may not be shown."""
    terms = [shown(value, places=places) for value in values]
    terms += [gettext("not shown")] * hidden
    return f"({' + '.join(terms)}) / {len(terms)} = {shown(result, places=places)}"


def _indicator(method: Method, figure: IndicatorFigure) -> IndicatorWorking:
    counts = tuple(figure.tally.get(score, 0) for score in _scores(method))
    total = sum(score * n for score, n in figure.tally.items())
    return IndicatorWorking(
        number=figure.number,
        name=text_in(figure.name),
        counts=counts,
        missing=tuple(figure.missing.get(code, 0) for code in missing_names(method)),
        n=figure.n,
        total=total,
        mean=shown(figure.mean, places=POINTS),
        percent=gettext("not shown")
        if figure.is_suppressed
        else wording.percent(figure.percent),
        working=_indicator_working(method, figure, total),
        is_shown=not figure.is_suppressed,
    )


def _indicator_working(method: Method, figure: IndicatorFigure, total: int) -> str:
    if figure.is_suppressed:
        return gettext("not shown, so that nobody’s answers can be found")
    if figure.mean is None:
        return gettext("no score was given")
    terms = " + ".join(
        f"{score}×{figure.tally[score]}"
        for score in _scores(method)
        if figure.tally.get(score)
    )
    mean = shown(figure.mean, places=POINTS)
    return f"({terms}) / {figure.n} = {total} / {figure.n} = {mean}"


def _pooled_working(
    method: Method, page: GoalPage, workings: tuple[IndicatorWorking, ...]
) -> str:
    """The mean over all ratings alike, for comparison."""
    ratings = sum(working.n for working in workings)
    if page.survey.pooled_percent is None or not ratings:
        return ""
    total = sum(working.total for working in workings)
    mean = Fraction(total, ratings)
    return f"{total} / {ratings} = {shown(mean, places=POINTS)}; " + percent_working(
        method, mean, page.survey.pooled_percent
    )


# --------------------------------------------------------------- the consultation


def _round(report: Report, page: GoalPage, line: RoundLine) -> RoundStory:
    revised = {
        proposal.revises: proposal.number
        for proposal in line.proposals
        if proposal.revises is not None
    }
    settlement = line.settlement
    return RoundStory(
        line=line,
        opened=moment(report, line.opened_at),
        closed=moment(report, line.closed_at),
        rule=wording.rule_name(line.rule),
        proposals=tuple(
            _proposal(report, page, proposal, revised.get(proposal.number))
            for proposal in line.proposals
        ),
        story=settled_story(report, page, line) if settlement else None,
        settled=moment(report, settlement.settled_at) if settlement else "",
        left_out=() if settlement else tuple(wording.left_out_sentences(line)),
        meetings=tuple(
            gettext("Meeting %(number)d, %(when)s, %(place)s")
            % {
                "number": meeting.number,
                "when": moment(report, meeting.starts_at),
                "place": meeting.place,
            }
            for meeting in report.meetings
            if meeting.round == line.number and meeting.number in line.meetings
        ),
    )


def _proposal(
    report: Report, page: GoalPage, line: ProposalLine, revised_in: int | None
) -> ProposalStory:
    value = wording.value_of(line, page.survey.percent)
    return ProposalStory(
        line=line,
        value=wording.percent(value)
        if line.percent is None or value is None
        else f"{wording.number(value)}%",
        when=moment(report, line.proposed_at),
        revised_in=revised_in,
        confidence=confidence_names().get(line.confidence, line.confidence),
    )


def confidence_names() -> dict[str, str]:
    """How sure an expert is, in words."""
    return {
        "low": gettext("low confidence"),
        "medium": gettext("medium confidence"),
        "high": gettext("high confidence"),
    }
