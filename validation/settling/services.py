"""Settling a goal: its post-consultation percentage, by the rule chosen beforehand."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from surveys.models import Member, Scorecard
from surveys.visible import is_blank
from validation.baseline import averages_in_force
from validation.consensus import RuleNotComputable, settle
from validation.ledger.services import record
from validation.models import LedgerEntry, RoundGoal, Rule, Settlement
from validation.panels import panel_view
from validation.seats import seat_panels


class RoundNotOpened(Exception):
    """A goal is settled in a round that has opened."""


class AlreadySettled(Exception):
    """Somebody settled this goal in this round. `settlement` is what they settled."""

    def __init__(self, settlement: Settlement) -> None:
        super().__init__(str(settlement))
        self.settlement = settlement


class RuleNotChosen(Exception):
    """The rule is not the one that was chosen before the round opened."""


class InvalidSettlement(Exception):
    """`field` and `reason` name what does not fit."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@transaction.atomic
def settle_goal(
    *,
    round_goal_id: int,
    rule: str,
    by: Member,
    reason: str,
    dissent: str = "",
    agreed: Decimal | None = None,
    now: datetime,
) -> Settlement:
    """Settle a goal by its frozen rule; the goal then takes no more proposals.

    `agreed`, in percentage points from 0 to 100, belongs to the rule of that name and
    to no other. Raises RoundNotOpened, AlreadySettled, RuleNotChosen,
    InvalidSettlement, or RuleNotComputable where the panel gives the rule nothing.
    """
    round_goal = (
        RoundGoal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("round", "goal")
        .get(pk=round_goal_id)
    )
    if done := Settlement.objects.filter(round_goal=round_goal).first():
        raise AlreadySettled(done)
    if round_goal.round.opened_at is None:
        raise RoundNotOpened
    if rule != round_goal.rule:
        raise RuleNotChosen
    _check(rule, agreed)
    _check_texts(reason=reason, dissent=dissent)
    settlement = Settlement.objects.create(
        round_goal=round_goal,
        rule=rule,
        percent=_settled_percent(round_goal, rule, agreed),
        reason=reason.strip(),
        dissent=dissent.strip(),
        settled_by=by,
        settled_at=now,
    )
    record(round_goal.scorecard_id, LedgerEntry.Kind.SETTLEMENT, settlement)
    seat_panels([round_goal])
    round_goal.is_open = False
    round_goal.save(update_fields=["is_open"])
    round_goal.touch()
    return settlement


def _check_texts(**texts: str) -> None:
    for field, text in texts.items():
        if "\x00" in text:
            raise InvalidSettlement(field, "contains a null character")
    if is_blank(texts["reason"]):
        raise InvalidSettlement("reason", "say why")


def _check(rule: str, agreed: Decimal | None) -> None:
    if rule == Rule.AGREED and (
        agreed is None or not agreed.is_finite() or not 0 <= agreed <= 100
    ):
        raise InvalidSettlement("agreed", "a percentage from 0 to 100")
    if rule != Rule.AGREED and agreed is not None:
        raise InvalidSettlement("agreed", "this rule computes the percentage itself")


def _settled_percent(
    round_goal: RoundGoal, rule: str, agreed: Decimal | None
) -> Fraction:
    if rule == Rule.AGREED and agreed is not None:
        # Also for a goal so few rated that its survey average is not shown.
        return Fraction(agreed)
    survey_percent = survey_percent_of(round_goal)
    if survey_percent is None:
        raise RuleNotComputable(rule, "no_survey_average")
    return settle(rule, panel_view(round_goal, survey_percent))


def survey_percent_of(round_goal: RoundGoal) -> Fraction | None:
    """The goal's survey average in percentage points, from the frozen counts."""
    scorecard = Scorecard.objects.select_related("instrument").get(
        pk=round_goal.scorecard_id
    )
    return averages_in_force(scorecard).goals[round_goal.goal.number].percent
