import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from surveys.models import Draft, Scorecard
from tests import factories
from tests.surveys.intake.device import PHONE, until_taken_along

AUTOSAVE = {"accept": "application/json"}


@dataclass
class Respondent:
    """Somebody with a draft and its link, in a browser of their own."""

    draft: Draft
    token: str
    client: Client = field(default_factory=Client)

    def url(self, page: str = "resume", *args: Any) -> str:
        return reverse(f"intake_{page}", args=[self.token, *args])

    def get(self, page: str = "resume", *args: Any) -> HttpResponse:
        return self.client.get(self.url(page, *args))

    def base(self, page: str, *args: Any) -> str:
        """The marks that a page carries when it is opened now; see merging.py."""
        html = self.get(page, *args).content.decode()
        found = re.search(r'name="base" value="([^"]*)"', html)
        return unescape(found.group(1)) if found else ""

    def post(self, page: str, /, *args: Any, **fields: Any) -> HttpResponse:
        fields.setdefault("base", self.base(page, *args))
        return self.client.post(self.url(page, *args), fields)

    def autosave(self, page: str, /, *args: Any, **fields: Any) -> HttpResponse:
        fields.setdefault("base", self.base(page, *args))
        return self.client.post(self.url(page, *args), fields, headers=AUTOSAVE)

    def choose(self, *numbers: int) -> HttpResponse:
        return self.post("goals", goals=list(numbers))

    def receipt(self) -> str:
        """The signed receipt that the review page carries."""
        page = self.get("review").content.decode()
        return re.search(r'name="receipt" value="([^"]+)"', page).group(1)

    def ratings(self, number: int) -> str:
        return self.draft.answers.get(goal__number=number).ratings


def begin(scorecard: Scorecard, language: str = "en", **written: Any) -> Respondent:
    """A respondent who has just started; arguments as for `factories.write_draft`."""
    written = {"ratings": {}, "profile": {}} | written
    draft, token = factories.write_draft(
        scorecard=scorecard, language=language, **written
    )
    return Respondent(draft, token)


@pytest.fixture(autouse=True)
def _goals_by_their_numbers(request, monkeypatch) -> None:
    """Everybody begins with goal 1, except where the order is what is tested."""
    if not request.node.get_closest_marker("rotated"):
        monkeypatch.setattr("surveys.intake.progress.turn_of", lambda draft, goals: 0)


@pytest.fixture
def respondent(scorecard: Scorecard) -> Respondent:
    return begin(scorecard)


@pytest.fixture
def ready(scorecard: Scorecard) -> Respondent:
    """Has rated goals 1 and 5 and said who they are."""
    return begin(
        scorecard,
        ratings={1: "21?-", 5: "3333"},
        texts={1: {"why": "Prices rose."}},
        profile={"sector": "ngo"},
        cross_cutting={"who_is_left_behind": "Children."},
    )


@pytest.fixture
def begin_on():
    """begin_on(scorecard, language=…, ratings=…) -> Respondent."""
    return begin


@pytest.fixture
def phone(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def goal_page(phone: Page, live_server, begin_on, scorecard) -> Respondent:
    """Has chosen goals 1 and 5 and opened the page of goal 1 on the phone."""
    person = begin_on(scorecard, ratings={1: "----", 5: "----"})
    phone.goto(live_server.url + person.url("goal", 1))
    return person


@pytest.fixture
def away(phone: Page, goal_page: Respondent) -> Respondent:
    """The pages are on the device, and the connection is gone."""
    until_taken_along(phone)
    phone.context.set_offline(True)
    return goal_page
