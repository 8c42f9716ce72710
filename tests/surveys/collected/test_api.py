"""Programs hand in responses: each once, and whatever is wrong is named."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.collected.keys import TooManyKeys, make_key, revoke_key
from surveys.models import ApiKey, Response
from surveys.tallies import read_tallies, recount_tallies
from tests import factories
from tests.surveys.collected.conftest import response

pytestmark = pytest.mark.django_db


def of_goal(**goal):
    return response(goals={"5": {"ratings": {"laws": 3}, **goal}})


def test_a_response_is_stored_as_it_was_sent(hand_in, scorecard):
    answer = hand_in(response())

    assert answer.status_code == 201, answer.json()
    assert answer.json()["submitted_on"] == "2022-05-10"
    stored = Response.objects.get()
    assert (stored.scorecard, stored.origin) == (scorecard, "api")
    assert (stored.language, stored.minutes) == ("en", 25)
    assert stored.submitted_on == date(2022, 5, 10)
    assert stored.profile == {"sector": "ngo", "age": 34}
    assert stored.cross_cutting == {"who_is_left_behind": "Rural women."}
    goals = {one.goal.number: one for one in stored.answers.select_related("goal")}
    assert {n: one.ratings for n, one in goals.items()} == {5: "3?/-", 13: "1234"}
    assert (goals[13].answered, goals[13].total) == (4, 10)
    assert goals[5].texts == {"why": "Shelters closed."}


def test_what_was_handed_in_is_counted_at_once(hand_in, scorecard):
    hand_in(response())

    tallies = read_tallies(scorecard)
    assert tallies.responses == 1
    assert tallies == recount_tallies(scorecard)


def test_the_same_key_and_response_get_the_same_answer_and_store_nothing(hand_in):
    first = hand_in(response())
    again = hand_in(response())

    assert again.status_code == first.status_code == 201
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Response.objects.count() == 1


def test_a_response_without_a_day_is_the_same_on_the_next_day(hand_in, monkeypatch):
    body = response()
    del body["submitted_on"]
    now = timezone.now()
    first = hand_in(body)
    monkeypatch.setattr(timezone, "now", lambda: now + 3 * factories.DAY)

    again = hand_in(body)

    assert again.json() == first.json()
    assert again.status_code == 201
    assert Response.objects.get().submitted_on.isoformat() in first.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "ru"},
        {"minutes": 26},
        {"submitted_on": "2022-05-11"},
        {"profile": {"sector": "business"}},
        {"cross_cutting": {}},
        {"goals": {"5": {"ratings": {"laws": 4}}}},
    ],
)
def test_the_same_key_with_another_response_is_refused(hand_in, changes):
    hand_in(response())
    before = Response.objects.values().get()

    answer = hand_in(response(**changes))

    assert (answer.status_code, answer.json()["code"]) == (409, "key_used")
    assert Response.objects.values().get() == before


def test_the_same_key_on_another_scorecard_is_another_response(
    hand_in, other_scorecard, stranger
):
    hand_in(response())
    _, secret = make_key(by=stranger, name="Other", now=timezone.now())

    answer = hand_in(response(), Authorization=f"Bearer {secret}")

    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer
    assert other_scorecard.responses.count() == 1


def test_neither_the_key_nor_anything_made_of_it_alone_is_stored(hand_in):
    import hashlib

    hand_in(response(), key="aigul@example.org")

    stored = Response.objects.get().receipt_hash
    for mark in ("aigul@example.org", "1|api|aigul@example.org"):
        assert stored != hashlib.sha256(mark.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_response")
        assert "aigul" not in str(cursor.fetchall())


# ------------------------------------------------------------------- bad input, named


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        (response(language="de"), "language", "not one of en, ru"),
        (response(language=5), "language", "string"),
        (response(submitted_on="2999-01-01"), "submitted_on", "to today"),
        (response(submitted_on="0022-05-10"), "submitted_on", "to today"),
        (response(submitted_on="10.05.2022"), "submitted_on", "date"),
        (response(minutes=-1), "minutes", "greater"),
        (response(minutes=10**12), "minutes", "less"),
        (response(minutes="25"), "minutes", "integer"),
        (response(profile={}), "profile.sector", "is required"),
        (response(profile={"sector": " "}), "profile.sector", "is required"),
        (response(profile={"sector": "army"}), "profile.sector", "options"),
        (response(profile={"sector": ["ngo"]}), "profile.sector", "options"),
        (
            response(profile={"sector": "ngo", "age": 7}),
            "profile.age",
            "from 14 to 110",
        ),
        (
            response(profile={"sector": "ngo", "age": "34"}),
            "profile.age",
            "whole number",
        ),
        (response(profile={"sector": "ngo", "x": 1}), "profile.x", "not a question"),
        (response(cross_cutting={"x": "y"}), "cross_cutting.x", "not a question"),
        (
            response(cross_cutting={"who_is_left_behind": 5}),
            "cross_cutting.who_is_left_behind",
            "is not a text",
        ),
        (response(goals={}), "goals", "not one goal"),
        (response(goals={"5": {}}), "goals", "not one goal"),
        (response(goals={"5": {"ratings": {"laws": None}}}), "goals", "not one goal"),
        (response(goals=[]), "goals", "dictionary"),
        (response(goals={"6": {"ratings": {"laws": 1}}}), "goals.6", "not a goal"),
        (response(goals={"x": {"ratings": {"laws": 1}}}), "goals.x", "number"),
        (response(goals={"٥": {"ratings": {"laws": 1}}}), "goals.٥", "number"),
        (response(goals={"5": {}, "05": {}}), "goals.05", "twice"),
        (of_goal(ratings={"laws": 0}), "goals.5.ratings.laws", "off the scale"),
        (of_goal(ratings={"laws": 6}), "goals.5.ratings.laws", "from 1 to 5"),
        (of_goal(ratings={"laws": 3.5}), "goals.5.ratings.laws", "integer"),
        (of_goal(ratings={"laws": True}), "goals.5.ratings.laws", "integer"),
        (of_goal(ratings={"laws": "3"}), "goals.5.ratings.laws", "dont_know"),
        (of_goal(ratings={"lawz": 3}), "goals.5.ratings.lawz", "not an indicator"),
        (of_goal(texts={"why": "x" * 201}), "goals.5.texts.why", "longer than 200"),
        (of_goal(texts={"why": "a\x00b"}), "goals.5.texts.why", "null character"),
        (of_goal(texts={"why": 5}), "goals.5.texts.why", "string"),
        (of_goal(texts={"whz": "x"}), "goals.5.texts.whz", "not a question"),
        (of_goal(comment="x"), "goals.5.comment", "not permitted"),
        (response(invitation="x"), "invitation", "not permitted"),
        ({}, "language", "required"),
        ([], "body", "dictionary"),
        (None, "body", "dictionary"),
    ],
)  # fmt: skip
def test_each_problem_is_named_by_its_field(hand_in, body, field, words):
    answer = hand_in(body)

    assert answer.status_code == 422, answer.content
    errors = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert words in errors.get(field, ""), errors
    assert Response.objects.count() == 0


def test_every_problem_is_named_at_once(hand_in):
    answer = hand_in(
        response(
            language="de",
            profile={"sector": "army", "age": 7},
            goals={"5": {"ratings": {"laws": 9, "x": 1}}, "6": {}},
        )
    )

    assert {one["field"] for one in answer.json()["errors"]} == {
        "language",
        "profile.sector",
        "profile.age",
        "goals.5.ratings.laws",
        "goals.5.ratings.x",
        "goals.6",
    }


def test_what_is_text_stays_text(hand_in):
    text = "<script>alert(1)</script> =cmd|' /C calc'!A0 🌍 \u202eאבג end"

    assert hand_in(of_goal(texts={"why": text})).status_code == 201
    assert Response.objects.get().answers.get().texts == {"why": text}


def test_half_a_character_is_refused(hand_in):
    body = json.dumps(of_goal(texts={"why": "half"})).replace("half", "\\ud83d")

    answer = hand_in(body)

    assert answer.status_code == 422
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid"),
        (b"{", 400, "not_json"),
        (b"\xff\xfe{", 400, "not_json"),
        (b'{"language": "en", "language": "ru"}', 400, "not_json"),
        (b"[" * 100_000, 400, "not_json"),
        (b'{"minutes": ' + b"9" * 5000 + b"}", 400, "not_json"),
        (b'{"goals": NaN}', 422, "invalid"),
        (b" " * (2 * 1024**2 + 1), 413, "too_large"),
        (b" " * (5 * 1024**2), 413, "too_large"),
        (b"\x00", 400, "not_json"),
    ],
)
def test_a_body_that_is_no_response(hand_in, body, status, code):
    answer = hand_in(body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Response.objects.count() == 0


@pytest.mark.parametrize("key", [None, "", "x" * 201])
def test_a_submission_needs_a_key_of_its_own(hand_in, key):
    answer = hand_in(response(), key=key)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["Idempotency-Key"]


# -------------------------------------------------------------------- who, and when


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic YTpi"])
def test_without_a_key_in_use_there_is_nothing(hand_in, header):
    answer = hand_in(response(), Authorization=header)

    assert (answer.status_code, answer.json()["code"]) == (401, "no_key")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert Response.objects.count() == 0


def test_a_session_opens_nothing(scorecard, coordinator, sign_in):
    answer = sign_in(coordinator).get("/api/v1/responses")

    assert answer.status_code == 401


def test_a_revoked_key_opens_nothing(hand_in):
    revoke_key(key_id=ApiKey.objects.get().pk, now=timezone.now())

    assert hand_in(response()).status_code == 401


def test_a_key_is_stored_as_a_hash_and_knows_the_day_of_its_last_use(hand_in, secret):
    before = timezone.now()
    hand_in(response())

    key = ApiKey.objects.get()
    assert secret not in str(ApiKey.objects.values().get())
    moments = (before, timezone.now())  # midnight may lie between
    days = [moment.astimezone(key.scorecard.zone).date() for moment in moments]
    assert key.last_used_on in days


def test_a_scorecard_has_so_many_keys_and_no_more(coordinator):
    for number in range(20):
        make_key(by=coordinator, name=str(number), now=timezone.now())

    with pytest.raises(TooManyKeys):
        make_key(by=coordinator, name="One more", now=timezone.now())


def test_before_the_survey_opens_nothing_is_taken(hand_in, instrument):
    planned = factories.make_scorecard(
        instrument=instrument,
        slug="planned",
        opens_at=timezone.now() + factories.DAY,
    )
    coordinator = factories.make_member(scorecard=planned, role="coordinator")
    secret = make_key(by=coordinator, name="Kobo", now=timezone.now())[1]

    answer = hand_in(response(), Authorization=f"Bearer {secret}")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_open")


def test_after_the_survey_closed_responses_are_taken_until_figures_are_frozen(
    hand_in, closed_scorecard, coordinator
):
    first = hand_in(response(), key="after the end")
    assert first.status_code == 201
    factories.freeze(closed_scorecard, by=coordinator)

    late = hand_in(response(), key="too late")

    assert (late.status_code, late.json()["code"]) == (403, "frozen")
    # What was stored before is still answered as it was.
    again = hand_in(response(), key="after the end")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Response.objects.filter(origin="api").count() == 1


# ------------------------------------------------------------------------- reading


def listed(secret, **query):
    return Client().get(
        "/api/v1/responses", query, headers={"Authorization": f"Bearer {secret}"}
    )


def test_what_came_in_is_listed_without_the_answers(hand_in, secret, scorecard):
    factories.respond(scorecard, {1: "1111"})
    for number in range(3):
        hand_in(response(), key=str(number))

    answer = listed(secret, limit=2, offset=1).json()

    assert answer["count"] == 3
    assert len(answer["items"]) == 2
    assert answer["items"][0]["goals"] == [5, 13]
    assert "Shelters" not in str(answer)


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"offset": -1}, {"offset": 10**8}],
)
def test_the_list_is_asked_for_in_pages(secret, query):
    answer = listed(secret, **query)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == list(query)


def test_listing_takes_as_many_queries_for_one_as_for_thirty(hand_in, secret):
    hand_in(response())
    listed(secret)
    with CaptureQueriesContext(connection) as one:
        listed(secret)
    for number in range(2, 31):
        hand_in(response(), key=str(number))
    with CaptureQueriesContext(connection) as thirty:
        assert len(listed(secret).json()["items"]) == 30
    assert len(thirty) == len(one)


def test_a_submission_takes_few_statements(hand_in):
    hand_in(response())
    with CaptureQueriesContext(connection) as taken:
        hand_in(response(), key="2")

    written = [one["sql"] for one in taken if one["sql"].startswith("INSERT")]
    assert len(written) == 3
    assert len(taken) <= 7  # the key, the lock, and where the transaction stands


def test_the_questionnaire_tells_the_codes(secret):
    answer = (
        Client()
        .get("/api/v1/questionnaire", headers={"Authorization": f"Bearer {secret}"})
        .json()
    )

    assert [one["number"] for one in answer["goals"]] == [1, 5, 13]
    assert [one["code"] for one in answer["indicators"]][0] == "laws"
    assert answer["profile"][0]["options"][0]["code"] == "ngo"


def test_the_documentation_describes_openapi_3_1_from_our_own_files():
    described = Client().get("/api/v1/openapi.json").json()
    page = Client().get("/api/v1/docs").content.decode()

    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {"/api/v1/responses", "/api/v1/questionnaire"}
    assert "http" not in page.replace("https://www.w3.org", "")
