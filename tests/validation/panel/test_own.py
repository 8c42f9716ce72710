"""An expert's own pages: exactly what is theirs, and what they say about themselves."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from surveys.models import Identities, Scorecard
from tests import factories
from validation.models import Assignment, InterestDeclaration
from validation.rounds.services import add_meeting

pytestmark = pytest.mark.django_db
SLUG = "kazakhstan-2022"
MINE = reverse("my_goals", args=[SLUG])
MAIL = reverse("my_mail", args=[SLUG])
GOAL = reverse("my_goal", args=[SLUG, 5])


@pytest.fixture
def mine(expert, sign_in):
    return sign_in(expert)


def on_goal_5(expert):
    return Assignment.objects.get(expert=expert, goal__number=5)


class TestMyGoals:
    def test_what_waits_is_said(self, open_round, mine):
        page = mine.get(MINE)
        assert page.context["waiting"] == 2
        assert "waits for your estimate" in page.content.decode()

    def test_no_interest_is_declared_with_one_click(self, frozen, expert, mine):
        forms = re.findall(
            r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>',
            mine.get(MINE).content.decode(),
            re.DOTALL,
        )
        address, inside = next(form for form in forms if form[0] == GOAL)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', inside))
        expertise = on_goal_5(expert).expertise

        assert mine.post(address, fields).status_code == 302

        assert InterestDeclaration.objects.get(goal__number=5).expert == expert
        assert on_goal_5(expert).interest == ""
        assert on_goal_5(expert).expertise == expertise
        page = mine.get(MINE)
        assert page.context["undeclared"] == 1
        assert f'action="{GOAL}"' not in page.content.decode()

    def test_nothing_of_the_panel_is_seen_while_it_is_hidden(
        self, open_round, experts, coordinator, sign_in
    ):
        for round_goal in open_round.round_goals.all():
            factories.propose(round_goal, experts[0], "61.5", justification="Secret")
        text = sign_in(experts[2]).get(MINE).content.decode()
        for hidden in ("61.5", "62%", "Secret", "Aigul", "Bolat"):
            assert hidden not in text

    def test_goals_of_others_and_prepared_rounds_are_not_there(
        self, frozen, climate_expert, expert, mine
    ):
        factories.prepare(frozen.scorecard, {5: "keep"})
        page = mine.get(MINE)
        assert [one.goal.number for one in page.context["goals"]] == [1, 5]
        assert all(one.boards == [] for one in page.context["goals"])
        assert "First consultation" not in page.content.decode()

    def test_what_was_settled_is_said(self, open_round, coordinator, mine):
        goal_1 = open_round.round_goals.get(goal__number=1)
        factories.settle(goal_1, by=coordinator, agreed=29)
        text = mine.get(MINE).content.decode()
        assert "settled" in text
        assert "29%" in text

    def test_meetings_about_their_goals_and_no_others(self, open_round, mine):
        goal_1 = open_round.round_goals.get(goal__number=1)
        for place, agenda in (("Room of goal 1", [goal_1]), ("Elsewhere", [])):
            add_meeting(
                round_=open_round,
                starts_at=factories.NOW,
                minutes_long=60,
                place=place,
                agenda=agenda,
            )
        text = mine.get(MINE).content.decode()
        assert "Room of goal 1" in text
        assert "Elsewhere" not in text

    def test_an_expert_without_goals_is_told(self, scorecard, sign_in):
        lone = factories.make_expert(scorecard=scorecard, name="Lone")
        assert "No goals yet" in sign_in(lone).get(MINE).content.decode()

    def test_many_cost_as_many_queries_as_one(
        self, open_round, expert, mine, coordinator
    ):
        with CaptureQueriesContext(connection) as few:
            mine.get(MINE)
        for number in range(30):
            person = factories.make_expert(
                scorecard=expert.scorecard, name=f"Expert {number}", goals=[1, 5]
            )
            factories.propose(open_round.round_goals.first(), person, 20)
            add_meeting(
                round_=open_round,
                starts_at=factories.NOW,
                minutes_long=60,
                place="Online",
                agenda=open_round.round_goals.all(),
            )
        with CaptureQueriesContext(connection) as many:
            mine.get(MINE)
        assert len(many) == len(few) + 1  # the agendas of the meetings


class TestDeclaring:
    def test_expertise_and_interest_are_saved(self, expert, mine):
        sent = {"expertise": "Су", "has_interest": "some", "interest": "Мен жаздым."}
        assert mine.post(GOAL, sent).url == MINE
        assert on_goal_5(expert).expertise == "Су"
        assert on_goal_5(expert).interest == "Мен жаздым."
        assert "disclosed beside what you propose" in mine.get(MINE).content.decode()

    def test_none_to_declare_takes_one_click(self, expert, mine):
        assert mine.get(MINE).context["undeclared"] == 2
        mine.post(GOAL, {"has_interest": "none"})
        assert mine.get(MINE).context["undeclared"] == 1

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({}, "has_interest"),
            ({"has_interest": "maybe"}, "has_interest"),
            ({"has_interest": "some"}, "interest"),
            ({"has_interest": "none", "interest": "But I wrote one"}, "interest"),
            ({"has_interest": "some", "interest": "x" * 4001}, "interest"),
            ({"has_interest": "none", "expertise": "x" * 201}, "expertise"),
            ({"has_interest": "some", "interest": "a\x00b"}, "interest"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field_and_stays_typed(
        self, expert, mine, sent, field
    ):
        sent = {"expertise": "Typed before", **sent}
        page = mine.post(GOAL, sent)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert sent["expertise"] in page.content.decode()
        assert not InterestDeclaration.objects.exists()

    def test_once_a_round_opened_more_is_added_to_it(self, expert, mine, open_round):
        mine.post(GOAL, {"has_interest": "some", "interest": "First"})
        text = mine.get(GOAL).content.decode()
        assert "what you declared stays" in text
        assert "has_interest" not in text
        mine.post(GOAL, {"has_interest": "none", "interest": "Second"})
        assert on_goal_5(expert).interest == "First\n\nSecond"
        mine.post(GOAL, {"expertise": "Changed"})
        assert on_goal_5(expert).interest == "First\n\nSecond"
        assert on_goal_5(expert).expertise == "Changed"

    def test_an_opening_meanwhile_is_said(self, expert, mine, frozen, coordinator):
        mine.post(GOAL, {"has_interest": "some", "interest": "First"})
        page = mine.get(GOAL)
        assert "First" in page.content.decode()
        factories.make_open_round(frozen.scorecard, {5: "keep"}, by=coordinator)
        page = mine.post(GOAL, {"has_interest": "none", "interest": ""})
        assert page.status_code == 302
        assert on_goal_5(expert).interest == "First"

    def test_where_experts_go_by_it_expertise_stays_once_a_round_opened(
        self, expert, mine, frozen, coordinator
    ):
        Scorecard.objects.filter(slug=SLUG).update(identities=Identities.BY_ROLE)
        factories.make_open_round(frozen.scorecard, {5: "keep"}, by=coordinator)
        mine.post(GOAL, {"expertise": "Another", "has_interest": "none"})
        assert on_goal_5(expert).expertise == ""
        assert InterestDeclaration.objects.count() == 1

    def test_only_goals_of_theirs_are_there(self, mine, climate_expert):
        url = reverse("my_goal", args=[SLUG, 13])
        assert mine.get(url).status_code == 404
        assert mine.post(url, {"has_interest": "none"}).status_code == 404


class TestTheirMail:
    def test_language_and_reminders_are_chosen(self, expert, mine):
        assert mine.post(MAIL, {"language": "ru"}).url == MINE
        expert.refresh_from_db()
        assert expert.mail_preference.language == "ru"
        assert expert.mail_preference.reminders_off_at is not None
        mine.post(MAIL, {"language": "ru", "takes_reminders": "on"})
        expert.mail_preference.refresh_from_db()
        assert expert.mail_preference.reminders_off_at is None

    def test_another_language_is_refused(self, mine):
        page = mine.post(MAIL, {"language": "de"})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["language"]
