"""Forty experts speak at once while the coordinator reveals, settles and closes.

Whatever the order in which the database takes them: nothing is accepted after the
close, nothing accepted before it is lost, and the settlement is its rule applied to
what was there. Each seed draws other actions and another moment for the coordinator;
`CROWD_SEEDS=20` runs more of them.
"""

import os
import random
import time
from contextlib import suppress

import pytest

from surveys.models import Member
from tests import factories
from tests.factories import NOW
from tests.together import failures, together
from validation.board.remarks import (
    AlreadyWithdrawn,
    comment_on_goal,
    withdraw_support,
)
from validation.board.services import (
    AlreadySupported,
    GoalClosed,
    ProposalRevised,
    ProposeFirst,
    SupportWithdrawn,
)
from validation.consensus import RuleNotComputable, settle
from validation.ledger.services import verify_ledger
from validation.models import (
    Comment,
    LedgerEntry,
    Proposal,
    RoundGoal,
    Rule,
    Settlement,
    Support,
    Withdrawal,
)
from validation.panels import panel_view
from validation.rounds.services import close_round, reveal_goal
from validation.settling.services import survey_percent_of

pytestmark = pytest.mark.django_db(transaction=True)

EXPERTS, ACTIONS = 40, 6
SEEDS = int(os.environ.get("CROWD_SEEDS", "4"))
COMPUTED = [Rule.MEAN_OF_SUPPORTED, Rule.WEIGHTED_BY_SUPPORTERS, Rule.MEDIAN_OF_LATEST]
REFUSALS = (
    GoalClosed,
    ProposeFirst,
    ProposalRevised,
    AlreadySupported,
    AlreadyWithdrawn,
    SupportWithdrawn,
)


class Crowd:
    """What each expert did, as the services answered."""

    def __init__(self, round_goal: RoundGoal, seed: int) -> None:
        self.round_goal, self.seed = round_goal, seed
        self.accepted: list[object] = []

    def act(self, expert: Member, place: int) -> None:
        """One expert's turns; a refusal that has a name is an answer, not an error."""
        chance = random.Random(self.seed * 1000 + place)
        for _ in range(ACTIONS):
            try:
                self.accepted.append(self.turn(expert, chance))
            except REFUSALS:
                continue

    def turn(self, expert: Member, chance: random.Random) -> object:
        kind = chance.choice(["propose", "propose", "support", "support", "other"])
        if kind == "propose":
            percent = chance.choice([None, *range(20, 60, 5)])
            why = f"Reason {chance.random()}"
            return factories.propose(
                self.round_goal, expert, percent, justification=why
            )
        if kind == "support":
            others = Proposal.objects.exclude(expert=expert).current()
            proposal = others.filter(round_goal=self.round_goal).order_by("?").first()
            if proposal:
                return factories.support(proposal, expert)
        mine = Support.objects.filter(expert=expert).order_by("?").first()
        if mine and chance.random() < 0.5:
            return withdraw_support(expert=expert, support_id=mine.pk, now=NOW)
        return comment_on_goal(
            member=expert, round_goal_id=self.round_goal.pk, text="Hm.", now=NOW
        )


def coordinate(round_goal: RoundGoal, by: Member, seed: int) -> Settlement | None:
    """Reveal, settle, close, each a moment later; None where no rule could be used."""
    chance = random.Random(seed)
    settlement = None
    time.sleep(chance.uniform(0, 0.4))
    reveal_goal(round_goal_id=round_goal.pk, by=by, now=NOW)
    time.sleep(chance.uniform(0, 0.4))
    if chance.random() < 0.7:
        # Nobody may have been supported, or proposed, by then.
        with suppress(RuleNotComputable):
            settlement = factories.settle(round_goal, by=by)
    close_round(round_id=round_goal.round_id, by=by, now=NOW)
    return settlement


@pytest.fixture
def crowd(frozen, coordinator) -> list[Member]:
    return [
        factories.make_expert(
            scorecard=frozen.scorecard, name=f"Expert {place}", goals=[5]
        )
        for place in range(EXPERTS)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_is_lost_and_nothing_comes_late(crowd, frozen, coordinator, seed):
    scorecard = frozen.scorecard
    rule = COMPUTED[seed % len(COMPUTED)]
    round_ = factories.make_open_round(scorecard, {5: rule}, by=coordinator)
    round_goal = round_.round_goals.get()
    panel = Crowd(round_goal, seed)

    *said, settlement = together(
        *[
            lambda place=place, expert=expert: panel.act(expert, place)
            for place, expert in enumerate(crowd)
        ],
        lambda: coordinate(round_goal, coordinator, seed),
    )

    assert failures([*said, settlement]) == []
    there = {
        *Proposal.objects.all(),
        *Support.objects.all(),
        *Withdrawal.objects.all(),
        *Comment.objects.all(),
    }
    assert set(panel.accepted) == there
    assert verify_ledger(scorecard).broken is None
    with pytest.raises(GoalClosed):
        factories.propose(round_goal, crowd[0], 50, justification="Too late")
    if settlement:
        survey = survey_percent_of(round_goal)
        assert settlement.percent == settle(rule, panel_view(round_goal, survey))
        last = LedgerEntry.objects.filter(scorecard=scorecard).last()
        assert (last.kind, last.record) == ("settlement", settlement.pk)
