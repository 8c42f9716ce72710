"""Key findings read well for no goal, one goal and several."""

from decimal import Decimal

import pytest
from django.utils import translation

from reports.pages.build import build_report
from reports.pages.finding_sentences import finding_sentences
from tests import factories
from validation.models import RoundGoal

pytestmark = pytest.mark.django_db


def said(scorecard, **links) -> list[str]:
    sentences = finding_sentences(build_report(scorecard), **links)
    return [one.text.replace("\xa0", " ") for one in sentences]


def test_findings_are_silent_without_answers(scorecard):
    assert said(scorecard) == []


def test_findings_before_a_consultation_speak_of_the_survey_only(closed_scorecard):
    assert said(closed_scorecard) == [
        "Over all goals, the survey average is 34%.",
        "By the survey no goal is above 40%.",
        "By the survey no goal is below 30%.",
        "Of the key areas, the highest are Participation (40%) and Plans (40%).",
        "The lowest are Laws (26%) and Money (30%).",
    ]


def test_findings_name_one_goal_in_the_singular(frozen, coordinator, experts):
    factories.make_open_round(
        frozen.scorecard, {1: "agreed", 5: "agreed"}, by=coordinator
    )
    lower, raised = RoundGoal.objects.order_by("goal__number")
    factories.settle(lower, by=coordinator, agreed=20)
    factories.settle(raised, by=coordinator, agreed=60)

    sentences = said(frozen.scorecard)

    assert "After the consultation 1 goal is above 40%: 5 Gender equality (60%)." in (
        sentences
    )
    assert "The experts lowered 1 goal: 1 No poverty (from 30% to 20%)." in sentences
    assert "They raised 1 goal: 5 Gender equality (from 38% to 60%)." in sentences
    assert (
        "1 goal stands in another band than before: "
        "5 Gender equality (from Low to Medium)." in sentences
    )
    assert sentences[0] == (
        "Over all goals, the survey average is 34%; after the consultation it is "
        "higher, 40%."
    )


def test_findings_say_when_nothing_moved(frozen, coordinator):
    factories.make_open_round(frozen.scorecard, {1: "keep"}, by=coordinator)
    factories.settle(RoundGoal.objects.get(), by=coordinator)

    sentences = said(frozen.scorecard)

    assert "The experts lowered no goal." in sentences
    assert "They raised none." in sentences
    assert "No goal stands in another band than before." in sentences
    assert sentences[0].endswith("and the consultation left it there.")


def test_findings_lead_to_what_they_name(frozen, coordinator):
    sentences = finding_sentences(
        build_report(frozen.scorecard), indicator_link=lambda number: f"#{number}"
    )

    hrefs = [piece.href for one in sentences for piece in one.pieces if piece.href]

    assert hrefs == ["#4", "#2", "#1", "#3"]


def test_findings_use_names_in_the_language_of_the_page(closed_scorecard):
    with translation.override("ru"):
        sentences = finding_sentences(build_report(closed_scorecard))

    assert any("Законы" in one.text for one in sentences)


def test_what_prints_as_the_same_has_not_moved(frozen, coordinator):
    factories.make_open_round(
        frozen.scorecard, {1: "agreed", 5: "agreed"}, by=coordinator
    )
    first, other = RoundGoal.objects.order_by("goal__number")
    # 30% and 38% in the survey
    factories.settle(first, by=coordinator, agreed=Decimal("30.4"))
    factories.settle(other, by=coordinator, agreed=Decimal("37.5"))

    sentences = said(frozen.scorecard)
    report = build_report(frozen.scorecard)

    assert "The experts lowered no goal." in sentences
    assert "They raised none." in sentences
    assert sentences[0].endswith("and the consultation left it there.")
    assert not any(page.has_changed for page in report.goals)
