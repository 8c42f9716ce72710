"""A round's life: prepared with its goals and rules, opened, closed."""

from datetime import datetime, timedelta

import pytest

from surveys.models import Role
from tests import factories
from tests.factories import DAY, NOW, goal_of
from validation.models import Assignment, Round, RoundGoal
from validation.rounds import services
from validation.rounds.services import (
    BaselineNotFrozen,
    ForeignGoal,
    GoalAlreadyOpen,
    LaterRoundOpened,
    NoGoals,
    NotAnExpert,
    RoundAlreadyOpened,
    RoundNotOpen,
    UnknownRule,
    add_meeting,
    assign_goal,
    change_round,
    close_round,
    delete_round,
    open_round,
    postpone_round,
    prepare_round,
    record_meeting,
)


def rules_of(round_: Round) -> dict[int, str]:
    return dict(round_.round_goals.values_list("goal__number", "rule"))


# ------------------------------------------------------------------------- preparing


def test_a_round_is_prepared_with_a_rule_for_each_goal(scorecard):
    round_ = factories.prepare(scorecard, {1: "agreed", 5: "keep"})
    assert (round_.number, round_.state, round_.is_blind) == (1, "prepared", True)
    assert rules_of(round_) == {1: "agreed", 5: "keep"}
    assert not RoundGoal.objects.filter(is_open=True).exists()
    assert factories.prepare(scorecard, {1: "keep"}).number == 2


def test_each_scorecard_numbers_its_own_rounds(scorecard, other_scorecard):
    factories.prepare(scorecard, {1: "keep"})
    assert factories.prepare(other_scorecard, {1: "keep"}).number == 1


def test_a_round_without_goals_is_not_prepared(scorecard):
    with pytest.raises(NoGoals):
        factories.prepare(scorecard, {})
    assert not Round.objects.exists()


def test_an_unknown_rule_is_not_taken(scorecard):
    with pytest.raises(UnknownRule, match="toss_a_coin"):
        factories.prepare(scorecard, {1: "keep", 5: "toss_a_coin"})
    assert not Round.objects.exists()


def test_a_goal_of_another_instrument_is_not_taken(scorecard, standard_instrument):
    with pytest.raises(ForeignGoal):
        prepare_round(
            scorecard=scorecard,
            title="Mixed",
            rules={standard_instrument.goals.get(number=1): "keep"},
            by=factories.coordinator_of(scorecard),
            now=NOW,
        )
    assert not Round.objects.exists()


def test_a_prepared_round_may_be_changed(scorecard):
    round_ = factories.prepare(scorecard, {1: "agreed", 5: "keep"})
    change_round(
        round_id=round_.pk,
        title="Another title",
        rules={
            goal_of(scorecard, 5): "agreed",
            goal_of(scorecard, 13): "median_of_latest",
        },
        is_blind=False,
        by=factories.coordinator_of(scorecard),
        now=NOW,
    )
    round_.refresh_from_db()
    assert (round_.title, round_.is_blind) == ("Another title", False)
    assert rules_of(round_) == {5: "agreed", 13: "median_of_latest"}


@pytest.mark.parametrize(
    ("rules", "refusal"), [({}, NoGoals), ({5: "toss_a_coin"}, UnknownRule)]
)
def test_a_change_is_checked_like_a_new_round(scorecard, rules, refusal):
    round_ = factories.prepare(scorecard, {1: "agreed"})
    with pytest.raises(refusal):
        change_round(
            round_id=round_.pk,
            title="Worse",
            rules={goal_of(scorecard, number): rule for number, rule in rules.items()},
            is_blind=True,
            by=factories.coordinator_of(scorecard),
            now=NOW,
        )
    assert rules_of(round_) == {1: "agreed"}


def test_an_opened_round_keeps_its_rules(open_round, scorecard):
    with pytest.raises(RoundAlreadyOpened):
        change_round(
            round_id=open_round.pk,
            title="Too late",
            rules={goal_of(scorecard, 5): "keep"},
            is_blind=False,
            by=open_round.opened_by,
            now=NOW,
        )
    open_round.refresh_from_db()
    assert open_round.is_blind
    assert rules_of(open_round) == {1: "agreed", 5: "mean_of_supported"}


# --------------------------------------------------------------------------- opening


def test_an_opened_round_opens_its_goals(frozen, coordinator, now):
    round_ = factories.prepare(frozen.scorecard, {1: "agreed", 5: "keep"})
    services.open_round(round_id=round_.pk, by=coordinator, now=now)
    round_.refresh_from_db()
    assert (round_.state, round_.opened_at) == ("open", now)
    assert round_.opened_by == coordinator
    assert round_.round_goals.filter(is_open=True).count() == 2


def test_no_round_opens_before_the_figures_are_frozen(
    closed_scorecard, coordinator, now
):
    round_ = factories.prepare(closed_scorecard, {5: "keep"})
    with pytest.raises(BaselineNotFrozen):
        services.open_round(round_id=round_.pk, by=coordinator, now=now)
    round_.refresh_from_db()
    assert round_.state == "prepared"


def test_a_round_opens_once(open_round, coordinator, now):
    with pytest.raises(RoundAlreadyOpened):
        services.open_round(round_id=open_round.pk, by=coordinator, now=now + DAY)
    open_round.refresh_from_db()
    assert open_round.opened_at == now


