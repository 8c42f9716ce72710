"""Roles that change, people who leave, and what is written down of it."""

import pytest

from surveys.members.services import (
    LastCoordinator,
    StillNeeded,
    change_role,
    copy_members,
    remove_member,
)
from surveys.models import Change, Member, Role, User
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_new_role_is_recorded(observer, coordinator):
    change_role(member_id=observer.pk, role=Role.RAPPORTEUR, by=coordinator, now=NOW)

    observer.refresh_from_db()
    recorded = Change.objects.get()
    assert observer.role == Role.RAPPORTEUR
    assert (recorded.before, recorded.after) == ("observer", "rapporteur")
    assert (recorded.person, recorded.member_key) == (observer.name, observer.pk)


def test_the_last_coordinator_stays(coordinator):
    with pytest.raises(LastCoordinator):
        change_role(
            member_id=coordinator.pk, role=Role.OBSERVER, by=coordinator, now=NOW
        )
    with pytest.raises(LastCoordinator):
        remove_member(member_id=coordinator.pk, by=coordinator, now=NOW)


def test_whoever_is_removed_leaves_a_trace_and_keeps_their_account(
    observer, coordinator
):
    remove_member(member_id=observer.pk, by=coordinator, now=NOW)

    assert not Member.objects.filter(pk=observer.pk).exists()
    assert User.objects.filter(pk=observer.user_id).exists()
    recorded = Change.objects.get()
    assert (recorded.what, recorded.person) == ("member_removed", observer.name)


def test_somebody_on_whom_something_rests_is_not_removed(
    scorecard, expert, coordinator
):
    other = factories.make_member(
        scorecard=scorecard, role=Role.COORDINATOR, name="Second"
    )
    observer = factories.make_member(scorecard=scorecard, role=Role.OBSERVER)
    change_role(member_id=observer.pk, role=Role.RAPPORTEUR, by=other, now=NOW)

    # The first is on panels, the second is named in the record.
    for member in (expert, other):
        with pytest.raises(StillNeeded):
            remove_member(member_id=member.pk, by=coordinator, now=NOW)

    assert scorecard.members.filter(pk__in=[expert.pk, other.pk]).count() == 2


def test_members_are_copied_once_and_without_those_who_left(
    scorecard, coordinator, expert, observer, other_scorecard
):
    User.objects.filter(pk=observer.user_id).update(is_active=False)
    there = factories.make_member(
        scorecard=other_scorecard,
        role=Role.COORDINATOR,
        name="Coordinator here",
        email=coordinator.user.email,
    )

    copied = copy_members(source=scorecard, target=other_scorecard, by=there, now=NOW)

    assert copied[coordinator.pk] == there
    assert copied[expert.pk].user == expert.user
    assert copied[expert.pk].role == Role.EXPERT
    assert observer.pk not in copied
    assert set(other_scorecard.members.all()) == set(copied.values())
