"""Those that are compared: how each is set up, filled in and asked what it stored.

`play` does what one respondent's browser does. `stored` gives back what was sent, one
session for each respondent, in the plan's own words.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from .browser import Browser, hidden
from .plan import GOALS, INDICATORS, Page, Session

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
JSON = {"Accept": "application/json"}


@dataclass
class System:
    """What is served, with which Python, and where its answers lie."""

    name: str
    python: Path
    application: str
    database: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    sent: list[Session] = field(default_factory=list)

    @property
    def directory(self) -> Path:
        return HERE

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()

    def run(self, *command: str, text: str = "") -> str:
        done = subprocess.run(
            [str(self.python), *command],
            cwd=self.directory,
            env=os.environ | self.environment,
            input=text,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stdout}\n{done.stderr}")
        return done.stdout


class Ours(System):
    """People's Scorecard, with every page that a respondent has to pass."""

    @property
    def directory(self) -> Path:
        return ROOT

    def prepare(self) -> None:
        self.run("manage.py", "migrate", "-v", "0")
        self.open_link = self.run("-m", "benchmarks.sessions.our_survey").strip()

    brings_pages = True  # the next page comes with the answer to a save

    def begin(self, browser: Browser) -> tuple[str, str]:
        """(address of the draft, of its first goal's page), from the open link on."""
        start = f"/answer/{self.open_link}/"
        browser.get(start)
        browser.post(start, [("consent", "on"), *_csrf(browser)])
        home = browser.path
        goals = browser.get(home + "goals/")
        chosen = [("goals", str(number)) for number in range(1, GOALS + 1)]
        answer = self._send(browser, home + "goals/", goals, chosen, "next")
        return home, answer["next"]

    def _take_along(self, browser: Browser, home: str) -> None:
        """What the first page's script fetches, once, to go on without a connection."""
        browser.get(home + "pages/", **{"Accept-Encoding": "gzip"})
        browser.get(home + "answers/")

    def play(self, browser: Browser, session: Session, one_by_one: bool) -> None:
        home, address = self.begin(browser)
        page = browser.get(address)
        # The first page's script has made a service worker rule the pages that follow.
        self._take_along(browser, home)
        for place in range(1, GOALS + 1):
            answers = session.pages[int(re.search(r"goals/(\d+)/", address)[1]) - 1]
            if one_by_one:
                page = self._change_by_change(browser, address, page, answers)
            go = "next" if place < GOALS else "about-you"
            address, page = self._go_on(browser, address, page, _fields(answers), go)
        about = [("answer_sector", "ngo")]
        address, page = self._go_on(browser, address, page, about, "review")
        receipt = [("receipt", hidden(page, "receipt")), *_csrf(browser)]
        assert 'id="receipt"' in browser.post(address, receipt)

    def _go_on(
        self,
        browser: Browser,
        address: str,
        page: str,
        fields: list[tuple[str, str]],
        go: str,
    ) -> tuple[str, str]:
        """(address, page) of the next one, brought along or asked for."""
        if self.brings_pages:
            fields = [*fields, ("bring", "page")]
        answer = self._send(browser, address, page, fields, go)
        assert ("page" in answer) == self.brings_pages
        return answer["next"], answer.get("page") or browser.get(answer["next"])

    def _change_by_change(
        self, browser: Browser, address: str, page: str, answers: Page
    ) -> str:
        """As the page's script sends it: after each rating, and after the comment."""
        fields = _fields(answers)
        for place in range(1, len(fields) + 1):
            answer = self._send(browser, address, page, fields[:place], "")
            page = f'name="base" value="{_quoted(json.dumps(answer["base"]))}"'
        return page

    def _send(
        self,
        browser: Browser,
        address: str,
        page: str,
        fields: list[tuple[str, str]],
        go: str,
    ) -> dict[str, Any]:
        technical = [("base", hidden(page, "base")), *_csrf(browser)]
        technical += [("go", go)] if go else []
        answer = json.loads(browser.post(address, [*fields, *technical], **JSON))
        assert answer["saved"], answer
        return answer

    def stored(self) -> list[Session]:
        found = self.rows(
            "SELECT a.response_id, g.number, a.ratings, a.texts->>'challenges' "
            "FROM surveys_answer a JOIN surveys_goal g ON g.id = a.goal_id "
            "ORDER BY 1, 2"
        )
        return _sessions(
            (key, Page(tuple("" if c == "-" else c for c in ratings), text or ""))
            for key, _, ratings, text in found
        )

    def page_of_each_goal(self, browser: Browser) -> dict[int, str]:
        home, _ = self.begin(browser)
        return {
            number: browser.get(f"{home}goals/{number}/").replace(
                home.split("/")[2], "THE-TOKEN"
            )
            for number in range(1, GOALS + 1)
        }


