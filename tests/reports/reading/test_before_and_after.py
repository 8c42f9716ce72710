"""What a report says before experts took part, and before anything was settled."""

from datetime import date

import pytest
from django.urls import reverse

from reports.exporters.format import Imprint
from reports.exporters.print.content import printed_report
from reports.exporters.tables.figures import figures_sheet
from reports.exporters.tables.words import about_sheet
from reports.pages.build import build_report
from reports.reading.method import consultation_sentences, rules_used
from tests import factories
from validation.models import RoundGoal
from validation.rounds.services import add_meeting, close_round, record_meeting

pytestmark = pytest.mark.django_db
AFTER = "Post-consultation average"


@pytest.fixture
def read(sign_in, coordinator, scorecard):
    client = sign_in(coordinator)

    def page(name: str = "report", *where) -> str:
        path = reverse(name, args=[scorecard.slug, *where])
        return client.get(path).content.decode()

    return page


def test_experts_on_a_panel_who_did_nothing_are_not_counted(open_round, read):
    report = build_report(open_round.scorecard)

    assert report.method.experts == 0
    assert "1 round was opened, and no expert took part in it." in (
        consultation_sentences(report)
    )
    assert "Experts who took part" not in read()


def test_whoever_proposed_supported_or_came_took_part(
    frozen, experts, climate_expert, coordinator
):
    open_round = factories.make_open_round(
        frozen.scorecard, {5: "agreed"}, by=coordinator, is_blind=False
    )
    aigul, bolat, _ = experts
    round_goal = open_round.round_goals.get(goal__number=5)
    factories.support(factories.propose(round_goal, aigul, 25), bolat)
    meeting = add_meeting(
        round_=open_round,
        starts_at=factories.NOW,
        minutes_long=60,
        place="Zoom",
        agenda=[round_goal],
    )
    record_meeting(
        meeting_id=meeting.pk, attended_by=[climate_expert, coordinator], minutes=""
    )

    assert build_report(open_round.scorecard).method.experts == 3


@pytest.mark.parametrize("stage", ["frozen", "open_round"])
@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("report", []),
        ("report_computation", []),
        ("report_goal", [5]),
        ("report_goal_computation", [5]),
        ("editions", []),
    ],
)
def test_no_page_has_a_post_consultation_average_before_a_settlement(
    read, request, stage, name, where
):
    request.getfixturevalue(stage)

    page = read(name, *where)

    assert AFTER.casefold() not in page.casefold()
    assert "Survey average" in page or name == "editions"


def test_the_first_settlement_brings_the_overall_figure(open_round, coordinator, read):
    factories.settle(
        open_round.round_goals.get(goal__number=1), by=coordinator, agreed=20
    )

    assert AFTER in read()
    assert AFTER in read("report_computation")
    assert AFTER in read("report_goal", 5)


def test_files_hold_the_survey_average_alone_before_a_settlement(frozen):
    report = build_report(frozen.scorecard)
    imprint = Imprint(None, date(2022, 5, 16), "en")
    sheet = figures_sheet(report)
    names = [column.name for column in sheet.columns]
    after = [names.index(name) for name in names if name.startswith("After")]
    rows = list(sheet.rows)

    assert len(after) == 3
    assert not any(row[place] for row in rows for place in after)
    assert "have not been consulted" in str(about_sheet(report, imprint).rows)
    assert AFTER not in str(printed_report(report, imprint))


def test_rules_follow_wherever_they_are_announced(open_round, coordinator, read):
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
    report = build_report(open_round.scorecard)

    assert rules_used(report) == [
        ("the value agreed in the meeting", [1]),
        ("the mean of the distinct supported scores", [5]),
    ]
    assert not RoundGoal.objects.filter(is_open=True).exists()
