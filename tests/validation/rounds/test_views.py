"""Rounds: prepared with their rules, opened once the figures are frozen, closed."""

from datetime import UTC, datetime
from typing import ClassVar

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.models import Role
from tests import factories
from tests.factories import goal_of
from validation.models import Baseline, Round
from validation.rounds.services import (
    add_meeting,
    change_round,
    close_round,
    record_meeting,
    reveal_goal,
)

SLUG = "kazakhstan-2022"
ROUNDS = reverse("rounds", args=[SLUG])
NEW = reverse("round_new", args=[SLUG])
FREEZE = reverse("baseline_freeze", args=[SLUG])


def of(name, number=1):
    return reverse(name, args=[SLUG, number])


@pytest.fixture
def coordinating(coordinator, sign_in):
    return sign_in(coordinator)


class TestFreezing:
    def test_an_open_survey_says_until_when(self, scorecard, coordinating):
        text = coordinating.get(ROUNDS).content.decode()
        assert "The survey is open until Jan. 1, 2100" in text
        assert FREEZE not in text

    def test_the_coordinator_reads_what_is_frozen_and_freezes(
        self, closed_scorecard, coordinating
    ):
        text = coordinating.get(ROUNDS).content.decode()
        assert "counts of 5 responses" in text
        assert "34%" in text
        assert "cannot be undone" in text
        assert coordinating.post(FREEZE).status_code == 302
        assert Baseline.objects.get().scorecard == closed_scorecard
        assert "Frozen on" in coordinating.get(ROUNDS).content.decode()

    def test_others_are_not_offered_to_freeze(
        self, closed_scorecard, observer, rapporteur, expert, sign_in
    ):
        for member in (observer, rapporteur, expert):
            client = sign_in(member)
            assert FREEZE not in client.get(ROUNDS).content.decode()
            assert client.post(FREEZE).status_code == 404
            assert client.get(FREEZE).status_code == 404
        assert not Baseline.objects.exists()

    def test_get_does_not_freeze(self, closed_scorecard, coordinating):
        assert coordinating.get(FREEZE).status_code == 405

    def test_a_survey_that_is_still_open_is_refused_in_words(
        self, scorecard, coordinating
    ):
        page = coordinating.post(FREEZE)
        assert page.status_code == 422
        assert "may still come in" in page.content.decode()

    def test_a_survey_nobody_answered_is_refused_in_words(
        self, scorecard, coordinating
    ):
        factories.close_survey(scorecard)
        page = coordinating.post(FREEZE)
        assert page.status_code == 422
        assert "Nobody has answered" in page.content.decode()

    def test_twice_is_refused_in_words(self, frozen, coordinating):
        page = coordinating.post(FREEZE)
        assert page.status_code == 422
        assert "were frozen before" in page.content.decode()


class TestPreparing:
    def test_a_rule_for_all_counts_where_a_goal_names_none(
        self, scorecard, coordinating
    ):
        sent = {
            "title": "Первый раунд",
            "is_blind": "on",
            "rule_for_all": "median_of_latest",
            "goal_1": "on",
            "goal_5": "on",
            "rule_5": "agreed",
            "rule_13": "keep",
        }
        assert coordinating.post(NEW, sent).status_code == 302
        round_ = Round.objects.get()
        rules = {one.goal.number: one.rule for one in round_.round_goals.all()}
        assert rules == {1: "median_of_latest", 5: "agreed"}
        assert round_.is_blind

    def test_a_goal_without_a_rule_is_named_and_everything_stays_typed(
        self, scorecard, coordinating
    ):
        sent = {"title": "Spring", "goal_1": "on", "goal_5": "on", "rule_5": "keep"}
        page = coordinating.post(NEW, sent)
        assert page.status_code == 422
        form = page.context["form"]
        assert list(form.errors) == ["rule_1"]
        text = page.content.decode()
        assert "Choose a rule for this goal." in text
        assert 'value="Spring"' in text
        assert 'id="id_goal_5" checked' in text
        assert 'id="id_is_blind" checked' not in text
        assert not Round.objects.exists()

    def test_a_round_without_goals_is_refused_at_the_top(self, scorecard, coordinating):
        page = coordinating.post(NEW, {"title": "Spring"})
        assert page.status_code == 422
        assert "Choose at least one goal" in page.content.decode()
        assert 'value="Spring"' in page.content.decode()

    def test_everything_that_is_missing_is_named_at_once(self, scorecard, coordinating):
        page = coordinating.post(NEW, {"title": ""}).content.decode()
        assert "Choose at least one goal" in page
        assert "This field is required" in page

    @pytest.mark.parametrize("rule", ["loudest_voice", "KEEP"])
    def test_an_unknown_rule_is_refused(self, scorecard, coordinating, rule):
        sent = {"title": "Spring", "goal_1": "on", "rule_1": rule}
        assert coordinating.post(NEW, sent).status_code == 422

    def test_a_prepared_round_can_be_changed(self, scorecard, coordinating):
        factories.prepare(scorecard, {1: "keep", 5: "agreed"})
        shown = coordinating.get(of("round_edit")).content.decode()
        assert 'value="First consultation"' in shown
        sent = {"title": "Renamed", "goal_13": "on", "rule_13": "keep"}
        assert coordinating.post(of("round_edit"), sent).status_code == 302
        round_ = Round.objects.get()
        assert (round_.title, round_.is_blind) == ("Renamed", False)
        assert [one.goal.number for one in round_.round_goals.all()] == [13]

    def test_an_opened_round_cannot(self, open_round, coordinating):
        assert coordinating.get(of("round_edit")).status_code == 302
        sent = {"title": "Too late", "goal_1": "on", "rule_1": "keep"}
        page = coordinating.post(of("round_edit"), sent)
        assert page.status_code == 422
        assert "can no longer be changed" in page.content.decode()
        assert 'value="Too late"' in page.content.decode()
        open_round.refresh_from_db()
        assert open_round.title == "First consultation"


