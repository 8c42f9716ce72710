"""What the experts proposed and settled, and what the report says, as tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext

from reports.exporters.print.annex import (
    backer_name,
    confidence_name,
    statement_sections,
)
from reports.exporters.tables.figures import goal_columns, yes_or_no
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
    GoalPage,
    MeetingLine,
    ProposalLine,
    Report,
    RoundLine,
    StatementLine,
)
from reports.reading.method import local
from surveys.localized import text_in


def round_column() -> Column:
    return Column(gettext("Round"), gettext("Number of the round."), 7, "whole")


def moment_column(name: str, meaning: str) -> Column:
    return Column(name, meaning, 17, "moment")


def moment(report: Report, at: datetime) -> datetime:
    """In the scorecard's time zone; a spreadsheet knows no zones."""
    return local(report, at).replace(tzinfo=None)


def proposals_sheet(report: Report) -> Sheet:
    """Every proposal, those that were revised included."""
    columns = [
        *goal_columns(),
        round_column(),
        Column(
            gettext("Number"),
            gettext("Number of the proposal within goal and round."),
            8,
            "whole",
        ),
        Column(gettext("Expert"), gettext("Who proposed it."), 26),
        Column(gettext("Kind"), gettext("keep or change."), 9),
        Column(
            gettext("Percent"),
            gettext("What it changes to; empty where it keeps the survey average."),
            9,
            "decimal",
        ),
        Column(
            gettext("Comes to, %"),
            gettext("What it counts as: its percent, or the survey average."),
            12,
            "decimal",
        ),
        Column(gettext("Justification"), gettext("In the expert’s words."), 70),
        Column(gettext("Confidence"), gettext("low, medium or high."), 11),
        Column(gettext("Interest"), gettext("An interest the expert declared."), 30),
        Column(
            gettext("Revises"),
            gettext("Number of the proposal that it takes the place of."),
            9,
            "whole",
        ),
        Column(gettext("Stands"), gettext("“no” where it was revised later on."), 8),
        Column(
            gettext("Counted"),
            gettext("“no” where a declared interest keeps the expert from counting."),
            9,
        ),
        moment_column(gettext("Proposed"), gettext("When.")),
        Column(
            gettext("Supporters"),
            gettext("How many others support it, of those who are counted."),
            11,
            "whole",
        ),
        Column(gettext("Supported by"), gettext("Who, and why if they said so."), 60),
    ]
    rows = (
        _proposal_row(report, page, line, proposal)
        for page in report.goals
        for line in page.rounds
        for proposal in line.proposals
    )
    return Sheet(gettext("Proposals"), columns, rows)


def _proposal_row(
    report: Report, page: GoalPage, line: RoundLine, proposal: ProposalLine
) -> Sequence[Cell]:
    comes_to = wording.value_of(proposal, page.survey.percent)
    return [
        page.number,
        text_in(page.title),
        line.number,
        proposal.number,
        proposal.by,
        proposal.kind,
        unrounded(proposal.percent),
        unrounded(comes_to),
        proposal.justification,
        confidence_name(proposal.confidence),
        proposal.interest,
        proposal.revises,
        yes_or_no(proposal.is_current),
        yes_or_no(proposal.is_counted),
        moment(report, proposal.proposed_at),
        proposal.counted_supports,
        "\n".join(
            f"{backer_name(support)}: {support.reason}"
            if support.reason
            else backer_name(support)
            for support in proposal.supports
        ),
    ]


def settlements_sheet(report: Report) -> Sheet:
    """Every settlement: the rule, what went into it, what came out, and why."""
    columns = [
        *goal_columns(),
        round_column(),
        Column(gettext("Rule"), gettext("Code of the rule; see the codebook."), 24),
        Column(
            gettext("Calculation"),
            gettext("The rule with its numbers; empty where it needs none."),
            40,
        ),
        Column(gettext("Settled, %"), gettext("As printed."), 10, "whole"),
        Column(
            gettext("Settled, unrounded"), gettext("With all decimals."), 18, "decimal"
        ),
        Column(gettext("Settled, as a fraction"), gettext("Exact."), 20),
        Column(gettext("Reason"), gettext("Why it was settled so."), 70),
        Column(gettext("Dissent"), gettext("Who did not agree, and why."), 40),
        Column(
            gettext("Not counted"),
            gettext("Who was heard and not counted, and the interest they declared."),
            40,
        ),
        Column(gettext("Settled by"), gettext("Who recorded it."), 24),
        moment_column(gettext("Settled"), gettext("When.")),
    ]
    return Sheet(gettext("Settlements"), columns, _settlement_rows(report))


def _settlement_rows(report: Report) -> Iterator[Sequence[Cell]]:
    for page in report.goals:
        for line in page.rounds:
            settled = line.settlement
            if settled is None:
                continue
            yield [
                page.number,
                text_in(page.title),
                line.number,
                settled.rule,
                wording.rule_calculation(line, page.survey.percent),
                printed(settled.percent),
                unrounded(settled.percent),
                fraction(settled.percent),
                settled.reason,
                settled.dissent,
                "\n".join(wording.left_out_sentences(line)),
                settled.by,
                moment(report, settled.settled_at),
            ]


def statements_sheet(report: Report) -> Sheet:
    """Every point of every goal page, with what it rests on."""
    columns = [
        *goal_columns(),
        Column(gettext("Section"), gettext("Where it stands on the goal’s page."), 28),
        Column(gettext("Number"), gettext("Its number there."), 8, "whole"),
        Column(gettext("Statement"), gettext("In the language of this file."), 80),
        Column(
            gettext("Sources"),
            gettext("How many answers and proposals it rests on."),
            9,
            "whole",
        ),
        Column(
            gettext("In their words"),
            gettext("What those answers and proposals say, one to a line."),
            80,
        ),
    ]
    rows = (
        _statement_row(page, section, line)
        for page in report.goals
        for section, lines in statement_sections(page)
        for line in lines
    )
    return Sheet(gettext("Statements"), columns, rows)


def _statement_row(page: GoalPage, section: str, line: StatementLine) -> Sequence[Cell]:
    return [
        page.number,
        text_in(page.title),
        section,
        line.number,
        text_in(line.text),
        len(line.sources),
        "\n".join(source.text for source in line.sources if source.text),
    ]


def meetings_sheet(report: Report) -> Sheet:
    """Every meeting: when, where, which goals, who came, what was said."""
    columns = [
        round_column(),
        Column(gettext("Meeting"), gettext("Number of the meeting."), 9, "whole"),
        moment_column(gettext("Began"), gettext("When it began.")),
        Column(gettext("Minutes long"), gettext("How long it took."), 9, "whole"),
        Column(gettext("Place"), gettext("Where, or on which platform."), 20),
        Column(gettext("Goals"), gettext("Numbers of the goals discussed."), 14),
        Column(gettext("Present"), gettext("How many came."), 9, "whole"),
        Column(gettext("Who came"), gettext("Their names, one to a line."), 36),
        Column(gettext("Minutes"), gettext("What was said."), 90),
    ]
    rows = (_meeting_row(report, line) for line in report.meetings)
    return Sheet(gettext("Meetings"), columns, rows)


def _meeting_row(report: Report, line: MeetingLine) -> Sequence[Cell]:
    return [
        line.round,
        line.number,
        moment(report, line.starts_at),
        line.minutes_long,
        line.place,
        ", ".join(str(number) for number in line.goals),
        len(line.attended_by),
        "\n".join(line.attended_by),
        line.minutes,
    ]