def test_on_a_goal_rounds_open_in_the_order_of_their_numbers(
    frozen, scorecard, coordinator, now
):
    left_behind = factories.prepare(scorecard, {1: "keep", 5: "keep"})
    later = factories.make_open_round(scorecard, {5: "keep"}, by=coordinator)
    services.close_round(round_id=later.pk, by=coordinator, now=now)

    with pytest.raises(LaterRoundOpened) as refusal:
        services.open_round(round_id=left_behind.pk, by=coordinator, now=now)

    assert refusal.value.round_goal == later.round_goals.get()
    left_behind.refresh_from_db()
    assert left_behind.state == "prepared"
    elsewhere = factories.prepare(scorecard, {1: "keep"})
    services.open_round(round_id=elsewhere.pk, by=coordinator, now=now)


def test_a_goal_is_open_in_one_round_at_a_time(open_round, scorecard, coordinator, now):
    second = factories.prepare(scorecard, {13: "keep", 5: "keep"})
    with pytest.raises(GoalAlreadyOpen) as refusal:
        services.open_round(round_id=second.pk, by=coordinator, now=now)
    assert refusal.value.goal.number == 5
    second.refresh_from_db()
    assert second.state == "prepared"
    assert not second.round_goals.filter(is_open=True).exists()


def test_two_scorecards_may_be_open_on_the_same_goal(
    open_round, other_scorecard, stranger, respond, now
):
    respond(other_scorecard, {5: "1111"})
    factories.close_survey(other_scorecard)
    factories.freeze(other_scorecard, by=stranger)
    second = factories.make_open_round(other_scorecard, {5: "keep"}, by=stranger)
    assert second.state == "open"


# --------------------------------------------------------------------------- closing


def test_a_closed_round_takes_nothing_more(open_round, coordinator, now):
    closed = close_round(round_id=open_round.pk, by=coordinator, now=now + DAY)
    assert (closed.state, closed.closed_by) == ("closed", coordinator)
    assert not open_round.round_goals.filter(is_open=True).exists()
    with pytest.raises(RoundNotOpen):
        close_round(round_id=open_round.pk, by=coordinator, now=now + 2 * DAY)


def test_a_round_that_did_not_open_does_not_close(scorecard, coordinator, now):
    round_ = factories.prepare(scorecard, {5: "keep"})
    with pytest.raises(RoundNotOpen):
        close_round(round_id=round_.pk, by=coordinator, now=now)


def test_a_goal_of_a_closed_round_may_be_opened_in_the_next(
    open_round, scorecard, coordinator, now
):
    close_round(round_id=open_round.pk, by=coordinator, now=now)
    second = factories.make_open_round(scorecard, {5: "keep"}, by=coordinator)
    assert (second.number, second.state) == (2, "open")


# ---------------------------------------------------------------- panels and meetings


def test_assigning_again_changes_the_expertise(scorecard, climate_expert):
    goal = goal_of(scorecard, 13)
    assign_goal(expert=climate_expert, goal=goal, expertise="Glaciers")
    assert Assignment.objects.get(expert=climate_expert).expertise == "Glaciers"


def test_nobody_is_on_the_panel_of_a_foreign_goal(climate_expert, standard_instrument):
    with pytest.raises(ForeignGoal):
        assign_goal(expert=climate_expert, goal=standard_instrument.goals.first())


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.RAPPORTEUR, Role.OBSERVER])
def test_only_experts_are_on_a_panel(scorecard, role):
    member = factories.make_member(scorecard=scorecard, role=role)
    with pytest.raises(NotAnExpert):
        assign_goal(expert=member, goal=goal_of(scorecard, 5))


def test_meetings_are_numbered_within_their_round(open_round, experts, now):
    goals = list(open_round.round_goals.all())
    first, second = (
        add_meeting(
            round_=open_round,
            starts_at=now + days * DAY,
            minutes_long=90,
            place="Online",
            agenda=agenda,
        )
        for days, agenda in ((1, goals[:1]), (2, goals))
    )
    assert [first.number, second.number] == [1, 2]
    assert set(second.agenda.all()) == set(goals)
    record_meeting(meeting_id=first.pk, attended_by=experts[:2], minutes=" Agreed. ")
    first.refresh_from_db()
    assert first.minutes == "Agreed."
    assert set(first.attended_by.all()) == set(experts[:2])


def test_each_step_of_a_round_is_on_record(frozen, coordinator):
    scorecard = frozen.scorecard
    now = {"by": coordinator, "now": NOW}
    round_ = factories.prepare(scorecard, {1: "keep"}, title="First", **now)
    change_round(
        round_id=round_.pk,
        title="Better",
        rules={goal_of(scorecard, 5): "agreed"},
        is_blind=True,
        **now,
    )
    open_round(round_id=round_.pk, **now)
    later = NOW + timedelta(days=3)
    for _ in range(2):  # the same date once more is no step
        postpone_round(round_id=round_.pk, due_at=later, **now)
    mistake = factories.prepare(scorecard, {13: "keep"}, title="Mistake", **now)
    delete_round(round_id=mistake.pk, **now)

    steps = list(scorecard.round_steps.all())
    assert [(step.number, step.what) for step in steps] == [
        (1, "prepared"),
        (1, "changed"),
        (1, "postponed"),
        (2, "prepared"),
        (2, "removed"),
    ]
    assert {step.done_by for step in steps} == {coordinator}
    assert steps[0].content["rules"] == {"1": "keep"}
    assert steps[1].content["rules"] == {"5": "agreed"}
    assert datetime.fromisoformat(steps[2].content["due_at"]) == later
    assert steps[4].content["title"] == "Mistake"
