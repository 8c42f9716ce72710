"""Links that were used, that expired, that belong to others, that nobody made."""

import pytest
from django.test import Client
from django.urls import reverse

from surveys.models import Draft, Response, Scorecard
from tests import factories
from tests.surveys.intake.conftest import Respondent, begin

PAGES = [
    ("resume", ()),
    ("goals", ()),
    ("goal", (1,)),
    ("section", ("left_behind",)),
    ("profile", ()),
    ("review", ()),
]
NOBODYS = {
    "short": "x",
    "like a token": "A" * 24,
    "very long": "A" * 5000,
    "null": "abc\x00def",
    "letters of elsewhere": "токен",
    "turned round": "\u202eabc",
    "emoji": "👩‍🌾",
    "path": "..%2f..%2fetc",
    "markup": "<script>alert(1)</script>",
    "hash": "0" * 64,
}


@pytest.fixture
def ready(scorecard: Scorecard) -> Respondent:
    return begin(scorecard, ratings={1: "1234"}, profile=factories.PROFILE)


def submit(respondent: Respondent) -> None:
    respondent.client.post(respondent.url("review"), {"receipt": respondent.receipt()})


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_used_link_tells_that_it_was_used_and_takes_nothing(
    ready: Respondent, name: str, args: tuple
) -> None:
    submit(ready)
    assert Response.objects.count() == 1

    shown = ready.get(name, *args)
    sent = ready.client.post(
        ready.url(name, *args), {"rating_1": "5", "goals": [1], "receipt": "x"}
    )

    assert shown.status_code == 200
    assert "submitted" in shown.content.decode()
    assert sent.status_code in (405, 409)
    assert Response.objects.count() == 1
    assert Response.objects.get().answers.get().ratings == "1234"


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_link_after_the_end_tells_that_it_is_over_and_takes_nothing(
    scorecard: Scorecard, ready: Respondent, name: str, args: tuple
) -> None:
    factories.close_survey(scorecard)

    shown = ready.get(name, *args)
    sent = ready.client.post(ready.url(name, *args), {"rating_1": "5"})

    assert shown.status_code == 200
    assert "closed" in shown.content.decode()
    assert sent.status_code in (403, 405)
    assert ready.ratings(1) == "1234"
    assert not Response.objects.exists()


@pytest.mark.parametrize("token", NOBODYS.values(), ids=NOBODYS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_link_that_nobody_made_is_not_found_and_not_repeated(
    ready: Respondent, token: str, method: str
) -> None:
    for path in (f"/answer/{token}/", f"/respond/{token}/", f"/respond/{token}/goals/"):
        answer = getattr(Client(), method)(path)

        assert answer.status_code in (404, 405), path
        assert "<script>alert" not in answer.content.decode()
    assert Draft.objects.count() == 1


def test_what_is_stored_of_a_link_opens_nothing(ready: Respondent) -> None:
    url = reverse("intake_resume", args=[ready.draft.token_hash])

    assert Client().get(url).status_code == 404


def test_open_link_is_no_personal_link_and_the_other_way_round(
    scorecard: Scorecard, ready: Respondent
) -> None:
    swapped = [
        reverse("intake_resume", args=[scorecard.open_link]),
        reverse("intake_start", args=[ready.token]),
    ]

    assert [Client().get(url).status_code for url in swapped] == [404, 404]


def test_receipt_of_somebody_else_gives_no_second_response(
    scorecard: Scorecard, ready: Respondent
) -> None:
    other = begin(scorecard, ratings={5: "5555"}, profile=factories.PROFILE)
    theirs = ready.receipt()

    answer = other.client.post(other.url("review"), {"receipt": theirs})

    assert answer.status_code < 500
    assert {str(r.answers.get().ratings) for r in Response.objects.all()} <= {"5555"}
    submit(ready)
    assert Response.objects.filter(answers__ratings="1234").count() == 1


def test_link_of_another_scorecard_reaches_its_own_draft_only(
    scorecard: Scorecard, other_scorecard: Scorecard
) -> None:
    here = begin(scorecard, ratings={1: "1234"})
    there = begin(other_scorecard, ratings={1: "5555"})

    there.post("goal", 1, rating_1="1")

    assert here.ratings(1) == "1234"
    assert there.ratings(1)[0] == "1"
    page = there.get("resume").content.decode()
    assert "Uzbekistan" in page
    assert "Kazakhstan" not in page