class TestOpeningAndClosing:
    def test_a_round_waits_for_the_frozen_figures(self, scorecard, coordinating):
        factories.prepare(scorecard, {1: "keep"})
        assert of("round_open") not in coordinating.get(of("round")).content.decode()
        page = coordinating.post(of("round_open"))
        assert page.status_code == 422
        assert "have to be frozen" in page.content.decode()

    def test_a_round_opens_and_closes_once(self, frozen, experts, coordinating):
        factories.prepare(frozen.scorecard, {1: "keep"})
        assert of("round_open") in coordinating.get(of("round")).content.decode()
        assert coordinating.post(of("round_open")).status_code == 302
        again = coordinating.post(of("round_open"))
        assert again.status_code == 422
        assert "opened before" in again.content.decode()
        assert of("round_close") in coordinating.get(of("round")).content.decode()
        assert coordinating.post(of("round_close")).status_code == 302
        again = coordinating.post(of("round_close"))
        assert again.status_code == 422
        assert Round.objects.get().state == "closed"
        assert "not settled" in coordinating.get(of("round")).content.decode()

    def test_a_second_open_round_on_a_goal_names_the_goal(
        self, open_round, coordinating
    ):
        factories.prepare(open_round.scorecard, {13: "keep", 5: "keep"})
        page = coordinating.post(of("round_open", 2))
        assert page.status_code == 422
        assert "Goal “5." in page.content.decode()
        assert Round.objects.get(number=2).state == "prepared"

    def test_a_round_that_a_later_one_overtook_stays_prepared(
        self, frozen, coordinator, coordinating
    ):
        factories.prepare(frozen.scorecard, {5: "keep"})
        later = factories.make_open_round(frozen.scorecard, {5: "keep"}, by=coordinator)
        close_round(round_id=later.pk, by=coordinator, now=factories.NOW)
        page = coordinating.post(of("round_open"))
        assert page.status_code == 422
        assert "was consulted on in round 2" in page.content.decode()

    def test_a_goal_without_experts_is_named_before_opening(
        self, frozen, experts, coordinating
    ):
        factories.prepare(frozen.scorecard, {1: "keep", 13: "keep"})
        page = coordinating.get(of("round"))
        assert [name.split(".")[0] for name in page.context["without_panel"]] == ["13"]

    @pytest.mark.parametrize("name", ["round_open", "round_close"])
    def test_get_is_refused(self, open_round, coordinating, name):
        assert coordinating.get(of(name)).status_code == 405

    @pytest.mark.parametrize("name", ["round_open", "round_close", "round_edit"])
    def test_others_get_404(
        self, name, open_round, rapporteur, observer, expert, stranger, sign_in, client
    ):
        visitors = [sign_in(one) for one in (rapporteur, observer, expert, stranger)]
        for visitor in (*visitors, client):
            assert visitor.get(of(name)).status_code == 404
            assert visitor.post(of(name)).status_code == 404


