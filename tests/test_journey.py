"""The whole job once through, in a real browser: from an answer to the file.

One goal, rated by six people: five through the services, one on a phone. The figures
follow by hand: five rate goal 5 with 2 2 2 2, the sixth with 4 4 4 4, so each indicator
means 14/6, 100 x 14/6 / 5 = 46.67, printed 47%. The panel's supported scores are 25 and
30, their mean is 27.5, printed 28%.
"""

import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from surveys.jobs.tasks import work_off_jobs
from surveys.models import Scorecard
from tests import factories

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def scorecard(instrument):
    """Without grace: its figures are frozen as soon as it is closed."""
    return factories.make_scorecard(instrument=instrument, grace_minutes=0)


def is_told(page: Page, words: str) -> None:
    expect(page.locator(".alert-success")).to_contain_text(words)


def go_on(page: Page, to: str) -> None:
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_url(re.compile(re.escape(to)))


def answer_on_a_phone(page: Page, scorecard: Scorecard) -> str:
    """From the open link to the receipt, whose code is returned."""
    page.goto(reverse("intake_start", args=[scorecard.open_link]))
    page.get_by_label("I have read this and want to take part.").check()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Choose goals").click()
    page.locator("label.goal-tile.goal-5").click()
    page.get_by_role("button", name="Save and continue").click()
    for indicator in range(1, 5):
        page.locator(f"#rating_{indicator} input[value='4']").click()
    go_on(page, "/sections/left_behind/")
    go_on(page, "/about-you/")
    page.get_by_label("Civil society").check()
    go_on(page, "/review/")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    return page.locator(".receipt").inner_text()


def freeze_and_open_a_round(page: Page, scorecard: Scorecard) -> None:
    page.goto(reverse("survey_close", args=[scorecard.slug]))
    page.get_by_role("button", name="Close the survey").click()
    is_told(page, "The survey is closed.")
    page.goto(reverse("rounds", args=[scorecard.slug]))
    page.get_by_text("Freeze the survey figures…").click()
    page.get_by_role("button", name="Yes, freeze the figures now").click()
    is_told(page, "The survey figures are frozen.")
    page.goto(reverse("round_new", args=[scorecard.slug]))
    page.get_by_label("Title").fill("First round")
    page.locator("input[type=checkbox][name*='5']").check()
    page.locator("select[name*='5']").select_option("mean_of_supported")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Open this round…").click()
    page.get_by_role("button", name="Yes, open the round now").click()
    is_told(page, "The round is open.")


def propose(page: Page, scorecard: Scorecard, percent: str, why: str) -> None:
    page.goto(reverse("board", args=[scorecard.slug, 1, 5]))
    page.locator("input[name=kind][value=change]").check()
    page.locator("input[name=percent]").fill(percent)
    page.locator("textarea[name=justification]").fill(why)
    page.locator("input[name=confidence][value=high]").check()
    page.get_by_role("button", name="Propose", exact=True).click()
    is_told(page, "Your estimate is on record.")


def support(page: Page, scorecard: Scorecard) -> None:
    page.goto(reverse("board", args=[scorecard.slug, 1, 5]))
    page.get_by_role("button", name=re.compile("^Support")).first.click()
    expect(page.get_by_text("Your support is on record.")).to_be_visible()


def test_from_the_first_answer_to_the_released_report_and_its_file(
    window, scorecard, coordinator, experts, tmp_path
):
    for _ in range(5):
        factories.respond(scorecard, {5: "2222"})

    phone = window(width=360)
    receipt = answer_on_a_phone(phone, scorecard)
    assert re.fullmatch(r"[A-Z0-9-]{10,}", receipt.strip())
    assert scorecard.responses.count() == 6

    desk = window(coordinator)
    freeze_and_open_a_round(desk, scorecard)

    first, second = window(experts[0]), window(experts[1], width=360)
    propose(first, scorecard, "25", "Laws are there, money is not.")
    propose(second, scorecard, "30,0", "Some progress in the regions.")
    support(first, scorecard)
    support(second, scorecard)

    desk.goto(reverse("settle", args=[scorecard.slug, 1, 5]))
    desk.locator("textarea[name=reason]").fill("The panel was split.")
    desk.get_by_role("button", name="Settle this goal").click()
    is_told(desk, "The goal is settled.")
    expect(desk.get_by_text("28%").first).to_be_visible()

    desk.goto(reverse("report_goal", args=[scorecard.slug, 5]))
    pair = desk.locator(".figure-pair").first
    expect(pair).to_contain_text("47%")
    expect(pair).to_contain_text("28%")
    desk.goto(reverse("report_goal_computation", args=[scorecard.slug, 5]))
    expect(desk.get_by_text("Laws are there, money is not.")).to_be_visible()

    desk.goto(reverse("round", args=[scorecard.slug, 1]))
    if desk.get_by_text("Close this round…").count():
        desk.get_by_text("Close this round…").click()
        desk.get_by_role("button", name="Yes, close the round now").click()
        is_told(desk, "The round is closed.")
    desk.goto(reverse("editions", args=[scorecard.slug]))
    desk.get_by_text("Release edition…").click()
    desk.get_by_role("button", name="Yes, release edition 1 now").click()
    is_told(desk, "Edition 1 is released.")

    reader = window()
    reader.goto(reverse("latest_edition", args=[scorecard.slug]))
    expect(reader.get_by_text("28%").first).to_be_visible()
    reader.goto(reverse("edition_downloads", args=[scorecard.slug, 1]))
    reader.locator("input[value=xlsx]").check()
    reader.get_by_role("button", name="Make the file").click()
    expect(reader).to_have_title(re.compile("File being made"))
    work_off_jobs()
    reader.reload()
    with reader.expect_download() as download:
        reader.locator("a[href$='/file/']").first.click()
    saved = tmp_path / "report.xlsx"
    download.value.save_as(saved)
    cells = {
        cell.value
        for sheet in load_workbook(saved)
        for row in sheet.iter_rows()
        for cell in row
    }
    assert {47, 28} <= cells
