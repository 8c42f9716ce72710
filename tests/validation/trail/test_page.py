"""The trail of a goal as its readers see it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from validation.erasure.services import erase_person
from validation.identities import choose_identities, names_of
from validation.ledger.services import head_of
from validation.models import Proposal

pytestmark = pytest.mark.django_db


def trail_of(client, scorecard, goal=5):
    return client.get(reverse("trail", args=[scorecard.slug, goal]))


def words(response):
    """The page as one line of text."""
    main = response.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def reader(sign_in, observer):
    return sign_in(observer)


def test_before_the_figures_are_frozen_there_is_no_trail_yet(scorecard, reader):
    page = words(trail_of(reader, scorecard))

    assert "The trail begins when the survey’s figures are frozen." in page
    assert "%" not in page


def test_without_a_round_the_survey_average_stands(frozen, reader):
    page = words(trail_of(reader, frozen.scorecard))

    assert "5 people rated this goal." in page
    assert "38%" in page
    assert "The experts have not been consulted on this goal" in page


def test_a_goal_too_few_rated_shows_no_figure(frozen, reader):
    page = words(trail_of(reader, frozen.scorecard, 13))

    assert "Too few people rated this goal to be shown." in page
    assert "There is no survey average." in page


def test_the_story_is_told_in_the_order_in_which_it_happened(told, reader):
    page = words(trail_of(reader, told.round.scorecard))
    story = [
        "5 people rated this goal.",
        "Coordinator froze the survey’s figures. 38%",
        "Coordinator opened round 1: First consultation.",
        "Rule, from then on fixed: Mean of the distinct supported scores.",
        "Blind: experts see the others’ estimates after giving their own.",
        "Aigul proposed to change it. 33%",
        "=1+1 is no law",
        "Bolat proposed to change it. 30%",
        "Declared interest: My sister works there.",
        "Bolat supports the 33% of Aigul.",
        "Bolat took back the support for the 33% of Aigul.",
        "On reflection.",
        "Aigul revised their proposal. 28.5%",
        "From 33% to 28.5%.",
        "Dana proposed to keep the survey average. 38%",
        "Not counted, because of a declared interest.",
        "Bolat supports the 28.5% of Aigul.",
        "Dana commented.",
        "Coordinator revealed the estimates to the whole panel.",
        "Meeting 1: Zoom.",
        "Came: Aigul, Bolat.",
        "A participant named a challenge.",
        "Coordinator settled the goal. 29% (57/2)",
        "Worked out: (28.5) / 1 = 28.5%.",
        "Reason: So the panel agreed.",
        "Dissent: Dana: too low.",
        "Coordinator closed round 1.",
        "Runs a shelter.",
    ]
    places = [page.find(step) for step in story]

    assert -1 not in places, [s for s, p in zip(story, places, strict=True) if p < 0]
    assert places == sorted(places)


def test_what_is_chained_names_its_entry_and_the_head_stands_below(told, reader):
    scorecard = told.round.scorecard
    html = trail_of(reader, scorecard).content.decode()

    for entry in scorecard.ledger.all():
        assert f"Ledger entry {entry.number} ·" in html
        assert f"{entry.hash[:12]}…" in html
    assert head_of(scorecard) in html


def test_a_second_round_says_what_moved(second_round, reader):
    page = words(trail_of(reader, second_round.scorecard))
    moved = page.partition("Round 2: Consultation 2")[2]

    assert "29.25% → 35%" in moved
    assert "0.8 → 5.0" in moved
    assert "50% moved by more than 5 points" in re.sub(
        r"(moved by more than 5 points) (50%)", r"\2 \1", moved
    )
    assert "Since round 1, over the 2 experts who spoke in both." in moved


def test_an_expert_who_has_not_proposed_sees_the_first_round_only(
    second_round, sign_in, experts
):
    page = words(trail_of(sign_in(experts[2]), second_round.scorecard))

    assert "Aigul revised their proposal." in page
    assert "What the panel says is hidden from you so far." in page
    assert "29.25%" not in page
    assert "change it. 40%" not in page
    assert "Ledger entry" not in page


def test_an_expert_who_proposed_sees_both(second_round, sign_in, experts, later):
    factories.propose(second_round, experts[2], 50, now=later())
    page = words(trail_of(sign_in(experts[2]), second_round.scorecard))

    assert "Bolat proposed to change it. 40%" in page
    assert "29.25% → 35%" in page
    assert "Ledger entry" in page


def test_experts_of_other_goals_get_nothing(told, sign_in, climate_expert):
    assert trail_of(sign_in(climate_expert), told.round.scorecard).status_code == 404


def test_a_goal_that_does_not_exist_is_not_found(frozen, reader):
    assert trail_of(reader, frozen.scorecard, 99).status_code == 404


def test_pseudonyms_hold_on_the_trail(frozen, experts, coordinator, reader):
    scorecard = choose_identities(
        scorecard_id=frozen.scorecard_id, identities="pseudonyms"
    )
    round_ = factories.make_open_round(
        scorecard, {5: "mean_of_supported"}, by=coordinator
    )
    factories.propose(round_.round_goals.get(), experts[0], 33)
    page = words(trail_of(reader, scorecard))

    assert f"{names_of(scorecard)[experts[0].pk]} proposed to change it." in page
    assert "Aigul" not in page


def test_an_erased_person_stays_in_the_story_without_name_and_words(
    told, reader, experts, coordinator, now
):
    erase_person(member_id=experts[0].pk, by=coordinator, now=now)
    page = words(trail_of(reader, told.round.scorecard))

    assert "Erased participant revised their proposal. 28.5%" in page
    assert "Aigul" not in page
    assert "is no law" not in page


def test_the_trail_takes_the_same_queries_for_one_and_thirty(
    round_goal, coordinator, reader, later
):
    scorecard = round_goal.round.scorecard
    counts = []
    for number in (1, 29):
        for _ in range(number):
            name = f"Person {Proposal.objects.count()}"
            expert = factories.make_expert(scorecard=scorecard, name=name, goals=[5])
            theirs = factories.propose(round_goal, expert, 40, now=later())
            backer = factories.make_expert(
                scorecard=scorecard, name=f"{name} too", goals=[5]
            )
            factories.propose(round_goal, backer, 30, now=later())
            factories.support(theirs, backer, now=later())
        with CaptureQueriesContext(connection) as queries:
            assert trail_of(reader, scorecard).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] < 45
