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

At the end it stores responses one by one and in hundreds, as the API and an uploaded
table do, with and without the tallies. Times are medians. Exit code 1 if a promise is
broken: see PROMISES.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = (61, 10_000, 100_000)
MILLION = 1_000_000
TAIL = 1000
POOL = 5000
GOALS, KEY_AREAS = 17, 10
PROMISES = {
    "exact": "every count is that of GROUP BY",
    "flat": "figures cost at most 1.5 times what they cost at 10,000 responses",
    "tail": f"figures in under 100 ms with {TAIL:,} responses not folded in",
    "insert": "keeping the tallies takes at most 15 % of the insert rate",
}
# The same in both dialects; `people` numbers the responses, `pool` holds ratings.
ANSWERS = """
INSERT INTO surveys_answer (response_id, goal_id, ratings, texts, answered, total)
SELECT people.id, g.id, pool.ratings, '{}', pool.answered, pool.total
  FROM people
  JOIN surveys_goal g ON g.instrument_id = %(instrument)s
  JOIN pool ON pool.n = (people.n * 7919 + g.number * 104729) %% 5000
"""
RESPONSES = """
INSERT INTO surveys_response (id, scorecard_id, language, submitted_on, profile,
                              cross_cutting, origin, minutes, receipt_hash)
SELECT id, %(scorecard)s, 'en', '2022-05-01', '{"sector": "ngo"}', '{}', 'form', 30,
       CAST(id AS varchar(36))
  FROM people
"""
UNFOLDED = "INSERT INTO surveys_unfoldedresponse (response_id) SELECT id FROM people"
PEOPLE = {
    "postgresql": "INSERT INTO people SELECT n, gen_random_uuid()"
    " FROM generate_series(CAST(%(first)s AS int), %(last)s) n",
    "sqlite": "INSERT INTO people WITH RECURSIVE s(n) AS (SELECT %(first)s UNION ALL"
    " SELECT n + 1 FROM s WHERE n < %(last)s) SELECT n, lower(hex(randomblob(16)))"
    " FROM s",
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
ONE_TALLY = """
SELECT code, n FROM surveys_tally
 WHERE scorecard_id = %s AND goal_id = %s AND indicator_id = %s
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", default="", help="the server's address")
    parser.add_argument("--million", action="store_true", help="1,000,000 as well")
    parser.add_argument("--inserts", type=int, default=400, help="stored to compare")
    return parser.parse_args()


# ---------------------------------------------------------------- in a database's child


def milliseconds(action: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)


def prepare() -> Any:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests import factories

    call_command("migrate", verbosity=0)
    instrument = factories.make_standard_instrument()
    chance = random.Random(2022)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE pool (n int PRIMARY KEY, ratings varchar(60),"
            " answered int, total int)"
        )
        cursor.execute(f"CREATE TABLE people (n int, id {_uuid()})")
        cursor.executemany(
            "INSERT INTO pool VALUES (%s, %s, %s, %s)",
            [(n, *_ratings(chance)) for n in range(POOL)],
        )
    return instrument


def _uuid() -> str:
    from django.db import connection

    return "uuid" if connection.vendor == "postgresql" else "char(32)"


def _ratings(chance: random.Random) -> tuple[str, int, int]:
    """Five in a hundred are no score."""
    from surveys.ratings import answered, total

    codes = "".join(
        chance.choice("?/-") if chance.random() < 0.05 else chance.choice("1122233345")
        for _ in range(KEY_AREAS)
    )
    return codes, answered(codes), total(codes)


def add_responses(scorecard: Any, first: int, last: int) -> None:
    """By SQL, past the triggers; they wait to be folded."""
    from django.db import connection

    from tests.lifting import triggers_lifted

    names = {"scorecard": scorecard.pk, "instrument": scorecard.instrument_id}
    with triggers_lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people")
        cursor.execute(PEOPLE[connection.vendor], {"first": first, "last": last})
        cursor.execute(RESPONSES, names)
        cursor.execute(ANSWERS, names)
        cursor.execute(UNFOLDED)


def tidy_up() -> None:
    """As the database does by itself, sooner or later."""
    from django.db import connection

    with connection.cursor() as cursor:
        is_postgresql = connection.vendor == "postgresql"
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "ANALYZE")


def group_by(scorecard: Any) -> tuple[dict, dict]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(GROUP_BY, [scorecard.pk])
        cells = {(g, i, code): n for g, i, code, n in cursor.fetchall()}
        cursor.execute(SUMS, [scorecard.pk])
        return cells, {(g, a, t): n for g, a, t, n in cursor.fetchall()}


def is_exact(scorecard: Any, counted: tuple[dict, dict]) -> bool:
    from surveys.tallies import read_tallies

    tallies = read_tallies(scorecard)
    cells = {
        (*cell, code): n
        for cell, codes in tallies.cells.items()
        for code, n in codes.items()
    }
    sums = {
        (goal, *key): n
        for goal, sums in tallies.respondents.items()
        for key, n in sums.items()
    }
    return (cells, sums) == counted and tallies.responses == scorecard.responses.count()


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


def measure(instrument: Any, size: int) -> dict[str, Any]:
    """One scorecard of this size, folded; then with the tail."""
    from surveys.tallies import fold_tallies, read_tallies
    from tests import factories

    scorecard = factories.make_scorecard(instrument=instrument, slug=f"of-{size}")
    for first in range(1, size + 1, 50_000):
        add_responses(scorecard, first, min(first + 49_999, size))
    tidy_up()
    started = time.perf_counter()
    while fold_tallies(scorecard):
        pass
    folding = time.perf_counter() - started
    tidy_up()  # as autovacuum does between folds, here made within seconds
    started = time.perf_counter()
    counted = group_by(scorecard)
    grouping = 1000 * (time.perf_counter() - started)
    found = {
        "responses": size,
        "exact": is_exact(scorecard, counted),
        "one tally": milliseconds(one_tally(scorecard), 200),
        "all tallies": milliseconds(lambda: read_tallies(scorecard), 15),
        "figures": milliseconds(lambda: figures(scorecard), 15),
        "GROUP BY": grouping,
        "folding, of 1,000": 1000 * folding * 1000 / size,
    }
    add_responses(scorecard, size + 1, size + TAIL)
    found["exact with tail"] = is_exact(scorecard, group_by(scorecard))
    found["figures with tail"] = milliseconds(lambda: figures(scorecard), 9)
    while fold_tallies(scorecard):
        pass
    return found


def measure_inserts(instrument: Any, count: int, at_once: int) -> dict[str, Any]:
    """Storing responses with and without the tallies, by turns."""
    from datetime import date

    from surveys.intake.checks import GoalChecked
    from surveys.intake.storing import Submission, store_responses
    from surveys.models import UnfoldedResponse
    from surveys.tallies import fold_tallies
    from tests import factories

    scorecard = factories.make_scorecard(
        instrument=instrument, slug=f"inserts-of-{at_once}"
    )
    chance = random.Random(at_once)
    goals = list(instrument.goals.all())

    def submissions() -> list[Submission]:
        return [
            Submission(
                scorecard_id=scorecard.pk,
                origin="api",
                receipt=f"{chance.random()}",
                language="en",
                submitted_on=date(2022, 5, 1),
                goals=[GoalChecked(g.pk, _ratings(chance)[0], {}) for g in goals],
                profile={"sector": "ngo"},
            )
            for _ in range(count)
        ]

    def store(rows: list[Submission]) -> float:
        started = time.perf_counter()
        for first in range(0, len(rows), at_once):
            store_responses(rows[first : first + at_once])
        return time.perf_counter() - started

    taken: dict[bool, list[float]] = {True: [], False: []}
    unfolded = UnfoldedResponse.objects.bulk_create
    store(submissions()[: count // 4])
    for turn in range(10):
        is_kept, rows = turn % 2 == 0, submissions()
        if is_kept:
            seconds = store(rows)
            started = time.perf_counter()
            while fold_tallies(scorecard):
                pass
            seconds += time.perf_counter() - started
        else:
            UnfoldedResponse.objects.bulk_create = lambda rows: list(rows)
            try:
                seconds = store(rows)
            finally:
                UnfoldedResponse.objects.bulk_create = unfolded
        taken[is_kept].append(seconds)
    kept, bare = (count / statistics.median(taken[one]) for one in (True, False))
    return {"at once": at_once, "kept": kept, "bare": bare, "share": 1 - kept / bare}


def child(wanted: argparse.Namespace) -> None:
    instrument = prepare()
    sizes = (*SIZES, MILLION) if wanted.million else SIZES
    result = {
        "sizes": [measure(instrument, size) for size in sizes],
        "inserts": [
            measure_inserts(instrument, wanted.inserts, at_once) for at_once in (1, 100)
        ],
    }
    sys.stdout.write(json.dumps(result) + "\n")


# ------------------------------------------------------------------------------- main


def on_server(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def run_child(url: str) -> dict[str, Any]:
    """The measurements on one database."""
    folder = tempfile.mkdtemp(prefix="tallies-")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "scorecard_site.settings",
        "SECRET_KEY": "only for measuring",
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost",
        "SCORECARD_VAR_DIR": folder,
        "PYTHONPATH": str(ROOT),
        "TALLIES_CHILD": "yes",
    }
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    try:
        made = subprocess.run(
            [sys.executable, __file__, *sys.argv[1:]],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return json.loads(made.stdout.splitlines()[-1])


def broken(name: str, result: dict[str, Any]) -> list[str]:
    """The promises that this database did not keep."""
    at_ten_thousand = next(
        one["figures"] for one in result["sizes"] if one["responses"] == 10_000
    )
    found = []
    for one in result["sizes"]:
        where = f"{name}, {one['responses']:,} responses"
        if not (one["exact"] and one["exact with tail"]):
            found.append(f"{where}: not {PROMISES['exact']}")
        if one["figures"] > 1.5 * at_ten_thousand:
            found.append(f"{where}: not {PROMISES['flat']}")
        if one["figures with tail"] >= 100:
            found.append(f"{where}: not {PROMISES['tail']}")
    for one in result["inserts"]:
        if one["share"] > 0.15:
            found.append(f"{name}, {one['at once']} at once: not {PROMISES['insert']}")
    return found


def table(name: str, result: dict[str, Any]) -> str:
    lines = [name, ""]
    columns = list(result["sizes"][0])
    lines.append(" | ".join(f"{column:>17}" for column in columns))
    for one in result["sizes"]:
        cells = (
            f"{value:>17.2f}"
            if isinstance(value, float)
            else f"{value:>17,}"
            if type(value) is int
            else f"{'yes' if value else 'NO':>17}"
            for value in one.values()
        )
        lines.append(" | ".join(cells))
    lines.append("(milliseconds)")
    for one in result["inserts"]:
        lines.append(
            f"{one['at once']:>4} at once: {one['bare']:,.0f} responses a second bare, "
            f"{one['kept']:,.0f} with the tallies: {100 * one['share']:.1f} % less"
        )
    return "\n".join([*lines, ""])


def main() -> int:
    wanted = arguments()
    missed = []
    results = {"SQLite": run_child("")}
    if wanted.postgresql:
        name = f"tallies_{os.getpid()}"
        on_server(wanted.postgresql, f"CREATE DATABASE {name}")
        try:
            results["PostgreSQL"] = run_child(f"{wanted.postgresql}/{name}")
        finally:
            on_server(wanted.postgresql, f"DROP DATABASE IF EXISTS {name}")
    for name, result in results.items():
        sys.stdout.write(table(name, result) + "\n")
        missed += broken(name, result)
    for one in missed:
        sys.stdout.write(f"MISSED {one}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    if os.environ.get("TALLIES_CHILD"):
        child(arguments())
    else:
        sys.exit(main())
