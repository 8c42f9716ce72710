"""Several people at the same moment: one wins, the other is told, nothing is lost.

Each race is run several times on connections of their own; an exception that nobody
named (IntegrityError, OperationalError) fails the test.
"""

from copy import deepcopy
from datetime import timedelta

import pytest

from surveys.intake.merging import marks_of
from surveys.intake.rows import read_draft
from surveys.intake.services import AlreadySubmitted, SurveyNotOpen, save_goal_answer
from surveys.intake.submitting import submit_response
from surveys.members.services import AlreadyAMember
from surveys.models import Answer, Member, Response, Role, UnfoldedResponse
from surveys.tallies import fold_tallies, read_tallies
from tests import factories
from tests.factories import DAY, HOUR, NOW, goal_of
from tests.together import failures, successes, together
from validation.baseline import AlreadyFrozen, freeze_baseline, tallies_in_force
from validation.board.services import AlreadySupported, GoalClosed, ProposalRevised
from validation.ledger.services import verify_ledger
from validation.models import (
    Baseline,
    LedgerEntry,
    Proposal,
    Round,
    RoundGoal,
    Settlement,
    Support,
)
from validation.rounds.services import (
    GoalAlreadyOpen,
    RoundAlreadyOpened,
    RoundNotOpen,
    add_meeting,
    assign_goal,
    change_round,
    close_round,
    open_round,
)
from validation.settling.services import AlreadySettled

TIMES = 8

pytestmark = pytest.mark.django_db(transaction=True)


def unnamed(outcomes: list, *named: type[Exception]) -> list[BaseException]:
    """What nobody expected to go wrong."""
    return [error for error in failures(outcomes) if not isinstance(error, named)]


@pytest.fixture
def opened(frozen, coordinator):
    """opened(rule): goal 5 in a new open round, which is not blind."""

    def make(rule: str = "agreed") -> RoundGoal:
        for goal in RoundGoal.objects.filter(is_open=True):
            close_round(round_id=goal.round_id, by=coordinator, now=NOW)
        round_ = factories.make_open_round(
            frozen.scorecard, {5: rule}, by=coordinator, is_blind=False
        )
        return round_.round_goals.get()

    return make


@pytest.fixture(autouse=True)
def _the_chain_holds(transactional_db):
    """After every race the ledger is whole, and knows of every record."""
    yield
    for baseline in Baseline.objects.all():
        assert verify_ledger(baseline.scorecard).broken is None


# ----------------------------------------------------------------------- answering


def test_one_draft_submitted_twice_with_one_receipt_is_one_response(scorecard):
    for place in range(TIMES):
        draft, _ = factories.write_draft(scorecard=scorecard, ratings={1: "1234"})

        def submit(draft=draft, place=place):
            return submit_response(
                draft=deepcopy(draft),
                receipt=f"receipt {place}",
                now=scorecard.opens_at + HOUR,
            )

        outcomes = together(submit, submit, submit)
        assert failures(outcomes) == []
        assert len(set(outcomes)) == 1
        assert Response.objects.count() == place + 1
    assert Answer.objects.count() == UnfoldedResponse.objects.count() == TIMES


def test_one_draft_submitted_with_two_receipts_is_one_response(scorecard):
    for place in range(TIMES):
        draft, _ = factories.write_draft(scorecard=scorecard, ratings={1: "1234"})

        def submit(receipt, draft=draft):
            return submit_response(
                draft=deepcopy(draft),
                receipt=receipt,
                now=scorecard.opens_at + HOUR,
            )

        outcomes = together(
            lambda place=place, submit=submit: submit(f"mine {place}"),
            lambda place=place, submit=submit: submit(f"yours {place}"),
        )
        assert len(successes(outcomes)) == 1
        assert unnamed(outcomes, AlreadySubmitted) == []
        assert Response.objects.count() == place + 1


def test_saving_beside_submitting_loses_nothing_that_was_saved(scorecard):
    goal, now = goal_of(scorecard, 5), scorecard.opens_at + HOUR
    for place in range(TIMES):
        draft, _ = factories.write_draft(scorecard=scorecard, ratings={1: "1234"})

        def save(draft=draft):
            ratings = {1: 5, 2: 5, 3: 5, 4: 5}
            return save_goal_answer(
                draft=deepcopy(draft),
                goal=goal,
                ratings=ratings,
                texts={},
                now=now,
            )

        def submit(draft=draft, place=place):
            return submit_response(draft=deepcopy(draft), receipt=f"r{place}", now=now)

        saved, response = together(save, submit)
        assert isinstance(response, Response)
        # Either the page was saved and is in the response, or its writer was told.
        assert isinstance(saved, AlreadySubmitted) != (
            response.answers.filter(goal=goal, ratings="5555").exists()
        )


