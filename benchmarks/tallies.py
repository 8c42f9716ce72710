"""What the figures of all cells cost, for 61 responses and for a million.

    .venv/bin/python benchmarks/tallies.py --postgresql postgres://postgres@127.0.0.1
    .venv/bin/python benchmarks/tallies.py --million --postgresql …

Once on SQLite, in a folder of its own, and once on that PostgreSQL server, in a
database of its own; both are removed at the end. Responses are made by SQL, past the
triggers; they are folded, counted and read by the project's own code. For each size it
compares every count with a GROUP BY over all answers, then times

- reading the tallies, and working out n, mean, standard deviation, median and
  distribution of the 170 cells from them, all folded and with 1,000 not folded in;
- one tally alone, and that GROUP BY.

Times are medians. CPU is this process and, on PostgreSQL, the one that serves it on
this machine: others who work at the same time weigh on the time, hardly on that. Exit
code 1 if a promise is broken: see PROMISES. What keeping the tallies costs whoever
stores a response: benchmarks/insert_rate.py.
"""

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.counts.databases import database_cpu, on_both, prepare  # noqa: E402
from benchmarks.counts.made import (  # noqa: E402
    KEY_AREAS,
    make_pool,
    make_responses,
    tidy_up,
)

SIZES = (61, 10_000, 100_000)
MILLION = 1_000_000
TAIL = 1000
GOALS = 17
# As often as a server tidies up that folds every half a minute.
FOLDS_BEFORE_TIDYING = 10
PROMISES = {
    "exact": "every count is that of GROUP BY",
    "flat": "figures cost at most 1.5 times what they cost at 10,000 responses",
    "tail": f"figures in under 100 ms with {TAIL:,} responses not folded in",
}
GROUP_BY = """
SELECT g.number, i.number, substr(a.ratings, i.number, 1), count(*)
  FROM surveys_answer a
  JOIN surveys_response r ON r.id = a.response_id
  JOIN surveys_goal g ON g.id = a.goal_id
  JOIN surveys_indicator i ON i.instrument_id = g.instrument_id
 WHERE r.scorecard_id = %s
 GROUP BY g.number, i.number, substr(a.ratings, i.number, 1)
"""
SUMS = """
SELECT g.number, a.answered, a.total, count(*)
  FROM surveys_answer a
  JOIN surveys_response r ON r.id = a.response_id
  JOIN surveys_goal g ON g.id = a.goal_id
 WHERE r.scorecard_id = %s
 GROUP BY g.number, a.answered, a.total
"""
# Those made last: what is counted of them is added to what was counted before.
ONLY_LAST = (
    "WHERE r.scorecard_id = %s",
    "WHERE r.scorecard_id = %s AND r.id IN (SELECT id FROM people)",
)
ONE_TALLY = """
SELECT code, n FROM surveys_tally
 WHERE scorecard_id = %s AND goal_id = %s AND indicator_id = %s
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", default="", help="the server's address")
    parser.add_argument("--million", action="store_true", help="1,000,000 as well")
    return parser.parse_args()


# ---------------------------------------------------------------- in a database's child


def milliseconds(action: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def cpu_milliseconds(action: Callable[[], Any], times: int) -> float:
    """Of each time: the system counts the other process in hundredths of a second."""
    of_database = database_cpu()
    started = time.process_time() + of_database()
    for _ in range(times):
        action()
    return 1000 * (time.process_time() + of_database() - started) / times


def group_by(scorecard: Any, only_last: bool = False) -> tuple[Counter, Counter]:
    from django.db import connection

    with connection.cursor() as cursor:
        counted = []
        for query in (GROUP_BY, SUMS):
            cursor.execute(
                query.replace(*ONLY_LAST) if only_last else query, [scorecard.pk]
            )
            counted.append(Counter({tuple(key): n for *key, n in cursor.fetchall()}))
    cells, sums = counted
    return cells, sums


def is_exact(scorecard: Any, cells: Counter, sums: Counter) -> bool:
    from surveys.tallies import read_tallies

    tallies = read_tallies(scorecard)
    read = {
        (*cell, code): n
        for cell, codes in tallies.cells.items()
        for code, n in codes.items()
    }
    read_sums = {
        (goal, *key): n
        for goal, sums in tallies.respondents.items()
        for key, n in sums.items()
    }
    people = scorecard.responses.count()
    return (read, read_sums, tallies.responses) == (dict(cells), dict(sums), people)


def figures(scorecard: Any) -> None:
    """n, mean, sd, median, distribution of every cell; goals and their intervals."""
    from surveys.averages import survey_averages
    from surveys.tallies import read_tallies

    averages = survey_averages(scorecard, read_tallies(scorecard))
    cells = [cell for goal in averages.goals.values() for cell in goal.indicators]
    assert len(cells) == GOALS * KEY_AREAS
    assert all(
        None not in (cell.mean, cell.median, cell.standard_deviation) and cell.tally
        for cell in cells
    )


def one_tally(scorecard: Any) -> Callable[[], None]:
    """What reads the codes of one cell."""
    from django.db import connection

    goal = scorecard.instrument.goals.first()
    indicator = scorecard.instrument.indicators.first()

    def read() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ONE_TALLY, [scorecard.pk, goal.pk, indicator.pk])
            cursor.fetchall()

    return read


def fold_all(scorecard: Any) -> float:
    """Seconds that folding took, without the tidying up in between."""
    from surveys.tallies import fold_tallies

    taken, folds = 0.0, 0
    while True:
        started = time.perf_counter()
        folded = fold_tallies(scorecard)
        taken += time.perf_counter() - started
        if not folded:
            return taken
        folds += 1
        if folds % FOLDS_BEFORE_TIDYING == 0:
            tidy_up(
                "surveys_tally", "surveys_respondenttally", "surveys_unfoldedresponse"
            )


def measure(instrument: Any, size: int) -> dict[str, Any]:
    """One scorecard of this size, folded; then with the tail."""
    from surveys.tallies import read_tallies
    from tests import factories

    scorecard = factories.make_scorecard(instrument=instrument, slug=f"of-{size}")
    started = time.perf_counter()
    make_responses(scorecard, 1, size)
    making = time.perf_counter() - started
    tidy_up()
    folding = fold_all(scorecard)
    tidy_up()  # as autovacuum does between folds, here made within seconds
    started = time.perf_counter()
    cells, sums = group_by(scorecard)
    grouping = 1000 * (time.perf_counter() - started)
    found = {
        "responses": size,
        "exact": is_exact(scorecard, cells, sums),
        "making, seconds": making,
        "folding, of 1,000": 1000 * folding * 1000 / size,
        "one tally": milliseconds(one_tally(scorecard), 200),
        "all tallies": milliseconds(lambda: read_tallies(scorecard), 15),
        "figures": milliseconds(lambda: figures(scorecard), 15),
        "figures, CPU": cpu_milliseconds(lambda: figures(scorecard), 25),
        "GROUP BY": grouping,
    }
    make_responses(scorecard, size + 1, size + TAIL)
    more_cells, more_sums = group_by(scorecard, only_last=True)
    found["exact with tail"] = is_exact(scorecard, cells + more_cells, sums + more_sums)
    found["figures with tail"] = milliseconds(lambda: figures(scorecard), 15)
    found["with tail, CPU"] = cpu_milliseconds(lambda: figures(scorecard), 25)
    fold_all(scorecard)
    return found


def measure_all(wanted: argparse.Namespace) -> list[dict]:
    instrument = prepare()
    make_pool()
    sizes = (*SIZES, MILLION) if wanted.million else SIZES
    found = []
    for size in sizes:
        found.append(measure(instrument, size))
        sys.stderr.write(f"{found[-1]}\n")
    return found


# ------------------------------------------------------------------------------- main


def missed(name: str, sizes: list[dict[str, Any]]) -> list[str]:
    """The promises that this database did not keep."""
    at_ten_thousand = next(
        one["figures"] for one in sizes if one["responses"] == 10_000
    )
    found = []
    for one in sizes:
        where = f"{name}, {one['responses']:,} responses"
        if not (one["exact"] and one["exact with tail"]):
            found.append(f"{where}: not {PROMISES['exact']}")
        if one["figures"] > 1.5 * at_ten_thousand:
            found.append(f"{where}: not {PROMISES['flat']}")
        if one["figures with tail"] >= 100:
            found.append(f"{where}: not {PROMISES['tail']}")
    return found


def table(name: str, sizes: list[dict[str, Any]]) -> str:
    lines = [f"{name}, milliseconds", ""]
    lines.append(" | ".join(f"{column:>17}" for column in sizes[0]))
    for one in sizes:
        cells = (
            f"{value:>17.2f}"
            if isinstance(value, float)
            else f"{value:>17,}"
            if type(value) is int
            else f"{'yes' if value else 'NO':>17}"
            for value in one.values()
        )
        lines.append(" | ".join(cells))
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(on_both(arguments(), measure_all, table, missed))