class TestReading:
    def test_strangers_get_404(self, open_round, stranger, sign_in, client):
        for visitor in (sign_in(stranger), client):
            for address in (ROUNDS, NEW, of("round")):
                assert visitor.get(address).status_code == 404

    def test_staff_read_the_number_of_proposals(
        self, open_round, round_goal, experts, observer, sign_in
    ):
        factories.propose(round_goal, experts[0], 30)
        factories.propose(round_goal, experts[0], 31)
        factories.propose(round_goal, experts[1], 32)
        line = sign_in(observer).get(of("round")).context["line"]
        assert [one.proposals for one in line.goals] == [0, 2]

    def test_an_expert_sees_their_goals_and_what_is_missing(
        self, frozen, coordinator, experts, sign_in
    ):
        round_ = factories.make_open_round(
            frozen.scorecard, {1: "agreed", 5: "keep", 13: "keep"}, by=coordinator
        )
        factories.propose(round_.round_goals.get(goal__number=5), experts[0], "29.5")
        page = sign_in(experts[0]).get(of("round"))
        text = page.content.decode()
        line = page.context["line"]
        assert [one.round_goal.goal.number for one in line.goals] == [1, 5]
        assert "Your estimate is missing on 1 goal." in text
        assert "You proposed 29.5%." in text
        assert "1 proposal" not in text

    def test_an_expert_does_not_know_of_rounds_without_a_goal_of_theirs(
        self, open_round, climate_expert, sign_in
    ):
        client = sign_in(climate_expert)
        assert client.get(of("round")).status_code == 404
        assert "First consultation" not in client.get(ROUNDS).content.decode()

    def test_a_settled_goal_shows_its_percentage(
        self, open_round, coordinator, expert, sign_in
    ):
        factories.settle(
            open_round.round_goals.get(goal__number=1), by=coordinator, agreed=22
        )
        for member in (coordinator, expert):
            assert "22%" in sign_in(member).get(ROUNDS).content.decode()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EXPERT])
def test_thirty_rounds_cost_as_many_queries_as_one(
    role, open_round, round_goal, coordinator, experts, sign_in
):
    client = sign_in(coordinator if role == Role.COORDINATOR else experts[0])
    factories.propose(round_goal, experts[0], 30)
    with CaptureQueriesContext(connection) as few:
        client.get(ROUNDS)
    for number in range(30):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        open_round = factories.make_open_round(
            open_round.scorecard, {1: "keep", 5: "keep"}, by=coordinator
        )
        factories.propose(
            open_round.round_goals.get(goal__number=5), experts[0], number
        )
    with CaptureQueriesContext(connection) as many:
        assert "Round 31" in client.get(ROUNDS).content.decode()
    assert len(many) == len(few)


