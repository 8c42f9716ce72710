"""What is missing for the next step, phase by phase, and what happened lately."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from reports.editions.services import release_edition
from surveys.invitations.people import Person, add_people, opt_out
from surveys.invitations.services import invite_everybody
from surveys.models import Job, Scorecard
from surveys.setup.services import change_scorecard, close_survey
from tests import factories
from tests.factories import DAY, HOUR, NOW
from tests.mail_server import server, work
from validation.rounds.services import close_round

__all__ = ["server", "work"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, coordinator):
    return sign_in(coordinator)


def home(client, scorecard):
    return client.get(reverse("scorecard", args=[scorecard.slug]))


def items(client, scorecard) -> dict[str, bool]:
    """{words: whether it is done} of the list on the scorecard's page."""
    checklist = home(client, scorecard).context["checklist"]
    return {item.words: item.is_done for item in checklist.items}


def events(client, scorecard) -> list[str]:
    return [event.words for event in home(client, scorecard).context["events"]]


@pytest.fixture
def planned(instrument, sign_in):
    """(its coordinator's browser, a scorecard that nobody has opened)."""
    scorecard = factories.make_scorecard(
        instrument=instrument, slug="planned", opens_at=None, place={"en": "Togo"}
    )
    member = factories.make_member(scorecard=scorecard, role="coordinator")
    return sign_in(member), scorecard


def test_before_it_opens_what_is_needed_is_told_from_what_is_better(planned):
    client, scorecard = planned

    found = items(client, scorecard)
    page = home(client, scorecard).content.decode()

    assert found["The place is written in every language"] is False
    assert found["The questionnaire has goals and key areas"] is True
    assert found["The number of responses that are wanted is set"] is False
    assert found["1 person works on the scorecard"] is False
    assert "It opens when you open it." in page
    assert reverse("survey_open", args=["planned"]) in page
    assert f'href="{reverse("setup", args=["planned"])}">The place is' in page
    assert "(needed)" in page
    assert "(not needed, but better)" in page


def test_without_an_open_link_people_are_invited(sign_in, instrument):
    closed_circle = factories.make_scorecard(
        instrument=instrument, slug="circle", has_open_link=False
    )
    member = factories.make_member(scorecard=closed_circle, role="coordinator")
    page = home(sign_in(member), closed_circle).content.decode()

    assert closed_circle.open_link not in page
    assert "Invite those who are to answer" in page
    assert reverse("invitations", args=["circle"]) in page


def test_while_it_is_open_somebody_has_to_be_able_to_answer(sign_in, instrument):
    circle = factories.make_scorecard(
        instrument=instrument, slug="circle", has_open_link=False
    )
    client = sign_in(factories.make_member(scorecard=circle, role="coordinator"))

    assert (
        items(client, circle)[
            "Somebody can answer: there is an open link, or people are invited"
        ]
        is False
    )


def test_letters_to_invitees_that_did_not_go_out_are_missing(
    client, scorecard, coordinator, server, work
):
    people = [Person(name, f"{name.lower()}@example.org") for name in ("Aigul", "Dana")]
    add_people(scorecard=scorecard, people=people)
    waits = "2 people on the list of invitees were not written to yet"
    assert items(client, scorecard)[waits] is False

    server.trouble = {"dana@example.org": "refused"}
    invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
    work()
    found = items(client, scorecard)
    assert found["Everybody on the list of invitees was written to"] is True
    failed = "1 letter to an invitee did not go out, or nobody knows"
    assert found[failed] is False

    opt_out(invitation_id=scorecard.invitations.get(name="Dana").pk, now=timezone.now())
    assert failed not in items(client, scorecard)


def test_what_was_done_is_no_longer_missing(planned):
    client, scorecard = planned
    factories.make_member(scorecard=scorecard, role="observer")
    change_scorecard(
        scorecard_id=scorecard.pk,
        by=None,
        now=timezone.now(),
        place={"en": "Togo", "ru": "Того"},
        target_responses=50,
    )

    found = items(client, scorecard)

    assert found["The place is written in every language"] is True
    assert found["The number of responses that are wanted is set"] is True
    assert found["2 people work on the scorecard"] is True


