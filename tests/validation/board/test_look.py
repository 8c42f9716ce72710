"""What many readers of one board share, and what they must not."""

import re
import threading

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.lifting import triggers_lifted
from validation.board import look
from validation.board.kept import Shelf
from validation.board.remarks import comment_on_goal
from validation.models import Assignment

GOAL = ["kazakhstan-2022", 1, 5]
BOARD = reverse("board", args=GOAL)
NOW = reverse("board_panel", args=GOAL)


class Clock:
    """Stands still until it is moved."""

    time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(look, "looks", Shelf(room=9, seconds=2, clock=clock))
    return clock


@pytest.fixture(autouse=True)
def _nobody_has_looked_before(clock, db):
    look.granted.forget()


@pytest.fixture
def clients(experts, sign_in) -> list[Client]:
    return [sign_in(expert) for expert in experts]


@pytest.fixture
def theirs(round_goal, experts):
    """Aigul and Bolat have proposed, Dana has not; the goal is blind."""
    factories.propose(round_goal, experts[0], 30)
    return factories.propose(
        round_goal, experts[1], "27.25", justification="A quokka", interest="A post"
    )


def told(client: Client, version: str, **more: str):
    return client.get(NOW, headers={"X-Board-Version": version, **more})


def version_on(page) -> str:
    return str(page.context["now"].version)


class TestSharing:
    def test_who_was_told_the_same_asks_the_database_only_who_they_are(
        self, clients, theirs
    ):
        version = version_on(told(clients[0], "1.0"))
        told(clients[1], version)
        with CaptureQueriesContext(connection) as queries:
            page = told(clients[1], version)
        assert "27.25%" in page.content.decode()
        assert [re.findall(r'FROM "(\w+)"', q["sql"])[0] for q in queries] == [
            "django_session",
            "surveys_user",
        ]

    def test_thirty_experts_cost_as_many_queries_as_three(
        self, clients, theirs, round_goal, scorecard
    ):
        def cost(version: str) -> list[int]:
            look.granted.forget()
            counts = []
            for client in clients[:2]:
                with CaptureQueriesContext(connection) as queries:
                    version = version_on(told(client, version))
                counts.append(len(queries))
            return counts

        cost("2.0")
        factories.propose(round_goal, theirs.expert, 26)
        few = cost("3.0")
        for number in range(27):
            expert = factories.make_expert(
                scorecard=scorecard, name=f"Expert {number}", goals=[5]
            )
            factories.propose(round_goal, expert, number)
        assert cost("30.0") == few

    def test_a_change_one_was_told_of_is_never_missing(
        self, clients, theirs, round_goal, coordinator
    ):
        before = version_on(told(clients[0], "2.0"))
        comment_on_goal(
            member=coordinator,
            round_goal_id=round_goal.pk,
            text="A tamarind",
            now=factories.NOW,
        )
        assert "A tamarind" not in told(clients[0], before).content.decode()
        assert "A tamarind" in told(clients[0], "3.0").content.decode()
        assert "A tamarind" in told(clients[1], before).content.decode()

    def test_who_was_told_nothing_gets_what_is_there_now(
        self, clients, theirs, round_goal
    ):
        told(clients[0], "2.0")
        factories.propose(round_goal, theirs.expert, 44)
        for sent in ({}, {"X-Board-Version": "nonsense"}):
            assert "44%" in clients[0].get(NOW, headers=sent).content.decode()

    def test_names_are_written_in_each_readers_language(
        self, clients, theirs, scorecard
    ):
        scorecard.identities = "by_role"
        with triggers_lifted():
            scorecard.save()
        assert "Expert" in told(clients[0], "2.0").content.decode()
        page = told(clients[1], "2.0", **{"Accept-Language": "ru"})
        assert "Эксперт" in page.content.decode()


