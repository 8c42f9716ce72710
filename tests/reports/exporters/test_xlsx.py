"""The workbook: its figures, its codebook, and that text stays text."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook

from reports.exporters import xlsx
from reports.exporters.format import Imprint
from reports.exporters.tables.sheet import printed
from reports.pages.document import Report
from surveys.scoring import round_half_up
from tests.hostile.texts import HOSTILE, RIGHT_TO_LEFT

from .test_pdf import with_words

SHEETS = [
    "About",
    "Figures",
    "Key areas",
    "Proposals",
    "Settlements",
    "Statements",
    "Meetings",
    "Sample",
    "Codebook",
]


def made(report: Report, imprint: Imprint, folder: Path) -> Workbook:
    path = folder / "report.xlsx"
    xlsx.FORMAT.write(report, imprint, path)
    return openpyxl.load_workbook(path)


def approx(exact: Fraction) -> Any:
    """A spreadsheet keeps sixteen digits."""
    return pytest.approx(float(exact), rel=1e-15)


def rows(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    header, *below = book[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in below]


def test_sheets_stand_in_order(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    book = made(report, imprint, tmp_path)

    assert book.sheetnames == SHEETS
    assert all(sheet.freeze_panes == "A2" for sheet in book)


def test_figures_are_those_of_the_report(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    *goals, overall = rows(made(report, imprint, tmp_path), "Figures")

    for page, row in zip(report.goals, goals, strict=True):
        if page.percent is None or page.survey.percent is None:
            continue
        assert row["Goal"] == page.number
        assert row["Survey, %"] == round_half_up(page.survey.percent)
        assert row["Survey, unrounded"] == approx(page.survey.percent)
        assert row["After consultation, %"] == round_half_up(page.percent)
        assert Fraction(row["After consultation, as a fraction"]) == page.percent
    assert report.overall.percent is not None
    assert overall["After consultation, unrounded"] == approx(report.overall.percent)
    assert isinstance(goals[0]["Survey, %"], int)


def test_counts_of_key_areas_are_those_of_the_report(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    first = rows(made(report, imprint, tmp_path), "Key areas")[0]
    cell = report.goals[0].survey.indicators[0]

    assert [first[f"Score {score}"] for score in range(1, 6)] == [
        cell.tally.get(score, 0) for score in range(1, 6)
    ]
    assert first["n"] == cell.n


def test_hidden_goal_shows_no_counts(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    book = made(report, imprint, tmp_path)

    figures = [row for row in rows(book, "Figures") if row["Goal"] == 13]
    areas = [row for row in rows(book, "Key areas") if row["Goal"] == 13]
    assert figures[0]["Shown"] == "no"
    assert figures[0]["n"] is None
    for row in areas:
        assert row["Shown"] == "no"
        assert row["n"] is None
        assert not any(row[f"Score {score}"] for score in range(1, 6))


def test_proposals_include_the_revised_with_supporters_and_reasons(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    proposals = [
        row
        for row in rows(made(report, imprint, tmp_path), "Proposals")
        if row["Goal"] == 5
    ]

    assert [row["Percent"] for row in proposals] == [20, 30, 33, 25]
    assert [row["Stands"] for row in proposals] == ["no", "yes", "yes", "yes"]
    assert proposals[3]["Revises"] == 1
    assert proposals[3]["Supported by"] == "Bolat: I see the same."
    assert proposals[1]["Interest"] == "Works for a crisis centre."
    assert isinstance(proposals[0]["Proposed"], datetime)


def test_settlement_shows_rule_inputs_and_exact_result(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    settled = {
        row["Goal"]: row for row in rows(made(report, imprint, tmp_path), "Settlements")
    }

    assert settled[5]["Rule"] == "mean_of_supported"
    assert settled[5]["Calculation"] == "(25 + 30 + 33) / 3 = 29.33"
    assert settled[5]["Settled, %"] == 29
    assert settled[5]["Settled, as a fraction"] == "88/3"
    assert settled[5]["Dissent"] == "Dana would have said 33%."


def test_times_are_those_of_the_place(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    meeting = rows(made(report, imprint, tmp_path), "Meetings")[0]

    assert report.meetings[0].starts_at.hour == 9
    assert meeting["Began"] == datetime(2022, 5, 16, 15, 30)


def test_codebook_explains_every_column_of_every_sheet(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    book = made(report, imprint, tmp_path)
    explained = {
        (row["Part"], row["Name"]): row["Meaning"] for row in rows(book, "Codebook")
    }

    for sheet in book:
        for (name,) in sheet.iter_cols(max_row=1, values_only=True):
            assert explained[sheet.title, name], (sheet.title, name)
    assert explained["Scale", "1"]
    assert explained["Bands", report.bands[0].code]
    assert explained["Settlement rules", "mean_of_supported"]
    assert "100 × mean / 5" in explained["Formulas", "Percent"]


def test_about_says_edition_formula_and_checksum(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    about = {
        row["About"]: row["Content"]
        for row in rows(made(report, imprint, tmp_path), "About")
    }

    assert about["Edition"] == "Edition 1"
    assert about["Checksum of the report (SHA-256)"] == report.checksum
    assert len(about["Head of the ledger (SHA-256)"]) == 64
    assert about["Head of the ledger (SHA-256)"] == report.method.ledger_head
    assert about["Percent formula"] == "percent of maximum: 100 × mean / 5"


WORDS = {**HOSTILE, **RIGHT_TO_LEFT, "chinese": "中文"}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_words_stay_as_they_were_written(
    words: str, report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    book = made(with_words(report, words), imprint, tmp_path)

    proposal = [row for row in rows(book, "Proposals") if row["Goal"] == 5][0]
    minutes = rows(book, "Meetings")[0]["Minutes"]
    # "_x0041_" is kept as "_x005F_x0041_", which spreadsheets show as it was written.
    for cell in (proposal["Justification"], proposal["Expert"], minutes):
        assert cell == words or unescape(cell) == words
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_what_a_cell_cannot_hold_is_marked(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    words = "a\x00b\x07" + "c" * 40_000

    book = made(with_words(report, words), imprint, tmp_path)

    minutes = rows(book, "Meetings")[0]["Minutes"]
    assert minutes.startswith("a\ufffdb\ufffdccc")
    assert minutes.endswith("characters cut)")
    assert len(minutes) <= 32_767


def test_workbook_says_the_day_of_the_edition_and_not_today(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    properties = made(report, imprint, tmp_path).properties

    assert properties.created == datetime(2022, 7, 29)
    assert properties.modified == properties.created


def test_printed_figures_are_rounded_half_up() -> None:
    assert printed(Fraction(59, 2)) == 30
    assert printed(Fraction(88, 3)) == 29
    assert printed(None) is None
