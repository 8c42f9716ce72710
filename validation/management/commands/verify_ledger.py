from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.models import Scorecard
from validation.ledger.services import verify_ledger


class Command(BaseCommand):
    help = "Check the hash chain of every scorecard, or of those named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        scorecards = Scorecard.objects.order_by("slug")
        if options["slug"]:
            scorecards = scorecards.filter(slug__in=options["slug"])
            known = set(scorecards.values_list("slug", flat=True))
            if unknown := set(options["slug"]) - known:
                raise CommandError(f"No scorecard is called {', '.join(unknown)}.")
        broken = 0
        for scorecard in scorecards:
            verdict = verify_ledger(scorecard)
            if verdict.broken:
                broken += 1
                self.stdout.write(f"{scorecard.slug}: BROKEN. {verdict.broken}")
            else:
                self.stdout.write(
                    f"{scorecard.slug}: whole, {verdict.entries} entries "
                    f"({verdict.erased} erased), head {verdict.head}"
                )
        if broken:
            raise CommandError(f"{broken} ledger(s) are broken.")
