"""Meetings: announced, recorded, and as blind as the panel they speak of."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from tests import factories
from validation.meetings.services import add_contribution
from validation.models import Contribution, Meeting
from validation.rounds.services import (
    add_meeting,
    agenda_of,
    close_round,
    record_meeting,
    reveal_goal,
)

SLUG = "kazakhstan-2022"
NEW = reverse("meeting_new", args=[SLUG, 1])
MEETING = reverse("meeting", args=[SLUG, 1, 1])


@pytest.fixture
def meeting(open_round):
    """About goals 1 and 5, recorded."""
    meeting = add_meeting(
        round_=open_round,
        starts_at=factories.NOW,
        minutes_long=90,
        place="Almaty",
        agenda=open_round.round_goals.all(),
    )
    return record_meeting(meeting_id=meeting.pk, attended_by=[], minutes="Secret words")


def announcement(open_round, **change):
    return {
        "starts_at": "2022-05-20T15:00",
        "minutes_long": "60",
        "place": "Алматы, онлайн",
        "agenda": [one.pk for one in open_round.round_goals.all()],
        **change,
    }


def test_a_meeting_is_announced_in_local_time(open_round, rapporteur, sign_in):
    page = sign_in(rapporteur).post(NEW, announcement(open_round))
    assert page.status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.starts_at == datetime(2022, 5, 20, 9, 0, tzinfo=UTC)
    assert meeting.agenda.count() == 2
    text = sign_in(rapporteur).get(MEETING).content.decode()
    assert "May 20, 2022, 3 p.m." in text
    assert "Asia/Almaty" in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_at": "yesterday"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59"}, "starts_at"),
        ({"minutes_long": "0"}, "minutes_long"),
        ({"place": ""}, "place"),
        ({"agenda": []}, "agenda"),
        ({"agenda": ["999999"]}, "agenda"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_stays_typed(
    open_round, coordinator, sign_in, change, field
):
    page = sign_in(coordinator).post(NEW, announcement(open_round, **change))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    if field != "place":
        assert "Алматы, онлайн" in page.content.decode()
    assert not Meeting.objects.exists()


def test_who_came_and_what_was_said_is_recorded(meeting, rapporteur, experts, sign_in):
    client = sign_in(rapporteur)
    sent = {
        "attended_by": [experts[0].pk, rapporteur.pk],
        "minutes": "Аигүл opened.\r\n\r\nTwo paragraphs.",
        "based_on": "Secret words",
    }
    assert client.post(MEETING, sent).status_code == 302
    meeting.refresh_from_db()
    assert meeting.minutes == "Аигүл opened.\n\nTwo paragraphs."
    assert set(meeting.attended_by.all()) == {experts[0], rapporteur}
    again = {**sent, "based_on": meeting.minutes.replace("\n", "\r\n"), "minutes": "x"}
    assert client.post(MEETING, again).status_code == 302


def test_minutes_saved_by_somebody_else_meanwhile_are_not_written_over(
    meeting, coordinator, sign_in
):
    client = sign_in(coordinator)
    sent = {"minutes": "My own words", "based_on": "What stood here once"}
    page = client.post(MEETING, sent)
    assert page.status_code == 422
    text = page.content.decode()
    assert "My own words" in text
    assert "Secret words" in text
    meeting.refresh_from_db()
    assert meeting.minutes == "Secret words"
    assert page.context["form"]["based_on"].value() == "Secret words"


def test_somebody_of_another_scorecard_did_not_come(
    meeting, coordinator, stranger, sign_in
):
    sent = {
        "attended_by": [stranger.pk],
        "minutes": "Typed",
        "based_on": "Secret words",
    }
    page = sign_in(coordinator).post(MEETING, sent)
    assert page.status_code == 422
    assert "Typed" in page.content.decode()


class TestMinutesAreAsBlindAsThePanel:
    def reads(self, member, sign_in):
        page = sign_in(member).get(MEETING)
        assert page.status_code == 200
        return "Secret words" in page.content.decode()

    def test_an_expert_reads_them_after_estimates_on_the_whole_agenda(
        self, meeting, open_round, experts, sign_in
    ):
        for number in (1, 5):
            assert not self.reads(experts[0], sign_in)
            round_goal = open_round.round_goals.get(goal__number=number)
            factories.propose(round_goal, experts[0], 30)
        assert self.reads(experts[0], sign_in)

    def test_or_once_the_round_has_closed(
        self, meeting, open_round, coordinator, experts, sign_in
    ):
        close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)
        assert self.reads(experts[0], sign_in)

    def test_staff_always_read_them(self, meeting, observer, coordinator, sign_in):
        assert self.reads(observer, sign_in)
        assert self.reads(coordinator, sign_in)


class TestWhoMay:
    def test_experts_of_other_goals_and_strangers_get_404(
        self, meeting, climate_expert, stranger, sign_in, client
    ):
        for visitor in (sign_in(climate_expert), sign_in(stranger), client):
            for address in (NEW, MEETING):
                assert visitor.get(address).status_code == 404
                assert visitor.post(address, {}).status_code == 404

    def test_observers_and_experts_do_not_record(
        self, meeting, observer, expert, sign_in
    ):
        for member in (observer, expert):
            client = sign_in(member)
            assert client.get(NEW).status_code == 404
            assert client.post(NEW, {}).status_code == 404
            assert client.post(MEETING, {"minutes": "Mine"}).status_code == 404
        meeting.refresh_from_db()
        assert meeting.minutes == "Secret words"

    def test_an_expert_reads_only_their_goals_on_the_agenda(
        self, frozen, coordinator, experts, sign_in
    ):
        round_ = factories.make_open_round(
            frozen.scorecard, {5: "keep", 13: "keep"}, by=coordinator
        )
        add_meeting(
            round_=round_,
            starts_at=factories.NOW,
            minutes_long=90,
            place="Almaty",
            agenda=round_.round_goals.all(),
        )
        page = sign_in(experts[0]).get(MEETING)
        assert [one.goal.number for one in page.context["agenda"]] == [5]


class TestTheAgenda:
    def test_it_is_in_the_order_of_the_places(self, open_round, coordinator, sign_in):
        goals = {one.goal.number: one.pk for one in open_round.round_goals.all()}
        places = {f"place_{goals[5]}": "1", f"place_{goals[1]}": "2"}
        sign_in(coordinator).post(NEW, announcement(open_round, **places))
        agenda = agenda_of(Meeting.objects.get())
        assert [one.goal.number for one in agenda] == [5, 1]
        page = sign_in(coordinator).get(MEETING)
        assert [one.goal.number for one in page.context["agenda"]] == [5, 1]

    def test_a_place_that_does_not_fit_is_said_at_its_field(
        self, open_round, coordinator, sign_in
    ):
        goal = open_round.round_goals.first()
        sent = announcement(open_round, **{f"place_{goal.pk}": "0"})
        page = sign_in(coordinator).post(NEW, sent)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [f"place_{goal.pk}"]
        assert not Meeting.objects.exists()


class TestTheJoiningLink:
    def test_it_is_shown_to_whoever_may_come(
        self, open_round, coordinator, expert, climate_expert, sign_in
    ):
        link = "https://meet.example.org/abc"
        sign_in(coordinator).post(NEW, announcement(open_round, joining_link=link))
        assert link in sign_in(expert).get(MEETING).content.decode()
        assert sign_in(climate_expert).get(MEETING).status_code == 404

    @pytest.mark.parametrize(
        "typed", ["http://meet.example.org/", "javascript:alert(1)", "ftp://x.org/"]
    )
    def test_only_https_is_taken(self, open_round, coordinator, sign_in, typed):
        page = sign_in(coordinator).post(
            NEW, announcement(open_round, joining_link=typed)
        )
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["joining_link"]
        assert typed in page.content.decode()

    def test_a_double_click_announces_one_meeting(
        self, open_round, coordinator, sign_in
    ):
        for _ in range(2):
            sign_in(coordinator).post(NEW, announcement(open_round))
        assert Meeting.objects.count() == 1


class TestChanging:
    EDIT = reverse("meeting_edit", args=[SLUG, 1, 1])

    def test_until_it_starts(self, open_round, rapporteur, sign_in):
        client = sign_in(rapporteur)
        client.post(NEW, announcement(open_round, starts_at="2099-05-20T15:00"))
        text = client.get(self.EDIT).content.decode()
        assert 'value="2099-05-20T15:00"' in text
        sent = announcement(open_round, starts_at="2099-05-21T15:00", place="Astana")
        assert client.post(self.EDIT, sent).status_code == 302
        meeting = Meeting.objects.get()
        assert (meeting.place, meeting.starts_at.day) == ("Astana", 21)

    def test_not_afterwards_and_what_was_typed_stays(
        self, meeting, rapporteur, open_round, sign_in
    ):
        client = sign_in(rapporteur)
        assert client.get(self.EDIT).status_code == 302
        page = client.post(self.EDIT, announcement(open_round, place="Typed place"))
        assert page.status_code == 422
        assert "can no longer be changed" in page.content.decode()
        assert "Typed place" in page.content.decode()
        meeting.refresh_from_db()
        assert meeting.place == "Almaty"


class TestTheCalendarFile:
    ICS = reverse("meeting_ics", args=[SLUG, 1, 1])

    def event(self, client):
        answer = client.get(self.ICS)
        assert answer["Content-Type"].startswith("text/calendar")
        return Calendar.from_ical(answer.content).walk("VEVENT")[0]

    def test_a_calendar_reads_when_where_and_about_what(
        self, open_round, coordinator, sign_in
    ):
        client = sign_in(coordinator)
        link = "https://meet.example.org/abc"
        client.post(NEW, announcement(open_round, joining_link=link))
        event = self.event(client)
        assert event.decoded("dtstart") == datetime(2022, 5, 20, 9, 0, tzinfo=UTC)
        assert event.decoded("duration") == timedelta(minutes=60)
        assert str(event["location"]) == "Алматы, онлайн"
        for told in (link, "1. No poverty", "5. Gender", "https://scorecard.example/"):
            assert told in str(event["description"])

    def test_the_same_meeting_stays_the_same_event(
        self, meeting, coordinator, expert, sign_in
    ):
        first, second = (self.event(sign_in(one)) for one in (coordinator, expert))
        assert first["uid"] == second["uid"]

    def test_an_expert_reads_only_of_their_goals(
        self, frozen, coordinator, experts, climate_expert, sign_in
    ):
        round_ = factories.make_open_round(
            frozen.scorecard, {5: "keep", 13: "keep"}, by=coordinator
        )
        add_meeting(
            round_=round_,
            starts_at=factories.NOW,
            minutes_long=90,
            place="Almaty",
            agenda=round_.round_goals.all(),
        )
        told = str(self.event(sign_in(experts[0]))["description"])
        assert "5. " in told
        assert "13. " not in told

    def test_strangers_get_404(self, meeting, stranger, client, sign_in):
        for visitor in (client, sign_in(stranger)):
            assert visitor.get(self.ICS).status_code == 404


class TestContributions:
    ADD = reverse("contribution_add", args=[SLUG, 1, 1])

    def sent(self, round_goal, **change):
        return {
            "goal": round_goal.pk,
            "section": "challenge",
            "speaker": "",
            "text": "Budgets are not published.",
            **change,
        }

    def test_they_are_recorded_by_name_or_as_a_participants(
        self, meeting, round_goal, expert, rapporteur, sign_in
    ):
        client = sign_in(rapporteur)
        client.post(self.ADD, self.sent(round_goal))
        named = self.sent(round_goal, speaker=expert.pk, section="recommendation")
        for _ in range(2):
            assert client.post(self.ADD, named).status_code == 302
        assert Contribution.objects.count() == 2
        text = client.get(MEETING).content.decode()
        assert "a participant" in text
        assert "Budgets are not published." in text

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"text": "  "}, "text"),
            ({"section": "gossip"}, "section"),
            ({"section": ""}, "section"),
            ({"goal": "999999"}, "goal"),
            ({"speaker": "999999"}, "speaker"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field(
        self, meeting, round_goal, rapporteur, sign_in, change, field
    ):
        page = sign_in(rapporteur).post(self.ADD, self.sent(round_goal, **change))
        assert page.status_code == 422
        assert list(page.context["contribution"].errors) == [field]
        if field != "text":
            assert "Budgets are not published." in page.content.decode()
        assert not Contribution.objects.exists()

    def test_a_correction_names_what_it_corrects_and_both_stay(
        self, meeting, round_goal, rapporteur, sign_in
    ):
        client = sign_in(rapporteur)
        client.post(self.ADD, self.sent(round_goal, text="Wrong words"))
        first = Contribution.objects.get()
        filled = client.get(f"{MEETING}?correct={first.pk}").content.decode()
        assert f'name="corrects" value="{first.pk}"' in filled
        right = self.sent(round_goal, text="Right words", corrects=first.pk)
        assert client.post(self.ADD, right).status_code == 302
        (on_goal,) = client.get(MEETING).context["goals_said"]
        assert [one.contribution.text for one in on_goal.said] == ["Right words"]
        assert on_goal.said[0].earlier == [first]
        again = self.sent(round_goal, text="Other words", corrects=first.pk)
        page = client.post(self.ADD, again)
        assert page.status_code == 422
        assert "What stands now: “Right words”" in page.content.decode()
        assert "Other words" in page.content.decode()

    def test_they_are_as_blind_as_the_panel(
        self, meeting, round_goal, rapporteur, coordinator, experts, sign_in
    ):
        sign_in(rapporteur).post(self.ADD, self.sent(round_goal))
        client = sign_in(experts[0])
        assert "Budgets" not in client.get(MEETING).content.decode()
        reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=timezone.now())
        assert "Budgets" in client.get(MEETING).content.decode()

    def test_nothing_is_recorded_before_the_round_opens(
        self, frozen, rapporteur, sign_in
    ):
        round_ = factories.prepare(frozen.scorecard, {5: "keep"})
        add_meeting(
            round_=round_,
            starts_at=factories.NOW,
            minutes_long=60,
            place="Almaty",
            agenda=round_.round_goals.all(),
        )
        page = sign_in(rapporteur).post(self.ADD, self.sent(round_.round_goals.get()))
        assert page.status_code == 422
        assert "Budgets are not published." in page.content.decode()

    def test_observers_and_experts_do_not_record(
        self, meeting, round_goal, observer, expert, sign_in
    ):
        for member in (observer, expert):
            page = sign_in(member).post(self.ADD, self.sent(round_goal))
            assert page.status_code == 404
        assert not Contribution.objects.exists()

    def test_thirty_cost_as_many_queries_as_one(
        self, meeting, round_goal, rapporteur, experts, sign_in
    ):
        client = sign_in(rapporteur)

        def say(text):
            add_contribution(
                meeting_id=meeting.pk,
                round_goal_id=round_goal.pk,
                section="challenge",
                text=text,
                by=rapporteur,
                speaker=experts[0],
                now=factories.NOW,
            )

        say("Once")
        client.get(MEETING)
        with CaptureQueriesContext(connection) as few:
            client.get(MEETING)
        for number in range(30):
            say(f"Again {number}")
            factories.make_expert(
                scorecard=meeting.round.scorecard, name=f"Expert {number}", goals=[5]
            )
        with CaptureQueriesContext(connection) as many:
            client.get(MEETING)
        assert len(many) == len(few)