class TestPreparingTwice:
    SENT: ClassVar = {"title": "Spring", "goal_1": "on", "rule_1": "keep"}

    def test_a_double_click_makes_one_round(self, scorecard, coordinating):
        first, second = (coordinating.post(NEW, self.SENT) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert Round.objects.count() == 1

    @pytest.mark.parametrize(
        "change", [{"title": "Summer"}, {"rule_1": "agreed"}, {"is_blind": "on"}]
    )
    def test_another_round_is_another_round(self, scorecard, coordinating, change):
        coordinating.post(NEW, self.SENT)
        coordinating.post(NEW, {**self.SENT, **change})
        assert Round.objects.count() == 2

    def test_an_opened_round_is_not_taken_for_a_new_one(self, frozen, coordinating):
        coordinating.post(NEW, self.SENT)
        coordinating.post(of("round_open"))
        coordinating.post(NEW, self.SENT)
        assert [one.state for one in Round.objects.all()] == ["open", "prepared"]


class TestTheDueDate:
    SENT: ClassVar = {**TestPreparingTwice.SENT, "due_at": "2099-05-20T15:00"}

    def test_it_is_typed_and_shown_in_the_scorecards_time(
        self, scorecard, coordinating
    ):
        coordinating.post(NEW, self.SENT)
        due_at = Round.objects.get().due_at
        assert due_at == datetime(2099, 5, 20, 10, 0, tzinfo=UTC)
        text = coordinating.get(of("round")).content.decode()
        assert "May 20, 2099, 3 p.m." in text
        assert "(Asia/Almaty)" in text
        assert 'datetime="2099-05-20T15:00:00+05:00"' in text
        assert (
            'value="2099-05-20T15:00"'
            in coordinating.get(of("round_edit")).content.decode()
        )

    @pytest.mark.parametrize("typed", ["2022-01-01T10:00", "soon", "0001-01-01T00:00"])
    def test_what_does_not_fit_is_said_at_its_field(
        self, scorecard, coordinating, typed
    ):
        page = coordinating.post(NEW, {**self.SENT, "due_at": typed})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["due_at"]
        assert f'value="{typed}"' in page.content.decode()
        assert 'value="Spring"' in page.content.decode()

    def test_experts_of_an_open_round_can_be_given_more_time(
        self, open_round, coordinating
    ):
        sent = {"due_at": "2099-06-01T10:00"}
        assert coordinating.post(of("round_due"), sent).status_code == 302
        open_round.refresh_from_db()
        assert open_round.due_at.year == 2099
        page = coordinating.post(of("round_due"), {"due_at": "2001-01-01T00:00"})
        assert page.status_code == 422
        assert "This moment has passed." in page.content.decode()

    def test_a_closed_round_waits_for_nobody(
        self, open_round, coordinator, coordinating
    ):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        page = coordinating.post(of("round_due"), {"due_at": "2099-06-01T10:00"})
        assert page.status_code == 422
        assert "Only an open round" in page.content.decode()


class TestRemoving:
    def test_a_round_prepared_by_mistake_goes_with_its_meetings(
        self, scorecard, coordinating
    ):
        round_ = factories.prepare(scorecard, {1: "keep", 5: "agreed"})
        add_meeting(
            round_=round_,
            starts_at=factories.NOW,
            minutes_long=60,
            place="Almaty",
            agenda=round_.round_goals.all(),
        )
        assert of("round_delete") in coordinating.get(of("round")).content.decode()
        assert coordinating.post(of("round_delete")).status_code == 302
        assert not Round.objects.exists()

    def test_an_opened_round_stays(self, open_round, coordinating):
        assert of("round_delete") not in coordinating.get(of("round")).content.decode()
        page = coordinating.post(of("round_delete"))
        assert page.status_code == 422
        assert "nothing of it can be removed" in page.content.decode()
        assert Round.objects.get() == open_round

    def test_a_round_whose_meeting_was_recorded_stays(self, scorecard, coordinating):
        round_ = factories.prepare(scorecard, {1: "keep"})
        meeting = add_meeting(
            round_=round_,
            starts_at=factories.NOW,
            minutes_long=60,
            place="Almaty",
            agenda=round_.round_goals.all(),
        )
        record_meeting(meeting_id=meeting.pk, attended_by=[], minutes="We met.")
        page = coordinating.post(of("round_delete"))
        assert page.status_code == 422
        assert Round.objects.get() == round_


class TestAFollowUp:
    def test_it_is_offered_once_a_goal_is_settled_or_the_round_closed(
        self, open_round, coordinator, coordinating
    ):
        link = NEW + "?after=1"
        assert link not in coordinating.get(of("round")).content.decode()
        factories.settle(
            open_round.round_goals.get(goal__number=1), by=coordinator, agreed=22
        )
        assert link in coordinating.get(of("round")).content.decode()
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        assert link in coordinating.get(of("round")).content.decode()

    def test_it_copies_goals_and_rules(self, open_round, coordinating):
        form = coordinating.get(NEW + "?after=1").context["form"]
        assert form["title"].value() == "First consultation, follow-up"
        assert form["goal_1"].value() is True
        assert form["rule_5"].value() == "mean_of_supported"
        assert not form["goal_13"].value()

    @pytest.mark.parametrize("after", ["2", "x", "٣", "99999999999"])
    def test_of_a_round_that_does_not_exist_there_is_none(
        self, open_round, coordinating, after
    ):
        assert coordinating.get(NEW + f"?after={after}").status_code == 404

    def test_what_was_settled_before_stands_beside_the_goal(
        self, open_round, coordinator, coordinating, expert, sign_in
    ):
        factories.settle(
            open_round.round_goals.get(goal__number=1), by=coordinator, agreed=22
        )
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        factories.make_open_round(
            open_round.scorecard, {1: "keep", 5: "keep"}, by=coordinator
        )
        for client in (coordinating, sign_in(expert)):
            text = client.get(of("round", 2)).content.decode()
            assert "Round 1 settled at 22%." in text
            assert "Not settled in round 1." in text


class TestTheLifeOfARound:
    def steps(self, client):
        page = client.get(of("round"))
        return [(step.what, step.state) for step in page.context["steps"]]

    def test_what_is_done_and_what_is_ahead_is_told_in_order(
        self, open_round, coordinator, coordinating
    ):
        goals = {one.goal.number: one for one in open_round.round_goals.all()}
        later = factories.NOW + factories.HOUR
        reveal_goal(round_goal_id=goals[5].pk, by=coordinator, now=later)
        factories.settle(
            goals[1], by=coordinator, agreed=22, now=2 * factories.HOUR + factories.NOW
        )
        assert self.steps(coordinating) == [
            ("Prepared", "done"),
            ("Opened", "done"),
            (f"Estimates revealed: {goals[5].goal}", "done"),
            (f"Settled at 22%: {goals[1].goal}", "done"),
            ("Settle 1 goal", "ahead"),
            ("Closes", "ahead"),
        ]
        text = coordinating.get(of("round")).content.decode()
        assert text.count("by Coordinator") >= 3

    def test_before_it_opens_and_after_it_closed(
        self, frozen, experts, coordinator, coordinating
    ):
        round_ = factories.prepare(frozen.scorecard, {1: "keep"})
        assert self.steps(coordinating) == [
            ("Prepared", "now"),
            ("Opens", "ahead"),
            ("Reveal 1 goal", "ahead"),
            ("Settle 1 goal", "ahead"),
            ("Closes", "ahead"),
        ]
        coordinating.post(of("round_open"))
        close_round(round_id=round_.pk, by=coordinator, now=timezone.now())
        assert self.steps(coordinating)[-2:] == [
            ("Closed", "done"),
            ("Settle 1 goal", "ahead"),
        ]

    def test_an_expert_is_told_only_of_their_goals(
        self, frozen, coordinator, experts, sign_in
    ):
        round_ = factories.make_open_round(
            frozen.scorecard, {5: "keep", 13: "keep"}, by=coordinator
        )
        for one in round_.round_goals.all():
            reveal_goal(round_goal_id=one.pk, by=coordinator, now=factories.NOW)
        told = str(self.steps(sign_in(experts[0])))
        assert "5." in told
        assert "13." not in told


def test_a_removed_round_is_told_and_a_moved_date_stands_in_the_rounds_life(
    frozen, coordinator, expert, sign_in
):
    slug = frozen.scorecard.slug
    mistake = factories.prepare(frozen.scorecard, {1: "keep"}, title="Mistake")
    client = sign_in(coordinator)
    client.post(reverse("round_delete", args=[slug, mistake.number]))
    round_ = factories.make_open_round(frozen.scorecard, {5: "keep"}, by=coordinator)
    due = {"due_at": "2099-01-31T12:00"}
    client.post(reverse("round_due", args=[slug, round_.number]), due)

    listed = client.get(reverse("rounds", args=[slug])).content.decode()
    assert "Round 1: Mistake" in listed
    assert "<summary>1 round</summary>" in listed
    life = client.get(reverse("round", args=[slug, round_.number])).content.decode()
    assert "Prepared" in life
    assert "Another date for the estimates: Jan. 31, 2099, noon" in life
    theirs = sign_in(expert).get(reverse("rounds", args=[slug])).content.decode()
    assert "Mistake" not in theirs


def test_the_rounds_life_says_what_was_changed_before_it_opened(
    frozen, coordinator, sign_in
):
    round_ = factories.prepare(frozen.scorecard, {1: "keep", 5: "keep"}, title="First")
    goal_1, goal_13 = (goal_of(frozen.scorecard, number) for number in (1, 13))
    change_round(
        round_id=round_.pk,
        title="Бірінші",
        rules={goal_1: "agreed", goal_13: "keep"},
        is_blind=False,
        due_at=datetime(2099, 1, 31, 7, tzinfo=UTC),
        by=coordinator,
        now=factories.NOW,
    )
    url = reverse("round", args=[frozen.scorecard.slug, round_.number])
    steps = sign_in(coordinator).get(url).context["steps"]

    assert steps[0].notes == []
    assert steps[1].what == "Changed before it opened"
    assert steps[1].notes == [
        "Title: Бірінші",
        "Goals: 1, 13",
        "Another rule for goals: 1",
        "Not blind",
        "Another date for the estimates: Jan. 31, 2099, noon",
    ]
