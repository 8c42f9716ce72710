"""The annex: for every goal the counts, proposals and rule behind its figures."""

from collections.abc import Iterator

from django.utils.translation import gettext, pgettext

from reports import charts
from reports.exporters.print import blocks
from reports.exporters.print.blocks import Block
from reports.exporters.print.goals import recommendations
from reports.pages import wording
from reports.pages.document import (
    GoalPage,
    IndicatorFigure,
    ProposalLine,
    Report,
    RoundLine,
    SettlementLine,
    StatementLine,
    SupportLine,
)
from reports.reading.method import day, exclusion_rows, moment
from surveys.charts.words import shown
from surveys.localized import text_in
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED

MISSING = (DONT_KNOW, NOT_APPLICABLE, SKIPPED)


def computation_chapter(report: Report) -> Block:
    """How each goal's figure was computed, from the counts to the settlement."""
    content: list[Block] = [
        blocks.paragraphs(
            [wording.goal_formula(), wording.missing_policy(), wording.rounding()]
        )
    ]
    content += _excluded(report)
    for page in report.goals:
        content += _goal(report, page)
    return blocks.chapter(gettext("How each figure was computed"), content)


def _excluded(report: Report) -> Iterator[Block]:
    rows = exclusion_rows(report)
    if rows:
        yield blocks.heading(gettext("Excluded responses"))
        yield blocks.table(
            [gettext("What it was"), gettext("Reason")],
            [[cause[:1].upper() + cause[1:], reason] for cause, reason in rows],
            align="ll",
            wide="11",
        )


def _goal(report: Report, page: GoalPage) -> Iterator[Block]:
    yield blocks.heading(
        gettext("Goal %(number)d: %(title)s")
        % {"number": page.number, "title": text_in(page.title)}
    )
    if page.survey.is_suppressed or page.survey.percent is None:
        yield blocks.paragraphs(wording.survey_sentences(report, page))
    else:
        yield blocks.chart(charts.goal_distributions(report, page))
        yield _counts(report, page)
        yield blocks.paragraphs(survey_calculation(report, page))
    for line in page.rounds:
        yield from _round(report, page, line)


def _counts(report: Report, page: GoalPage) -> Block:
    scores = range(report.method.scale_minimum, report.method.scale_maximum + 1)
    names = charts.missing_names(report.method)
    missing = [names[code] for code in MISSING]
    return blocks.table(
        [
            gettext("Key area"),
            *(str(score) for score in scores),
            *missing,
            pgettext("number of ratings", "n"),
            gettext("Mean"),
            gettext("Percent"),
        ],
        [_count_row(figure, scores) for figure in page.survey.indicators],
        align="l" + "r" * (len(scores) + len(missing) + 3),
        wide="1" + "0" * len(scores) + "2" * len(missing) + "000",
        caption=gettext("Goal %(number)d: how often each score was given")
        % {"number": page.number},
        note=wording.hidden_key_areas(report, page),
    )


def _count_row(figure: IndicatorFigure, scores: range) -> list[str]:
    name = f"{figure.number}. {text_in(figure.name)}"
    if figure.is_suppressed:
        empty = [""] * (len(scores) + len(MISSING) + 2)
        return [name, *empty, gettext("not shown")]
    return [
        name,
        *(str(figure.tally.get(score, 0)) for score in scores),
        *(str(figure.missing.get(code, 0)) for code in MISSING),
        str(figure.n),
        shown(figure.mean, places=3),
        wording.percent(figure.percent, 1),
    ]


def survey_calculation(report: Report, page: GoalPage) -> list[str]:
    """The goal's mean and percentage, worked out in numbers."""
    means = [cell.mean for cell in page.survey.indicators if cell.mean is not None]
    hidden = sum(cell.is_suppressed for cell in page.survey.indicators)
    count = len(means) + hidden
    # With hidden ones the sum is only known as what the mean makes of it.
    total = (page.survey.mean or 0) * count if hidden else sum(means)
    return [
        gettext("Goal mean: %(total)s / %(count)d = %(mean)s.")
        % {
            "total": shown(total, places=3),
            "count": count,
            "mean": shown(page.survey.mean, places=4),
        },
        gettext("Survey average: %(formula)s = %(exact)s, printed as %(printed)s.")
        % {
            "formula": wording.percent_calculation(report.method, page.survey.mean),
            "exact": wording.percent(page.survey.percent, 2),
            "printed": wording.percent(page.survey.percent),
        },
    ]


