from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from surveys.models import Member, Role
from validation.erasure.services import AlreadyErased, LastCoordinator, erase_person


class Command(BaseCommand):
    help = "Erase a person from a scorecard: name, address, interests, free text."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("email")
        parser.add_argument(
            "--by", help="address of the coordinator who decided it, if there are more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        members = Member.objects.filter(scorecard__slug=options["slug"])
        person = members.filter(user__email__iexact=options["email"]).first()
        if person is None:
            raise CommandError("No such person on this scorecard.")
        by = self._coordinator(members.exclude(pk=person.pk), options["by"])
        try:
            erase_person(member_id=person.pk, by=by, now=timezone.now())
        except AlreadyErased as error:
            raise CommandError("This person was erased before.") from error
        except LastCoordinator as error:
            raise CommandError("The only coordinator cannot be erased.") from error
        self.stdout.write(f"Erased from {options['slug']}.")

    def _coordinator(self, members: Any, email: str | None) -> Member:
        """Who answers for it; there is always somebody whom the Erasure names."""
        found = members.filter(role=Role.COORDINATOR, erasure__isnull=True)
        if email:
            found = found.filter(user__email__iexact=email)
        people = list(found[:2])
        if not people:
            raise CommandError("No such coordinator on this scorecard.")
        if len(people) > 1:
            raise CommandError("There are several coordinators: name one with --by.")
        return people[0]
