"""Reading a consultation from the database, as this member may read it.

What a member may not read is not in their list: the panel's words come through
RoundGoal.showing_panel_to, rounds through validation.access. The number of queries
does not depend on how much was said.
"""

from django.db import transaction

from surveys.members.access import STAFF
from surveys.models import Goal, Member, Scorecard
from validation.identities import names_of
from validation.ledger.chain import BEGINNING
from validation.models import LedgerEntry, RoundGoal
from validation.trail import consultation, people
from validation.trail.records import Trail, in_order
from validation.trail.scope import Reading

READERS = (
    people.interests,
    people.interest_history,
    consultation.baseline,
    consultation.round_steps,
    consultation.rounds,
    people.reminders,
    people.seats,
    consultation.proposals,
    consultation.supports,
    consultation.withdrawals,
    consultation.comments,
    consultation.meetings,
    consultation.contributions,
    consultation.settlements,
    people.erasures,
)


@transaction.atomic
def read_trail(member: Member, goal: Goal | None = None) -> Trail:
    """What this member may read: of the whole scorecard, or of one goal.

    Holds the scorecard's row, so that the chain does not grow between the queries.
    """
    scorecard = member.scorecard
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    ledger = _ledger(member)
    reading = Reading(member, goal, names_of(scorecard), ledger or ())
    records = [record for read in READERS for record in read(reading)]
    head = None
    if ledger is not None:
        head = ledger[-1].hash if ledger else BEGINNING
    return Trail(scorecard, tuple(in_order(records)), ledger or (), head)


def shows_ledger(member: Member) -> bool:
    """The chain runs through all goals: its numbers count what was said on them.

    Experts see them once no goal is open on which the panel is hidden from them.
    """
    if member.role in STAFF:
        return True
    shown = RoundGoal.objects.showing_panel_to(member)
    is_open = RoundGoal.objects.filter(scorecard=member.scorecard_id, is_open=True)
    return not is_open.exclude(pk__in=shown).exists()


def _ledger(member: Member) -> tuple[LedgerEntry, ...] | None:
    if not shows_ledger(member):
        return None
    entries = LedgerEntry.objects.filter(scorecard=member.scorecard_id)
    return tuple(entries.select_related("salt"))
