"""What every test may ask for. Fixtures that build on each other share one scorecard:

scorecard (open) -> closed_scorecard (five responses) -> frozen -> open_round
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Page

from surveys.collected.api import submitting
from surveys.intake import (
    answerpages,
    blueprints,
    offline,
    outlines,
    progress,
    rows,
)
from surveys.jobs.services import claim_next_job, run_job
from surveys.models import Instrument, Member, Role, Scorecard
from tests import factories
from tests.browsing import (
    PATIENCE,
    be_patient,
    until_no_request_runs,
    watch_requests,
)
from tests.lifting import let_tests_flush
from validation.board import look, parts, pulse, voices
from validation.models import Baseline, Round, RoundGoal

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
NO_CHROMIUM = "no chromium was found"
NO_POSTGRESQL = "this run is on SQLite; DATABASE_URL names no PostgreSQL server"

# What a fresh clone does needs to be tried once, and it starts on SQLite.
collect_ignore = ["test_fresh_clone.py"] if ON_POSTGRESQL else []

# One of many runs must not fail because a machine was slow to think of examples.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")

not_run: dict[str, list[str]] = {}

# ------------------------------------------------------------------ running the suite


def pytest_configure(config: pytest.Config) -> None:
    let_tests_flush()
    be_patient()
    watch_requests()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))
        if item.get_closest_marker("postgresql") and not ON_POSTGRESQL:
            item.add_marker(pytest.mark.skip(reason=NO_POSTGRESQL))
        if not _touches_a_database(item):
            item.add_marker(pytest.mark.without_database)
    # What takes long is begun first, or one process is still at it when all others
    # have nothing left to do.
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _touches_a_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"} & set(item.fixturenames)  # type: ignore[attr-defined]
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _remember(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _remember(report)


def _remember(report: Any) -> None:
    reason = report.longrepr[2] if report.longrepr else "no reason given"
    not_run.setdefault(reason.removeprefix("Skipped: "), []).append(report.nodeid)


def _unexcused() -> list[str]:
    """Reasons that CI does not accept: it runs the suite once on each database."""
    return [reason for reason in not_run if reason != NO_POSTGRESQL]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if IN_CI and _unexcused() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not not_run:
        return
    terminalreporter.section("not run")
    for reason, tests in not_run.items():
        count = "1 test" if len(tests) == 1 else f"{len(tests)} tests"
        terminalreporter.line(f"{count} could not be run: {reason}")
        for test in tests:
            terminalreporter.line(f"    {test}")
    if IN_CI and _unexcused():
        terminalreporter.line("CI runs everything: this is a failure.", red=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox"],
    }


@pytest.fixture(autouse=True)
def _no_request_outlives_its_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """The browser is gone before the rows are, but not what it had just asked for."""
    if "live_server" in request.fixturenames:
        request.getfixturevalue("transactional_db")
    yield
    until_no_request_runs()


@pytest.fixture
def new_context(new_context: Callable[..., Any]) -> Callable[..., Any]:
    """new_context(…) -> a browser's memory of its own, which goes with the test."""

    def opened(**options: Any) -> Any:
        context = new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        return context

    return opened


@pytest.fixture
def window(new_context: Callable[..., Any], live_server: Any) -> Callable[..., Page]:
    """window(member, width) -> a browser window, signed in as the member if given."""

    def opened(
        member: Member | None = None, width: int = 1280, height: int = 800, **options
    ) -> Page:
        context = new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            **options,
        )
        if member:
            client = Client()
            client.force_login(member.user, settings.AUTHENTICATION_BACKENDS[0])
            session = client.cookies["sessionid"].value
            context.add_cookies(
                [{"name": "sessionid", "value": session, "url": live_server.url}]
            )
        return context.new_page()

    return opened


# ----------------------------------------------------------------- what tests are given


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> None:
    """Limits on sign-in are counted in the cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_page_was_made_before() -> None:
    """What a process keeps outlives the rows that a test undoes."""
    for kept in (blueprints, offline, outlines, progress, rows):
        kept.forget_everything()
    for cached in (answerpages._fields, submitting._asked):
        cached.cache_clear()
    for shelf in (look.looks, look.granted, parts.pieces, pulse.versions):
        shelf.forget()
    for shelf in (voices.panels, voices.survey_percents):
        shelf.forget()


@pytest.fixture(autouse=True)
def _nobody_has_read_in_another_language() -> Iterator[None]:
    """A request leaves its language behind in the thread that the test client uses."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def now() -> datetime:
    """One moment, always the same: after the survey opened and `close_survey`."""
    return factories.NOW


