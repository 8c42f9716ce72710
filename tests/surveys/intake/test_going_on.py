"""The next page, brought with the answer to a save: the very page of its address."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from surveys.intake import views
from tests.surveys.intake.device import go_on, until_taken_along

RECEIPT = re.compile(r'"receipt" value="[^"]*"|id="receipt">[^<]*')


def without_receipt(html: str) -> str:
    """The review draws another receipt each time."""
    return RECEIPT.sub("", html)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("page", "sent", "there"),
    [
        (("goals",), {"goals": [1, 5, 13]}, ("goal", 1)),
        (("goal", 1), {"rating_1": "4", "answer_why": "<b>So</b>"}, ("goal", 5)),
        (("goal", 5), {"rating_2": "?"}, ("section", "left_behind")),
        (("goal", 5), {"go": "goal-1"}, ("goal", 1)),
        (("goal", 5), {"go": "goals"}, ("goals",)),
        (("goal", 5), {"go": "overview"}, ("resume",)),
        (("goal", 5), {"language": "ru"}, ("goal", 5)),
        (("section", "left_behind"), {}, ("profile",)),
        (("profile",), {"answer_sector": "ngo"}, ("review",)),
    ],
)
def test_a_page_that_is_brought_is_the_one_at_its_address(
    begin_on, scorecard, language, page, sent, there
):
    person = begin_on(scorecard, language=language, ratings={1: "12?/", 5: "----"})

    answer = person.autosave(*page, bring="page", **{"go": "next"} | sent).json()

    assert answer["next"] == person.url(*there)
    fetched = person.get(*there).content.decode()
    assert without_receipt(answer["page"]) == without_receipt(fetched)


@pytest.mark.django_db
def test_a_page_is_brought_only_to_whoever_goes_on_and_asks_for_it(respondent):
    respondent.choose(1, 5)

    assert "page" not in respondent.autosave("goal", 1, rating_1="4", go="next").json()
    assert "page" not in respondent.autosave("goal", 1, rating_1="3", bring="x").json()
    assert "page" not in respondent.autosave("goal", 1, rating_1="9", bring="x").json()
    by_button = respondent.post("goal", 1, rating_1="4", go="next", bring="page")
    assert by_button.url == respondent.url("goal", 5)


@pytest.mark.django_db
def test_a_page_that_has_to_say_something_first_is_not_brought(respondent):
    respondent.choose(1, 5)
    opened = respondent.base("goal", 1)
    respondent.autosave("goal", 1, rating_1="2")

    sent = {"rating_1": "4", "base": opened, "go": "next", "bring": "page"}
    answer = respondent.autosave("goal", 1, **sent).json()

    assert "told=" in answer["next"]
    assert "page" not in answer


@pytest.mark.django_db
def test_bringing_a_page_asks_the_database_nothing_more(respondent):
    respondent.choose(1, 5)

    def queries(**more: str) -> int:
        base = respondent.base("goal", 1)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            respondent.autosave("goal", 1, base=base, go="next", **more)
        return len(captured)

    assert queries(rating_1="4", bring="page") == queries(rating_1="3")


# -------------------------------------------------------------------- in a browser


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """The pages with a form that were asked for by their address."""
    asked = []

    def note(request, draft, token, page):
        asked.append(page.key)
        return form_page(request, draft, token, page)

    form_page = views.form_page
    monkeypatch.setattr(views, "form_page", note)
    return asked


@pytest.fixture
def person(begin_on, scorecard):
    return begin_on(scorecard, ratings={1: "----", 5: "-3--", 13: "----"})


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_one_goes_on_without_asking_for_the_next_page(
    page, live_server, person, opened
):
    page.goto(live_server.url + person.url("goal", 1))
    until_taken_along(page)
    page.locator("#rating_1 input[value='2']").click()

    with page.expect_response(re.compile("/goals/5/$")) as brought:
        go_on(page)

    expect(page.locator("h1")).to_contain_text("Gender")
    expect(page.locator("#rating_2 input:checked")).to_have_value("3")
    assert opened == ["goal-1"]
    headers = brought.value.headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert person.ratings(1) == "2---"

    page.locator("#rating_1 input[value='4']").click()
    expect(page.locator(".save-status")).to_have_text("Saved")
    page.reload()
    expect(page.locator("#rating_1 input:checked")).to_have_value("4")
    assert opened == ["goal-1", "goal-5"]

    page.go_back()
    expect(page.locator("#rating_1 input:checked")).to_have_value("2")
    assert opened == ["goal-1", "goal-5", "goal-1"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_without_a_service_worker_asks_for_each_page(
    new_context, live_server, person, opened
):
    page = new_context(service_workers="block").new_page()
    page.goto(live_server.url + person.url("goal", 1))

    go_on(page)

    expect(page.locator("h1")).to_contain_text("Gender")
    assert opened == ["goal-1", "goal-5"]
