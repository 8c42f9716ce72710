from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.downloads.runner import report_and_imprint
from reports.exporters import FORMATS
from reports.models import Edition


class Command(BaseCommand):
    help = "Write the latest edition of a scorecard's report in every format."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--to", required=True, type=Path, metavar="DIR")
        parser.add_argument("--edition", type=int, help="by default the latest")
        parser.add_argument("--language", default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        editions = Edition.objects.filter(scorecard__slug=options["slug"])
        if options["edition"]:
            editions = editions.filter(number=options["edition"])
        edition = editions.select_related("scorecard").order_by("number").last()
        if edition is None:
            raise CommandError(f"No released edition of {options['slug']!r}.")
        report, imprint = report_and_imprint(edition, options["language"])
        if imprint.language not in report.languages:
            raise CommandError(
                f"No {imprint.language!r} in this edition: "
                f"its languages are {', '.join(report.languages)}."
            )
        folder: Path = options["to"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror}.") from error
        for known in FORMATS:
            path = folder / known.file_name(report, imprint)
            began = perf_counter()
            known.write(report, imprint, path)
            self.stdout.write(f"Wrote {path} ({perf_counter() - began:.1f} s)")
