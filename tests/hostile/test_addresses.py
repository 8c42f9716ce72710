"""What stands behind the question mark, sent by hand, is never an error of the site."""

import pytest
from django.test import Client
from django.utils.http import urlencode

from tests.test_access import TABLE, address, clients, exclusion, places

pytestmark = pytest.mark.slow

__all__ = ["clients", "exclusion", "places"]  # fixtures

# Every name that some page reads, and one that none does.
NAMES = (
    "words",
    "language",
    "next",
    "seen",
    "page",
    "q",
    "goal",
    "kind",
    "since",
    "shown",
    "version",
    "question",
    "group",
    "nothing",
)
VALUES = {
    "null": "a\x00b",
    "markup": '"><script>alert(1)</script>',
    "number": "9" * 400,
    "elsewhere": "//evil.example/",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_page_takes_nonsense_behind_its_address(
    places: dict, clients: dict[str, Client], value: str
) -> None:
    query = urlencode(dict.fromkeys(NAMES, value))
    wrong = []
    for name, row in TABLE.items():
        client = clients[row.may[-1]]
        for more in ({}, {"HTTP_HX_REQUEST": "true"}):
            answer = client.get(f"{address(name, places)}?{query}", **more)
            if answer.status_code >= 500:
                wrong.append(f"{name}: {answer.status_code}")
            if answer.status_code in (301, 302):
                to = answer.headers["Location"]
                if "evil.example" in to.split("?")[0]:
                    wrong.append(f"{name}: leads to {to}")
            if not answer.streaming and b"<script>alert(1)" in answer.content:
                wrong.append(f"{name}: markup")

    assert not wrong, "\n".join(wrong)
