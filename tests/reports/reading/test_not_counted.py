"""Who was heard and not counted stands beside the figure, not in it."""

from datetime import date

import pytest
from django.urls import reverse

from reports.exporters.format import Imprint
from reports.exporters.print.content import printed_report
from reports.exporters.tables.consultation import proposals_sheet, settlements_sheet
from reports.pages import wording
from reports.pages.build import build_report
from tests import factories
from validation.models import RoundGoal
from validation.panel.interests import decide_interest, declare_interest

pytestmark = pytest.mark.django_db
INTEREST = "Works for the ministry."


@pytest.fixture
def settled(frozen, coordinator, experts) -> RoundGoal:
    """25 and 33 are counted, each supported; Dana's 90 is not, nor is her support."""
    aigul, bolat, dana = experts
    round_ = factories.make_open_round(
        frozen.scorecard, {5: "weighted_by_supporters"}, by=coordinator, is_blind=False
    )
    round_goal = round_.round_goals.get()
    leave_out(dana, round_goal, coordinator)
    low = factories.propose(round_goal, aigul, 25)
    high = factories.propose(round_goal, bolat, 33)
    far = factories.propose(round_goal, dana, 90)
    factories.support(low, bolat)
    factories.support(low, dana)
    factories.support(high, aigul)
    factories.support(far, aigul)
    factories.settle(round_goal, by=coordinator)
    return round_goal


def leave_out(expert, round_goal, by):
    declare_interest(
        expert=expert, goal=round_goal.goal, text=INTEREST, now=factories.NOW
    )
    decide_interest(
        expert=expert,
        goal=round_goal.goal,
        handling="not_counted",
        by=by,
        now=factories.NOW,
    )


def test_the_calculation_holds_only_those_who_are_counted(settled):
    page = build_report(settled.scorecard).goal(5)

    assert page.percent == 29
    assert wording.rule_calculation(page.rounds[0], page.survey.percent) == (
        "(25 × 1 + 33 × 1) / 2 = 29"
    )
    assert [line.is_counted for line in page.rounds[0].proposals] == [True, True, False]


@pytest.mark.parametrize("name", ["report_goal", "report_goal_computation"])
def test_pages_name_who_was_left_out_and_why(settled, sign_in, coordinator, name):
    client = sign_in(coordinator)
    path = reverse(name, args=[settled.scorecard.slug, 5])

    page = client.get(path).content.decode()

    assert "2 experts made a proposal: 1 for 25% and 1 for 33%." in page
    assert (
        "Dana was heard and not counted, because of a declared interest: "
        "Works for the ministry." in page
    )


def test_files_name_who_was_left_out_and_why(settled):
    report = build_report(settled.scorecard)

    words = "Dana was heard and not counted"
    sheet = proposals_sheet(report)
    counted = [column.name for column in sheet.columns].index("Counted")
    rows = [row for row in sheet.rows if row[0] == 5]
    imprint = Imprint(None, date(2022, 5, 16), "en")

    assert [row[counted] for row in rows] == ["yes", "yes", "no"]
    assert "Dana, not counted" in str(rows)
    assert words in str(list(settlements_sheet(report).rows))
    assert words in str(printed_report(report, imprint))


def test_a_later_decision_does_not_change_how_an_earlier_round_settled(
    frozen, coordinator, experts
):
    aigul, bolat, dana = experts
    first = factories.make_open_round(
        frozen.scorecard, {5: "median_of_latest"}, by=coordinator
    ).round_goals.get()
    for expert, percent in ((aigul, 20), (bolat, 30), (dana, 50)):
        factories.propose(first, expert, percent)
    declare_interest(expert=dana, goal=first.goal, text=INTEREST, now=factories.NOW)
    factories.settle(first, by=coordinator)
    factories.make_open_round(
        frozen.scorecard, {5: "keep"}, by=coordinator, now=factories.NOW + factories.DAY
    )
    decide_interest(
        expert=dana,
        goal=first.goal,
        handling="not_counted",
        reason="Known only now.",
        by=coordinator,
        now=factories.NOW + factories.DAY,
    )

    page = build_report(frozen.scorecard).goal(5)

    assert wording.rule_calculation(page.rounds[0], page.survey.percent) == (
        "median of 20, 30, 50 = 30"
    )
    assert page.rounds[0].left_out == []
