"""Estimates as files: CSV, and XLSX with a codebook. They can be read back in."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext

from surveys.models import Identities, Member, Scorecard
from surveys.scoring import round_half_up
from surveys.table_text import in_a_cell
from validation.baseline import averages_in_force
from validation.bounds import standardised
from validation.estimates.columns import COLUMNS, READ
from validation.estimates.reading import SHEET
from validation.identities import names_of
from validation.models import Assignment, Proposal, RoundGoal

Cell = str | int | Fraction | None


@dataclass(frozen=True)
class Line:
    """Column code -> cell."""

    cells: dict[str, Cell]


def estimates_of(member: Member) -> list[Line]:
    """Every expert's current proposal in every round, as far as the member may read.

    E-mail addresses only where experts appear by name. In a fixed number of queries.
    """
    scorecard = member.scorecard
    names = names_of(scorecard)
    averages = averages_in_force(scorecard)
    not_counted = set(
        Assignment.objects.not_counted()
        .filter(expert__scorecard=scorecard)
        .values_list("expert", "goal")
    )
    proposals = (
        Proposal.objects.visible_to(member)
        .current()
        .select_related("round_goal__round", "round_goal__goal", "expert__user")
        .order_by("round_goal__round__number", "round_goal__goal__number", "pk")
    )
    return [
        Line(
            _of_person(scorecard, one.expert, names)
            | _of_place(one.round_goal)
            | _of_proposal(one, averages.goals[one.round_goal.goal.number].percent)
            | {
                "counted": "no"
                if (one.expert_id, one.round_goal.goal_id) in not_counted
                else "yes",
                "entered_by": names.get(one.entered_by_id or 0, ""),
                "proposed_at": _moment(scorecard, one.proposed_at),
            }
        )
        for one in proposals
    ]


def missing_estimates(member: Member) -> list[Line]:
    """A line to fill in for each expert and open goal without an estimate."""
    scorecard = member.scorecard
    names = names_of(scorecard)
    spoken = set(
        Proposal.objects.filter(round_goal__scorecard=scorecard).values_list(
            "expert", "round_goal"
        )
    )
    panel = list(
        Assignment.objects.present()
        .filter(expert__scorecard=scorecard)
        .select_related("expert__user")
    )
    round_goals = RoundGoal.objects.filter(
        scorecard=scorecard, is_open=True
    ).select_related("round", "goal")
    return [
        Line(_of_person(scorecard, one.expert, names) | _of_place(round_goal))
        for round_goal in round_goals
        for one in panel
        if one.goal_id == round_goal.goal_id
        and (one.expert_id, round_goal.pk) not in spoken
    ]


def as_csv(lines: list[Line]) -> bytes:
    """UTF-8 with a mark, commas; no cell is taken for a formula."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(column.code for column in COLUMNS)
    for line in lines:
        cells = (line.cells.get(column.code) for column in COLUMNS)
        writer.writerow(
            in_a_cell(cell) if isinstance(cell, str) else _digits(cell)
            for cell in cells
        )
    return ("\ufeff" + written.getvalue()).encode("utf-8")


def as_xlsx(lines: list[Line]) -> bytes:
    """Two sheets: the estimates and, in the active language, what the columns mean."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(written, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        top = book.add_format({"valign": "top"})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.code, bold)
        for number, line in enumerate(lines, start=1):
            for place, column in enumerate(COLUMNS):
                _write(sheet, number, place, line.cells.get(column.code), wrapped, top)
        _write_codebook(book.add_worksheet("Codebook"), bold, wrapped)
    return written.getvalue()


def _write(sheet, row: int, place: int, cell: Cell, wrapped, top) -> None:  # type: ignore[no-untyped-def]
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, place, cell, wrapped)
    elif 0 < cell < 1:
        # A number below 1 reads like a cell formatted as percent.
        sheet.write_string(row, place, f"{_digits(cell)}%", top)
    else:
        sheet.write_number(row, place, float(cell), top)


def _write_codebook(sheet, bold, wrapped) -> None:  # type: ignore[no-untyped-def]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80)
    sheet.set_column(2, 2, 14)
    headings = (gettext("Column"), gettext("Meaning"), gettext("Read back in"))
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    for number, (code, meaning, is_read) in enumerate(codebook(), start=1):
        sheet.write_string(number, 0, code, wrapped)
        sheet.write_string(number, 1, meaning, wrapped)
        sheet.write_string(
            number, 2, gettext("yes") if is_read else gettext("no"), wrapped
        )


def codebook() -> Iterator[tuple[str, str, bool]]:
    """(code, meaning, whether it is read when the table comes back)."""
    for column in COLUMNS:
        yield column.code, str(column.meaning), column in READ


def _of_person(
    scorecard: Scorecard, expert: Member, names: Mapping[int, str]
) -> dict[str, Cell]:
    is_named = scorecard.identities == Identities.NAMED
    return {
        "expert": names.get(expert.pk, ""),
        "email": expert.user.email if is_named else "",
    }


def _of_place(round_goal: RoundGoal) -> dict[str, Cell]:
    return {"goal": round_goal.goal.number, "round": round_goal.round.number}


def _of_proposal(proposal: Proposal, survey: Fraction | None) -> dict[str, Cell]:
    best = survey if proposal.percent is None else Fraction(proposal.percent)
    cells: dict[str, Cell] = {
        "keep_or_change": proposal.kind,
        "lower": _fraction(proposal.lower),
        "best": _fraction(proposal.percent),
        "upper": _fraction(proposal.upper),
        "sureness": proposal.sureness,
        "confidence": proposal.confidence,
        "reason": proposal.justification,
        "interest": proposal.interest,
        "survey_average": survey,
    }
    lower, upper, sureness = proposal.lower, proposal.upper, proposal.sureness
    if lower is None or upper is None or sureness is None or best is None:
        return cells
    if lower <= best <= upper:
        at_80 = standardised(best, lower, upper, sureness)
        cells |= {"lower_80": at_80.lower, "upper_80": at_80.upper}
    return cells


def _fraction(value) -> Fraction | None:  # type: ignore[no-untyped-def]
    return None if value is None else Fraction(value)


def _moment(scorecard: Scorecard, at: datetime) -> str:
    return timezone.localtime(at, scorecard.zone).strftime("%Y-%m-%d %H:%M")


def _digits(cell: int | Fraction | None) -> str:
    """With a point and no more decimals than it has, ten at most."""
    if cell is None:
        return ""
    text = str(round_half_up(Fraction(cell), 10))
    return text.rstrip("0").rstrip(".") if "." in text else text