def test_devices_that_read_the_same_page_and_save_at_once_lose_nothing(scorecard):
    goal, now = goal_of(scorecard, 5), scorecard.opens_at + HOUR
    for _ in range(TIMES):
        draft, _ = factories.write_draft(scorecard=scorecard, ratings={5: "----"})
        read = read_draft(id=draft.pk)

        def save(number, read=read):
            return save_goal_answer(
                draft=deepcopy(read),
                goal=goal,
                ratings={number: 4},
                texts={},
                base=marks_of({}),
                now=now,
            )

        outcomes = together(*(lambda n=n, s=save: s(n) for n in (1, 2, 3, 4)))
        assert failures(outcomes) == []
        assert draft.answers.get().ratings == "4444"


def test_two_windows_saving_one_page_leave_one_answer(scorecard):
    goal, now = goal_of(scorecard, 5), scorecard.opens_at + HOUR
    for _ in range(TIMES):
        draft, _ = factories.write_draft(scorecard=scorecard, ratings={1: "1234"})

        def save(score, draft=draft):
            return save_goal_answer(
                draft=deepcopy(draft),
                goal=goal,
                ratings={1: score},
                texts={},
                now=now,
            )

        outcomes = together(lambda s=save: s(1), lambda s=save: s(2))
        assert failures(outcomes) == []
        assert draft.answers.get(goal=goal).ratings in ("1---", "2---")


# ------------------------------------------------------------------------- freezing


def test_a_response_is_in_the_baseline_or_refused(instrument):
    """The clocks of those who submit are behind: for them the survey is open."""
    for place in range(TIMES):
        scorecard = factories.make_scorecard(instrument=instrument, slug=f"s{place}")
        coordinator = factories.make_member(scorecard=scorecard, role="coordinator")
        factories.respond(scorecard, {1: "1111"})
        factories.close_survey(
            scorecard, at=NOW - timedelta(minutes=scorecard.grace_minutes)
        )
        drafts = [
            factories.write_draft(scorecard=scorecard, ratings={1: "5555"})[0]
            for _ in range(4)
        ]

        def submit(draft):
            return lambda: submit_response(
                draft=deepcopy(draft), receipt=f"r{draft.pk}", now=NOW - HOUR
            )

        *sent, baseline = together(
            *[submit(draft) for draft in drafts],
            lambda scorecard=scorecard, by=coordinator: freeze_baseline(
                scorecard_id=scorecard.pk, by=by, now=NOW
            ),
        )
        assert isinstance(baseline, Baseline)
        assert unnamed(sent, SurveyNotOpen) == []
        kept = Response.objects.filter(scorecard=scorecard).count()
        assert kept == 1 + len(successes(sent))
        assert tallies_in_force(scorecard).responses == kept
        assert tallies_in_force(scorecard) == read_tallies(scorecard)


def test_figures_are_frozen_by_one_of_two(instrument):
    for place in range(TIMES):
        scorecard = factories.make_scorecard(instrument=instrument, slug=f"s{place}")
        by = factories.make_member(scorecard=scorecard, role="coordinator")
        factories.respond(scorecard, {1: "1111"})
        factories.close_survey(scorecard)

        def freeze(scorecard=scorecard, by=by):
            return factories.freeze(scorecard, by=by)

        outcomes = together(freeze, freeze, lambda s=scorecard: fold_tallies(s))
        assert unnamed(outcomes, AlreadyFrozen) == []
        assert len(failures(outcomes)) == 1
        assert tallies_in_force(scorecard) == read_tallies(scorecard)


# ------------------------------------------------------------------------ proposing


def test_a_proposal_is_in_before_the_round_closes_or_refused(
    opened, experts, coordinator
):
    for _ in range(TIMES):
        goal = opened()
        closed, *said = together(
            lambda goal=goal: close_round(
                round_id=goal.round_id, by=coordinator, now=NOW
            ),
            *[
                lambda goal=goal, expert=expert: factories.propose(goal, expert, 25)
                for expert in experts
            ],
        )
        assert isinstance(closed, Round)
        assert unnamed(said, GoalClosed) == []
        assert goal.proposals.count() == len(successes(said))


