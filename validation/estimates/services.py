"""Taking a table of estimates: all of it, or nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from surveys.models import Member, Role
from surveys.sheets.checked import Checked
from surveys.sheets.reading import Table
from validation.board.services import (
    GoalClosed,
    InvalidProposal,
    NotOnThePanel,
    propose_score,
)
from validation.estimates.checking import CheckedEstimate, check_table
from validation.models import Proposal, RoundGoal


class MayNotEnter(Exception):
    """Only coordinators and rapporteurs enter what experts said elsewhere."""


class TableRefused(Exception):
    """Some row has a problem; nothing was added. `checked` says which."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(f"{len(checked.with_problems)} rows have problems")
        self.checked = checked


@dataclass(frozen=True)
class Added:
    """`known` rows said what was on record already and added nothing."""

    proposals: list[Proposal]
    known: int


@transaction.atomic
def add_estimates(*, by: Member, table: Table, now: datetime) -> Added:
    """Propose what every row says, in the name of its expert, entered by `by`.

    The rows are checked again while their goals are held, so that nothing closes or is
    said in between. Raises MayNotEnter or TableRefused; then nothing was added.
    """
    if by.role not in (Role.COORDINATOR, Role.RAPPORTEUR):
        raise MayNotEnter
    # In one order, so that two tables at once do not wait for each other for ever.
    list(
        RoundGoal.objects.select_for_update(of=("self",), no_key=True)
        .filter(scorecard=by.scorecard_id, is_open=True)
        .order_by("pk")
    )
    checked = check_table(by.scorecard, table)
    if checked.with_problems:
        raise TableRefused(checked)
    proposals = [_propose(row, by, now, checked) for row in checked.adding]
    return Added(proposals, known=len(checked.known))


def _propose(
    row: CheckedEstimate, by: Member, now: datetime, checked: Checked
) -> Proposal:
    said, last = row.said, row.replaces
    assert row.expert is not None
    assert row.round_goal is not None
    assert said is not None
    interest = said.interest
    if interest is None:
        interest = last.interest if last else ""
    try:
        return propose_score(
            expert=row.expert,
            round_goal_id=row.round_goal.pk,
            kind=said.kind,
            percent=said.percent,
            justification=said.justification,
            confidence=said.confidence,
            interest=interest,
            lower=said.lower,
            upper=said.upper,
            sureness=said.sureness,
            entered_by=by,
            now=now,
        )
    except (GoalClosed, NotOnThePanel) as refusal:
        row.problems["goal"] = type(refusal).__name__
        raise TableRefused(checked) from refusal
    except InvalidProposal as refusal:
        row.problems[refusal.field] = refusal.reason
        raise TableRefused(checked) from refusal
