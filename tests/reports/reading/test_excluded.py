"""The report says how many responses were excluded, and why."""

import openpyxl
import pytest
from django.urls import reverse
from pypdf import PdfReader

from reports.downloads.runner import report_and_imprint
from reports.editions.services import release_edition
from reports.exporters import FORMATS
from reports.models import Edition
from reports.pages.build import build_report
from surveys.sample.exclusions import exclude_response
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
REASON = "Sent a second time, as its sender says."


@pytest.fixture
def two_excluded(scorecard, coordinator):
    """Two of twelve, and a closed survey."""
    for person in range(10):
        factories.respond(scorecard, {1: "1212", 5: "2222"}, profile=who(person))
    for cause, reason in (("straight", "Fives only."), ("duplicate", REASON)):
        response = factories.respond(scorecard, {1: "5555"}, profile=who(99))
        exclude_response(
            response_id=response.pk, cause=cause, reason=reason, by=coordinator, now=NOW
        )
    return factories.close_survey(scorecard)


def who(person: int) -> dict:
    return {"sector": "ngo", "gender": "woman" if person % 2 else "man", "age": 40}


def pages(client, scorecard, *names) -> str:
    found = [client.get(reverse(name, args=[scorecard.slug])) for name in names]
    return " ".join(one.content.decode() for one in found)


def test_the_draft_says_how_many_were_excluded_and_why(
    two_excluded, coordinator, sign_in
):
    text = pages(sign_in(coordinator), two_excluded, "report")

    assert "12 people answered" in text
    assert "2 responses were excluded and count in no average" in text
    assert "the same score for every key area of many goals: 1" in text
    assert "averages rest on 10 responses" in text
    assert "is of all who answered" in text
    assert "are flagged by the programme" in text
    working = pages(sign_in(coordinator), two_excluded, "report_computation")
    assert REASON in working


def test_figures_rest_on_the_others(two_excluded):
    report = build_report(two_excluded)

    assert (report.sample.responses, report.sample.answered) == (10, 12)
    assert report.goal(1).survey.respondents == 10
    assert report.goal(1).survey.mean == 1.5


def test_groups_are_of_all_so_that_nobody_is_found_by_subtraction(two_excluded):
    (sector,) = (
        line
        for line in build_report(two_excluded).sample.breakdowns
        if line.code == "sector"
    )
    assert {group.code: group.n for group in sector.groups}["ngo"] == 12


def test_where_respondents_are_no_secret_groups_are_of_those_counted(
    instrument, sign_in
):
    scorecard = factories.make_scorecard(
        instrument=instrument, anonymity="confidential"
    )
    coordinator = factories.make_member(scorecard=scorecard, role="coordinator")
    for person in range(6):
        last = factories.respond(scorecard, {1: "1212"}, profile=who(person))
    exclude_response(
        response_id=last.pk, cause="other", reason="Ours.", by=coordinator, now=NOW
    )
    factories.close_survey(scorecard)

    sample = build_report(scorecard).sample

    assert {g.code: g.n for g in sample.breakdowns[0].groups}["ngo"] == 5
    assert not sample.describes_excluded


def test_nothing_is_said_of_exclusions_where_there_are_none(
    closed_scorecard, coordinator, sign_in
):
    text = pages(sign_in(coordinator), closed_scorecard, "report")

    assert "No response was excluded." in text
    assert "counts in no average" not in text


def test_exclusions_are_frozen_and_stand_in_edition_and_files(
    two_excluded, coordinator, client, tmp_path
):
    factories.freeze(two_excluded, by=coordinator)
    release_edition(scorecard_id=two_excluded.pk, by=coordinator, now=NOW)
    edition = Edition.objects.get()

    page = client.get(reverse("edition_computation", args=[two_excluded.slug, 1]))
    assert REASON in page.content.decode()

    report, imprint = report_and_imprint(edition, "en")
    for known in FORMATS:
        known.write(report, imprint, tmp_path / f"file.{known.code}")
    about = openpyxl.load_workbook(tmp_path / "file.xlsx")["About"]
    rows = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert rows["Excluded responses"] == "2"
    assert rows["Excluded: sent a second time by the same person"] == REASON
    text = "".join(p.extract_text() for p in PdfReader(tmp_path / "file.pdf").pages)
    assert "Fives only." in " ".join(text.split())


def test_the_draft_of_an_open_survey_moves_in_steps(scorecard):
    """Two looks one response apart would tell what that one person said."""
    for person in range(6):
        factories.respond(scorecard, {1: "1212"}, profile=who(person))
    before = build_report(scorecard)
    factories.respond(scorecard, {1: "5555"}, profile=who(0))

    after = build_report(scorecard)

    assert (before.sample.answered, after.sample.answered) == (6, 7)
    assert after.goals == before.goals
    assert after.overall == before.overall
    assert after.sample.breakdowns == before.sample.breakdowns
    assert after.sample.numbers == []
