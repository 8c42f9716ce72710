"""Another role for somebody on a scorecard, and taking them off it again.

An expert on the panel of a goal stays an expert, and whoever could read what panels say
does not become one: both would undo the blindness of a round. The database refuses it.
"""

from datetime import datetime

from django.db import transaction

from surveys.members import services as members
from surveys.members.services import StillNeeded
from surveys.models import LetterState, Member, Role
from validation.models import Assignment, MailDelivery, MailPreference, Round


class OnPanels(Exception):
    """They are an expert on the panel of at least one goal."""


class SawPanels(Exception):
    """A round has opened, and they could read what its panels say."""


@transaction.atomic
def change_role(*, member_id: int, role: str, by: Member, now: datetime) -> Member:
    """Give a member another role. Raises OnPanels, SawPanels or LastCoordinator."""
    member = Member.objects.select_for_update().get(pk=member_id)
    if member.role != role:
        if Assignment.objects.filter(expert=member).exists():
            raise OnPanels
        rounds = Round.objects.select_for_update(no_key=True).filter(
            scorecard=member.scorecard_id
        )
        if role == Role.EXPERT and any(round_.opened_at for round_ in rounds):
            raise SawPanels
    return members.change_role(member_id=member_id, role=role, by=by, now=now)


@transaction.atomic
def remove_person(*, member_id: int, by: Member, now: datetime) -> None:
    """Take somebody off the scorecard on whom nothing rests, with their invitation.

    Raises LastCoordinator, or StillNeeded: then they can only be erased.
    """
    letters = MailDelivery.objects.select_for_update().filter(member=member_id)
    if any(
        letter.kind != MailDelivery.Kind.INVITATION
        or letter.state == LetterState.SENDING
        for letter in letters
    ):
        raise StillNeeded
    letters.delete()
    MailPreference.objects.filter(member=member_id).delete()
    members.remove_member(member_id=member_id, by=by, now=now)
