"""A round's goals side by side: how far each panel agrees, as lines and as a table."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from surveys.charts import Axis, Dumbbell, DumbbellRow
from surveys.charts.colours import goal_accent
from surveys.localized import text_in
from surveys.models import Member
from surveys.table_text import in_a_cell
from validation.agreement_page import Agreement, agreements_for
from validation.baseline import averages_in_force
from validation.consensus_figures import Ranking, ranking
from validation.models import Round, RoundGoal
from validation.words import RULE_NAMES


@dataclass(frozen=True)
class GoalLine:
    """A goal of the round; no agreement where no counted expert has an estimate.

    `largest` is by how much one expert at most moves the rule's figure, in points.
    """

    round_goal: RoundGoal
    rule_name: str
    survey_percent: Fraction | None
    agreement: Agreement | None
    largest: Fraction | None


@dataclass(frozen=True)
class SideBySide:
    """Every goal of the round in the instrument's order, and W over them."""

    lines: Sequence[GoalLine]
    ranking: Ranking
    chart: Dumbbell | None
    # Open goals of a blind round whose panel does not see its estimates yet.
    blind: int

    @property
    def spoken(self) -> list[GoalLine]:
        """Goals with an estimate."""
        return [line for line in self.lines if line.agreement]


def side_by_side(member: Member, round_: Round) -> SideBySide:
    """The round as this member may read it, in a fixed number of queries."""
    round_goals = list(
        round_.round_goals.select_related("goal").order_by("goal__number")
    )
    averages = averages_in_force(member.scorecard).goals
    percents = {number: goal.percent for number, goal in averages.items()}
    agreements = agreements_for(member, round_goals, percents)
    lines = [
        _line(one, percents.get(one.goal.number), agreements.get(one.pk))
        for one in round_goals
    ]
    return SideBySide(
        lines=lines,
        ranking=ranking([one.agreement.figures for one in lines if one.agreement]),
        chart=_chart([one for one in lines if one.agreement]),
        blind=sum(
            round_.is_blind and one.is_open and one.revealed_at is None
            for one in round_goals
        ),
    )


def _line(
    round_goal: RoundGoal, survey_percent: Fraction | None, agreement: Agreement | None
) -> GoalLine:
    moves = agreement.figures.influence.values() if agreement else ()
    return GoalLine(
        round_goal=round_goal,
        rule_name=str(RULE_NAMES[round_goal.rule]),
        survey_percent=survey_percent,
        agreement=agreement,
        largest=max((abs(one) for one in moves if one is not None), default=None),
    )


def _chart(lines: Sequence[GoalLine]) -> Dumbbell | None:
    if not lines:
        return None
    return Dumbbell(
        title=_("From the survey average to the panel’s middle estimate"),
        rows=tuple(
            DumbbellRow(
                label=text_in(line.round_goal.goal.title),
                start=line.survey_percent,
                end=line.agreement.figures.median,
                mark=str(line.round_goal.goal.number),
                accent=goal_accent(line.round_goal.goal.number),
            )
            for line in lines
            if line.agreement
        ),
        end_name=_("middle estimate"),
        axis=Axis(places=0),
    )


def as_csv(page: SideBySide) -> str:
    """The table with unrounded figures, for spreadsheets (UTF-8 with a mark)."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(name for name, _value in _cells(None))
    for line in page.lines:
        writer.writerow(value for _name, value in _cells(line))
    found = page.ranking.concordance
    if found:
        writer.writerow([])
        writer.writerow([_("Kendall’s W"), _number(found.w)])
        writer.writerow([_("Chi-squared"), _number(found.chi_squared)])
        writer.writerow([_("Degrees of freedom"), found.degrees])
        writer.writerow([_("p"), found.p])
        writer.writerow([_("Experts compared"), page.ranking.experts])
        writer.writerow([_("Goals compared"), len(page.ranking.goals)])
    return "\ufeff" + written.getvalue()


def _cells(line: GoalLine | None) -> Iterator[tuple[str, str | int]]:
    """(column, value) of one line; the values mean nothing where there is no line."""
    goal = line.round_goal.goal if line else None
    agreement = line.agreement if line else None
    one = agreement.figures if agreement else None
    moved = one.stability if one else None
    low, high = (one.quartiles if one else None) or (None, None)
    yield _("Goal"), goal.number if goal else ""
    yield _("Title"), in_a_cell(text_in(goal.title)) if goal else ""
    yield _("Rule"), line.rule_name if line else ""
    yield _("Experts counted"), one.n if one else 0
    yield _("Survey average, %"), _number(line.survey_percent if line else None)
    yield _("Median, %"), _number(one.median if one else None)
    yield _("Lower quartile, %"), _number(low)
    yield _("Upper quartile, %"), _number(high)
    yield _("Interquartile range, points"), _number(one.iqr if one else None)
    yield _("Within 5 points of the median"), one.within_5.count if one else ""
    yield _("Van der Eijk’s A"), _number(one.van_der_eijk_a if one else None)
    yield _("Experts in both rounds"), moved.experts if moved else ""
    yield (
        _("Change of the median, points"),
        _number(moved.median_change if moved else None),
    )
    yield (
        _("Share moved by 5 points or less"),
        _number(moved.share_steady if moved else None),
    )
    yield _("Net change"), _number(moved.net_change if moved else None)
    yield _("Experts far out"), len(one.far_out) if one else ""
    yield _("Figure by the rule, %"), _number(one.settled if one else None)
    yield _("One expert moves at most, points"), _number(line.largest if line else None)


def _number(value: Fraction | None) -> str:
    """With a point and as many decimals as a spreadsheet holds; empty for none."""
    if value is None:
        return ""
    return str(value.numerator) if value.denominator == 1 else repr(float(value))
