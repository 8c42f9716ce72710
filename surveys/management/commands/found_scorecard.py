from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from surveys.instrument.file import STANDARD, read_instrument
from surveys.instrument.services import load_instrument
from surveys.models import Instrument
from surveys.setup.forms import free_slug, time_zones
from surveys.setup.rules import YEARS, Refused
from surveys.setup.services import found_scorecard
from surveys.setup.words import WRONG
from surveys.words_field import WordsField

OPEN_FOR = timedelta(days=60)


def taken_by(field: forms.Field) -> Callable[[str], Any]:
    """Takes what is typed behind an option as the field of a form takes it."""

    def take(typed: str) -> Any:
        try:
            typed.encode()
            return field.clean(typed)
        except UnicodeEncodeError as error:
            raise ArgumentTypeError("This is not UTF-8.") from error
        except forms.ValidationError as error:
            raise ArgumentTypeError(" ".join(error.messages)) from error

    return take


an_address = taken_by(forms.EmailField(max_length=254))
a_name = taken_by(WordsField(max_length=200))
a_place = taken_by(WordsField(max_length=100))
a_year = taken_by(forms.IntegerField(min_value=YEARS[0], max_value=YEARS[1]))
a_time_zone = taken_by(
    forms.ChoiceField(choices=[(zone, zone) for zone in time_zones()])
)


class Command(BaseCommand):
    help = (
        "Found a scorecard and its coordinator, who changes everything else in the "
        "browser. Needed once: coordinators can found further ones themselves."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("email", type=an_address, help="address of the coordinator")
        add("--name", type=a_name, required=True, help="name of the coordinator")
        add("--place", type=a_place, required=True, help="e.g. Kazakhstan")
        add("--year", type=a_year, required=True)
        add("--language", default="en", help="first language")
        add("--time-zone", type=a_time_zone, default="UTC", help="e.g. Asia/Almaty")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now, language = timezone.now(), options["language"]
        instrument, place = _instrument(), {language: options["place"]}
        if language not in instrument.languages:
            raise CommandError(
                "argument --language: The questionnaire is written in "
                f"{', '.join(instrument.languages)}."
            )
        try:
            scorecard, coordinator = found_scorecard(
                slug=free_slug(place, options["year"]),
                place=place,
                year=options["year"],
                languages=[language],
                instrument=instrument,
                opens_at=None,
                closes_at=(now + OPEN_FOR).replace(second=0, microsecond=0),
                time_zone=options["time_zone"],
                coordinator_email=options["email"],
                coordinator_name=options["name"],
                now=now,
            )
        except Refused as refusal:
            raise CommandError(
                "\n".join(
                    f"{name}: {WRONG.get(why, why)}"
                    for name, why in refusal.wrong.items()
                )
            ) from refusal
        self.stdout.write(
            f"Founded {scorecard}, /scorecards/{scorecard.slug}/. "
            f"{coordinator.user.email} signs in with a code sent by mail."
        )


def _instrument() -> Instrument:
    """The newest of the site's own; the standard one on a fresh server."""
    newest = Instrument.objects.filter(owner=None).order_by("-pk").first()
    return newest or load_instrument(
        file=read_instrument(STANDARD.read_text(encoding="utf-8"))
    )
