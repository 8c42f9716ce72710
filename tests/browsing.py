"""Waiting in a real browser: for what the page says or does, never for time to pass."""

import re
import threading
import time

from django.core.signals import request_finished, request_started
from playwright.sync_api import Error, Page, expect

# Seconds. Long enough for a machine on which everything else happens too: a test that
# passes never waits for it to end.
PATIENCE = 45
DESTROYED = "Execution context was destroyed"


def be_patient() -> None:
    """How long `expect` waits; a page's own patience is set with its context."""
    expect.set_options(timeout=PATIENCE * 1000)


def until(page: Page, condition: str) -> None:
    """Wait until the script says so, also over a page that loads again meanwhile.

    Playwright's own `wait_for_function` needs `eval`, which the pages forbid.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if page.evaluate(condition):
                return
        except Error as error:
            if DESTROYED not in error.message:
                raise
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def one_question_later(page: Page, address: re.Pattern[str]) -> None:
    """Until a page that asks the server again and again has dealt with an answer.

    The question under way may be older than what the test just did. The next one is
    not, and the one after that is asked when its answer was taken over.
    """
    for _ in range(3):
        with page.expect_request(address):
            pass


# ------------------------------------------------------- what the server still does

_changed = threading.Condition()
_at_work: set[int] = set()


def watch_requests() -> None:
    """Know of the live server's threads which are at a request. Called once, by tests'
    own thread, whose clients' requests are not meant."""
    own = threading.get_ident()

    def started(**_: object) -> None:
        if threading.get_ident() != own:
            _at_work.add(threading.get_ident())

    def finished(**_: object) -> None:
        with _changed:
            _at_work.discard(threading.get_ident())
            _changed.notify_all()

    request_started.connect(started, weak=False)
    request_finished.connect(finished, weak=False)


def until_no_request_runs() -> None:
    """Emptying the tables under a request that writes may block both for ever."""
    with _changed:
        is_quiet = _changed.wait_for(lambda: not _at_work, PATIENCE)
        _at_work.clear()
    assert is_quiet, "a request hangs"
