from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from surveys.instrument.file import STANDARD, read_instrument
from surveys.instrument.services import load_instrument
from surveys.models import Instrument
from surveys.setup.forms import free_slug
from surveys.setup.rules import Refused
from surveys.setup.services import found_scorecard
from surveys.setup.words import WRONG

OPEN_FOR = timedelta(days=60)


class Command(BaseCommand):
    help = (
        "Found a scorecard and its coordinator, who changes everything else in the "
        "browser. Needed once: coordinators can found further ones themselves."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="address of the coordinator")
        parser.add_argument("--name", required=True, help="name of the coordinator")
        parser.add_argument("--place", required=True, help="e.g. Kazakhstan")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--language", default="en", help="first language")
        parser.add_argument("--time-zone", default="UTC", help="e.g. Asia/Almaty")

    def handle(self, *args: Any, **options: Any) -> None:
        now, language = timezone.now(), options["language"]
        place = {language: options["place"]}
        try:
            scorecard, coordinator = found_scorecard(
                slug=free_slug(place, options["year"]),
                place=place,
                year=options["year"],
                languages=[language],
                instrument=_instrument(),
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
