"""Two boards open at once, in a real browser: one follows the other."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from surveys.models import Member
from tests import factories
from tests.browsing import one_question_later
from validation.models import Comment, Support

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = reverse("board", args=["kazakhstan-2022", 1, 5])
PULSE = re.compile("/pulse/")


@pytest.fixture
def look(window):
    """look(member) -> the board of goal 5 in a window of the member's own."""

    def at_the_board(member: Member, width: int = 1280, **options) -> Page:
        page = window(member, width, **options)
        page.goto(BOARD)
        return page

    return at_the_board


@pytest.fixture
def spoken(round_goal, experts):
    """Aigul and Bolat have given their estimates."""
    return [
        factories.propose(round_goal, experts[0], 30),
        factories.propose(round_goal, experts[1], 25),
    ]


def propose(page: Page, percent: str) -> None:
    page.get_by_label("Change it").check()
    page.locator("input[name=percent]").fill(percent)
    page.locator("textarea[name=justification]").fill("I counted the shelters.")
    page.locator("[name=confidence][value=high]").check()
    page.get_by_role("button", name="Propose", exact=True).click()


def test_one_proposes_and_the_other_sees_it_while_typing(look, spoken, experts):
    aigul, dana = look(experts[0]), look(experts[2])
    aigul.get_by_text("Revise your estimate…").click()
    why = aigul.locator("textarea[name=justification]")
    why.fill("I am in the middle of a sent")
    top = why.evaluate("field => field.getBoundingClientRect().top")

    propose(dana, "61")

    card = aigul.get_by_role("article", name="Proposal of Dana")
    expect(card).to_contain_text("I counted the shelters.")
    expect(aigul.get_by_role("status").last).to_have_text("1 new estimate.")
    assert aigul.locator("#board-news").get_attribute("aria-live") == "polite"
    expect(why).to_be_focused()
    aigul.keyboard.type("ence")
    expect(why).to_have_value("I am in the middle of a sentence")
    assert abs(why.evaluate("f => f.getBoundingClientRect().top") - top) < 2


def test_what_is_typed_into_a_card_stays_when_its_proposal_is_revised(
    look, spoken, round_goal, experts
):
    aigul = look(experts[0])
    card = aigul.get_by_role("article", name="Proposal of Bolat")
    card.get_by_text("Comment on this proposal…").click()
    comment = card.get_by_label("Your comment")
    comment.fill("Is this")

    factories.propose(round_goal, experts[1], 44, justification="New figures came.")

    expect(card).to_contain_text("New figures came.")
    expect(card).to_contain_text("44%")
    expect(comment).to_be_focused()
    expect(comment).to_have_value("Is this")
    comment.press_sequentially(" so?")
    card.get_by_role("button", name="Comment", exact=True).click()
    expect(card.locator(".board-comments")).to_contain_text("Is this so?")
    assert Comment.objects.get().text == "Is this so?"


def test_support_is_given_and_taken_back_in_place_by_keyboard(look, spoken, experts):
    aigul = look(experts[0])
    aigul.get_by_text("Revise your estimate…").click()
    why = aigul.locator("textarea[name=justification]")
    why.fill("Half a thought")
    card = aigul.get_by_role("article", name="Proposal of Bolat")
    card.get_by_role("button", name="Support").focus()
    aigul.keyboard.press("Enter")
    expect(card).to_contain_text("with your support")
    expect(card).to_contain_text("1 supporter")
    expect(aigul.locator("#board-news")).to_have_text("Your support is on record.")
    expect(card.get_by_text("Take your support back…")).to_be_focused()
    aigul.keyboard.press("Enter")
    aigul.keyboard.press("Tab")
    aigul.keyboard.type("I misread it.")
    aigul.keyboard.press("Tab")
    aigul.keyboard.press("Enter")
    expect(card).to_contain_text("took the support back: I misread it.")
    expect(card).to_contain_text("0 supporters")
    expect(why).to_have_value("Half a thought")
    assert Support.objects.get().withdrawal.reason == "I misread it."


def test_a_refusal_in_place_keeps_what_was_typed(look, spoken, round_goal, experts):
    aigul = look(experts[0])
    card = aigul.get_by_role("article", name="Proposal of Bolat")
    card.get_by_text("Add a reason to your support").click()
    card.get_by_label("Your reason (optional)").fill("She knows the courts.")
    factories.propose(round_goal, experts[1], 26)
    expect(card).to_contain_text("26%")
    card.get_by_role("button", name="Support").click()
    expect(card.get_by_role("alert")).to_contain_text("was revised meanwhile")
    expect(card.get_by_label("Your reason (optional)")).to_have_value(
        "She knows the courts."
    )
    card.get_by_role("button", name="Support").click()
    expect(card).to_contain_text("1 supporter")


def test_the_blind_follow_nothing_until_the_goal_is_revealed(
    look, round_goal, experts, coordinator
):
    factories.propose(round_goal, experts[1], "27.25")
    aigul, staff = look(experts[0]), look(coordinator)
    before = aigul.content()
    factories.propose(round_goal, experts[2], "61.75")
    expect(staff.locator(".proposal-percent", has_text="61.75%")).to_be_visible()
    one_question_later(aigul, PULSE)
    assert aigul.content() == before

    staff.get_by_text("Reveal the estimates to the whole panel…").click()
    staff.get_by_role("button", name="Yes, reveal them now").click()

    expect(aigul.locator(".proposal-percent", has_text="27.25%")).to_be_visible()
    expect(aigul.locator("#board-news")).to_contain_text("The estimates were revealed.")
    expect(aigul.get_by_role("button", name="Propose", exact=True)).to_be_visible()


def test_without_scripts_the_board_works_and_can_be_reloaded(look, spoken, experts):
    aigul = look(experts[0], java_script_enabled=False)
    card = aigul.get_by_role("article", name="Proposal of Bolat")
    card.get_by_role("button", name="Support").click()
    expect(aigul.get_by_text("Your support is on record.")).to_be_visible()
    factories.propose(spoken[0].round_goal, experts[2], 61)
    aigul.get_by_role("link", name="Reload to see what is new").click()
    expect(aigul.get_by_role("article", name="Proposal of Dana")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(look, spoken, round_goal, experts, coordinator, width):
    factories.support(spoken[1], experts[0], reason="Согласна. " * 40)
    for member in (experts[0], experts[2], coordinator):
        page = look(member, width)
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => { d.open = true })"
        )
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found] == [], member.name
        assert page.evaluate("document.documentElement.scrollWidth") == width