class OursFetching(Ours):
    """The same where no service worker can be had: each page is asked for."""

    brings_pages = False


class Floor(System):
    """Pages made beforehand and a row a save (benchmarks/sessions/floor_site.py)."""

    def prepare(self) -> None:
        self.run("-c", "import floor_site; floor_site.prepare()")

    def play(self, browser: Browser, session: Session, one_by_one: bool) -> None:
        browser.get("/")
        home = browser.path.removesuffix("1/")
        for number, answers in enumerate(session.pages, start=1):
            if number > 1:
                browser.get(f"{home}{number}/")
            fields = _fields(answers)
            places = range(1, len(fields)) if one_by_one else ()
            for place in places:
                browser.post(f"{home}{number}/", fields[:place] + _csrf(browser))
            browser.post(f"{home}{number}/", fields + _csrf(browser))
        browser.get(f"{home}review/")
        browser.post(f"{home}review/", _csrf(browser))

    def stored(self) -> list[Session]:
        found = self.rows(
            "SELECT DISTINCT ON (token, page) token, page, answers FROM saved "
            "WHERE page > 0 ORDER BY token, page, id DESC"
        )
        return _sessions((token, _page(json.loads(text))) for token, _, text in found)


class Peer(System):
    """django-survey-and-report: one category a goal, one page a category."""

    MISSING = {"?": "dont-know", "/": "not-applicable"}

    def prepare(self) -> None:
        self.run("peer_site.py", text=self.environment["QUESTIONNAIRE"])

    def play(self, browser: Browser, session: Session, one_by_one: bool) -> None:
        address = "/survey/1/"
        page = browser.get(address)
        for answers in session.pages:
            names = list(dict.fromkeys(re.findall(r'name="(question_\d+)"', page)))
            values = [self.MISSING.get(code, code) for code in answers.ratings]
            fields = [
                (name, value)
                for name, value in zip(names, [*values, answers.comment], strict=True)
                if value
            ]
            token = [("csrfmiddlewaretoken", hidden(page, "csrfmiddlewaretoken"))]
            page = browser.post(browser.path, [*fields, *token])
        assert "/confirm/" in browser.path, browser.path

    def stored(self) -> list[Session]:
        found = self.rows(
            "SELECT a.response_id, q.category_id, "
            'array_agg(a.body ORDER BY q."order") FROM survey_answer a '
            "JOIN survey_question q ON q.id = a.question_id "
            "GROUP BY 1, 2 ORDER BY 1, 2"
        )
        codes = {word: code for code, word in self.MISSING.items()}
        return _sessions(
            (key, Page(tuple(codes.get(b, b or "") for b in bodies[:-1]), bodies[-1]))
            for key, _, bodies in found
        )


def _csrf(browser: Browser) -> list[tuple[str, str]]:
    token = browser.cookies.get("csrftoken")
    return [("csrfmiddlewaretoken", token)] if token else []


def _fields(page: Page) -> list[tuple[str, str]]:
    ratings = [(f"rating_{n}", code) for n, code in enumerate(page.ratings, start=1)]
    return [pair for pair in ratings if pair[1]] + [("answer_challenges", page.comment)]


def _page(fields: dict[str, str]) -> Page:
    names = [f"rating_{number}" for number in range(1, INDICATORS + 1)]
    return Page(
        tuple(fields.get(name, "") for name in names), fields["answer_challenges"]
    )


def _sessions(rows) -> list[Session]:
    """From (respondent, page), in the order of respondents and pages."""
    found: dict[Any, list[Page]] = {}
    for key, page in rows:
        found.setdefault(key, []).append(page)
    return [Session(tuple(pages)) for pages in found.values()]


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;")


Play = Callable[[Browser, Session, bool], None]
PYTHON = Path(sys.executable)
