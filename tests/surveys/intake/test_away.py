"""In a real browser: without a connection, and what waits on the device to be sent."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, expect

from surveys.models import Response
from tests.browsing import until
from tests.surveys.intake.device import (
    NOT_SAVED,
    UNSENT,
    go_on,
    rate,
    say,
    switch_off,
    until_taken_along,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = "This device has answers that were not sent."


def test_without_a_connection_one_goes_on_to_other_goals(phone, away):
    rate(phone, 1, 2)
    go_on(phone)
    expect(phone.locator("h1")).to_contain_text("Gender")
    rate(phone, 4, 5)
    say(phone, "On the second goal")
    phone.get_by_text("All pages").click()
    expect(phone.locator('[data-step="goal-1"] .num')).to_have_text("1 of 4")
    phone.get_by_role("button", name="1. ").first.click()
    expect(phone.locator("#rating_1 input:checked")).to_have_value("2")

    phone.context.set_offline(False)
    until(phone, f"{UNSENT} === 0")

    assert away.ratings(1) == "2---"
    assert away.ratings(5) == "---5"
    texts = away.draft.answers.get(goal__number=5).texts
    assert texts == {"why": "On the second goal"}


def test_what_two_pages_left_is_sent_by_any_page_after_the_browser_was_closed(
    phone, away
):
    rate(phone, 1, 2)
    go_on(phone)
    expect(phone.locator("h1")).to_contain_text("Gender")
    rate(phone, 4, 5)
    expect(phone.locator(".save-status")).to_have_text(NOT_SAVED)
    url, context = phone.url.partition("goals/")[0], phone.context
    phone.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(url)
    until(page, f"{UNSENT} === 0")

    assert away.ratings(1) == "2---"
    assert away.ratings(5) == "---5"


def test_a_page_that_cannot_be_had_says_so_and_shows_the_way(phone, away):
    phone.goto(phone.url.partition("goals/")[0] + "review/")

    expect(phone.locator("h1")).to_have_text("No connection")
    assert Axe().run(phone).violations_count == 0
    phone.get_by_role("link", name="5. ").click()
    expect(phone.locator("#rating_4")).to_be_visible()


def test_a_connection_that_is_back_leads_nobody_back(phone, away):
    """The page would load again, but its reader is already on the way to another."""
    phone.goto(phone.url.partition("goals/")[0] + "review/")
    expect(phone.locator("h1")).to_have_text("No connection")

    phone.evaluate(
        """() => {
          document.querySelector("a[href$='/goals/5/']").click();
          window.dispatchEvent(new Event("online"));
        }"""
    )

    expect(phone.locator("#rating_4")).to_be_visible()


def test_a_broken_submission_is_sent_again_and_counted_once(phone, ready, live_server):
    phone.goto(live_server.url + ready.url("goal", 1))
    until_taken_along(phone)
    phone.goto(live_server.url + ready.url("review"))
    receipt = phone.locator("#receipt").inner_text()
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Submit", exact=True).click()
    expect(phone.locator("h1")).to_have_text("The connection broke")
    assert not Response.objects.exists()

    phone.context.set_offline(False)
    phone.get_by_role("button", name="Submit again").click()

    expect(phone.locator("#receipt")).to_have_text(receipt)
    assert Response.objects.count() == 1


def test_after_submitting_nothing_stays_on_the_device(phone, ready, live_server):
    phone.goto(live_server.url + ready.url("goal", 1))
    until_taken_along(phone)
    phone.goto(live_server.url + ready.url("review"))
    phone.get_by_role("button", name="Submit", exact=True).click()
    expect(phone.locator("h1")).to_contain_text("Thank you")

    until(phone, "Object.keys(localStorage).length === 0")
    until(phone, "caches.keys().then((names) => names.length === 0)")
    left = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    until(phone, f"{left}.then((length) => length === 0)")


def test_another_persons_link_gets_nothing_of_what_the_device_keeps(
    phone, away, begin_on, scorecard, live_server
):
    other = begin_on(scorecard, ratings={1: "----"})
    with pytest.raises(Error):
        phone.goto(live_server.url + other.url("goal", 1))


def leave_unsent(phone, person, stored: str) -> Page:
    """Rated 1 on the phone and not sent, `stored` by another device: opened again."""
    phone.context.set_offline(True)
    rate(phone, 1, 1)
    expect(phone.locator(".save-status")).to_have_text(NOT_SAVED)
    url, context = phone.url, phone.context
    switch_off(phone)
    context.set_offline(False)
    person.post("goal", 1, rating_1=stored)
    page = context.new_page()
    page.goto(url)
    return page


def test_unsent_answers_do_not_silently_undo_those_of_another_device(phone, goal_page):
    page = leave_unsent(phone, goal_page, stored="5")

    expect(page.get_by_text(ASKED)).to_be_visible()
    assert goal_page.ratings(1) == "5---"
    page.get_by_role("button", name="Those on this device").click()
    expect(page.locator(".save-status")).to_have_text("Saved")
    assert goal_page.ratings(1) == "1---"


def test_a_question_that_is_passed_by_decides_nothing(phone, goal_page):
    page = leave_unsent(phone, goal_page, stored="5")
    expect(page.locator("[data-found]")).to_be_focused()
    rate(page, 2, 3)
    go_on(page)
    expect(page.locator("h1")).to_contain_text("Gender")

    expect(page.locator(".elsewhere-unsent")).to_contain_text("to be sent: 1")
    assert goal_page.ratings(1) == "53--"
    page.get_by_text("All pages").click()
    page.get_by_role("button", name="1. ").first.click()
    expect(page.get_by_text(ASKED)).to_be_visible()
    page.get_by_role("button", name="Those on this device").click()
    until(page, f"{UNSENT} === 0")
    assert goal_page.ratings(1) == "13--"


def test_a_page_is_not_brought_while_answers_wait(phone, goal_page):
    """It would show the next page as it was before those are stored."""
    page = leave_unsent(phone, goal_page, stored="5")
    until_taken_along(page)
    sent = []
    page.on("request", lambda r: sent.append(r.post_data) if r.post_data else None)
    go_on(page)
    expect(page.locator("h1")).to_contain_text("Gender")
    go_on(page)
    expect(page.locator("h1")).to_contain_text("Leaving")

    # On goal 1 its own answer waits; on goal 5 that of another page.
    assert ["bring=page" in data for data in sent] == [True, False]


def test_an_end_that_was_put_off_costs_no_answer(phone, goal_page):
    phone.context.set_offline(True)
    rate(phone, 3, 5)
    expect(phone.locator(".save-status")).to_have_text(NOT_SAVED)
    phone.evaluate(
        """() => {
          const key = Object.keys(localStorage).find((name) => /:until$/.test(name));
          const known = JSON.parse(localStorage.getItem(key));
          known.until = "2020-01-01T00:00:00Z";
          localStorage.setItem(key, JSON.stringify(known));
        }"""
    )
    url, context = phone.url, phone.context
    switch_off(phone)
    context.set_offline(False)

    page = context.new_page()
    page.goto(url)

    until(page, f"{UNSENT} === 0")
    assert goal_page.ratings(1) == "--5-"


def test_a_device_that_keeps_no_pages_knows_when_to_forget(page, live_server, ready):
    page.add_init_script("delete window.caches")
    page.goto(live_server.url + ready.url("goal", 1))

    assert not page.evaluate("'caches' in window")
    until(page, "Object.keys(localStorage).some((key) => /^known:.*:until$/.test(key))")


def test_a_way_onwards_that_leads_nowhere_goes_on_saving(
    new_context, live_server, begin_on, scorecard
):
    person = begin_on(scorecard, ratings={1: "----", 5: "----"})
    page = new_context(service_workers="block").new_page()
    page.clock.install()
    page.goto(live_server.url + person.url("goal", 1))
    page.route("**/goals/5/", lambda route: route.fulfill(status=204))
    with page.expect_request("**/goals/5/"):
        go_on(page)
    rate(page, 1, 4)
    assert person.ratings(1) == "----"

    page.clock.fast_forward(30_000)

    expect(page.locator(".save-status")).to_have_text("Saved")
    assert person.ratings(1) == "4---"