def test_two_proposals_of_one_expert_follow_on_each_other(opened, expert):
    for _ in range(TIMES):
        goal = opened()
        outcomes = together(
            *[
                lambda goal=goal, percent=percent: factories.propose(
                    goal, expert, percent
                )
                for percent in (20, 30, 40)
            ]
        )
        assert failures(outcomes) == []
        assert goal.proposals.count() == 3
        assert goal.proposals.filter(revises__isnull=True).count() == 1
        assert goal.proposals.current().count() == 1


def test_the_same_proposal_sent_twice_is_said_once(opened, expert):
    for _ in range(TIMES):
        goal = opened()
        again = [lambda goal=goal: factories.propose(goal, expert, 25)] * 3
        outcomes = together(*again)
        assert failures(outcomes) == []
        assert goal.proposals.count() == 1


def test_support_is_for_what_stands_or_refused(opened, experts):
    aigul, bolat, _ = experts
    for _ in range(TIMES):
        proposal = factories.propose(opened(), aigul, 25)
        revision, support = together(
            lambda p=proposal: factories.propose(p.round_goal, aigul, 28),
            lambda p=proposal: factories.support(p, bolat),
        )
        assert isinstance(revision, Proposal)
        assert unnamed([support], ProposalRevised) == []
        assert proposal.supports.count() == len(successes([support]))


def test_two_clicks_on_support_are_one_support(opened, experts):

    aigul, bolat, _ = experts
    for _ in range(TIMES):
        proposal = factories.propose(opened(), aigul, 25)
        outcomes = together(*[lambda p=proposal: factories.support(p, bolat)] * 2)
        assert unnamed(outcomes, AlreadySupported) == []
        assert Support.objects.filter(proposal=proposal).count() == 1


def test_the_ledger_takes_what_is_said_on_two_goals_at_once(
    open_round, experts, scorecard
):
    one, five = open_round.round_goals.all()
    before = LedgerEntry.objects.filter(scorecard=scorecard).count()
    for place in range(TIMES):
        outcomes = together(
            *[
                lambda goal=goal, expert=expert, place=place: factories.propose(
                    goal, expert, 10 + place
                )
                for goal in (one, five)
                for expert in experts[:2]
            ]
        )
        assert failures(outcomes) == []
    after = LedgerEntry.objects.filter(scorecard=scorecard).count()
    assert after == before + 4 * TIMES


# ------------------------------------------------------------------------- settling


def test_a_goal_is_settled_by_one_of_two(opened, coordinator):
    for _ in range(TIMES):
        goal = opened()
        outcomes = together(
            *[
                lambda goal=goal, agreed=agreed: factories.settle(
                    goal, by=coordinator, agreed=agreed
                )
                for agreed in (20, 30)
            ]
        )
        (settlement,) = successes(outcomes)
        (refusal,) = failures(outcomes)
        assert isinstance(refusal, AlreadySettled)
        assert refusal.settlement == settlement
        assert Settlement.objects.get(round_goal=goal) == settlement


def test_what_is_settled_is_what_had_been_proposed(opened, experts, coordinator):
    for _ in range(TIMES):
        goal = opened("median_of_latest")
        factories.propose(goal, experts[0], 10)
        settlement, proposal = together(
            lambda goal=goal: factories.settle(goal, by=coordinator),
            lambda goal=goal: factories.propose(goal, experts[1], 30),
        )
        assert isinstance(settlement, Settlement)
        assert unnamed([proposal], GoalClosed) == []
        # (10 + 30) / 2 with the second proposal, 10 without it.
        assert settlement.percent == (20 if successes([proposal]) else 10)


def test_settling_beside_closing_does_both(opened, coordinator):
    for _ in range(TIMES):
        goal = opened()
        outcomes = together(
            lambda goal=goal: factories.settle(goal, by=coordinator, agreed=20),
            lambda goal=goal: close_round(
                round_id=goal.round_id, by=coordinator, now=NOW
            ),
        )
        assert failures(outcomes) == []
        goal.refresh_from_db()
        assert not goal.is_open
        assert (goal.round.state, goal.settlement.percent) == ("closed", 20)


# --------------------------------------------------------------------------- rounds


