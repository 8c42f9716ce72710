"""What an expert says on a goal: proposals, revisions of them, and support."""

from decimal import Decimal

import pytest

from tests import factories
from tests.factories import DAY
from validation.board.remarks import withdraw_support
from validation.board.services import (
    AlreadySupported,
    GoalClosed,
    InvalidProposal,
    NotOnThePanel,
    OwnProposal,
    ProposalRevised,
    ProposeFirst,
    SupportWithdrawn,
    propose_score,
)
from validation.models import Proposal, Support
from validation.rounds.services import close_round

# ------------------------------------------------------------------------- proposing


def test_a_proposal_keeps_what_was_said(round_goal, expert, now):
    proposal = propose_score(
        expert=expert,
        round_goal_id=round_goal.pk,
        kind="change",
        percent=Decimal("29.33"),
        justification="  The law has no by-laws. ",
        confidence="high",
        interest=" I drafted it. ",
        now=now,
    )
    proposal.refresh_from_db()
    assert (proposal.kind, proposal.percent) == ("change", Decimal("29.33"))
    assert proposal.justification == "The law has no by-laws."
    assert (proposal.confidence, proposal.interest) == ("high", "I drafted it.")
    assert (proposal.expert, proposal.proposed_at) == (expert, now)
    assert proposal.revises is None


def test_keeping_names_no_percentage(round_goal, expert):
    proposal = factories.propose(round_goal, expert)
    assert (proposal.kind, proposal.percent) == ("keep", None)


@pytest.mark.parametrize("percent", ["0", "100", "0.01", "99.99"])
def test_both_ends_of_the_scale_may_be_proposed(round_goal, expert, percent):
    assert factories.propose(round_goal, expert, percent).percent == Decimal(percent)


def test_a_second_proposal_revises_the_first_which_stays(round_goal, expert, now):
    first = factories.propose(round_goal, expert, 25)
    second = factories.propose(round_goal, expert, 28, now=now + DAY)
    third = factories.propose(round_goal, expert, now=now + 2 * DAY)
    assert (second.revises, third.revises) == (first, second)
    assert list(Proposal.objects.current()) == [third]
    assert Proposal.objects.get(pk=first.pk).percent == 25


def test_goals_are_revised_apart_from_each_other(open_round, expert):
    one, five = open_round.round_goals.all()
    factories.propose(one, expert, 25)
    assert factories.propose(five, expert, 30).revises is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "raise"}, "kind"),
        ({"kind": "keep"}, "percent"),
        ({"percent": None}, "percent"),
        ({"percent": Decimal("-0.01")}, "percent"),
        ({"percent": Decimal("100.01")}, "percent"),
        ({"percent": Decimal("NaN")}, "percent"),
        ({"percent": Decimal("29.333")}, "percent"),
        ({"justification": ""}, "justification"),
        ({"justification": " \n\t "}, "justification"),
        ({"justification": "a\x00b"}, "justification"),
        ({"interest": "a\x00b"}, "interest"),
        ({"confidence": "certain"}, "confidence"),
    ],
)
def test_what_does_not_fit_is_named(round_goal, expert, now, change, field):
    proposal = {
        "kind": "change",
        "percent": Decimal(25),
        "justification": "Because.",
        "confidence": "low",
    }
    with pytest.raises(InvalidProposal) as refusal:
        propose_score(
            expert=expert, round_goal_id=round_goal.pk, now=now, **(proposal | change)
        )
    assert refusal.value.field == field
    assert not Proposal.objects.exists()


def test_only_the_panel_proposes(
    round_goal, climate_expert, coordinator, rapporteur, observer, stranger
):
    for member in (climate_expert, coordinator, rapporteur, observer, stranger):
        with pytest.raises(NotOnThePanel):
            factories.propose(round_goal, member, 25)


def test_an_expert_of_another_scorecard_is_not_on_this_panel(
    round_goal, other_scorecard
):
    # The same goal of the same instrument, but another study.
    foreign = factories.make_expert(
        scorecard=other_scorecard, name="Guest", goals=[1, 5]
    )
    with pytest.raises(NotOnThePanel):
        factories.propose(round_goal, foreign, 25)


def test_a_closed_goal_takes_no_proposal(round_goal, open_round, expert, coordinator):
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
    with pytest.raises(GoalClosed):
        factories.propose(round_goal, expert, 25)


def test_a_settled_goal_takes_no_proposal(open_round, expert, coordinator):
    goal = open_round.round_goals.get(goal__number=1)
    factories.settle(goal, by=coordinator, agreed=25)
    with pytest.raises(GoalClosed):
        factories.propose(goal, expert, 25)


def test_a_prepared_round_takes_no_proposal(frozen, expert):
    round_ = factories.prepare(frozen.scorecard, {5: "keep"})
    with pytest.raises(GoalClosed):
        factories.propose(round_.round_goals.get(), expert, 25)


# ------------------------------------------------------------------------ supporting


@pytest.fixture
def proposals(round_goal, experts):
    """Aigul: 25, Bolat: 33; Dana has not proposed."""
    return [
        factories.propose(round_goal, experts[0], 25),
        factories.propose(round_goal, experts[1], 33),
    ]


def test_an_expert_backs_the_proposal_of_another(proposals, experts, now):
    support = factories.support(proposals[0], experts[1], reason=" I saw it too. ")
    assert (support.proposal, support.expert) == (proposals[0], experts[1])
    assert (support.reason, support.supported_at) == ("I saw it too.", now)


def test_nobody_supports_themselves(proposals, experts):
    with pytest.raises(OwnProposal):
        factories.support(proposals[0], experts[0])


def test_nobody_supports_twice(proposals, experts):
    factories.support(proposals[0], experts[1])
    with pytest.raises(AlreadySupported):
        factories.support(proposals[0], experts[1])
    assert Support.objects.count() == 1


def test_what_was_revised_is_not_supported(proposals, round_goal, experts):
    factories.propose(round_goal, experts[0], 28)
    with pytest.raises(ProposalRevised):
        factories.support(proposals[0], experts[1])


def test_in_a_blind_round_who_supports_has_proposed(proposals, experts):
    with pytest.raises(ProposeFirst):
        factories.support(proposals[0], experts[2])


def test_where_a_round_is_not_blind_support_needs_no_proposal(
    frozen, experts, coordinator
):
    round_ = factories.make_open_round(
        frozen.scorecard, {5: "keep"}, by=coordinator, is_blind=False
    )
    proposal = factories.propose(round_.round_goals.get(), experts[0], 25)
    assert factories.support(proposal, experts[2]).pk


def test_only_the_panel_supports(proposals, climate_expert, coordinator, stranger):
    for member in (climate_expert, coordinator, stranger):
        with pytest.raises(NotOnThePanel):
            factories.support(proposals[0], member)


def test_a_closed_goal_takes_no_support(proposals, open_round, experts, coordinator):
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
    with pytest.raises(GoalClosed):
        factories.support(proposals[0], experts[1])
    assert not Support.objects.exists()


def test_support_taken_back_is_not_given_again(round_goal, experts):
    proposal = factories.propose(round_goal, experts[0], 25)
    factories.propose(round_goal, experts[1], 30)
    support = factories.support(proposal, experts[1])
    withdraw_support(expert=experts[1], support_id=support.pk, now=factories.NOW)

    with pytest.raises(SupportWithdrawn):
        factories.support(proposal, experts[1])
