"""The chain from the frozen figures to the settlement, and what breaks it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from reports.access import report_of
from reports.editions.services import release_edition
from reports.models import Edition
from tests import factories
from tests.lifting import triggers_lifted
from validation.ledger.chain import commitment_to, entry_hash
from validation.ledger.contents import CONTENTS
from validation.ledger.services import head_of, verify_ledger
from validation.models import Erasure, LedgerEntry, LedgerSalt, Proposal, Settlement
from validation.rounds.services import close_round

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain(scorecard, round_goal, coordinator, experts):
    """Frozen, one proposal, one support, one settlement."""
    proposal = factories.propose(round_goal, experts[0], 25)
    factories.propose(round_goal, experts[1], 30)
    factories.support(proposal, experts[1])
    factories.settle(round_goal, by=coordinator)
    return scorecard


def test_everything_said_and_settled_is_in_the_chain_in_order(chain):
    assert list(chain.ledger.values_list("number", "kind")) == [
        (1, "baseline"),
        (2, "proposal"),
        (3, "proposal"),
        (4, "support"),
        (5, "settlement"),
    ]


def test_untouched_chain_is_whole_and_ends_in_its_head(chain):
    verdict = verify_ledger(chain)

    assert (verdict.broken, verdict.entries) == (None, 5)
    assert verdict.head == head_of(chain) == chain.ledger.last().hash


def test_changed_proposal_is_named(chain):
    with triggers_lifted():
        Proposal.objects.filter(percent=30).update(percent=31)
    changed = Proposal.objects.get(percent=31)

    assert verify_ledger(chain).broken == f"Entry 3: proposal {changed.pk} was changed"


def test_changed_reason_of_a_settlement_is_named(chain):
    with triggers_lifted():
        Settlement.objects.update(reason="Because.")

    assert verify_ledger(chain).broken.startswith("Entry 5: settlement")


def test_first_broken_link_is_the_one_named(chain):
    with triggers_lifted():
        Settlement.objects.update(reason="Because.")
        Proposal.objects.filter(percent=25).update(percent=26)

    assert verify_ledger(chain).broken.startswith("Entry 2: proposal")


def test_removed_entry_is_named(chain):
    entry = chain.ledger.get(number=3)
    with triggers_lifted():
        LedgerSalt.objects.filter(entry=entry).delete()
        LedgerEntry.objects.filter(pk=entry.pk).delete()

    assert verify_ledger(chain).broken == (
        "Entry 3: number 3 is missing, the next one is 4"
    )


def test_entry_rewritten_with_a_matching_hash_still_breaks_the_next_one(chain):
    entry = chain.ledger.select_related("salt").get(number=3)
    with triggers_lifted():
        Proposal.objects.filter(pk=entry.record).update(percent=31)
    _, content_of, _ = CONTENTS[entry.kind]
    forged = {
        "number": 3,
        "kind": "proposal",
        "record": entry.record,
        "commitment": commitment_to(
            content_of(Proposal.objects.get(pk=entry.record)), entry.salt.salt
        ),
        "previous": entry.previous,
    }
    with triggers_lifted():
        LedgerEntry.objects.filter(pk=entry.pk).update(
            commitment=forged["commitment"], hash=entry_hash(**forged)
        )

    assert verify_ledger(chain).broken == (
        "Entry 4: it does not follow on the entry before it"
    )


def test_record_that_was_slipped_past_the_chain_is_named(chain, experts, round_goal):
    with triggers_lifted():
        slipped = Proposal.objects.create(
            round_goal=round_goal,
            expert=experts[2],
            kind="change",
            percent=10,
            justification="Unseen",
            confidence="low",
            proposed_at=factories.NOW,
        )

    assert verify_ledger(chain).broken == f"proposal {slipped.pk} is not in the ledger"


def test_chain_stays_whole_without_the_salt_of_an_erased_person(
    chain, experts, coordinator, now
):
    Erasure.objects.create(member=experts[1], erased_by=coordinator, erased_at=now)
    LedgerSalt.objects.filter(entry__number=3).delete()

    verdict = verify_ledger(chain)
    assert (verdict.broken, verdict.erased) == (None, 1)


def test_salt_that_is_gone_though_nobody_was_erased_is_named(chain):
    """Without its salt a record could be changed unseen."""
    entry = chain.ledger.get(number=3)
    with triggers_lifted():
        LedgerSalt.objects.filter(entry=entry).delete()

    assert verify_ledger(chain).broken == (
        f"Entry 3: the salt of proposal {entry.record} is gone"
    )


@pytest.mark.parametrize("number", [1, 3, 4, 5])
def test_database_keeps_the_salts_of_those_who_were_not_erased(chain, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerSalt.objects.filter(entry__number=number).delete()


def test_commitment_says_nothing_without_its_salt(chain):
    """The same content twice gives two commitments."""
    commitments = chain.ledger.values_list("commitment", flat=True)

    assert len(set(commitments)) == 5
    assert set(LedgerSalt.objects.values_list("salt", flat=True).distinct())


def test_database_refuses_an_entry_out_of_turn(chain):
    last = chain.ledger.last()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            scorecard=chain,
            number=7,
            kind="support",
            record=999,
            commitment="0" * 64,
            previous=last.hash,
            hash="0" * 64,
        )


@pytest.mark.parametrize("change", ["UPDATE {} SET number = 9", "DELETE FROM {}"])
def test_database_refuses_to_change_or_remove_entries(chain, change):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("validation_ledgerentry"))


def test_command_names_the_broken_link_and_fails(chain):
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert f"{chain.slug}: whole, 5 entries" in out.getvalue()

    with triggers_lifted():
        Proposal.objects.filter(percent=25).update(percent=26)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_ledger", chain.slug, stdout=out)
    assert "BROKEN. Entry 2: proposal" in out.getvalue()


def test_released_edition_is_a_link_and_prints_the_one_before_it(chain, coordinator):
    close_round(round_id=chain.rounds.get().pk, by=coordinator, now=factories.NOW)
    before = head_of(chain)
    edition = release_edition(scorecard_id=chain.pk, by=coordinator, now=factories.NOW)

    assert report_of(edition).method.ledger_head == before
    assert chain.ledger.last().kind == "edition"
    assert verify_ledger(chain).broken is None

    with triggers_lifted():
        Edition.objects.update(checksum="0" * 64)
    assert verify_ledger(chain).broken.startswith("Entry 6: edition")
