"""Writing statements: add, reword, remove, and say what they rest on."""

import html
import json
import re

import pytest
from django.urls import reverse

from reports.models import Source, Statement
from reports.workshop.services import (
    StatementGone,
    add_statement,
    change_statement,
    link_answer,
    remove_statement,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, rapporteur):
    return sign_in(rapporteur)


@pytest.fixture
def statement(scorecard) -> Statement:
    return point(scorecard, "Too little is done.")


def point(scorecard, text: str) -> Statement:
    return add_statement(
        scorecard=scorecard,
        goal=factories.goal_of(scorecard, 5),
        section=Statement.Section.CHALLENGE,
        text={"en": text},
    )


def address(name: str, scorecard, *where) -> str:
    return reverse(name, args=[scorecard.slug, 5, *where])


def test_a_statement_is_added_under_its_heading(client, scorecard):
    client.post(
        address("statement_new", scorecard),
        {
            "place": "recommendation/legislation",
            "text_en": "Pass the law.",
            "text_ru": "Принять закон.",
        },
    )

    added = Statement.objects.get()
    assert (added.section, added.heading) == ("recommendation", "legislation")
    assert added.text == {"en": "Pass the law.", "ru": "Принять закон."}


def test_an_empty_statement_is_refused_at_its_field(client, scorecard):
    response = client.post(
        address("statement_new", scorecard), {"place": "challenge", "text_en": "  "}
    )

    assert response.status_code == 422
    assert "Write the statement first." in response.content.decode()
    assert not Statement.objects.exists()


def test_what_was_written_is_kept_when_something_else_is_wrong(client, scorecard):
    response = client.post(
        address("statement_new", scorecard),
        {"place": "nowhere", "text_en": "A long thought."},
    )

    assert response.status_code == 422
    assert "A long thought." in response.content.decode()


def test_a_statement_is_reworded(client, scorecard, statement):
    client.post(
        address("statement_edit", scorecard, statement.pk),
        {"text_en": "Far too little is done.", "text_ru": ""},
    )

    statement.refresh_from_db()
    assert statement.text == {"en": "Far too little is done."}


def test_a_statement_is_removed_once_that_is_confirmed(client, scorecard, statement):
    after = point(scorecard, "Second.")
    removing = address("statement_remove", scorecard, statement.pk)

    asked = client.get(removing).content.decode()
    assert Statement.objects.count() == 2
    client.post(removing)

    after.refresh_from_db()
    assert "Too little is done." in asked
    assert after.number == 1


def test_a_statement_of_another_goal_is_not_found(client, scorecard, statement):
    elsewhere = reverse("statement_edit", args=[scorecard.slug, 1, statement.pk])

    assert client.get(elsewhere).status_code == 404


# ------------------------------------------------------------------- sources


def keys(page: str) -> list[str]:
    return re.findall(r'name="listed" value="([^"]+)"', page)


def test_answers_are_offered_without_who_wrote_them(
    client, scorecard, statement, respond
):
    response = respond(scorecard, {5: "1234"}, texts={5: {"why": "Nobody asks us."}})

    page = client.get(address("statement_sources", scorecard, statement.pk))

    assert "Nobody asks us." in page.content.decode()
    assert str(response.pk) not in page.content.decode()
    assert response.pk.hex not in page.content.decode()


def test_the_same_answer_has_another_key_at_another_statement(
    client, scorecard, statement, respond
):
    respond(scorecard, {5: "1234"}, texts={5: {"why": "Nobody asks us."}})
    other = point(scorecard, "Second.")

    first, second = (
        keys(
            client.get(address("statement_sources", scorecard, one.pk)).content.decode()
        )
        for one in (statement, other)
    )

    assert len(first) == len(second) == 1
    assert first != second


def test_chosen_answers_are_linked_and_the_others_unlinked(
    client, scorecard, statement, respond
):
    old = respond(scorecard, {5: "1234"}, texts={5: {"why": "A linked answer."}})
    respond(scorecard, {5: "1234"}, texts={5: {"why": "B another answer."}})
    link_answer(statement=statement, response=old, question_code="why")
    path = address("statement_sources", scorecard, statement.pk)
    linked, other = keys(client.get(path).content.decode())

    client.post(path, {"listed": [linked, other], "chosen": [other]})

    source = Source.objects.get(statement=statement)
    assert source.response != old


def test_answers_that_were_not_listed_stay_linked(
    client, scorecard, statement, respond
):
    kept = respond(scorecard, {5: "1234"}, texts={5: {"why": "About water."}})
    respond(scorecard, {5: "1234"}, texts={5: {"why": "About schools."}})
    link_answer(statement=statement, response=kept, question_code="why")
    path = address("statement_sources", scorecard, statement.pk) + "?q=SCHOOLS"
    (listed,) = keys(client.get(path).content.decode())

    client.post(path, {"listed": [listed], "chosen": [listed]})

    assert Source.objects.filter(statement=statement).count() == 2