@pytest.fixture
def instrument(db: None) -> Instrument:
    """tests/instruments/small.yaml: goals 1, 5, 13 x indicators 1 to 4."""
    return factories.make_small_instrument()


@pytest.fixture
def standard_instrument(db: None) -> Instrument:
    return factories.make_standard_instrument()


@pytest.fixture
def scorecard(instrument: Instrument) -> Scorecard:
    """Its survey is open and empty; the smallest group is 5."""
    return factories.make_scorecard(instrument=instrument)


@pytest.fixture
def other_scorecard(instrument: Instrument) -> Scorecard:
    """Another study with the same questionnaire."""
    return factories.make_scorecard(
        instrument=instrument,
        slug="uzbekistan-2023",
        place={"en": "Uzbekistan", "ru": "Узбекистан"},
        year=2023,
    )


@pytest.fixture
def respond() -> Callable[..., Any]:
    """respond(scorecard, {1: "2134", 5: "3?-/"}, texts=…, profile=…) -> Response."""
    return factories.respond


@pytest.fixture
def coordinator(scorecard: Scorecard) -> Member:
    return factories.make_member(scorecard=scorecard, role=Role.COORDINATOR)


@pytest.fixture
def rapporteur(scorecard: Scorecard) -> Member:
    return factories.make_member(scorecard=scorecard, role=Role.RAPPORTEUR)


@pytest.fixture
def observer(scorecard: Scorecard) -> Member:
    return factories.make_member(scorecard=scorecard, role=Role.OBSERVER)


@pytest.fixture
def experts(scorecard: Scorecard) -> list[Member]:
    """Aigul, Bolat and Dana: the panel of goals 1 and 5."""
    return [
        factories.make_expert(scorecard=scorecard, name=name, goals=[1, 5])
        for name in ("Aigul", "Bolat", "Dana")
    ]


@pytest.fixture
def expert(experts: list[Member]) -> Member:
    """Aigul, the first of the panel."""
    return experts[0]


@pytest.fixture
def climate_expert(scorecard: Scorecard) -> Member:
    """On the panel of goal 13 only: an outsider to goals 1 and 5."""
    return factories.make_expert(scorecard=scorecard, name="Yerlan", goals=[13])


@pytest.fixture
def stranger(other_scorecard: Scorecard) -> Member:
    """Coordinator of the other scorecard, nobody on this one."""
    return factories.make_member(scorecard=other_scorecard, role=Role.COORDINATOR)


@pytest.fixture
def sign_in() -> Callable[[Member], Client]:
    """sign_in(member) -> a test client in which this person is signed in."""

    def signed_in(member: Member) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    return signed_in


@pytest.fixture
def closed_scorecard(scorecard: Scorecard) -> Scorecard:
    """The same scorecard after five responses (factories.FIVE_RESPONSES), closed."""
    for ratings in factories.FIVE_RESPONSES:
        factories.respond(scorecard, ratings)
    return factories.close_survey(scorecard)


@pytest.fixture
def frozen(closed_scorecard: Scorecard, coordinator: Member) -> Baseline:
    """The baseline of the same scorecard: 30, 38 and no percent for goals 1, 5, 13."""
    return factories.freeze(closed_scorecard, by=coordinator)


@pytest.fixture
def open_round(frozen: Baseline, coordinator: Member, experts: list[Member]) -> Round:
    """Round 1, open and blind: goal 1 by agreement, goal 5 by supported scores."""
    return factories.make_open_round(
        frozen.scorecard, {1: "agreed", 5: "mean_of_supported"}, by=coordinator
    )


@pytest.fixture
def round_goal(open_round: Round) -> RoundGoal:
    """Goal 5 in the open round."""
    return open_round.round_goals.get(goal__number=5)


# ------------------------------------------------------------------------------ jobs


@pytest.fixture
def work_off() -> Callable[[], None]:
    """Do what waits, as a worker would."""

    def do_all() -> None:
        while job := claim_next_job(timezone.now()):
            run_job(job)

    return do_all


@pytest.fixture(autouse=True)
def _kept_in_a_folder_that_goes(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for every time that a worker was rung for again."""
    calls: list[bool] = []
    monkeypatch.setattr(
        "surveys.jobs.watching.wake_a_worker", lambda: calls.append(True)
    )
    return calls