def test_from_phase_to_phase(client, scorecard, coordinator, experts):
    for ratings in factories.FIVE_RESPONSES:
        factories.respond(scorecard, ratings)
    assert items(client, scorecard)["5 responses"] is True
    assert items(client, scorecard)["1 goal has no expert yet"] is False
    assert (
        items(client, scorecard)[
            "3 people of team and experts were not asked by mail to take part yet"
        ]
        is False
    )

    factories.close_survey(scorecard)
    closed = items(client, scorecard)
    assert closed["The survey averages are frozen"] is False
    assert closed["A round is prepared, with a rule for each goal"] is False

    factories.freeze(scorecard, by=coordinator)
    assert items(client, scorecard)["The survey averages are frozen"] is True

    round_ = factories.make_open_round(scorecard, {5: "agreed"}, by=coordinator)
    factories.propose(round_.round_goals.get(), experts[0], 25)
    consulting = items(client, scorecard)
    assert consulting["2 estimates of experts are missing"] is False
    assert consulting["1 goal is not settled yet"] is False

    factories.settle(round_.round_goals.get(), by=coordinator, agreed=25)
    close_round(round_id=round_.pk, by=coordinator, now=NOW)
    reporting = items(client, scorecard)
    assert reporting["3 goals have no statement yet"] is False
    assert reporting["An edition is released"] is False

    release_edition(scorecard_id=scorecard.pk, by=coordinator, now=NOW)
    assert home(client, scorecard).context["checklist"] is None


def test_while_late_answers_may_come_in_nothing_can_be_frozen(
    client, scorecard, coordinator
):
    factories.respond(scorecard, {1: "1212"})
    close_survey(scorecard_id=scorecard.pk, by=coordinator, now=timezone.now())

    page = home(client, scorecard).content.decode()

    assert "late answers may still come in" in page
    assert reverse("baseline_freeze", args=[scorecard.slug]) not in page


def test_what_happened_is_told_newest_first(client, scorecard, coordinator, experts):
    change_scorecard(
        scorecard_id=scorecard.pk, by=coordinator, now=NOW - 2 * DAY, grace_minutes=60
    )
    for ratings in factories.FIVE_RESPONSES:
        factories.respond(scorecard, ratings)
    factories.close_survey(scorecard, at=NOW - DAY)
    factories.freeze(scorecard, by=coordinator)
    round_ = factories.make_open_round(scorecard, {5: "agreed"}, by=coordinator)
    factories.settle(
        round_.round_goals.get(), by=coordinator, agreed=25, now=NOW + HOUR
    )
    close_round(round_id=round_.pk, by=coordinator, now=NOW + 2 * HOUR)
    release_edition(scorecard_id=scorecard.pk, by=coordinator, now=NOW + 3 * HOUR)
    Job.objects.create(
        scorecard=scorecard,
        kind="report",
        requested_at=NOW,
        state="failed",
        error="typst: no font",
        finished_at=NOW + 4 * HOUR,
    )

    assert events(client, scorecard) == [
        "Failed: typst: no font",
        "Edition 1 was released",
        "Round 1 closed: First consultation",
        "1 goal settled",
        "Round 1 opened: First consultation",
        "The survey averages were frozen",
        "The survey closed",
        "Grace after closing, in minutes: 30 → 60",
        "5 responses",
        "The survey opened",
    ]


def test_a_survey_that_was_closed_by_hand_is_told_once(client, scorecard, coordinator):
    close_survey(scorecard_id=scorecard.pk, by=coordinator, now=timezone.now())

    told = events(client, scorecard)

    assert told == ["The survey was closed before its time", "The survey opened"]


def test_fewer_people_than_may_be_shown_are_not_told_by_day(client, scorecard):
    for ratings in factories.FIVE_RESPONSES[:4]:
        factories.respond(scorecard, ratings)

    assert events(client, scorecard) == ["The survey opened"]


@pytest.mark.parametrize("role", ["rapporteur", "observer"])
def test_others_read_along_and_are_led_only_where_they_may_go(
    sign_in, scorecard, role, request
):
    page = home(sign_in(request.getfixturevalue(role)), scorecard)
    text = page.content.decode()

    assert "What happened lately" in text
    for item in page.context["checklist"].items:
        assert item.href == "" or page.client.get(item.href).status_code == 200
    assert reverse("setup", args=[scorecard.slug]) not in text


def test_an_expert_is_told_nothing_of_the_panel(sign_in, open_round, expert):
    page = home(sign_in(expert), open_round.scorecard)

    assert "checklist" not in page.context
    assert "events" not in page.context
    assert not re.search("estimates? of", page.content.decode())


def test_the_page_costs_the_same_however_much_there_is(
    client, scorecard, coordinator, queries_of, django_assert_num_queries
):
    address = reverse("scorecard", args=[scorecard.slug])
    factories.respond(scorecard, {1: "1212"})
    change_scorecard(
        scorecard_id=scorecard.pk, by=coordinator, now=NOW, target_responses=1
    )
    few = queries_of(client, address)

    for number in range(30):
        change_scorecard(
            scorecard_id=scorecard.pk,
            by=coordinator,
            now=NOW,
            target_responses=number + 2,
        )
        factories.make_member(
            scorecard=scorecard, role="observer", name=f"Observer {number}"
        )
        factories.respond(scorecard, {1: "1212"}, now=NOW - 20 * DAY + number * HOUR)

    with django_assert_num_queries(few):
        client.get(address)
    assert Scorecard.objects.get().target_responses == 31
