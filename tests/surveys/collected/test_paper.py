"""A sheet of paper is typed twice, what differs is decided, and then it counts once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.collected.paper.digits import WrongLength, WrongSign, ratings_of
from surveys.collected.paper.forms import SheetForm
from surveys.collected.paper.services import AlreadyTaken, begin_entry
from surveys.models import PaperEntry, PaperSheet, Response, Role
from surveys.tallies import read_tallies
from tests import factories

pytestmark = pytest.mark.django_db

TYPED = {
    "language": "ru",
    "day": "2022-05-10",
    "goal_1": "12 34",
    "goal_5": "5*/.",
    "text_5_why": "Приюты закрыты.",
    "profile_sector": "ngo",
    "profile_age": "34",
    "whole_who_is_left_behind": "Rural women.",
}


def at(scorecard, rest=""):
    return f"/scorecards/{scorecard.slug}/collected/paper/{rest}"


@pytest.fixture
def client(sign_in, rapporteur):
    return sign_in(rapporteur)


@pytest.fixture
def type_sheet(client, scorecard):
    """type_sheet(number, goal_1=…) types the next turn of a sheet and finishes it."""

    def typed(number="17", finish=True, by=client, **changes):
        begun = by.post(at(scorecard), {"number": number})
        assert begun.status_code == 302, begun.content.decode()
        sent = TYPED | changes | ({"finish": "1"} if finish else {"keep": "1"})
        return by.post(begun.url, sent)

    return typed


# -------------------------------------------------------------------------- the signs


@pytest.mark.parametrize(
    ("typed", "ratings"),
    [
        ("1234", [1, 2, 3, 4]),
        (" 12 34 ", [1, 2, 3, 4]),
        ("5*/.", [5, "?", "/", "-"]),
        ("?/-_", ["?", "/", "-", "-"]),
        ("", []),
        ("   ", []),
    ],
)
def test_a_row_of_signs_is_read(typed, ratings):
    assert ratings_of(typed, 4, 1, 5) == ratings


@pytest.mark.parametrize("typed", ["123", "12345"])
def test_a_row_too_short_or_too_long_is_not(typed):
    with pytest.raises(WrongLength):
        ratings_of(typed, 4, 1, 5)


@pytest.mark.parametrize("typed", ["1230", "1236", "12x4", "١234", "=123"])
def test_a_sign_off_the_scale_is_named_by_its_place(typed):
    with pytest.raises(WrongSign) as wrong:
        ratings_of(typed, 4, 1, 5)

    assert typed[wrong.value.place - 1] == wrong.value.sign


# ---------------------------------------------------------------------------- typing


def test_nothing_counts_before_it_was_typed_twice_and_taken_in(
    type_sheet, client, scorecard
):
    type_sheet()
    assert read_tallies(scorecard).responses == 0
    compare = type_sheet().url
    assert read_tallies(scorecard).responses == 0
    assert "Both say the same" in client.get(compare).content.decode()

    client.post(compare)

    stored = Response.objects.get()
    assert (stored.origin, stored.language) == ("paper", "ru")
    assert stored.submitted_on == date(2022, 5, 10)
    assert stored.profile == {"sector": "ngo", "age": 34}
    assert stored.cross_cutting == {"who_is_left_behind": "Rural women."}
    goals = {one.goal.number: one for one in stored.answers.select_related("goal")}
    assert {n: one.ratings for n, one in goals.items()} == {1: "1234", 5: "5?/-"}
    assert goals[5].texts == {"why": "Приюты закрыты."}
    assert read_tallies(scorecard).responses == 1


def test_the_two_typings_are_gone_and_the_number_is_known(
    type_sheet, client, scorecard, rapporteur
):
    type_sheet()
    client.post(type_sheet().url)

    assert PaperEntry.objects.count() == 0
    assert PaperSheet.objects.get().number == "17"
    with pytest.raises(AlreadyTaken):
        begin_entry(by=rapporteur, number=" 17 ", now=timezone.now())
    again = client.post(at(scorecard), {"number": "17"})
    assert again.status_code == 422
    assert "taken in already" in again.content.decode()


def test_what_differs_is_shown_side_by_side_and_must_be_decided(
    type_sheet, client, scorecard
):
    type_sheet()
    second = {"goal_1": "1254", "text_5_why": "Приюты  закрыты!", "profile_age": ""}
    compare = type_sheet(**second).url
    page = client.get(compare).content.decode()

    assert "3 differences" in page
    assert "1. No poverty: Money" in page
    assert "Приюты закрыты!" in page
    undecided = client.post(compare, {"decide_goal_1:2": "2"})
    assert undecided.status_code == 422
    assert 'id="d1_2" value="2" checked' in undecided.content.decode()
    assert Response.objects.count() == 0

    client.post(
        compare,
        {
            "decide_goal_1:2": "2",
            "decide_text_5_why": "1",
            "decide_profile_age": "2",
        },
    )

    stored = Response.objects.get()
    answers = {one.goal.number: one for one in stored.answers.select_related("goal")}
    assert answers[1].ratings == "1254"
    assert answers[5].texts == {"why": "Приюты закрыты."}
    assert stored.profile == {"sector": "ngo"}


def test_spaces_alone_are_no_difference(type_sheet, client):
    type_sheet()
    compare = type_sheet(goal_1="1234", text_5_why=" Приюты   закрыты. ").url

    assert "Both say the same" in client.get(compare).content.decode()


def test_the_second_typing_does_not_show_the_first(type_sheet, client, scorecard):
    type_sheet()
    begun = client.post(at(scorecard), {"number": "17"})

    assert begun.url.endswith("/2/")
    assert "Приюты" not in client.get(begun.url).content.decode()


def test_what_is_not_finished_is_kept_as_it_was_typed(type_sheet, client, scorecard):
    kept = type_sheet(finish=False, goal_1="12", profile_age="many")
    assert kept.status_code == 302

    begun = client.post(at(scorecard), {"number": "17"})
    page = client.get(begun.url).content.decode()

    assert begun.url.endswith("/1/")
    assert 'value="12"' in page
    assert 'value="many"' in page
    assert "invalid-feedback" not in page


def test_many_options_are_kept_however_many_are_ticked(standard_instrument, sign_in):
    card = factories.make_scorecard(instrument=standard_instrument, slug="standard")
    by = factories.make_member(scorecard=card, role=Role.COORDINATOR)
    client = sign_in(by)
    typed = {
        "language": "en",
        "goal_1": "1234512345",
        "profile_sector": "ngo",
        "whole_marginalised_groups": ["women_girls"],
    }
    for groups in (["women_girls"], ["women_girls", "older_persons"]):
        begun = client.post(at(card), {"number": "1"})
        kept = typed | {"whole_marginalised_groups": groups}
        client.post(begun.url, kept | {"keep": "1"})
        page = client.get(begun.url).content.decode()
        assert page.count(" checked") == len(groups) + 1  # and the sector
        compare = client.post(begun.url, kept | {"finish": "1"}).url
    assert "1 difference" in client.get(compare).content.decode()

    client.post(compare, {"decide_whole_marginalised_groups": "2"})

    given = Response.objects.get().cross_cutting["marginalised_groups"]
    assert given == ["women_girls", "older_persons"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"goal_1": "123"}, "3 signs for 4 key areas."),
        ({"goal_1": "1236"}, "“6” at place 4 is neither a score from 1 to 5"),
        ({"profile_sector": "army"}, "Choose one of the options."),
        ({"profile_age": "7"}, "Enter a whole number from 14 to 110."),
        ({"text_5_why": "x" * 201}, "Too long"),
        ({"text_5_why": "x" * 100_000}, "Too long"),
        ({"day": "2999-01-01"}, "between 2000 and today"),
        ({"day": "soon"}, "Enter a valid date."),
        ({"language": "de"}, "not one of the available choices"),
        (
            {"goal_1": "", "goal_5": "----", "text_5_why": ""},
            "No goal has been rated or commented.",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_kept(type_sheet, client, changes, words):
    answer = type_sheet(**changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    entry = PaperEntry.objects.get()
    assert not entry.is_finished
    for name, value in changes.items():
        assert entry.typed[name] == value


def test_what_a_sheet_leaves_open_stays_open(type_sheet, client):
    """Nobody can be asked again, and nobody makes an answer up."""
    first = type_sheet(profile_sector="")
    compare = type_sheet(profile_sector="").url

    client.post(compare)

    assert first.status_code == 302
    assert "sector" not in Response.objects.get().profile


def test_a_required_answer_that_one_of_the_two_missed_is_a_difference(
    type_sheet, client
):
    type_sheet(profile_sector="")
    compare = type_sheet().url

    assert "1 difference" in client.get(compare).content.decode()
    client.post(compare, {"decide_profile_sector": "2"})

    assert Response.objects.get().profile["sector"] == "ngo"


def test_a_sheet_begins_in_the_language_of_the_one_before(
    type_sheet, client, scorecard
):
    chosen = '<option value="{}" selected>'
    begun = client.post(at(scorecard), {"number": "1"}).url
    assert chosen.format("en") in client.get(begun).content.decode()
    type_sheet(number="1", language="ru")

    begun = client.post(at(scorecard), {"number": "2"}).url

    assert chosen.format("ru") in client.get(begun).content.decode()


def test_a_sheet_does_not_speak_of_submitting(type_sheet, client, scorecard):
    begun = client.post(at(scorecard), {"number": "1"}).url

    assert "before you can submit" not in client.get(begun).content.decode()


def test_a_null_character_is_dropped_and_the_rest_is_text(type_sheet, client):
    text = "<script>alert(1)</script> =cmd 🌍\x00"
    type_sheet(text_5_why=text)
    page = client.get(type_sheet(text_5_why="other").url).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =cmd 🌍" in page


def test_a_typing_changed_meanwhile_is_not_taken_in(type_sheet, client, scorecard):
    type_sheet()
    compare = type_sheet(goal_1="1235").url
    # After the page was read, somebody corrects the second typing.
    sheet = PaperSheet.objects.get()
    client.post(at(scorecard, f"{sheet.pk}/2/"), TYPED | {"goal_1": "9", "keep": "1"})

    answer = client.post(compare, {"decide_goal_1:3": "2"})

    assert answer.status_code == 302
    assert Response.objects.count() == 0


def test_a_number_can_be_corrected_until_the_sheet_is_taken_in(
    type_sheet, client, scorecard
):
    type_sheet()
    type_sheet(number="18")
    first, second = PaperSheet.objects.order_by("pk")

    client.post(at(scorecard, f"{first.pk}/number/"), {"number": "71"})
    refused = client.post(
        at(scorecard, f"{second.pk}/number/"), {"number": "71"}, follow=True
    )

    first.refresh_from_db()
    assert first.number == "71"
    assert "Another sheet has this number." in refused.content.decode()


def test_what_is_typed_is_kept_by_the_page_itself(type_sheet, client, scorecard):
    begun = client.post(at(scorecard), {"number": "17"})

    answer = client.post(begun.url, TYPED, headers={"Accept": "application/json"})

    assert answer.json() == {"saved": True}
    assert PaperEntry.objects.get().typed["goal_1"] == "12 34"


# ------------------------------------------------------------------------ who and when


def test_figures_that_are_frozen_take_in_no_sheet(
    type_sheet, client, closed_scorecard, coordinator
):
    type_sheet()
    compare = type_sheet().url
    factories.freeze(closed_scorecard, by=coordinator)

    answer = client.post(compare)

    assert answer.status_code == 422
    assert "figures of this survey are frozen" in answer.content.decode()
    assert PaperEntry.objects.count() == 2


def test_a_sheet_of_another_scorecard_is_not_there(
    type_sheet, scorecard, other_scorecard, stranger, sign_in
):
    type_sheet()
    sheet = PaperSheet.objects.get()
    client = sign_in(stranger)

    for rest in (f"{sheet.pk}/1/", f"{sheet.pk}/compare/"):
        assert client.get(at(scorecard, rest)).status_code == 404
        assert client.get(at(other_scorecard, rest)).status_code == 404
    posted = client.post(at(other_scorecard, f"{sheet.pk}/number/"), {"number": "9"})
    assert posted.status_code == 404


def test_the_list_takes_as_many_queries_for_one_sheet_as_for_thirty(
    type_sheet, client, scorecard
):
    type_sheet()
    client.get(at(scorecard))
    with CaptureQueriesContext(connection) as one:
        client.get(at(scorecard))
    for number in range(30):
        type_sheet(number=f"more {number}")
    with CaptureQueriesContext(connection) as thirty:
        client.get(at(scorecard))
    assert len(thirty) == len(one)


def test_a_score_above_nine_is_read_and_said_as_one_sign(client, scorecard):
    scorecard.instrument.scale_maximum = 10
    scorecard.instrument.scale_labels = [{"en": "So much"}] * 10
    form = SheetForm(scorecard, date(2022, 5, 10))

    assert ("9", "9") in [(sign, score) for sign, score, _ in form.signs]
    assert ("a", "10") in [(sign, score) for sign, score, _ in form.signs]