def _round(report: Report, page: GoalPage, line: RoundLine) -> Iterator[Block]:
    yield blocks.heading(line.title, level=3)
    yield blocks.facts(
        [
            (gettext("Rule, chosen beforehand"), wording.rule_name(line.rule)),
            (gettext("Opened"), day(report, line.opened_at)),
            (gettext("Closed"), day(report, line.closed_at)),
            (
                gettext("First estimates"),
                gettext("given blind") if line.is_blind else gettext("given openly"),
            ),
        ]
    )
    for proposal in line.proposals:
        yield from _proposal(report, page, proposal)
    if line.left_out:
        yield blocks.paragraphs(wording.left_out_sentences(line))
    if line.settlement:
        yield from _settlement(report, page, line, line.settlement)


def _proposal(report: Report, page: GoalPage, line: ProposalLine) -> Iterator[Block]:
    yield blocks.heading(proposal_title(page, line), level=4)
    yield blocks.paragraphs([line.justification])
    backers = [
        f"{backer_name(support)} ({support.reason})"
        if support.reason
        else backer_name(support)
        for support in line.supports
    ]
    yield blocks.facts(
        [
            (gettext("Revises"), f"{line.revises}" if line.revises else ""),
            (gettext("Stands"), "" if line.is_current else gettext("no, revised")),
            (
                gettext("Counted"),
                ""
                if line.is_counted
                else gettext("no, because of a declared interest"),
            ),
            (gettext("Confidence"), confidence_name(line.confidence)),
            (gettext("Declared interest"), line.interest),
            (gettext("Supported by"), "; ".join(backers)),
            (gettext("Proposed"), moment(report, line.proposed_at)),
        ]
    )


def backer_name(line: SupportLine) -> str:
    """Who supports a proposal, marked where that is not counted."""
    if line.is_counted:
        return line.by
    return gettext("%(by)s, not counted") % {"by": line.by}


def proposal_title(page: GoalPage, line: ProposalLine) -> str:
    """ "Proposal 2, Gender expert B: change to 33%"."""
    what = (
        gettext("keep %(percent)s") % {"percent": wording.percent(page.survey.percent)}
        if line.percent is None
        else gettext("change to %(percent)s")
        % {"percent": f"{wording.number(line.percent)}%"}
    )
    return gettext("Proposal %(number)d, %(who)s: %(what)s") % {
        "number": line.number,
        "who": line.by,
        "what": what,
    }


def confidence_name(code: str) -> str:
    """An expert's confidence in words; an unknown one by its code."""
    names = {
        "low": pgettext("confidence", "low"),
        "medium": pgettext("confidence", "medium"),
        "high": pgettext("confidence", "high"),
    }
    return names.get(code, code)


def _settlement(
    report: Report, page: GoalPage, line: RoundLine, settled: SettlementLine
) -> Iterator[Block]:
    yield blocks.heading(
        gettext("Settlement: %(percent)s")
        % {"percent": wording.percent(settled.percent)},
        level=4,
    )
    yield blocks.facts(
        [
            (gettext("Rule"), wording.rule_name(settled.rule)),
            (
                gettext("Calculation"),
                wording.rule_calculation(line, page.survey.percent),
            ),
            (gettext("Before rounding"), wording.percent(settled.percent, 2)),
            (gettext("Reason"), settled.reason),
            (gettext("Dissent"), settled.dissent),
            (gettext("Settled by"), settled.by),
            (gettext("Settled"), moment(report, settled.settled_at)),
        ]
    )


def sources_chapter(report: Report) -> Block | None:
    """What each statement rests on, in the words of those who said it; or None."""
    content: list[Block] = []
    for page in report.goals:
        lines = [line for line in _sources(report, page) if line[1]]
        if lines:
            content.append(
                blocks.heading(
                    gettext("Goal %(number)d: %(title)s")
                    % {"number": page.number, "title": text_in(page.title)}
                )
            )
            content.append(blocks.facts(lines))
    if not content:
        return None
    return blocks.chapter(gettext("What the statements rest on"), content)


def _sources(report: Report, page: GoalPage) -> Iterator[tuple[str, str]]:
    for name, lines in statement_sections(page):
        for line in lines:
            yield f"{name} {line.number}", " ".join(_quotes(line))


def _quotes(line: StatementLine) -> Iterator[str]:
    for source in line.sources:
        if source.text:
            quoted = gettext("“%(text)s”") % {"text": source.text}
            if source.kind == "proposal":
                yield gettext("%(quoted)s (an expert’s proposal)") % {"quoted": quoted}
            else:
                yield quoted


def statement_sections(page: GoalPage) -> list[tuple[str, list[StatementLine]]]:
    """(name of a section, its statements), in the order of the report."""
    return [
        (gettext("Summary"), page.summary),
        (gettext("Challenge"), page.challenges),
        (gettext("Achievement"), page.achievements),
        *recommendations(page),
    ]
