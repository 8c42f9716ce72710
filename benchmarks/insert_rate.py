"""What keeping the tallies takes of the rate at which responses are stored.

    .venv/bin/python benchmarks/insert_rate.py --postgresql postgres://postgres@127.0.0.1

Once on SQLite and once on that PostgreSQL server, as benchmarks/tallies.py. Responses
of 170 ratings are stored by the project's own code, one by one and in hundreds, as the
API and an uploaded table do: by turns with the tallies, which is to list them as not
folded and to fold them at the end of the turn, and without any of that.

Medians over all turns. CPU is this process and, on PostgreSQL, the one that serves it
on this machine: what others do at the same time weighs on the rate, hardly on that.
Exit code 1 if the tallies take more of the rate than is promised.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.counts.databases import database_cpu, on_both, prepare  # noqa: E402
from benchmarks.counts.made import some_ratings, tidy_up  # noqa: E402

AT_MOST = 0.15


class Cost(NamedTuple):
    """Of one turn, in seconds. `cpu`: including the database's."""

    wall: float
    cpu: float


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", default="", help="the server's address")
    parser.add_argument("--responses", type=int, default=400, help="in each turn")
    parser.add_argument("--turns", type=int, default=10, help="of either kind")
    return parser.parse_args()


# ---------------------------------------------------------------- in a database's child


class Storing:
    """One scorecard, and responses enough for it."""

    def __init__(self, instrument: Any, at_once: int, in_a_turn: int) -> None:
        from tests import factories

        self.scorecard = factories.make_scorecard(
            instrument=instrument, slug=f"inserts-of-{at_once}"
        )
        self.goals = list(instrument.goals.all())
        self.chance = random.Random(at_once)
        self.at_once, self.in_a_turn = at_once, in_a_turn
        self.database_cpu = database_cpu()

    def submissions(self) -> list[Any]:
        from surveys.intake.checks import GoalChecked
        from surveys.intake.storing import Submission

        return [
            Submission(
                scorecard_id=self.scorecard.pk,
                origin="api",
                receipt=f"{self.chance.random()}",
                language="en",
                submitted_on=date(2022, 5, 1),
                goals=[
                    GoalChecked(goal.pk, some_ratings(self.chance)[0], {})
                    for goal in self.goals
                ],
                profile={"sector": "ngo"},
            )
            for _ in range(self.in_a_turn)
        ]

    def with_tallies(self, rows: list[Any]) -> None:
        from surveys.tallies import fold_tallies

        self._store(rows)
        while fold_tallies(self.scorecard):
            pass

    def bare(self, rows: list[Any]) -> None:
        with nothing_waits():
            self._store(rows)

    def _store(self, rows: list[Any]) -> None:
        from surveys.intake.storing import store_responses

        for first in range(0, len(rows), self.at_once):
            store_responses(rows[first : first + self.at_once])

    def cost(self, way: Callable[[list[Any]], None]) -> Cost:
        rows = self.submissions()
        tidy_up()
        started = time.perf_counter(), time.process_time() + self.database_cpu()
        way(rows)
        ended = time.perf_counter(), time.process_time() + self.database_cpu()
        return Cost(
            *(after - before for before, after in zip(started, ended, strict=True))
        )


@contextmanager
def nothing_waits() -> Iterator[None]:
    """Inside, a response that is stored is not listed as one to be folded."""
    from surveys.intake import storing
    from surveys.models import UnfoldedResponse

    insert = storing._insert

    def insert_the_rest(model: type, columns: Any, rows: Any) -> None:
        if model is not UnfoldedResponse:
            insert(model, columns, rows)

    storing._insert = insert_the_rest
    try:
        yield
    finally:
        storing._insert = insert


def measure(instrument: Any, at_once: int, wanted: argparse.Namespace) -> dict:
    storing = Storing(instrument, at_once, wanted.responses)
    for way in (storing.with_tallies, storing.bare):
        storing.cost(way)
    kept, bare = [], []
    for _ in range(wanted.turns):
        kept.append(storing.cost(storing.with_tallies))
        bare.append(storing.cost(storing.bare))
    rate, bare_rate = (
        wanted.responses / statistics.median(one.wall for one in costs)
        for costs in (kept, bare)
    )
    cpu, bare_cpu = (
        statistics.median(one.cpu for one in costs) for costs in (kept, bare)
    )
    return {
        "at once": at_once,
        "kept": rate,
        "bare": bare_rate,
        "share": 1 - rate / bare_rate,
        "kept cpu": 1000 * cpu / wanted.responses,
        "bare cpu": 1000 * bare_cpu / wanted.responses,
        "cpu share": 1 - bare_cpu / cpu,
    }


def measure_all(wanted: argparse.Namespace) -> list[dict]:
    instrument = prepare()
    return [measure(instrument, at_once, wanted) for at_once in (1, 100)]


# ------------------------------------------------------------------------------- main


def told(name: str, rates: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{name}, {one['at once']} at once: {one['bare']:,.0f} a second bare, "
        f"{one['kept']:,.0f} with the tallies, {100 * one['share']:.1f} % less; "
        f"CPU {one['bare cpu']:.2f} and {one['kept cpu']:.2f} ms each, "
        f"a share of {100 * one['cpu share']:.1f} %"
        for one in rates
    )


def missed(name: str, rates: list[dict[str, Any]]) -> list[str]:
    return [
        f"{name}, {one['at once']} at once: not at most {100 * AT_MOST:.0f} % less"
        for one in rates
        if one["share"] > AT_MOST
    ]


if __name__ == "__main__":
    sys.exit(on_both(arguments(), measure_all, told, missed))
