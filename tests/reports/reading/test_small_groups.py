"""What too few people said is found in no page and no file."""

import re
from datetime import date

import pytest
from django.urls import reverse

from reports import charts
from reports.exporters.format import Imprint
from reports.exporters.print.content import printed_report
from reports.exporters.tables.figures import key_areas_sheet, sample_sheet
from reports.pages.build import build_report
from reports.reading.method import sample_sentences
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(scorecard, respond, coordinator):
    """One person rated key area 2 of goal 5, with a 5; key area 3 goes with it."""
    for codes in ("1521", *["1-21"] * 5, "1--1"):
        respond(scorecard, {5: codes})
    factories.close_survey(scorecard)
    return factories.freeze(scorecard, by=coordinator).scorecard


@pytest.mark.parametrize(
    ("name", "where"),
    [("report_goal", [5]), ("report_goal_computation", [5])],
)
def test_pages_do_not_show_what_one_person_rated(
    answered, sign_in, coordinator, name, where
):
    path = reverse(name, args=[answered.slug, *where])

    page = sign_in(coordinator).get(path).content.decode()

    # 100% is also where the axis of a chart ends.
    words = re.sub(r"<(svg|script).*?</\1>", "", page, flags=re.S)
    assert not re.search(r">\s*100%", words)
    assert "Key areas that fewer than 5 people rated are not shown" in page


def test_the_working_of_the_mean_says_what_it_leaves_out(
    answered, sign_in, coordinator
):
    path = reverse("report_goal_computation", args=[answered.slug, 5])

    page = sign_in(coordinator).get(path).content.decode()

    assert "(1.000 + 1.000 + not shown + not shown) / 4 = 2.250" in page


def test_charts_have_no_bar_for_it(answered):
    report = build_report(answered)
    page = report.goal(5)

    assert charts.goal_indicator_bars(report, page).values() == [20, None, None, 20]
    rows = charts.goal_distributions(report, page).rows
    assert [row.counts is None for row in rows] == [False, True, True, False]


def test_files_leave_it_out(answered):
    report = build_report(answered)
    sheet = key_areas_sheet(report)
    names = [column.name for column in sheet.columns]
    second = next(row for row in sheet.rows if row[0] == 5 and row[2] == 2)
    printed = str(printed_report(report, Imprint(None, date(2022, 5, 16), "en")))

    assert dict(zip(names, second, strict=True))["Shown"] == "no"
    assert not any(second[names.index("n") :])
    assert "not shown" in printed
    assert "100.0%" not in printed


def test_ages_of_single_people_are_not_told_of_few(answered):
    report = build_report(answered)

    assert "The average age is 34." in sample_sentences(report)
    assert [row[6:8] for row in sample_sheet(report).rows if row[0] == "age"] == [
        [None, None]
    ]
