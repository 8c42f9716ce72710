"""From the database to the report: all read once, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reports.models import Chapter, Source, Statement
from reports.pages import document as doc
from reports.pages.consultation import (
    meeting_lines,
    report_names,
    rounds_by_goal,
)
from reports.pages.findings import key_findings
from surveys import scoring
from surveys.averages import GoalAverage, IndicatorAverage, percent_of, survey_averages
from surveys.models import (
    Anonymity,
    Answer,
    Goal,
    Indicator,
    Instrument,
    Member,
    Role,
    Scorecard,
)
from surveys.sample.description import Breakdown, describe_choices
from surveys.sample.so_far import describe_sample_so_far
from validation.baseline import exclusions_in_force, tallies_in_force
from validation.ledger.services import consultation_head
from validation.models import Baseline, Meeting, Proposal, Support
from validation.outcomes import Outcome, outcomes_of


def build_report(scorecard: Scorecard) -> doc.Report:
    """The report of a scorecard as its data stand now."""
    instrument = scorecard.instrument
    averages = survey_averages(scorecard, tallies_in_force(scorecard))
    outcomes = outcomes_of(scorecard, averages)
    indicators = list(instrument.indicators.select_related("dimension"))
    names = report_names(scorecard)
    rounds = rounds_by_goal(scorecard, names)
    statements = _statements_by_goal(scorecard)
    goals = [
        _goal_page(
            instrument,
            goal,
            averages.goals[goal.number],
            outcomes.goals[goal.number],
            indicators,
            rounds.get(goal.number, []),
            statements.get(goal.number, {}),
        )
        for goal in instrument.goals.all()
    ]
    return doc.Report(
        schema_version=doc.SCHEMA_VERSION,
        slug=scorecard.slug,
        place=scorecard.place,
        year=scorecard.year,
        languages=scorecard.languages,
        time_zone=scorecard.time_zone,
        notice=scorecard.notice,
        bands=[doc.BandPart(**band) for band in instrument.bands],
        overall=doc.Overall(
            survey_mean=averages.mean,
            survey_percent=averages.percent,
            survey_band=_band(instrument, averages.percent),
            percent=outcomes.percent,
            band=_band(instrument, outcomes.percent),
        ),
        findings=key_findings(goals, averages.by_indicator),
        dimensions=[
            doc.DimensionFigure(
                number=dimension.number,
                name=dimension.name,
                description=dimension.description,
                percent=averages.by_dimension.get(dimension.number),
            )
            for dimension in instrument.dimensions.all()
        ],
        indicators=[
            doc.IndicatorRow(
                number=indicator.number,
                name=indicator.name,
                question=indicator.question,
                dimension=indicator.dimension.number,
                percent=averages.by_indicator[indicator.number],
            )
            for indicator in indicators
        ],
        sample=_sample(scorecard),
        choices=_choices(scorecard),
        method=_method(scorecard),
        meetings=meeting_lines(scorecard, names),
        goals=goals,
        chapters=[
            doc.ChapterPage(
                code=chapter.code,
                placement=chapter.placement,
                title=chapter.title,
                blocks=chapter.blocks,
            )
            for chapter in Chapter.objects.filter(scorecard=scorecard)
        ],
    )


def _band(instrument: Instrument, percent: Fraction | None) -> str | None:
    if percent is None:
        return None
    band = scoring.band_of(percent, instrument.score_bands)
    return band.name if band else None


def _goal_page(
    instrument: Instrument,
    goal: Goal,
    average: GoalAverage,
    outcome: Outcome,
    indicators: list[Indicator],
    rounds: list[doc.RoundLine],
    statements: Mapping[tuple[str, str], list[doc.StatementLine]],
) -> doc.GoalPage:
    return doc.GoalPage(
        number=goal.number,
        title=goal.title,
        full_title=goal.full_title,
        survey=_survey_figure(instrument, average, indicators),
        percent=outcome.percent,
        band=_band(instrument, outcome.percent),
        rounds=rounds,
        summary=statements.get((Statement.Section.SUMMARY, ""), []),
        challenges=statements.get((Statement.Section.CHALLENGE, ""), []),
        achievements=statements.get((Statement.Section.ACHIEVEMENT, ""), []),
        recommendations={
            heading: statements.get((Statement.Section.RECOMMENDATION, heading), [])
            for heading in Statement.Heading.values
        },
    )


def _survey_figure(
    instrument: Instrument, average: GoalAverage, indicators: list[Indicator]
) -> doc.SurveyFigure:
    return doc.SurveyFigure(
        respondents=average.respondents,
        mean=average.mean,
        percent=average.percent,
        pooled_percent=average.pooled_percent,
        band=_band(instrument, average.percent),
        interval=_interval(instrument, average.interval),
        standard_deviation=average.standard_deviation,
        is_suppressed=average.is_suppressed,
        is_waiting=average.is_waiting,
        indicators=[
            _indicator_figure(indicator, cell)
            for indicator, cell in zip(indicators, average.indicators, strict=True)
        ],
    )


def _interval(
    instrument: Instrument, interval: scoring.Interval | None
) -> doc.IntervalFigure | None:
    if interval is None:
        return None
    low, high = (
        percent_of(instrument, Fraction(end)) for end in (interval.low, interval.high)
    )
    return doc.IntervalFigure(low=float(low or 0), high=float(high or 0), n=interval.n)


def _indicator_figure(
    indicator: Indicator, cell: IndicatorAverage
) -> doc.IndicatorFigure:
    return doc.IndicatorFigure(
        number=indicator.number,
        name=indicator.name,
        dimension=indicator.dimension.number,
        tally=dict(cell.tally),
        missing=dict(cell.missing),
        n=cell.n,
        mean=cell.mean,
        percent=cell.percent,
        standard_deviation=cell.standard_deviation,
        is_suppressed=cell.is_suppressed,
    )


def _statements_by_goal(
    scorecard: Scorecard,
) -> Mapping[int, Mapping[tuple[str, str], list[doc.StatementLine]]]:
    lines: dict[int, dict[tuple[str, str], list[doc.StatementLine]]] = defaultdict(
        lambda: defaultdict(list)
    )
    statements = (
        Statement.objects.filter(scorecard=scorecard)
        .select_related("goal")
        .prefetch_related("sources__proposal")
    )
    texts = _quoted_texts(scorecard)
    for statement in statements:
        lines[statement.goal.number][statement.section, statement.heading].append(
            doc.StatementLine(
                number=statement.number,
                text=statement.text,
                # By their words: the order of rows is nobody's, and would be telling.
                sources=sorted(
                    (
                        _source_line(source, statement.goal_id, texts)
                        for source in statement.sources.all()
                    ),
                    key=lambda line: (line.kind, line.question, line.text),
                ),
            )
        )
    return lines


def _quoted_texts(scorecard: Scorecard) -> Mapping[tuple, Mapping[str, str]]:
    """(response, goal) -> its texts, for the answers that statements rest on."""
    quoted = Source.objects.filter(
        statement__scorecard=scorecard, response__isnull=False
    ).values("response")
    return {
        (answer.response_id, answer.goal_id): answer.texts
        for answer in Answer.objects.counted().filter(response__in=quoted)
    }


def _source_line(source: Source, goal_id: int, texts: Mapping) -> doc.SourceLine:
    if source.proposal:
        return doc.SourceLine(
            kind="proposal", question="", text=source.proposal.justification
        )
    answer = texts.get((source.response_id, goal_id), {})
    return doc.SourceLine(
        kind="answer",
        question=source.question_code,
        text=answer.get(source.question_code, ""),
    )


def _sample(scorecard: Scorecard) -> doc.Sample:
    sample = describe_sample_so_far(scorecard, timezone.now())
    return doc.Sample(
        answered=sample.answered,
        responses=sample.responses,
        exclusions=[
            doc.ExclusionLine(**line) for line in exclusions_in_force(scorecard)
        ],
        describes_excluded=scorecard.anonymity == Anonymity.ANONYMOUS,
        first_day=sample.first_day,
        last_day=sample.last_day,
        breakdowns=[_breakdown_line(line) for line in sample.breakdowns],
        numbers=[
            doc.NumberLine(
                code=summary.code,
                text=dict(summary.text),
                n=summary.n,
                lowest=summary.lowest,
                highest=summary.highest,
                mean=summary.mean,
            )
            for summary in sample.numbers
        ],
    )


def _choices(scorecard: Scorecard) -> list[doc.BreakdownLine]:
    """None while answers come in: what one person chose would be seen to be added."""
    if not scorecard.has_ended(timezone.now()):
        return []
    return [_breakdown_line(line) for line in describe_choices(scorecard)]


def _breakdown_line(breakdown: Breakdown) -> doc.BreakdownLine:
    return doc.BreakdownLine(
        code=breakdown.code,
        text=dict(breakdown.text),
        groups=[
            doc.GroupLine(code=group.code, label=dict(group.label), n=group.n)
            for group in breakdown.groups
        ],
    )


def _method(scorecard: Scorecard) -> doc.Method:
    instrument = scorecard.instrument
    baseline = Baseline.objects.filter(scorecard=scorecard).first()
    proposals = Proposal.objects.filter(round_goal__scorecard=scorecard)
    return doc.Method(
        percent_formula=instrument.percent_formula,
        missing_policy=instrument.missing_policy,
        scale_minimum=instrument.scale_minimum,
        scale_maximum=instrument.scale_maximum,
        scale_labels=instrument.scale_labels,
        missing_labels=instrument.missing_labels,
        smallest_group=scorecard.smallest_group,
        opens_at=scorecard.opens_at,
        closes_at=scorecard.closes_at,
        frozen_at=baseline.frozen_at if baseline else None,
        ledger_head=consultation_head(scorecard),
        rounds=scorecard.rounds.filter(opened_at__isnull=False).count(),
        experts=_experts(scorecard),
        proposals=proposals.count(),
        supports=Support.objects.filter(
            proposal__in=proposals, withdrawal__isnull=True
        ).count(),
        instrument=f"{instrument.code} {instrument.version}",
        questions=_question_texts(instrument),
    )


def _experts(scorecard: Scorecard) -> int:
    """How many took part: proposed, supported, or came to a meeting."""
    here = OuterRef("pk")
    came = Meeting.attended_by.through.objects.filter(member=here)
    return Member.objects.filter(
        Exists(Proposal.objects.filter(expert=here))
        | Exists(Support.objects.filter(expert=here))
        | Q(Exists(came), role=Role.EXPERT),
        scorecard=scorecard,
    ).count()


def _question_texts(instrument: Instrument) -> dict[str, dict[str, str]]:
    questions: Iterable = instrument.questions.all()
    return {question.code: question.text for question in questions}
