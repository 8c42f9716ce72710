"""What the experts changed, and why.

Baselines, proposals, supports and settlements are append-only: the database refuses to
change or remove them. What has been said is revised by saying something new.
"""

from .baseline import Baseline
from .interests import InterestDecision, InterestDeclaration
from .ledger import LedgerEntry, LedgerSalt
from .mailing import MailDelivery, MailPreference
from .meetings import Contribution, Erasure, OfficialFigure, Reminder
from .opinions import (
    Comment,
    Confidence,
    Proposal,
    ProposalQuerySet,
    Support,
    Withdrawal,
)
from .rounds import (
    Assignment,
    InterestHandling,
    Meeting,
    Round,
    RoundGoal,
    RoundStep,
    Rule,
    Seat,
)
from .settlements import Settlement

__all__ = [
    "Assignment",
    "Baseline",
    "Comment",
    "Confidence",
    "Contribution",
    "Erasure",
    "InterestDecision",
    "InterestDeclaration",
    "InterestHandling",
    "LedgerEntry",
    "LedgerSalt",
    "MailDelivery",
    "MailPreference",
    "Meeting",
    "OfficialFigure",
    "Proposal",
    "ProposalQuerySet",
    "Reminder",
    "Round",
    "RoundGoal",
    "RoundStep",
    "Rule",
    "Seat",
    "Settlement",
    "Support",
    "Withdrawal",
]
