"""The report's charts show the report's own figures."""

from fractions import Fraction

import pytest

from reports import charts
from reports.pages.build import build_report
from reports.pages.document import BreakdownLine, GroupLine
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_dumbbell_goes_from_survey_to_post_consultation_average(
    frozen, coordinator
):
    round_ = factories.make_open_round(frozen.scorecard, {5: "agreed"}, by=coordinator)
    factories.settle(round_.round_goals.get(), by=coordinator, agreed=29)
    report = build_report(frozen.scorecard)

    chart = charts.goals_dumbbell(report, href_of=lambda number: f"/{number}/")

    assert chart.values() == [30, 30, 38, 29, None, None, 34, Fraction(59, 2)]
    assert [row.href for row in chart.rows] == ["/1/", "/5/", "/13/", ""]
    assert [row.is_total for row in chart.rows] == [False, False, False, True]


def test_band_edges_lie_where_rounding_puts_them(closed_scorecard):
    report = build_report(closed_scorecard)

    stretches = charts.band_stretches(report.bands)

    assert [(one.start, one.end) for one in stretches] == [
        (0, Fraction(61, 2)),
        (Fraction(61, 2), Fraction(101, 2)),
        (Fraction(101, 2), Fraction(141, 2)),
        (Fraction(141, 2), 100),
    ]


def test_a_goals_bars_stand_under_their_dimension(closed_scorecard):
    report = build_report(closed_scorecard)

    chart = charts.goal_indicator_bars(report, report.goal(5))

    assert [group.name for group in chart.groups] == ["Policy", "Practice"]
    assert chart.values() == [32, 40, 40, 40]


def test_distributions_count_scores_and_the_three_kinds_of_none(scorecard, respond):
    for _ in range(5):
        respond(scorecard, {5: "1?/-"})
    factories.close_survey(scorecard)
    report = build_report(scorecard)

    chart = charts.goal_distributions(report, report.goal(5))

    assert [row.counts for row in chart.rows] == [
        (5, 0, 0, 0, 0, 0, 0, 0),
        (0, 0, 0, 0, 0, 5, 0, 0),
        (0, 0, 0, 0, 0, 0, 5, 0),
        (0, 0, 0, 0, 0, 0, 0, 5),
    ]


def test_distributions_of_too_few_people_are_not_shown(closed_scorecard):
    report = build_report(closed_scorecard)

    chart = charts.goal_distributions(report, report.goal(13))

    assert {row.counts for row in chart.rows} == {None}


def test_groups_too_small_to_be_shown_have_no_number(closed_scorecard):
    line = BreakdownLine(
        code="who",
        text={"en": "Who?"},
        groups=[
            GroupLine(code="few", label={"en": "Few"}, n=None),
            GroupLine(code="none", label={"en": "None"}, n=0),
            GroupLine(code="many", label={"en": "Many"}, n=9),
        ],
    )

    chart = charts.breakdown_bars(build_report(closed_scorecard), line)

    assert [(bar.label, bar.value, bar.text) for bar in chart.bars()] == [
        ("Many", 9, ""),
        ("Few", None, "not shown"),
    ]
