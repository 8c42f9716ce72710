from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone
from sesame.utils import get_query_string

from reports.demo.kazakhstan import SLUG, email_of
from reports.demo.practice import OPEN_ROUND, OPEN_SURVEY
from surveys.intake.services import start_draft
from surveys.invitations.links import make_link
from surveys.models import Scorecard, User

PEOPLE = {
    "Coordinator": "coordinator",
    "Rapporteur": "rapporteur",
    "Expert on goals 3, 5, 10": "gender-a",
    "Expert on goals 3, 4, 8, 10, 11, 16": "disability-a",
    "Observer": "observer",
}


class Command(BaseCommand):
    help = "Print where to go in the demo, with one-click sign-in addresses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", required=True, help="e.g. http://localhost:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demo signs people in by an address.")
        at = options["at"]
        survey = Scorecard.objects.get(slug=OPEN_SURVEY)
        draft, token = start_draft(scorecard=survey, language="en", now=timezone.now())
        lines = {
            "Released report": reverse("latest_edition", args=[SLUG]),
            "Survey, by open link": reverse("intake_start", args=[survey.open_link]),
            "Respondent": reverse("intake_resume", args=[token]),
        }
        if invited := make_link(survey.invitations.earliest("pk")):
            lines["Invited by mail"] = reverse("invited", args=[invited])
        sign_in = reverse("demo_sign_in")
        for title, key in PEOPLE.items():
            user = User.objects.get(email=email_of(key))
            where = reverse("scorecard", args=[OPEN_ROUND])
            lines[title] = f"{sign_in}{get_query_string(user)}&next={where}"
        width = max(map(len, lines))
        self.stdout.write("\nThe scorecard is served. Open in a browser:\n")
        for title, path in lines.items():
            self.stdout.write(f"  {title:<{width}}  {at}{path}")
        self.stdout.write("\nStop with Ctrl-C.\n")
