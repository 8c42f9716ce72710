"""The first scorecard of a fresh server."""

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Role, Scorecard

pytestmark = pytest.mark.django_db


def run(**options):
    given = {"name": "Aliya", "place": "Kazakhstan", "year": 2027} | options
    call_command("found_scorecard", "Aliya@Example.org", **given)


def test_it_needs_nothing_to_be_there(capsys):
    run(time_zone="Asia/Almaty")

    scorecard = Scorecard.objects.get()
    member = scorecard.members.get()
    assert (member.user.email, member.role) == ("aliya@example.org", Role.COORDINATOR)
    assert (scorecard.slug, scorecard.opens_at) == ("kazakhstan-2027", None)
    assert scorecard.instrument.code == "standard"
    assert "/scorecards/kazakhstan-2027/" in capsys.readouterr().out


def test_a_second_one_gets_an_address_of_its_own():
    run()
    run()

    assert set(Scorecard.objects.values_list("slug", flat=True)) == {
        "kazakhstan-2027",
        "kazakhstan-2027-2",
    }


def test_what_cannot_be_is_said_and_nothing_is_made():
    with pytest.raises(CommandError, match="time_zone: Choose one of these"):
        run(time_zone="Moon")
    with pytest.raises(CommandError, match="languages: "):
        run(language="fr")

    assert not Scorecard.objects.exists()
