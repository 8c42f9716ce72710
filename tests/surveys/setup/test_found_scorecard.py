"""The first scorecard of a fresh server."""

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Instrument, Role, Scorecard, User

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


@pytest.mark.parametrize(
    ("option", "typed"),
    [
        ("--name", "\u200b\u3164"),
        ("--name", "a" * 201),
        ("--place", " "),
        ("--place", "a" * 101),
        ("--place", "a null\0byte"),
        ("--place", "\udce4"),
        ("--year", "1887"),
        ("--year", "next"),
        ("--time-zone", "Moon"),
        ("--language", "fr"),
    ],
)
def test_what_cannot_be_is_said_of_its_option_and_nothing_is_made(option, typed):
    given = {"--name": "Aliya", "--place": "Kazakhstan", "--year": "2027"}
    options = [word for pair in (given | {option: typed}).items() for word in pair]

    with pytest.raises(CommandError, match=f"argument {option}: [A-Z].*[.]$"):
        call_command("found_scorecard", "aliya@example.org", *options)

    assert not Scorecard.objects.exists()
    assert not Instrument.objects.exists()


@pytest.mark.parametrize("address", ["aliya", "", "a@b", f"{'a' * 250}@example.org"])
def test_coordinator_without_an_address_is_refused(address):
    options = ["--name", "Aliya", "--place", "Kazakhstan", "--year", "2027"]

    with pytest.raises(CommandError, match="argument email: "):
        call_command("found_scorecard", address, *options)

    assert not User.objects.exists()
