"""Two versions beside each other, as those who work on a scorecard see them."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.instrument.parts import checked
from surveys.instrument.services import change_instrument, new_instrument
from surveys.instrument.stored import file_of
from surveys.models import Instrument
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, coordinator) -> Client:
    return sign_in(coordinator)


@pytest.fixture
def draft(scorecard, instrument) -> Instrument:
    return new_instrument(scorecard=scorecard, file=file_of(instrument))


def url(instrument: Instrument, other: object = None) -> str:
    address = f"/scorecards/kazakhstan-2022/questionnaires/{instrument.pk}/compare/"
    return address if other is None else f"{address}?with={other}"


def change(instrument: Instrument, made) -> Instrument:
    def with_change(file):
        content = file.model_dump()
        made(content)
        return checked(content)

    return change_instrument(
        instrument_id=instrument.pk, change=with_change, now=timezone.now()
    )


def words_of(page) -> str:
    """What stands on the page, without its marks."""
    text = re.sub(r"<[^>]*>", "", page.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


# --------------------------------------------------------------- with which version


def test_a_copy_is_compared_with_what_it_was_made_of(client, instrument, draft):
    page = client.get(url(draft))

    assert page.context["other"] == instrument
    assert "Nothing differs: both ask the same in the same words." in words_of(page)


def test_a_later_version_is_compared_with_the_one_before_it(
    client, scorecard, draft, instrument
):
    second, third = (
        new_instrument(scorecard=scorecard, file=file_of(draft)) for _ in range(2)
    )

    assert client.get(url(third)).context["other"] == second
    assert client.get(url(third, instrument.pk)).context["other"] == instrument


def test_where_nothing_is_known_one_chooses(client, scorecard, instrument, draft):
    change(draft, lambda c: c.update(title={"en": "Quite another"}))

    page = client.get(url(instrument))

    assert page.context["other"] is None
    assert "Choose a version to compare this one with." in words_of(page)


def test_where_there_is_no_other_it_says_so(sign_in, observer, instrument):
    page = sign_in(observer).get(url(instrument))

    assert "There is no other version" in words_of(page)


@pytest.mark.parametrize(
    "key", ["", "0", "-1", "x", "999999", "9" * 40, "1;drop", "\0", "ⅷ"]
)
def test_an_other_that_is_none_is_not_found(client, draft, key):
    assert client.get(url(draft), {"with": key}).status_code == 404


def test_what_one_may_not_see_is_as_what_is_not_there(
    client, sign_in, scorecard, other_scorecard, draft, observer, instrument, stranger
):
    theirs = new_instrument(scorecard=other_scorecard, file=file_of(instrument))
    taken = factories.make_standard_instrument()

    assert client.get(url(draft, theirs.pk)).status_code == 404
    assert client.get(url(theirs, draft.pk)).status_code == 404
    assert client.get(url(draft, draft.pk)).status_code == 404
    # The site's own is a coordinator's to take, and an observer's to see in use only.
    assert client.get(url(draft, taken.pk)).status_code == 200
    assert sign_in(observer).get(url(draft, taken.pk)).status_code == 404
    assert sign_in(observer).get(url(draft, instrument.pk)).status_code == 200
    assert f'value="{theirs.pk}"' not in client.get(url(draft)).content.decode()


# --------------------------------------------------------------------- what it says


def test_a_changed_word_is_marked_in_its_language(client, draft):
    change(draft, lambda c: c["goals"][0]["title"].update(ru="Ликвидация бедности"))

    page = client.get(url(draft))

    html = page.content.decode()
    assert "1 text changed; figures stay comparable." in words_of(page)
    assert 'lang="ru">Ликвидация <del>нищеты</del></span>' in html
    assert 'lang="ru">Ликвидация <ins>бедности</ins></span>' in html
    assert "Gender equality" not in html
    assert "before: Ликвидация нищеты" in words_of(page)


def test_what_breaks_figures_is_said_in_plain_words(client, draft):
    def made(content):
        content["scale"].pop()
        content["goals"].pop()
        content["goals"][1]["number"] = 6

    change(draft, made)

    said = words_of(client.get(url(draft)))

    assert (
        "1 score removed, 1 goal removed, 1 part in another place; "
        "not all figures can be compared."
    ) in said
    assert "The scale was 1–5 and is 1–4" in said
    assert "Goals were added or removed" in said
    assert "“Gender equality” had the number 5 and has 6." in said
    assert "figures can be compared from year to year" not in said


def test_limits_kinds_places_and_orders_are_named(client, draft):
    def made(content):
        content["profile"][0]["required"] = False
        content["profile"].reverse()
        content["profile"][0] |= {"lowest": None, "highest": 99}
        moved = content["goal_questions"].pop()
        content["cross_cutting"][0]["questions"].append(moved | {"max_length": 250})
        content["indicators"][3]["dimension"] = "policy"
        content["languages"].append("kk")

    change(draft, made)

    said = words_of(client.get(url(draft)))

    assert "Needed before one can submit: was yes, is no." in said
    assert "Lowest: was 14, is without limit." in said
    assert "Highest: was 110, is 99." in said
    assert (
        "Asked where: was “Questions on each goal”, is “Leaving no one behind”."
    ) in said
    assert "is 250." in said
    assert "Dimension: was “Practice”, is “Policy”." in said
    assert "now comes first." in said or "now stands after" in said
    assert "Language added: Қазақша (0 texts)." in said


def test_everything_may_differ(client, draft, scorecard):
    other = factories.make_standard_instrument()

    there = client.get(url(draft, other.pk))

    assert there.status_code == 200
    assert "17 goals removed" in words_of(there)
    assert "3 goals added" in words_of(there)


def test_texts_are_shown_as_they_are_and_do_nothing(client, draft):
    hostile = "<script>alert(1)</script> {{ x }} & ‮عربي‬ 🌍"
    change(draft, lambda c: c["goals"][0]["title"].update(en=hostile))

    html = client.get(url(draft)).content.decode()

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ x }} &amp;" in html


def test_both_pages_lead_to_it(client, draft):
    list_page = client.get("/scorecards/kazakhstan-2022/questionnaires/")
    own_page = client.get(url(draft).replace("compare/", ""))

    assert url(draft) in list_page.content.decode()
    assert url(draft) in own_page.content.decode()


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_it_is_said_in_the_languages_of_the_site(client, draft, language):
    change(draft, lambda c: c["goals"].pop())
    client.cookies["django_language"] = language

    said = words_of(client.get(url(draft)))

    assert {"ru": "Что изменилось", "kk": "Не өзгерді"}[language] in said
    assert "removed" not in said


def test_it_costs_the_same_however_much_differs(
    client, draft, scorecard, django_assert_num_queries
):
    standard = factories.make_standard_instrument()
    long = new_instrument(scorecard=scorecard, file=file_of(standard))
    client.get(url(draft))
    with CaptureQueriesContext(connection) as short:
        client.get(url(draft))
    for _ in range(3):
        new_instrument(scorecard=scorecard, file=file_of(standard))

    with django_assert_num_queries(len(short)):
        assert client.get(url(long, draft.pk)).status_code == 200
