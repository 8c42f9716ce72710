"""Coming back with a short code: what it opens, and what it does not."""

import re

import pytest
from django.test import Client, override_settings

from surveys.intake.codes import LENGTH, code_of, token_of
from surveys.intake.receipts import ALPHABET
from surveys.models import Draft, PersonalLink, Response
from tests.surveys.intake.test_views import text_of

CODE = re.compile(r'id="code">([^<]+)<')


def make_code(person) -> str:
    return CODE.search(person.post("code").content.decode()).group(1)


def enter(code: str):
    return Client().post("/answer/", {"code": code})


def test_a_code_has_fifty_bits_and_no_look_alikes():
    codes = {code_of(Draft(token_hash=str(number))) for number in range(500)}

    assert len(codes) == 500
    assert len(ALPHABET) ** LENGTH >= 2**50
    assert not set("IO01") & set("".join(codes))


def test_a_code_opens_the_answers_on_another_device(respondent):
    respondent.choose(1)
    respondent.post("goal", 1, rating_1="3")

    opened = enter(make_code(respondent))

    page = Client().get(f"{opened.url}goals/1/").content.decode()
    assert 'name="rating_1" value="3" checked' in page


@pytest.mark.parametrize("written", [str.lower, lambda code: code.replace("-", " ")])
def test_a_code_may_be_written_as_people_write(respondent, written):
    assert enter(written(make_code(respondent))).status_code == 302


def test_only_a_keyed_hash_of_a_code_is_stored(respondent):
    code = make_code(respondent)

    rows = [*Draft.objects.values(), *PersonalLink.objects.values()]
    stored = " ".join(str(value) for row in rows for value in row.values())
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert token_of(code) not in stored


def test_the_code_stays_the_same_and_is_another_for_everyone(
    respondent, begin_on, scorecard
):
    codes = {make_code(respondent), make_code(respondent)}

    assert len(codes) == 1
    assert make_code(begin_on(scorecard)) not in codes
    assert PersonalLink.objects.count() == 4  # two links, two codes


def test_a_code_that_nobody_asked_for_opens_nothing(respondent):
    assert enter(code_of(respondent.draft)).status_code == 422


@pytest.mark.parametrize(
    "code", ["", "ABCDE", "ABCDE-FGHJ0", "AAAAA-AAAAA", "\x00" * 10]
)
def test_a_wrong_code_opens_nothing_and_stays_in_its_field(scorecard, code):
    page = enter(code)

    assert page.status_code == 422
    assert "This code opens nothing" in text_of(page)


def test_after_submission_a_code_tells_the_truth(ready):
    code = make_code(ready)
    ready.post("review", receipt=ready.receipt())

    page = Client().get(enter(code).url)

    assert "These answers were already submitted" in text_of(page)
    assert Response.objects.count() == 1


def test_a_submission_repeated_by_code_gives_the_same_receipt(ready):
    home = enter(make_code(ready)).url
    device = Client()
    review = device.get(f"{home}review/").content.decode()
    receipt = re.search(r'name="receipt" value="([^"]+)"', review).group(1)

    pages = [device.post(f"{home}review/", {"receipt": receipt}) for _ in range(2)]

    assert all(receipt.split(":")[0] in text_of(page) for page in pages)
    assert Response.objects.count() == 1


@override_settings(ACCOUNT_RATE_LIMITS={"intake_code": "3/10m/ip"})
def test_tries_are_counted(respondent):
    code = make_code(respondent)
    assert [enter("AAAAA-AAAAA").status_code for _ in range(3)] == [422] * 3

    refused = enter(code)

    assert refused.status_code == 429
    assert "Too many codes were tried." in text_of(refused)


def test_a_code_is_no_link(respondent):
    code = make_code(respondent)

    assert Client().get(f"/respond/{code}/").status_code == 404
