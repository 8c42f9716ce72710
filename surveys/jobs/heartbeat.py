"""A beat beside work that cannot be interrupted to report how far it is."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from surveys.jobs.services import ClaimLost, report_progress
from surveys.models import Job

# Well within the silence after which a job counts as left behind.
SECONDS = 15.0


@contextmanager
def beating(job: Job, seconds: float = SECONDS) -> Iterator[None]:
    """Repeat the last progress that `job` reported, until the block ends.

    Whoever lost the claim learns it from their own next report, or at the end.
    """
    stopped = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, seconds, stopped.wait))
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _beat(job: Job, seconds: float, wait: Callable[[float], bool]) -> None:
    try:
        while not wait(seconds):
            report_progress(job, job.step, job.steps_done, job.steps_total)
    except ClaimLost:
        pass
    finally:
        # This thread's own connection; nobody else will close it.
        connection.close()
