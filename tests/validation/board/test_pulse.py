"""The pulse: what a board that is open is told each second, and what it is not."""

import pytest
from django.core.signing import TimestampSigner
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories
from validation.board import pulse
from validation.board.pulse import PulseFirst, Version, Versions, make_token
from validation.rounds.services import close_round, reveal_goal

pytestmark = pytest.mark.django_db


class Clock:
    """Stands still until it is moved."""

    time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The process reads the counters anew as often as the test says."""
    clock = Clock()
    monkeypatch.setattr(pulse, "versions", Versions(clock))
    # The test's connection is the only one that sees its rows.
    monkeypatch.setattr(pulse, "close_old_connections", lambda: None)
    return clock


def ask(token: str, etag: str = "", method: str = "GET") -> tuple[int, dict, bytes]:
    """What the web server gets from the layer, if Django answers "Django"."""
    sent = {}

    def start_response(status, headers):
        sent.update(status=int(status[:3]), headers=dict(headers))

    def django(environ, start):
        start("200 OK", [])
        return [b"Django"]

    body = PulseFirst(django)(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/pulse/{token}/",
            "HTTP_IF_NONE_MATCH": etag,
        },
        start_response,
    )
    return sent["status"], sent["headers"], b"".join(body)


def test_an_unchanged_board_costs_no_query_at_all(clock, round_goal, coordinator):
    token = make_token(coordinator, round_goal, is_shown=True)
    _, headers, _ = ask(token)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _ in range(100):
            assert ask(token, headers["ETag"])[0] == 304
    assert len(queries) == 0


def test_one_query_reads_the_counters_of_all_goals_for_all_experts(
    clock, open_round, coordinator, experts
):
    tokens = [
        make_token(member, round_goal, is_shown=True)
        for member in (coordinator, *experts)
        for round_goal in open_round.round_goals.all()
    ]
    with CaptureQueriesContext(connection) as queries:
        for token in tokens:
            ask(token)
    assert len(queries) == 1


def test_a_change_is_told_half_a_second_later(clock, round_goal, coordinator, expert):
    token = make_token(coordinator, round_goal, is_shown=True)
    etag = ask(token)[1]["ETag"]
    factories.propose(round_goal, expert, 30)
    clock.time += 0.4
    assert ask(token, etag)[0] == 304
    clock.time += 0.1
    status, headers, body = ask(token, etag)
    assert status == 200
    assert body.decode() == headers["ETag"] == '"1.0"'
    assert ask(token, headers["ETag"])[0] == 304


def test_what_another_process_knew_earlier_is_not_news(clock, round_goal, coordinator):
    token = make_token(coordinator, round_goal, is_shown=True)
    assert ask(token, '"7.1"')[0] == 304
    assert ask(token, "nonsense")[0] == 200


def test_a_token_for_the_blind_carries_no_counter(
    clock, round_goal, experts, coordinator
):
    """The secret is there first: two proposals and a support."""
    _aigul, bolat, dana = experts
    secret = factories.propose(round_goal, bolat, "27.25")
    factories.propose(round_goal, dana, 61)
    factories.support(secret, dana)
    token = make_token(experts[0], round_goal, is_shown=False)
    before = ask(token)
    assert before[2] == b'"0.0"'
    factories.propose(round_goal, bolat, 28)
    clock.time += 10
    assert ask(token) == before
    assert ask(token, '"0.0"')[0] == 304


@pytest.mark.parametrize("happens", ["reveal", "close", "settle"])
def test_the_blind_are_told_when_the_panel_is_opened_to_them(
    clock, round_goal, experts, coordinator, happens
):
    first = factories.propose(round_goal, experts[1], 30)
    factories.propose(round_goal, experts[2], 31)
    factories.support(first, experts[2])
    token = make_token(experts[0], round_goal, is_shown=False)
    etag = ask(token)[1]["ETag"]
    if happens == "reveal":
        reveal_goal(round_goal_id=round_goal.pk, by=coordinator, now=factories.NOW)
    elif happens == "close":
        close_round(round_id=round_goal.round_id, by=coordinator, now=timezone.now())
    else:
        factories.settle(round_goal, by=coordinator)
    clock.time += 1
    status, headers, _ = ask(token, etag)
    assert status == 200
    assert headers["ETag"].startswith('"0.')


def test_pages_give_the_blind_a_token_without_and_the_others_one_with_the_counter(
    clock, round_goal, experts, coordinator, sign_in
):
    factories.propose(round_goal, experts[1], "27.25")
    factories.propose(round_goal, experts[2], 30)

    def told(member) -> bytes:
        board = sign_in(member).get(reverse("board", args=["kazakhstan-2022", 1, 5]))
        assert board.status_code == 200
        return ask(board.context["now"].token)[2]

    assert told(experts[0]) == b'"0.0"'
    assert told(experts[1]) == told(coordinator) == b'"2.0"'


def test_tokens_that_are_no_good_are_not_found(clock, round_goal, coordinator):
    good = make_token(coordinator, round_goal, is_shown=True)
    forged = good.replace(":1:", ":0:", 1) if ":1:" in good else good[:-1]
    other = TimestampSigner(salt="another").sign(f"{coordinator.pk}:{round_goal.pk}:1")
    for token in (forged[:-1], other, "", "1:1:1"):
        assert ask(token)[0] == 404


def test_a_token_runs_out(clock, round_goal, coordinator, monkeypatch):
    token = make_token(coordinator, round_goal, is_shown=True)
    assert ask(token)[0] == 200
    monkeypatch.setattr(pulse, "TOKEN_LIVES", -1)
    assert ask(token)[0] == 404


def test_a_database_that_is_down_is_said_and_not_asked_more_often(
    clock, round_goal, coordinator, monkeypatch
):
    token = make_token(coordinator, round_goal, is_shown=True)
    asked = []

    def down():
        asked.append(1)
        raise DatabaseError

    monkeypatch.setattr(pulse, "_read", down)
    assert [ask(token)[0] for _ in range(5)] == [503] * 5
    assert len(asked) == 1


def test_a_round_long_closed_has_nothing_new(clock, round_goal, coordinator):
    factories.propose(
        round_goal,
        factories.make_expert(scorecard=coordinator.scorecard, name="Late", goals=[5]),
        30,
    )
    close_round(round_id=round_goal.round_id, by=coordinator, now=factories.NOW)
    token = make_token(coordinator, round_goal, is_shown=True)
    assert ask(token, '"2.2"')[0] == 304


def test_everything_else_goes_to_django(clock, round_goal, coordinator):
    token = make_token(coordinator, round_goal, is_shown=True)
    assert ask(token, method="POST")[2] == b"Django"


def test_django_answers_the_same_where_the_layer_is_missing(
    clock, round_goal, coordinator, client
):
    address = reverse(
        "pulse", args=[make_token(coordinator, round_goal, is_shown=True)]
    )
    answer = client.get(address)
    assert (answer.status_code, answer["ETag"]) == (200, '"0.0"')
    unchanged = client.get(address, headers={"If-None-Match": '"0.0"'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not unchanged.cookies
    assert client.get(reverse("pulse", args=["1:2:1"])).status_code == 404


def test_versions_compare_counter_and_state():
    assert Version.parse('W/"3.1"') == Version(3, 1)
    assert Version.parse("x.y") is None
    assert Version(3, 1).is_known_to(Version(4, 1))
    assert not Version(3, 2).is_known_to(Version(4, 1))
    assert not Version(3, 1).is_known_to(None)