def test_answers_are_found_whatever_the_case_of_cyrillic_letters(
    client, scorecard, statement, respond
):
    respond(scorecard, {5: "1234"}, texts={5: {"why": "Вода грязная."}})
    path = address("statement_sources", scorecard, statement.pk)

    assert "Вода грязная." in client.get(path + "?q=вода").content.decode()
    assert "Nothing contains these words." in (
        client.get(path + "?q=школа").content.decode()
    )


def test_proposals_can_be_sources(client, scorecard, statement, open_round, expert):
    round_goal = open_round.round_goals.get(goal__number=5)
    proposal = factories.propose(round_goal, expert, 25, justification="I saw it.")
    path = address("statement_sources", scorecard, statement.pk)
    (key,) = keys(client.get(path).content.decode())

    client.post(path, {"listed": [key], "chosen": [key]})

    assert Source.objects.get().proposal == proposal


@pytest.mark.parametrize("name", ["statements", "statement_sources"])
def test_lists_take_the_same_queries_for_one_and_thirty(
    client, scorecard, respond, django_assert_num_queries, queries_of, name
):
    def write(number: int) -> Statement:
        response = respond(
            scorecard, {5: "1234"}, texts={5: {"why": f"Answer {number}"}}
        )
        made = point(scorecard, f"Point {number}")
        link_answer(statement=made, response=response, question_code="why")
        return made

    first = write(0)
    where = [first.pk] if name == "statement_sources" else []
    path = address(name, scorecard, *where)
    few = queries_of(client, path)

    for number in range(1, 30):
        write(number)

    with django_assert_num_queries(few):
        client.get(path)


def test_linked_answers_come_first_however_many_there_are(
    client, scorecard, statement, respond, monkeypatch
):
    monkeypatch.setattr("reports.workshop.sources.SHOWN", 3)
    written = sorted(
        (
            respond(scorecard, {5: "1234"}, texts={5: {"why": f"Answer {number}."}})
            for number in range(6)
        ),
        key=lambda response: response.pk,
    )
    last = written[-1]
    link_answer(statement=statement, response=last, question_code="why")

    page = client.get(address("statement_sources", scorecard, statement.pk))

    assert page.content.decode().count(" checked>") == 1
    assert len(keys(page.content.decode())) == 3


# ------------------------------------------------------ two people at once


def test_whoever_saves_second_sees_what_the_first_saved(client, scorecard, statement):
    path = address("statement_edit", scorecard, statement.pk)
    based_on = json.dumps(statement.text)
    client.post(path, {"text_en": "The first.", "based_on": based_on})

    refused = client.post(path, {"text_en": "The second.", "based_on": based_on})
    page = refused.content.decode()
    statement.refresh_from_db()
    assert refused.status_code == 422
    assert statement.text == {"en": "The first."}
    assert "Somebody else saved this statement" in page
    assert "The first." in page
    assert "The second." in page

    (now,) = re.findall(r'name="based_on" value="([^"]*)"', page)
    again = client.post(path, {"text_en": "Both.", "based_on": html.unescape(now)})
    statement.refresh_from_db()
    assert again.status_code == 302
    assert statement.text == {"en": "Both."}


def test_the_form_carries_what_it_is_based_on(client, scorecard, statement):
    page = client.get(address("statement_edit", scorecard, statement.pk))

    (carried,) = re.findall(r'name="based_on" value="([^"]*)"', page.content.decode())
    assert json.loads(html.unescape(carried)) == statement.text


def test_a_removed_statement_does_not_come_back(scorecard, statement):
    stale = Statement.objects.get(pk=statement.pk)
    remove_statement(statement=statement)

    with pytest.raises(StatementGone):
        change_statement(statement=stale, text={"en": "Back again."})
    with pytest.raises(StatementGone):
        remove_statement(statement=stale)
    assert not Statement.objects.exists()


def test_rewording_leaves_the_number_that_others_moved(scorecard, statement):
    second = point(scorecard, "Second.")
    stale = Statement.objects.get(pk=second.pk)
    remove_statement(statement=statement)

    change_statement(statement=stale, text={"en": "Second, reworded."})

    second.refresh_from_db()
    assert (second.number, second.text) == (1, {"en": "Second, reworded."})


def test_saving_says_saved(client, scorecard, statement):
    page = client.post(
        address("statement_edit", scorecard, statement.pk),
        {"text_en": "Far too little is done."},
        follow=True,
    )

    assert "Saved." in page.content.decode()
