"""The shared screen in a real browser: it follows the panel, and keys are enough."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import factories
from validation.models import RoundGoal, Settlement
from validation.rounds.services import reveal_goal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def screen(window, coordinator, open_round):
    """The coordinator's screen, 1280 x 720, at the room of goal 5."""
    page = window(coordinator, height=720)
    page.goto(reverse("room", args=["kazakhstan-2022", 1, 5]))
    return page


def test_the_screen_follows_the_panel_and_the_goal_is_settled_by_keys(
    screen: Page, round_goal: RoundGoal, experts, coordinator
):
    expect(screen.locator(".room-number")).to_have_text("0")
    first = factories.propose(round_goal, experts[0], "21.5")
    expect(screen.locator(".room-number")).to_have_text("1")
    assert "21.5" not in screen.content()

    reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=factories.NOW)
    expect(screen.locator(".room-percent")).to_have_text("21.5%")
    factories.support(first, experts[1])
    chosen = screen.locator(".room-rules .is-chosen .room-rule-figure")
    expect(chosen).to_have_text("22%")

    summary = screen.locator(".room-settle summary")
    for _ in range(20):
        if summary.evaluate("element => element === document.activeElement"):
            break
        screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    screen.keyboard.press("Tab")
    screen.keyboard.type("So the panel agreed.")
    screen.keyboard.press("Tab")
    screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    expect(screen.locator(".is-final .figure-value")).to_have_text("22%")
    expect(screen.get_by_role("status").first).to_have_text("Settled at 22%.")
    assert Settlement.objects.get().reason == "So the panel agreed."


def test_a_reason_being_typed_stays_when_somebody_else_settles(
    screen: Page, round_goal: RoundGoal, experts, coordinator
):
    reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=factories.NOW)
    first = factories.propose(round_goal, experts[0], 20)
    factories.support(first, experts[1])
    expect(screen.locator(".room-percent")).to_have_text("20%")
    screen.get_by_text("Settle this goal…").click()
    screen.get_by_label("Reason").fill("Half a sentence")
    factories.settle(round_goal, by=coordinator)
    expect(screen.locator(".is-final .figure-value")).to_have_text("20%")
    expect(screen.get_by_label("Reason")).to_have_value("Half a sentence")


def test_the_timer_runs_pauses_and_survives_a_reload(screen: Page):
    clock = screen.get_by_role("timer")
    expect(clock).to_have_text("15:00")
    screen.keyboard.press("Alt+t")
    expect(clock).to_have_text(re.compile(r"^1[0-4]:\d\d$"))
    screen.keyboard.press("Alt+t")
    stopped = clock.text_content()
    screen.reload()
    expect(clock).to_have_text(stopped or "")
    screen.get_by_role("button", name="Reset").click()
    expect(clock).to_have_text("15:00")


def test_keys_lead_through_the_agenda(screen: Page):
    screen.keyboard.press("Alt+p")
    screen.wait_for_url(re.compile(r"/goals/1/room/$"))  # loaded, its keys too
    screen.keyboard.press("Alt+n")
    screen.wait_for_url(re.compile(r"/goals/5/room/$"))
