"""What an entry of the ledger commits to, per kind of record."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from validation.ledger.chain import canonical
from validation.models import (
    Baseline,
    LedgerEntry,
    Proposal,
    Settlement,
    Support,
    Withdrawal,
)

Kind = LedgerEntry.Kind


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _percent(value: Decimal | None) -> str | None:
    """With two decimals, as both databases return it."""
    return None if value is None else f"{value:.2f}"


def _baseline(baseline: Baseline) -> dict[str, Any]:
    tallies, exclusions = (
        hashlib.sha256(canonical(frozen).encode()).hexdigest()
        for frozen in (baseline.tallies, baseline.exclusions)
    )
    return {
        "scorecard": baseline.scorecard_id,
        "tallies": tallies,
        "exclusions": exclusions,
        # What gives the counts their meaning.
        "instrument": baseline.scorecard.instrument.checksum,
        "smallest_group": baseline.scorecard.smallest_group,
        "frozen_at": _moment(baseline.frozen_at),
        "frozen_by": baseline.frozen_by_id,
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "round_goal": proposal.round_goal_id,
        "expert": proposal.expert_id,
        "kind": proposal.kind,
        "percent": _percent(proposal.percent),
        "justification": proposal.justification,
        "confidence": proposal.confidence,
        "interest": proposal.interest,
        "lower": _percent(proposal.lower),
        "upper": _percent(proposal.upper),
        "sureness": proposal.sureness,
        "entered_by": proposal.entered_by_id,
        "revises": proposal.revises_id,
        "proposed_at": _moment(proposal.proposed_at),
    }


def _support(support: Support) -> dict[str, Any]:
    return {
        "proposal": support.proposal_id,
        "expert": support.expert_id,
        "reason": support.reason,
        "supported_at": _moment(support.supported_at),
    }


def _withdrawal(withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "support": withdrawal.support_id,
        "reason": withdrawal.reason,
        "withdrawn_at": _moment(withdrawal.withdrawn_at),
    }


def _settlement(settlement: Settlement) -> dict[str, Any]:
    return {
        "round_goal": settlement.round_goal_id,
        "rule": settlement.rule,
        "percent": str(settlement.percent),
        "reason": settlement.reason,
        "dissent": settlement.dissent,
        "settled_by": settlement.settled_by_id,
        "settled_at": _moment(settlement.settled_at),
    }


# kind -> (model, content of one record, path from the record to its scorecard).
# An app above this one adds its own kind when it starts.
CONTENTS: dict[str, tuple[type, Callable[[Any], dict[str, Any]], str]] = {
    Kind.BASELINE: (Baseline, _baseline, "scorecard"),
    Kind.PROPOSAL: (Proposal, _proposal, "round_goal__scorecard"),
    Kind.SUPPORT: (Support, _support, "proposal__round_goal__scorecard"),
    Kind.WITHDRAWAL: (
        Withdrawal,
        _withdrawal,
        "support__proposal__round_goal__scorecard",
    ),
    Kind.SETTLEMENT: (Settlement, _settlement, "round_goal__scorecard"),
}
