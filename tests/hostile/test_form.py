"""The respondent's form, sent by hand: nothing but answers gets in, nothing is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from surveys.models import Draft, DraftAnswer, Scorecard
from tests import factories
from tests.hostile.texts import ANSWERS, TOO_LONG
from tests.surveys.intake.conftest import Respondent, begin

AUTOSAVE = {"accept": "application/json"}


@pytest.fixture
def respondent(scorecard: Scorecard) -> Respondent:
    respondent = begin(scorecard)
    respondent.choose(1)
    return respondent


def send(respondent: Respondent, page: str, *args, **fields):
    """A POST without anything that the page itself would add."""
    return respondent.client.post(respondent.url(page, *args), fields)


@pytest.mark.parametrize(
    "sent", ["0", "6", "-1", "99", "1e0", "3.0", "0x3", "٣", "३", "3\x00", "3 ", "[3]"]
)
def test_value_off_the_scale_is_refused_and_the_rest_comes_back(
    respondent: Respondent, sent: str
) -> None:
    page = send(respondent, "goal", 1, rating_1=sent, rating_2="4", answer_why="Mine")

    html = page.content.decode()
    assert page.status_code == 422
    assert "Choose a score from 1 to 5." in html
    assert "Mine" in html
    assert respondent.ratings(1) == "----"


def test_two_values_for_one_rating_give_one_of_the_scale(
    respondent: Respondent,
) -> None:
    send(respondent, "goal", 1, rating_1=["9", "3"])

    assert respondent.ratings(1) in ("3---", "----")


def test_fields_that_no_page_has_change_nothing(respondent: Respondent) -> None:
    page = send(
        respondent,
        "goal",
        1,
        rating_1="3",
        rating_99="5",
        rating_0="5",
        rating_x="5",
        answer_nothing="x",
        id="1",
        draft="1",
        is_chosen="False",
        scorecard="2",
        token_hash="x",
    )

    assert page.status_code == 302
    answer = DraftAnswer.objects.get(draft=respondent.draft)
    assert (answer.ratings, answer.is_chosen) == ("3---", True)
    assert set(answer.texts) <= {"why"}


def test_page_of_an_older_questionnaire_saves_what_still_exists(
    respondent: Respondent,
) -> None:
    """Its form had more key areas, another scale and a question that went."""
    older = {f"rating_{n}": "2" for n in range(1, 11)} | {
        "answer_challenges": "The question went.",
        "answer_why": "This one stayed.",
        "base": '{"rating_7": "2"}',
    }

    page = send(respondent, "goal", 1, **older)

    answer = DraftAnswer.objects.get(draft=respondent.draft)
    assert page.status_code == 302
    assert (answer.ratings, answer.texts) == ("2222", {"why": "This one stayed."})


def test_goal_of_an_older_questionnaire_is_not_found_and_says_so(
    respondent: Respondent,
) -> None:
    page = send(respondent, "goal", 17, rating_1="2")

    assert page.status_code == 404
    assert Draft.objects.filter(pk=respondent.draft.pk).exists()


@pytest.mark.parametrize(
    "goals", [["17"], ["1", "999999999999999999999"], ["-1"], ["x"], ["1\x00"], ["²"]]
)
def test_foreign_goals_are_refused(respondent: Respondent, goals: list[str]) -> None:
    page = send(respondent, "goals", goals=goals)

    assert page.status_code == 422
    chosen = respondent.draft.answers.filter(is_chosen=True)
    assert [answer.goal.number for answer in chosen] == [1]


@pytest.mark.parametrize(
    "profile",
    [
        {"answer_sector": "king"},
        {"answer_sector": ["ngo", "king"]},
        {"answer_age": "999"},
        {"answer_age": "1e2"},
        {"answer_age": "9" * 5000},
        {"answer_age": "NaN"},
        {"answer_gender": "woman\x00"},
    ],
    ids=lambda sent: next(f"{k}={str(v)[:12]!r}" for k, v in sent.items()),
)
def test_profile_that_nobody_can_choose_is_refused(
    respondent: Respondent, profile: dict
) -> None:
    page = send(respondent, "profile", **profile)

    assert page.status_code == 422
    respondent.draft.refresh_from_db()
    assert not {"king", 999} & set(respondent.draft.profile.values())


@pytest.mark.parametrize("name", ["goal", "section"])
def test_text_of_100_000_characters_is_refused_with_its_limit(
    respondent: Respondent, name: str
) -> None:
    where, field = {
        "goal": ((1,), "answer_why"),
        "section": (("left_behind",), "answer_who_is_left_behind"),
    }[name]

    page = send(respondent, name, *where, rating_1="3", **{field: TOO_LONG})

    assert page.status_code == 422
    html = page.content.decode()
    assert "Too long: 100000 characters; at most" in html
    # It stands in the page again, so that it can be shortened and is not lost.
    assert TOO_LONG in html


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS)
def test_any_text_is_stored_as_it_was_typed_and_shown_as_text(
    respondent: Respondent, text: str
) -> None:
    text = text[:200]

    page = send(respondent, "goal", 1, answer_why=text)

    assert page.status_code == 302
    answer = DraftAnswer.objects.get(draft=respondent.draft)
    assert answer.texts == {"why": text.strip()}
    html = respondent.get("goal", 1).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "onfocus=alert" not in html.replace("&quot; autofocus onfocus=alert", "")


@pytest.mark.parametrize(
    "base", ["{", "[]", "null", '{"rating_1": 7}', "\x00", "9" * 9]
)
def test_marks_of_a_page_that_are_nonsense_count_as_none(
    respondent: Respondent, base: str
) -> None:
    page = send(respondent, "goal", 1, rating_1="3", base=base)

    assert page.status_code in (302, 422)
    assert respondent.ratings(1) in ("3---", "----")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00rating_1=3", "application/x-www-form-urlencoded"),
        (b"rating_1=%FF%FE&answer_why=%C3%28", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"rating_1=3", "multipart/form-data"),
        (b'{"rating_1": 3}', "application/json"),
        (b"<a/>", "text/xml"),
        (b"rating_1=3", "application/x-www-form-urlencoded; charset=nonsense"),
    ],
)
def test_body_that_is_no_form_is_no_error_of_the_site(
    respondent: Respondent, body: bytes, kind: str
) -> None:
    page = respondent.client.generic(
        "POST", respondent.url("goal", 1), body, content_type=kind
    )

    assert page.status_code in (302, 400, 422)
    assert Draft.objects.filter(pk=respondent.draft.pk).exists()


def test_form_of_too_many_fields_or_too_many_bytes_is_refused(
    respondent: Respondent, settings
) -> None:
    url = respondent.url("goal", 1)
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    many = "&".join(f"f{n}=1" for n in range(most + 1))
    kind = "application/x-www-form-urlencoded"

    assert respondent.client.post(url, many, content_type=kind).status_code == 400
    large = "answer_why=" + "a" * 3_000_000
    assert respondent.client.post(url, large, content_type=kind).status_code in (
        400,
        413,
    )
    assert respondent.ratings(1) == "----"


@pytest.mark.parametrize(
    ("page", "method"),
    [("goal", "put"), ("goal", "delete"), ("goal", "patch"), ("language", "get")],
)
def test_other_methods_are_refused(
    respondent: Respondent, page: str, method: str
) -> None:
    where = (1,) if page == "goal" else ()

    answer = getattr(respondent.client, method)(respondent.url(page, *where))

    assert answer.status_code == 405


@pytest.mark.parametrize("language", ["xx", "en\x00", "../ru", "EN", "<b>", "kk"])
def test_language_that_the_scorecard_has_not_changes_nothing(
    respondent: Respondent, language: str
) -> None:
    send(respondent, "language", language=language)

    respondent.draft.refresh_from_db()
    assert respondent.draft.language == "en"


@pytest.mark.parametrize("receipt", ["", "x", "a:b:c", "\x00", "x" * 5000])
def test_receipt_that_this_site_never_made_is_refused(
    scorecard: Scorecard, receipt: str
) -> None:
    ready = begin(scorecard, ratings={1: "1234"}, profile=factories.PROFILE)

    page = send(ready, "review", receipt=receipt)

    assert page.status_code < 500
    assert scorecard.responses.count() <= 1
    if scorecard.responses.exists():
        # Submitted, with a receipt of the site's own.
        assert page.status_code in (200, 302)


def test_consent_is_not_to_be_skipped(scorecard: Scorecard) -> None:
    url = reverse("intake_start", args=[scorecard.open_link])

    for sent in ({}, {"consent": ""}, {"consent": "false"}, {"agreed": "on"}):
        assert Client().post(url, sent).status_code == 422, sent
    assert not Draft.objects.exists()
