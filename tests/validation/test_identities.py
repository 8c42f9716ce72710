"""Everybody appears as the scorecard promised."""

import pytest

from surveys.models import Identities, Role
from tests import factories
from validation.identities import IdentitiesPromised, choose_identities, names_of
from validation.models import Erasure
from validation.rounds.services import assign_goal

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise(scorecard):
    """promise("by_role") -> the scorecard, on which experts appear so."""

    def promised(identities):
        return choose_identities(scorecard_id=scorecard.pk, identities=identities)

    return promised


def expert_for(scorecard, name, expertise="", goal=5):
    expert = factories.make_expert(scorecard=scorecard, name=name)
    assign_goal(
        expert=expert, goal=factories.goal_of(scorecard, goal), expertise=expertise
    )
    return expert


def test_named_experts_appear_as_the_coordinator_entered_them(scorecard, experts):
    names = names_of(scorecard)

    assert [names[one.pk] for one in experts] == ["Aigul", "Bolat", "Dana"]


def test_by_role_gives_the_expertise_and_numbers_those_alike(promise, scorecard):
    first = expert_for(scorecard, "Aigul", "public health")
    second = expert_for(scorecard, "Bolat", "Public health")
    other = expert_for(scorecard, "Dana", "labour law")
    unknown = expert_for(scorecard, "Yerlan")

    names = names_of(promise("by_role"))

    assert names[first.pk] == "Expert, public health"
    assert names[second.pk] == "Expert, Public health (2)"
    assert names[other.pk] == "Expert, labour law"
    assert names[unknown.pk] == "Expert"


def test_by_role_takes_the_expertise_of_the_goal_assigned_first(promise, scorecard):
    expert = expert_for(scorecard, "Aigul", "climate", goal=13)
    goal = factories.goal_of(scorecard, 1)
    assign_goal(expert=expert, goal=goal, expertise="poverty")

    assert names_of(promise("by_role"))[expert.pk] == "Expert, climate"


def test_pseudonyms_stay_when_others_join_and_differ(promise, scorecard, experts):
    scorecard = promise("pseudonyms")
    before = names_of(scorecard)
    for number in range(60):
        factories.make_expert(scorecard=scorecard, name=f"Later {number}")
    after = names_of(scorecard)

    assert {pk: after[pk] for pk in before} == before
    assert len(set(after.values())) == len(after) == 63
    assert all(name.startswith("Expert ") for name in after.values())


def test_pseudonyms_do_not_follow_the_order_of_invitation(promise, scorecard):
    invited = [
        factories.make_expert(scorecard=scorecard, name=f"Person {number}").pk
        for number in range(12)
    ]
    names = names_of(promise("pseudonyms"))
    numbers = [int(names[pk].removeprefix("Expert ")) for pk in invited]

    assert numbers != sorted(numbers)
    assert numbers != sorted(numbers, reverse=True)
    assert list(names) != invited


def test_pseudonyms_of_the_same_people_differ_between_sites(promise, experts, settings):
    scorecard = promise("pseudonyms")
    here = names_of(scorecard)
    settings.SECRET_KEY = "another site"

    assert names_of(scorecard) != here


@pytest.mark.parametrize("identities", Identities.values)
def test_those_in_an_office_keep_their_names(promise, scorecard, identities):
    people = [
        factories.make_member(scorecard=scorecard, role=role, name=f"The {role}")
        for role in (Role.COORDINATOR, Role.RAPPORTEUR, Role.OBSERVER)
    ]
    names = names_of(promise(identities))

    assert [names[one.pk] for one in people] == [
        "The coordinator",
        "The rapporteur",
        "The observer",
    ]


@pytest.mark.parametrize("identities", Identities.values)
def test_an_erased_person_is_an_erased_participant(
    promise, scorecard, experts, coordinator, now, identities
):
    promise(identities)
    before = names_of(scorecard)
    Erasure.objects.create(member=experts[1], erased_by=coordinator, erased_at=now)
    names = names_of(scorecard)

    assert names[experts[1].pk] == "Erased participant"
    if identities != Identities.BY_ROLE:
        assert names[experts[2].pk] == before[experts[2].pk]


def test_names_take_one_query_however_many_there_are(
    scorecard, experts, django_assert_num_queries
):
    for number in range(30):
        expert_for(scorecard, f"Expert {number}", "public health")
    with django_assert_num_queries(1):
        assert len(names_of(scorecard)) == 33


def test_names_come_in_the_language_asked_for(promise, scorecard):
    expert = expert_for(scorecard, "Aigul", "public health")
    scorecard = promise("by_role")

    assert names_of(scorecard, "en")[expert.pk] == "Expert, public health"


def test_identities_change_until_a_round_was_opened(scorecard, promise, experts):
    promise("pseudonyms")
    promise("named")
    scorecard.refresh_from_db()

    assert scorecard.identities == "named"


def test_identities_stay_once_a_round_was_opened(open_round, promise):
    with pytest.raises(IdentitiesPromised):
        promise("pseudonyms")
    open_round.scorecard.refresh_from_db()
    assert open_round.scorecard.identities == "named"


def test_unknown_identities_are_refused(promise):
    with pytest.raises(ValueError, match="secret"):
        promise("secret")
