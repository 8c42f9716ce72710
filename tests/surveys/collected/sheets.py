"""Tables as other programs write them, of the small questionnaire."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

GOALS = (1, 5, 13)
INDICATORS = ("laws", "plans", "money", "participation")
NAMES = ("Laws", "Plans", "Money", "Participation")

PLAIN = [
    "id",
    "submitted",
    *[f"goal{goal}_{code}" for goal in GOALS for code in INDICATORS],
    "goal5_why",
    "sector",
    "gender",
    "age",
    "who_is_left_behind",
]
GOOGLE = [
    "Timestamp",
    "Where do you work?",
    *[
        heading
        for goal, title in zip(
            GOALS, ("No poverty", "Gender equality", "Climate action"), strict=True
        )
        for heading in (
            *[f"Goal {goal}. {title} [{name}]" for name in NAMES],
            "Why do you rate it so?",
        )
    ],
    "Who is left behind?",
]
KOBO = [
    "start",
    "end",
    *[f"goal_{goal}/{code}" for goal in GOALS for code in INDICATORS],
    "goal_5/why",
    "about/sector",
    "sector",
    "_id",
    "_uuid",
    "_submission_time",
]
LIMESURVEY = [
    "Response ID",
    "Date submitted",
    "Start language",
    *[f"G{goal:02}Q02[SQ{n:03}]" for goal in GOALS for n in (1, 2, 3, 4)],
    "sector",
    "age",
]
COGNITO = [
    "Scorecard_Id",
    *[f"SDG{goal}_{name.replace(' ', '')}" for goal in GOALS for name in NAMES],
    "Sector",
    "Entry_DateSubmitted",
]


def row(**changes: Any) -> dict[str, Any]:
    """One respondent of the plain table."""
    found: dict[str, Any] = dict.fromkeys(PLAIN, "")
    found |= {"id": "r1", "submitted": "2022-05-10", "sector": "ngo", "age": "34"}
    found |= {f"goal1_{code}": str(n) for n, code in enumerate(INDICATORS, start=1)}
    found |= {"goal5_laws": "Very well", "goal5_plans": "I don't know"}
    found |= {"goal5_money": "N/A", "goal5_why": "Shelters closed."}
    return found | changes


def csv_of(
    headings: Sequence[str],
    *rows: Sequence[Any] | dict[str, Any],
    sign: str = ",",
    encoding: str = "utf-8-sig",
) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=sign)
    writer.writerow(headings)
    for one in rows:
        cells = [one.get(h, "") for h in headings] if isinstance(one, dict) else one
        writer.writerow(cells)
    return written.getvalue().encode(encoding)


def plain(*rows: dict[str, Any], **more: Any) -> bytes:
    return csv_of(PLAIN, *rows, **more)


def xlsx_of(headings: Sequence[str], *rows: Sequence[Any]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headings)
        for number, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                sheet.write(number, place, cell)
    return written.getvalue()