def test_closing_a_round_holds_up_nobody_who_answers(
    opened, coordinator, other_scorecard
):
    """Another study's answers refer to the same goals, in whatever order they lock."""
    for _ in range(TIMES):
        goal = opened()
        outcomes = together(
            lambda goal=goal: close_round(
                round_id=goal.round_id, by=coordinator, now=NOW
            ),
            *[
                lambda: factories.respond(
                    other_scorecard, {1: "1111", 5: "2222", 13: "3333"}
                )
            ]
            * 3,
        )
        assert failures(outcomes) == []


def test_a_goal_is_opened_by_one_of_two_rounds(frozen, coordinator, scorecard):
    for _ in range(TIMES):
        rounds = [factories.prepare(scorecard, {1: "keep", 5: "keep"}) for _ in "ab"]
        outcomes = together(
            *[
                lambda round_=round_: open_round(
                    round_id=round_.pk, by=coordinator, now=NOW
                )
                for round_ in rounds
            ]
        )
        (opened,) = successes(outcomes)
        assert unnamed(outcomes, GoalAlreadyOpen) == []
        assert RoundGoal.objects.filter(is_open=True).count() == 2
        close_round(round_id=opened.pk, by=coordinator, now=NOW)


def test_one_round_is_opened_and_closed_once(frozen, coordinator, scorecard):
    for _ in range(TIMES):
        round_ = factories.prepare(scorecard, {5: "keep"})

        def open_(round_=round_):
            return open_round(round_id=round_.pk, by=coordinator, now=NOW)

        def close(round_=round_):
            return close_round(round_id=round_.pk, by=coordinator, now=NOW + DAY)

        for action, refusal in ((open_, RoundAlreadyOpened), (close, RoundNotOpen)):
            outcomes = together(action, action)
            assert len(successes(outcomes)) == 1
            assert unnamed(outcomes, refusal) == []


def test_rules_are_changed_before_a_round_opens_or_not_at_all(
    frozen, coordinator, scorecard
):
    for _ in range(TIMES):
        round_ = factories.prepare(scorecard, {5: "keep"})
        opened, changed = together(
            lambda r=round_: open_round(round_id=r.pk, by=coordinator, now=NOW),
            lambda r=round_: change_round(
                round_id=r.pk,
                title="Changed",
                rules={goal_of(scorecard, 1): "agreed"},
                is_blind=True,
                by=coordinator,
                now=NOW,
            ),
        )
        assert isinstance(opened, Round)
        assert unnamed([changed], RoundAlreadyOpened) == []
        expected = {1: "agreed"} if successes([changed]) else {5: "keep"}
        goals = round_.round_goals.all()
        assert {goal.goal.number: goal.rule for goal in goals} == expected
        assert all(goal.is_open for goal in goals)
        close_round(round_id=round_.pk, by=coordinator, now=NOW)


def test_rounds_and_meetings_prepared_at_once_are_numbered_apart(
    scorecard, coordinator
):
    for time in range(TIMES):
        outcomes = together(
            *[
                lambda title=f"Round {letter}{time}": factories.prepare(
                    scorecard, {5: "keep"}, title=title, by=coordinator
                )
                for letter in "abc"
            ]
        )
        assert failures(outcomes) == []
    numbers = list(Round.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 3 * TIMES + 1))
    round_ = Round.objects.first()
    outcomes = together(
        *[
            lambda hour=hour: add_meeting(
                round_=round_,
                starts_at=NOW + hour * HOUR,
                minutes_long=60,
                place="",
                agenda=[],
            )
            for hour in range(4)
        ]
    )
    assert failures(outcomes) == []
    assert sorted(meeting.number for meeting in outcomes) == [1, 2, 3, 4]


# --------------------------------------------------------------------------- people


def test_a_person_added_twice_at_once_has_one_role(scorecard):
    for place in range(TIMES):
        outcomes = together(
            *[
                lambda role=role, place=place: factories.make_member(
                    scorecard=scorecard,
                    role=role,
                    name=role,
                    email=f"p{place}@example.org",
                )
                for role in (Role.EXPERT, Role.OBSERVER)
            ]
        )
        assert len(successes(outcomes)) == 1
        assert unnamed(outcomes, AlreadyAMember) == []
        assert Member.objects.filter(user__email=f"p{place}@example.org").count() == 1


def test_an_expert_assigned_twice_at_once_is_on_the_panel_once(
    climate_expert, scorecard
):
    goal = goal_of(scorecard, 5)
    outcomes = together(*[lambda: assign_goal(expert=climate_expert, goal=goal)] * 3)
    assert failures(outcomes) == []
    assert climate_expert.assignments.filter(goal=goal).count() == 1
