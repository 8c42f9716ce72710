"""Hostile labels and answers on every page there is: text, and nothing else."""

import csv
import io
from html.parser import HTMLParser

import pytest
from django.test import Client

from surveys.models import Instrument, Scorecard
from tests import factories
from tests.hostile.conftest import answer_everything, spoiled_instrument
from tests.hostile.texts import ANSWERS
from tests.test_access import TABLE, address, clients, exclusion, places

pytestmark = pytest.mark.slow

__all__ = ["clients", "exclusion", "places"]  # fixtures

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def instrument(db: None) -> Instrument:
    return spoiled_instrument()


@pytest.fixture
def scorecard(instrument: Instrument) -> Scorecard:
    return factories.make_scorecard(
        instrument=instrument,
        place={"en": ANSWERS["closing"], "ru": ANSWERS["html"]},
        notice={"en": ANSWERS["attribute"], "ru": ANSWERS["html"]},
    )


@pytest.fixture
def closed_scorecard(scorecard: Scorecard) -> Scorecard:
    return answer_everything(scorecard)


class Harm(HTMLParser):
    """What a browser would run on a page, beyond the site's own files."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        runs = tag == "script" and "src" not in given
        if runs and given.get("type") not in ("application/json", "text/plain"):
            self.found.append(f"<script> at {self.getpos()}")
        if tag == "img" and given.get("src") == "x":
            self.found.append(f"<img> at {self.getpos()}")
        for name, value in given.items():
            # htmx reads hx-on; the site uses neither that nor on… attributes.
            if name.startswith(("on", "hx-on")) or value.startswith("javascript:"):
                self.found.append(f"{tag} {name} at {self.getpos()}")

    handle_startendtag = handle_starttag


def harm_in(html: str) -> list[str]:
    parser = Harm()
    parser.feed(html)
    return parser.found


def test_harm_is_seen() -> None:
    assert harm_in("<p>&lt;script&gt;</p><script src='/a.js'></script>") == []
    assert len(harm_in("<script>x</script><a onclick=x>b</a><img src=x>")) == 3


def formulas_in(text: str) -> list[str]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [cell for row in rows for cell in row if cell.startswith(FORMULA)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_runs_what_people_wrote(
    places: dict, clients: dict[str, Client], language: str
) -> None:
    wrong, seen = [], 0
    for name, row in TABLE.items():
        if name.startswith("account"):
            continue
        client = clients[row.may[-1]]
        client.cookies["django_language"] = language
        answer = client.get(address(name, places), HTTP_ACCEPT_LANGUAGE=language)
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code >= 500:
            wrong.append(f"{name}: {answer.status_code}")
        is_shown = kind.startswith(("text/html", "text/csv"))
        if answer.status_code != 200 or answer.streaming or not is_shown:
            continue
        text = answer.content.decode()
        seen += "alert(" in text
        harm = formulas_in(text) if "csv" in kind else harm_in(text)
        wrong += [f"{name}: {one}" for one in harm]

    assert not wrong, "\n".join(wrong)
    assert seen > 10, "the hostile texts stand on the pages"
