"""In a real browser: what only shows there. Scripts on, off, broken off, two tabs."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browsing import until
from tests.surveys.intake.device import (
    NOT_SAVED,
    PHONE,
    UNSENT,
    count_posts,
    rate,
    say,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_each_change_is_saved_at_once_and_said_so(phone, goal_page):
    rate(phone, 2, 4)
    expect(phone.locator(".save-status")).to_have_text("Saved")
    assert goal_page.ratings(1) == "-4--"
    assert "No answer" not in phone.locator("#rating_2").inner_text()

    phone.locator("#rating_2 .rating-clear").click()
    expect(phone.locator(".save-status")).to_have_text("Saved")
    phone.reload()
    assert goal_page.ratings(1) == "----"


def test_saved_is_said_only_of_what_is_saved(phone, goal_page):
    rate(phone, 2, 4)
    expect(phone.locator(".save-status")).to_have_text("Saved")

    # In one breath: before the pause in typing is over, nothing was sent.
    said = phone.evaluate(
        """() => {
          const area = document.querySelector("textarea");
          area.value = "Typed just now";
          area.dispatchEvent(new Event("input", { bubbles: true }));
          return document.querySelector(".save-status").textContent;
        }"""
    )

    assert said == "Saving"
    expect(phone.locator(".save-status")).to_have_text("Saved")
    assert texts_of(goal_page) == {"why": "Typed just now"}


def test_what_was_typed_without_a_connection_is_sent_when_it_is_back(phone, goal_page):
    phone.context.set_offline(True)
    rate(phone, 1, 2)
    say(phone, "Typed in a tunnel")
    expect(phone.locator(".save-status")).to_have_text(NOT_SAVED)

    phone.context.set_offline(False)

    expect(phone.locator(".save-status")).to_have_text("Saved")
    assert goal_page.ratings(1) == "2---"
    assert (
        goal_page.draft.answers.get(goal__number=1).texts["why"] == "Typed in a tunnel"
    )
    assert phone.evaluate(UNSENT) == 0


def test_what_was_not_sent_is_there_after_the_browser_was_closed(phone, goal_page):
    phone.context.set_offline(True)
    rate(phone, 3, 5)
    say(phone, "Not sent")
    expect(phone.locator(".save-status")).to_have_text(NOT_SAVED)
    url, context = phone.url, phone.context
    phone.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(url)

    expect(page.get_by_label("Why do you rate it so?")).to_have_value("Not sent")
    # Sent now, or by the parting request of the page that was closed.
    until(page, f"{UNSENT} === 0")
    assert goal_page.ratings(1) == "--5-"


def test_a_text_that_is_too_long_counts_down_and_keeps_every_letter(phone, goal_page):
    say(phone, "a" * 190)
    expect(phone.get_by_text("Characters left: 10")).to_be_visible()

    say(phone, "a" * 201)
    expect(phone.get_by_text("Too long by 1 characters")).to_be_visible()
    phone.get_by_role("button", name="Save and continue").click()

    expect(phone.get_by_role("alert")).to_contain_text("at most 200 fit")
    expect(phone.get_by_label("Why do you rate it so?")).to_have_value("a" * 201)


def test_the_language_changes_without_losing_what_is_being_typed(phone, goal_page):
    rate(phone, 1, 3)
    say(phone, "Half a sent")

    phone.get_by_role("button", name="Русский").click()

    expect(phone.get_by_label("Почему такая оценка?")).to_have_value("Half a sent")
    expect(phone.locator("html")).to_have_attribute("lang", "ru")
    expect(phone.locator("#rating_1 input:checked")).to_have_value("3")


def test_the_whole_way_works_without_scripts(new_context, live_server, scorecard):
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(f"{live_server.url}/answer/{scorecard.open_link}/")
    page.get_by_label("I have read this and want to take part.").check()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Choose goals").click()
    page.get_by_label("5").check()
    page.get_by_role("button", name="Save and continue").click()
    rate(page, 1, 4)
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("#rating_1 input:checked")).to_have_value("4")
    page.get_by_role("button", name="English").click()
    for url in ("/sections/left_behind/", "/about-you/"):
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("button", name="Save and continue").click()
        expect(page).to_have_url(re.compile(f"{url}$"))
    page.get_by_label("Civil society").check()
    page.get_by_role("button", name="Save and continue").click()
    receipt = page.locator("#receipt").inner_text()
    page.get_by_role("button", name="Submit", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    expect(page.locator("#receipt")).to_have_text(receipt)
    page.reload()
    expect(page.locator("#receipt")).to_have_text(receipt)


def test_the_whole_goal_page_can_be_filled_by_keyboard(phone, goal_page):
    phone.locator("#rating_1 input").first.focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("Tab")  # the button that clears
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    focused = phone.evaluate("document.activeElement.name")
    phone.keyboard.press("Enter")  # sends the form: to the next page

    phone.wait_for_url(re.compile("/goals/5/$"))
    assert focused == "rating_2"
    assert goal_page.ratings(1) == "21--"


def test_a_radio_button_is_announced_with_goal_key_area_and_label(phone, goal_page):
    group = phone.get_by_role("group", name=re.compile(r"Goal 1, .+: .+")).first

    expect(group.get_by_role("radio")).to_have_count(7)
    expect(group.get_by_role("radio").first).to_have_accessible_name(
        re.compile(r"^1 ?\S+")
    )


@pytest.mark.parametrize(
    "path", ["", "goals/", "goals/1/", "sections/left_behind/", "about-you/", "review/"]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_pass_the_accessibility_checks_and_fit(
    phone, ready, live_server, path, width
):
    phone.set_viewport_size({"width": width, "height": 740})
    phone.goto(live_server.url + ready.url() + path)

    results = Axe().run(phone)

    assert results.violations_count == 0, results.generate_report()
    too_wide = "document.documentElement.scrollWidth > window.innerWidth"
    assert not phone.evaluate(too_wide)


def test_two_devices_with_one_page_open_change_only_what_they_touch(
    phone, goal_page, context
):
    """The older page takes over what the other device changed, and says so."""
    other = context.new_page()
    other.goto(phone.url)
    rate(other, 2, 4)
    expect(other.locator(".save-status")).to_have_text("Saved")

    rate(phone, 3, 1)

    expect(phone.locator(".save-status")).to_have_text("Saved")
    assert goal_page.ratings(1) == "-41-"
    expect(phone.locator("#rating_2 input:checked")).to_have_value("4")
    expect(phone.locator(".save-notice")).to_contain_text("another device")


def test_a_text_written_on_two_devices_is_asked_about(phone, goal_page, context):
    other = context.new_page()
    other.goto(phone.url)
    say(other, "From the desk")
    expect(other.locator(".save-status")).to_have_text("Saved")

    say(phone, "From the phone")

    expect(phone.locator("[data-found]")).to_contain_text("From the desk")
    assert "Neither version is lost" in phone.locator("[data-found]").inner_text()
    assert texts_of(goal_page) == {"why": "From the desk"}
    expect(phone.get_by_label("Why do you rate it so?")).to_be_focused()
    phone.get_by_role("button", name="Those on this device").click()
    expect(phone.locator(".save-status")).to_have_text("Saved")
    assert texts_of(goal_page) == {"why": "From the phone"}
    expect(phone.locator("[data-found]")).to_be_hidden()


def test_the_text_of_the_other_device_can_be_taken(phone, goal_page):
    goal_page.post("goal", 1, answer_why="From the desk")
    say(phone, "From the phone")
    phone.get_by_role("button", name="Save and continue").click()

    expect(phone.locator("[data-found]")).to_be_focused()
    phone.get_by_role("button", name="Those of the other device").click()

    expect(phone.get_by_label("Why do you rate it so?")).to_have_value("From the desk")
    expect(phone.locator(".save-status")).to_have_text("Saved")
    assert texts_of(goal_page) == {"why": "From the desk"}


def test_nobody_is_asked_about_their_own_words_when_an_answer_is_lost(
    new_context, live_server, goal_page
):
    """The save arrives, its answer does not: the page then finds its own text."""
    # What a service worker lets through cannot be caught on its way.
    phone = new_context(service_workers="block").new_page()
    phone.goto(live_server.url + goal_page.url("goal", 1))
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    phone.route("**/goals/1/", lose)
    say(phone, "Half a sent")
    expect(phone.locator(".save-status")).to_have_text(NOT_SAVED)
    phone.unroute("**/goals/1/", lose)
    assert (lost[0], texts_of(goal_page)) == (200, {"why": "Half a sent"})

    say(phone, "Half a sentence")

    expect(phone.locator(".save-status")).to_have_text("Saved")
    assert texts_of(goal_page) == {"why": "Half a sentence"}
    expect(phone.locator("[data-found]")).to_be_hidden()


def test_going_on_sends_the_page_once(phone, goal_page):
    sent = count_posts(phone)
    # In one breath: a busy machine might let the pause in typing pass in between.
    phone.evaluate(
        """() => {
          const area = document.querySelector("textarea");
          area.value = "Typed just now";
          area.dispatchEvent(new Event("input", { bubbles: true }));
          area.dispatchEvent(new Event("change", { bubbles: true }));
          document.querySelector(".save-bar button").click();
        }"""
    )
    phone.wait_for_url(re.compile("/goals/5/$"))

    assert len(sent) == 1
    assert texts_of(goal_page) == {"why": "Typed just now"}


def test_a_wrong_age_is_refused_once(phone, goal_page, live_server):
    phone.goto(live_server.url + goal_page.url("profile"))
    sent = count_posts(phone)
    age = phone.locator("#id_answer_age")
    age.fill("7")
    expect(phone.locator(".save-status")).to_have_attribute("data-state", "error")
    age.blur()
    phone.get_by_role("button", name="Save and continue").click()

    alert = phone.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("Enter a whole number from 14 to 110.")
    assert len(sent) == 1
    assert Axe().run(phone).violations_count == 0


def test_nothing_covers_the_text_that_is_being_written(phone, goal_page):
    area = phone.get_by_label("Why do you rate it so?")
    area.click()
    area.press_sequentially("a\n" * 12)

    covering = phone.evaluate(
        """() => {
          const area = document.activeElement.getBoundingClientRect();
          const bar = document.querySelector(".save-bar").getBoundingClientRect();
          return bar.top < area.bottom;
        }"""
    )
    assert not covering


def test_without_scripts_no_answer_stands_beside_the_other_two(
    new_context, live_server, ready
):
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(live_server.url + ready.url("goal", 1))

    others = page.locator("#rating_1 .rating-other")
    assert others.count() == 3
    assert len({others.nth(place).bounding_box()["y"] for place in range(3)}) == 1


def texts_of(person) -> dict[str, str]:
    return person.draft.answers.get(goal__number=1).texts


def test_each_moment_has_the_readers_own_time_beside_it(
    new_context, live_server, scorecard
):
    page = new_context(timezone_id="Asia/Tokyo").new_page()
    page.goto(live_server.url + f"/answer/{scorecard.open_link}/")
    page.evaluate(
        """() => {
        const time = document.querySelector("time[data-zone]");
        delete time.dataset.shown;
        document.querySelectorAll(".local-time").forEach((one) => one.remove());
        time.after(" and ", time.cloneNode(true));
        }"""
    )
    page.add_script_tag(url="/static/local-times.js?again", type="module")
    expect(page.locator("time[data-zone] + .local-time")).to_have_count(2)
