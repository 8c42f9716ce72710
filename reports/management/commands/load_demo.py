from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.demo.kazakhstan import load_kazakhstan
from reports.demo.practice import load_open_round, load_open_survey
from surveys.instrument.file import STANDARD, read_instrument
from surveys.instrument.services import load_instrument


class Command(BaseCommand):
    help = "Load the demo: Kazakhstan 2022, an open survey and an open round."

    def handle(self, *args: Any, **options: Any) -> None:
        instrument = load_instrument(
            file=read_instrument(STANDARD.read_text(encoding="utf-8"))
        )
        now = timezone.now()
        for scorecard in (
            load_kazakhstan(instrument),
            load_open_survey(instrument, now),
            load_open_round(instrument, now),
        ):
            self.stdout.write(f"Loaded {scorecard}")
