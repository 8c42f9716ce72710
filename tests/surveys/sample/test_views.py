"""The monitor's pages: what they say, what they keep to themselves, what they cost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from surveys.models import Exclusion, FlaggedResponse, Readmission
from surveys.sample.suspects import key_of
from surveys.tallies import count_responses, fold_tallies
from tests import factories
from tests.factories import DAY

pytestmark = pytest.mark.django_db
STRAIGHT = {1: "3333", 5: "3333", 13: "2222"}


@pytest.fixture
def scorecard(instrument):
    """One in which nobody is left out by lot, so that the figures can be foreseen."""
    return factories.make_scorecard(instrument=instrument, anonymity="confidential")


@pytest.fixture
def client(coordinator, sign_in) -> Client:
    return sign_in(coordinator)


def answer(scorecard, times=1, ratings=None, **profile):
    return [
        factories.respond(
            scorecard, ratings or {1: "3334"}, profile={"sector": "ngo"} | profile
        )
        for _ in range(times)
    ]


def flagged_response(scorecard):
    """A straight-liner among others, folded and shown."""
    (straight,) = answer(scorecard, 1, STRAIGHT, gender="other", age=77)
    answer(scorecard, 6, gender="woman", age=30)
    fold_tallies(scorecard)
    FlaggedResponse.objects.update(is_shown=True)
    return straight


def page(client, scorecard, name="sample", *args, **more) -> str:
    response = client.get(reverse(name, args=[scorecard.slug, *args]), **more)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["sample", "sample_flagged", "sample_figures"])
def test_an_empty_survey_says_so(client, scorecard, name):
    assert page(client, scorecard, name)


def test_the_monitor_says_who_is_missing(client, scorecard):
    scorecard.target_responses = 40
    scorecard.targets = {"sector": {"ngo": 10, "university": 5, "business": 0}}
    scorecard.save()
    answer(scorecard, 7)

    text = page(client, scorecard)

    assert "of 40 wanted" in text
    assert "University: nobody yet, 5 wanted." in text
    assert "Civil society: 7 of 10 wanted, 3 more needed." in text
    assert "Nobody yet: Business." in text
    assert text.index("University: nobody") < text.index("Civil society: 7 of")


def test_nothing_hidden_follows_from_targets(client, scorecard):
    """What is short of its target is named in words only where it is shown."""
    scorecard.targets = {"gender": {"woman": 20, "man": 20, "other": 20}}
    scorecard.save()
    answer(scorecard, 9, gender="woman")
    answer(scorecard, 7, gender="man")
    answer(scorecard, 2, gender="other")

    text = page(client, scorecard)

    assert "Woman: 9 of 20 wanted" in text
    assert not re.search(r"(Man|Another): [^.]*wanted", text)
    assert not re.search(r'data-row="(Man|Another)"[^/]*data-role="value"', text)
    assert "7 of 20" not in text
    assert "2 of 20" not in text
    assert "9 are in no group here yet" in text


def test_a_goal_that_waits_has_a_dash_and_not_a_nought(client, scorecard):
    answer(scorecard, 4, {1: "3334", 5: "2222"})
    answer(scorecard, 2, {1: "3334"})

    text = page(client, scorecard)

    heat = text[text.index('id="heat"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", heat[: heat.index("</table>")])
    rated, waits, nobody = (strip_tags(row) for row in rows[1:])
    assert "6" in rated
    assert "–" not in rated
    assert waits.count("–") == nobody.count("–") == 4
    assert "A row of dashes says nothing yet" in text
    chart = text[text.index("How many rated each goal") : text.index('id="heat"')]
    assert chart.count("not shown") >= 2


def test_who_is_left_out_by_lot_is_said(instrument, sign_in):
    anonymous = factories.make_scorecard(instrument=instrument, slug="anonymous")
    member = factories.make_member(scorecard=anonymous, role="coordinator")
    answer(anonymous, 12)

    text = page(sign_in(member), anonymous)

    assert "5 people are left out by lot until the survey is over" in text
    assert "nobody yet" not in text.lower()


def test_the_live_part_costs_little_while_nothing_changes(
    client, scorecard, django_assert_max_num_queries
):
    answer(scorecard, 6)
    address = re.search(r'hx-get="([^"]*/now/[^"]*)"', page(client, scorecard))[1]
    etag = client.get(address).headers["ETag"]

    with django_assert_max_num_queries(9):
        unchanged = client.get(address, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "HX-Trigger" not in client.get(address).headers

    answer(scorecard, 1)
    changed = client.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert "HX-Trigger" not in changed.headers

    answer(scorecard, 4)
    moved = client.get(address, headers={"If-None-Match": etag})
    assert moved.headers["HX-Trigger"] == "figures-moved"


def test_pages_cost_the_same_for_many_as_for_few(
    client, scorecard, django_assert_num_queries
):
    flagged_response(scorecard)
    page(client, scorecard)
    addresses = [
        reverse(name, args=[scorecard.slug])
        for name in ("sample", "sample_figures", "sample_flagged")
    ]
    costs = []
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    for _ in range(29):
        answer(scorecard, 1, STRAIGHT)
    fold_tallies(scorecard)
    FlaggedResponse.objects.update(is_shown=True)
    page(client, scorecard)

    for address, cost in zip(addresses, costs, strict=True):
        with django_assert_num_queries(cost):
            client.get(address)


def test_a_flagged_response_is_shown_by_its_pattern_and_no_more(client, scorecard):
    straight = flagged_response(scorecard)

    text = page(client, scorecard, "sample_flagged")

    assert "same score throughout" in text
    assert ">3333<" in text
    assert str(straight.pk) not in text
    # Keys and tokens in the addresses may hold any two digits.
    for secret in ("77", "Another", "No poverty"):
        assert secret not in strip_tags(text)


def test_a_flag_is_not_shown_before_the_figures_move(client, scorecard):
    straight = flagged_response(scorecard)
    FlaggedResponse.objects.update(is_shown=False)

    assert "same score throughout" not in page(client, scorecard, "sample_flagged")
    address = reverse(
        "response_exclude", args=[scorecard.slug, key_of(scorecard, straight.pk)]
    )
    assert client.get(address).status_code == 404

    factories.close_survey(scorecard, at=timezone.now() - DAY)
    assert "same score throughout" in page(client, scorecard, "sample_flagged")


def test_a_coordinator_excludes_for_a_reason_and_undoes_it(client, scorecard):
    straight = flagged_response(scorecard)
    address = reverse(
        "response_exclude", args=[scorecard.slug, key_of(scorecard, straight.pk)]
    )

    refused = client.post(address, {"cause": "straight", "reason": "  "})
    assert refused.status_code == 422
    assert "This field is required." in refused.content.decode()
    assert count_responses(scorecard) == 7

    done = client.post(
        address, {"cause": "straight", "reason": "Threes, nothing else."}, follow=True
    )
    assert "counts in no average any more" in done.content.decode()
    assert "Threes, nothing else." in done.content.decode()
    assert count_responses(scorecard) == 6
    assert client.post(address, {"cause": "fast", "reason": "x"}).status_code == 404

    undo = reverse(
        "response_readmit", args=[scorecard.slug, Exclusion.objects.get().pk]
    )
    done = client.post(undo, {"reason": "They mean it."}, follow=True)
    assert "The response counts again." in done.content.decode()
    assert count_responses(scorecard) == 7
    assert Readmission.objects.get().reason == "They mean it."
    assert client.get(undo).status_code == 404


def test_whoever_has_the_receipt_can_have_their_response_excluded(client, scorecard):
    answer(scorecard, 5)
    factories.respond(scorecard, STRAIGHT, receipt="ABCD-EFGH-JKLM")
    fold_tallies(scorecard)
    address = reverse("receipt_exclude", args=[scorecard.slug])
    typed = {"cause": "duplicate", "reason": "Sent two."}

    wrong = client.post(address, typed | {"receipt": "ABCD-EFGH-JKLX"})
    assert wrong.status_code == 422
    assert (
        "No response that is counted has this receipt code." in wrong.content.decode()
    )
    assert "Sent two." in wrong.content.decode()

    client.post(address, typed | {"receipt": " ABCD-EFGH-JKLM "})
    assert count_responses(scorecard) == 5
    # Who handed it in is known: their ratings are not shown beside.
    assert ">3333<" not in page(client, scorecard, "sample_flagged")


def test_a_receipt_of_another_scorecard_excludes_nothing(
    client, scorecard, other_scorecard
):
    factories.respond(other_scorecard, STRAIGHT, receipt="ABCD-EFGH-JKLM")
    address = reverse("receipt_exclude", args=[scorecard.slug])
    typed = {"receipt": "ABCD-EFGH-JKLM", "cause": "other", "reason": "Mine."}

    assert client.post(address, typed).status_code == 422
    assert not Exclusion.objects.exists()


def test_frozen_figures_are_said_to_be_frozen(client, scorecard, coordinator):
    straight = flagged_response(scorecard)
    factories.close_survey(scorecard)
    factories.freeze(scorecard, by=coordinator)
    address = reverse(
        "response_exclude", args=[scorecard.slug, key_of(scorecard, straight.pk)]
    )

    done = client.post(address, {"cause": "fast", "reason": "Late."}, follow=True)

    assert "figures are frozen" in done.content.decode()
    assert address not in done.content.decode()
    assert not Exclusion.objects.exists()


@pytest.mark.parametrize("role", ["rapporteur", "observer"])
def test_others_of_the_staff_read(role, request, scorecard, coordinator, sign_in):
    straight = flagged_response(scorecard)
    client = sign_in(request.getfixturevalue(role))

    assert "Exclude it" not in page(client, scorecard, "sample_flagged")
    address = reverse(
        "response_exclude", args=[scorecard.slug, key_of(scorecard, straight.pk)]
    )
    typed = {"cause": "other", "reason": "No."}
    assert client.post(address, typed).status_code == 404
    assert count_responses(scorecard) == 7
