"""Several people at the same moment: one thread and one connection for each."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

# Seconds; only a test that fails waits so long.
PATIENCE = 300


def together(*actions: Callable[[], Any]) -> list[Any]:
    """What each action returned or the exception it raised, in the order given.

    The threads wait for each other before they start. The test must be transactional:
    threads do not see what an open transaction has written.
    """
    barrier = threading.Barrier(len(actions))
    outcomes: list[Any] = [None] * len(actions)

    def act(place: int, action: Callable[[], Any]) -> None:
        try:
            # Connect first: what is raced for is the action, not the connection.
            connections["default"].ensure_connection()
            barrier.wait(PATIENCE)
            outcomes[place] = action()
        except BaseException as error:  # the test looks at every kind
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=act, args=(place, action), daemon=True)
        for place, action in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a thread waits for ever"
    return outcomes


def failures(outcomes: list[Any]) -> list[BaseException]:
    return [outcome for outcome in outcomes if isinstance(outcome, BaseException)]


def successes(outcomes: list[Any]) -> list[Any]:
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
