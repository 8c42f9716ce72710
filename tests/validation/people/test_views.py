"""Roles that change and people who leave, without undoing blindness."""

import pytest
from django.urls import reverse

from surveys.models import Change, Member, Role
from tests import factories
from validation.mailing.services import invite
from validation.models import MailDelivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(sign_in, coordinator):
    return sign_in(coordinator)


def send(client, person, **typed):
    name = "person" if typed else "person_remove"
    return client.post(
        reverse(name, args=[person.scorecard.slug, person.pk]), typed, follow=True
    )


def test_a_role_is_changed_and_recorded(client, observer):
    send(client, observer, role=Role.RAPPORTEUR)

    observer.refresh_from_db()
    assert observer.role == Role.RAPPORTEUR
    assert Change.objects.get().person == observer.name


def test_whoever_gives_up_coordinating_is_led_home(client, coordinator):
    factories.make_member(
        scorecard=coordinator.scorecard, role=Role.COORDINATOR, name="Second"
    )

    page = send(client, coordinator, role=Role.OBSERVER)

    assert page.status_code == 200
    assert "You are here as observer." in page.content.decode()


def test_the_last_coordinator_is_told_so(client, coordinator):
    changed = send(client, coordinator, role=Role.OBSERVER)
    removed = send(client, coordinator)

    for page in (changed, removed):
        assert page.status_code == 422
        assert "Nobody else coordinates this scorecard." in page.content.decode()


def test_an_expert_on_a_panel_keeps_their_role(client, expert):
    page = send(client, expert, role=Role.OBSERVER)

    assert "They are on the panel of a goal" in page.content.decode()
    assert Member.objects.get(pk=expert.pk).role == Role.EXPERT


def test_nobody_who_read_the_panel_becomes_an_expert(client, observer, open_round):
    page = send(client, observer, role=Role.EXPERT)

    assert "could read what its panels say" in page.content.decode()
    assert Member.objects.get(pk=observer.pk).role == Role.OBSERVER


def test_somebody_invited_by_mistake_is_removed_with_their_invitation(
    client, coordinator, observer, scorecard
):
    invite(scorecard=scorecard, members=[observer], by=coordinator, now=factories.NOW)

    page = send(client, observer)

    assert "Observer was removed." in page.content.decode()
    assert not Member.objects.filter(pk=observer.pk).exists()
    assert not MailDelivery.objects.exists()


def test_somebody_on_whom_something_rests_stays(client, expert):
    page = send(client, expert)

    assert "Something rests on this person" in page.content.decode()
    assert Member.objects.filter(pk=expert.pk).exists()


def test_a_name_goes_from_the_record_when_its_person_is_erased(
    client, coordinator, observer
):
    from validation.erasure.services import erase_person

    send(client, observer, role=Role.RAPPORTEUR)
    erase_person(member_id=observer.pk, by=coordinator, now=factories.NOW)

    assert Change.objects.get().person == ""
    page = client.get(reverse("changes", args=[observer.scorecard.slug]))
    assert "Erased participant: observer → rapporteur" in page.content.decode()


def test_an_erased_person_has_no_page(client, coordinator, observer):
    from validation.erasure.services import erase_person

    erase_person(member_id=observer.pk, by=coordinator, now=factories.NOW)

    address = reverse("person", args=[observer.scorecard.slug, observer.pk])
    assert client.get(address).status_code == 404
