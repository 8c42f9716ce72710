"""The scorecard as this user: members in their role, and a 404 for everybody else."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from surveys.members.access import (
    STAFF,
    membership,
    request_membership,
    scorecards_of,
)
from surveys.members.services import AlreadyAMember, add_member
from surveys.models import Member, Role, User
from tests import factories


def test_a_member_gets_the_scorecard_as_themselves(scorecard, coordinator, rf):
    found = membership(coordinator.user, scorecard.slug, Role.COORDINATOR)
    assert found == coordinator
    request = rf.get("/")
    request.user = coordinator.user
    assert request_membership(request, scorecard.slug) == coordinator


def test_a_membership_comes_with_all_that_a_page_needs(
    scorecard, coordinator, django_assert_num_queries
):
    with django_assert_num_queries(1):
        member = membership(coordinator.user, scorecard.slug)
        str(member.scorecard.instrument)
        str(member.user)


@pytest.mark.parametrize("role", list(Role))
def test_a_wrong_role_gets_a_404(scorecard, role):
    member = factories.make_member(scorecard=scorecard, role=role)
    others = [other for other in Role if other != role]
    with pytest.raises(Http404):
        membership(member.user, scorecard.slug, *others)
    assert membership(member.user, scorecard.slug, role) == member
    assert membership(member.user, scorecard.slug) == member


def test_a_stranger_learns_no_more_than_from_a_scorecard_that_is_not_there(
    scorecard, stranger
):
    refusals = []
    for slug in (scorecard.slug, "no-such-scorecard"):
        with pytest.raises(Http404) as refusal:
            membership(stranger.user, slug)
        refusals.append(str(refusal.value))
    assert refusals[0] == refusals[1]


def test_nobody_in_particular_gets_a_404(scorecard):
    with pytest.raises(Http404):
        membership(AnonymousUser(), scorecard.slug)


def test_an_expert_is_not_staff(scorecard, expert, observer):
    with pytest.raises(Http404):
        membership(expert.user, scorecard.slug, *STAFF)
    assert membership(observer.user, scorecard.slug, *STAFF) == observer


def test_a_person_sees_their_own_scorecards_newest_first(
    scorecard, other_scorecard, coordinator, stranger
):
    both = add_member(
        scorecard=other_scorecard,
        email=coordinator.user.email,
        name="Coordinator",
        role=Role.OBSERVER,
    )
    assert scorecards_of(coordinator.user) == [both, coordinator]
    assert scorecards_of(stranger.user) == [stranger]
    assert scorecards_of(AnonymousUser()) == []


def test_a_person_has_one_role_on_a_scorecard(scorecard, coordinator):
    with pytest.raises(AlreadyAMember):
        add_member(
            scorecard=scorecard,
            email=coordinator.user.email.upper(),
            name="Once more",
            role=Role.EXPERT,
        )
    assert Member.objects.get(user=coordinator.user).role == Role.COORDINATOR


def test_a_person_on_two_scorecards_is_one_person(scorecard, other_scorecard):
    for card in (scorecard, other_scorecard):
        add_member(
            scorecard=card, email=" Aigul@Example.org ", name="Aigul", role="expert"
        )
    assert User.objects.get().email == "aigul@example.org"


def test_a_member_has_no_password(coordinator):
    assert not coordinator.user.has_usable_password()