class TestWhoSees:
    def test_what_is_kept_for_others_is_not_shown_to_a_blind_expert(
        self, clients, theirs
    ):
        version = version_on(told(clients[0], "2.0"))
        assert "quokka" in clients[0].get(NOW).content.decode()
        for asked in (version, "0.0", "0.1", "99.3", "nonsense"):
            page = told(clients[2], asked)
            text = page.content.decode()
            assert page.status_code == 200
            assert [s for s in ("27.25", "quokka", "chart-svg") if s in text] == []
            assert version_on(page) == "0.0"

    def test_an_own_estimate_opens_the_panel_at_the_next_look(
        self, clients, theirs, round_goal, experts
    ):
        told(clients[2], "0.0")
        factories.propose(round_goal, experts[2], 50)
        assert "quokka" in told(clients[2], "3.0").content.decode()

    def test_who_leaves_the_panel_is_a_stranger_when_the_look_is_over(
        self, clients, theirs, experts, clock
    ):
        version = version_on(told(clients[0], "2.0"))
        Assignment.objects.filter(expert=experts[0], goal__number=5).delete()
        clock.time += 2
        assert told(clients[0], version).status_code == 404

    def test_strangers_find_nothing_where_others_have_just_looked(
        self, clients, theirs, stranger, climate_expert, sign_in
    ):
        version = version_on(told(clients[0], "2.0"))
        for client in (Client(), sign_in(stranger), sign_in(climate_expert)):
            assert told(client, version).status_code == 404

    def test_a_yes_is_kept_and_a_no_is_not(self, clients, theirs, experts):
        seen = look.look_at(*GOAL, None)
        assert seen.panel_for(experts[0]) is not None
        with CaptureQueriesContext(connection) as queries:
            assert seen.panel_for(experts[0]) is not None
        assert len(queries) == 0
        assert seen.panel_for(experts[2]) is None
        factories.propose(theirs.round_goal, experts[2], 50)
        assert seen.panel_for(experts[2]) is not None

    def test_a_goal_that_is_not_there_is_asked_for_each_time(self, open_round):
        for _ in range(2):
            with pytest.raises(Http404):
                look.look_at(*GOAL[:2], 17, None)


class TestWhatIsOnesOwn:
    def test_only_the_own_row_is_marked(self, clients, theirs):
        for client, name in ((clients[0], "Aigul"), (clients[1], "Bolat")):
            text = client.get(NOW).content.decode()
            assert re.findall(r'"row">(\w+) <span class="chip is-mine">', text) == [
                name
            ]
            assert "for-expert" not in text

    def test_words_that_look_like_a_mark_stay_words(
        self, clients, theirs, round_goal, experts
    ):
        typed = "<csrf-token-of-the-reader> <for-expert-1>kumquat</for-expert>"
        comment_on_goal(
            member=experts[0],
            round_goal_id=round_goal.pk,
            text=typed,
            now=factories.NOW,
        )
        page = clients[1].get(NOW).content.decode()
        assert "&lt;csrf-token-of-the-reader&gt;" in page
        assert "&lt;for-expert-1&gt;kumquat&lt;/for-expert&gt;" in page
        assert "<csrf-token-of-the-reader>" not in page

    def test_the_own_estimate_is_marked_in_the_strip_and_said(self, clients, theirs):
        for client, value in ((clients[0], "30"), (clients[1], "109/4")):
            text = client.get(NOW).content.decode()
            assert text.count(f'data-role="mine" data-value="{value}"') == 2
            assert "Your estimate lies" in text


class TestShelf:
    def test_who_asks_meanwhile_waits_for_the_one_that_is_made(self):
        shelf: Shelf[int] = Shelf(room=9, seconds=9)
        begun, go_on = threading.Event(), threading.Event()
        made, got = [], []

        def make() -> int:
            made.append(1)
            begun.set()
            assert go_on.wait(20)
            return 7

        askers = [
            threading.Thread(target=lambda: got.append(shelf.get("key", make)))
            for _ in range(4)
        ]
        for asker in askers:
            asker.start()
        assert begun.wait(20)
        go_on.set()
        for asker in askers:
            asker.join(20)
        assert (made, got) == ([1], [7] * 4)

    def test_nothing_is_kept_of_what_failed(self):
        shelf: Shelf[int] = Shelf(room=9, seconds=9)
        with pytest.raises(ZeroDivisionError):
            shelf.get("key", lambda: 1 // 0)
        assert shelf.get("key", lambda: 2) == 2

    def test_what_serves_no_more_is_made_anew(self):
        shelf: Shelf[int] = Shelf(room=9, seconds=9)
        shelf.get("key", lambda: 1)
        assert shelf.get("key", lambda: 2) == 1
        assert shelf.get("key", lambda: 2, still_serves=lambda one: one > 1) == 2
        assert shelf.get("key", lambda: 3) == 2

    def test_it_holds_so_many_and_for_so_long(self):
        clock = Clock()
        shelf: Shelf[int] = Shelf(room=2, seconds=5, clock=clock)
        for key in (1, 2, 3):
            shelf.get(key, lambda key=key: key)
        assert shelf.get(1, lambda: 10) == 10
        assert shelf.get(3, lambda: 30) == 3
        clock.time += 5
        assert shelf.get(3, lambda: 30) == 30
