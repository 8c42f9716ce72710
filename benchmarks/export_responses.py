"""What a file of many responses costs, beside xlsxwriter writing the same cells.

    .venv/bin/python benchmarks/export_responses.py
    .venv/bin/python benchmarks/export_responses.py --postgresql postgres://postgres@127.0.0.1

The second makes a database of its own on that server, the first uses an SQLite file in
a folder of its own; both are removed at the end. Two anonymous scorecards with the
shipped questionnaire are filled by SQL: every response has all 170 ratings (5% of them
missing), 17 comments of 120 characters, 4 texts on the country and a profile.

Each file is made by a process of its own, as a worker makes it: job, reading, writing,
keeping. The floor is xlsxwriter (constant_memory, the same calls) in a process that has
the same cells in memory; reading them is not counted. Reported: time, CPU time, the
largest resident memory. It fails (exit 1) where the workbook takes more than twice the
floor, or where a file of all responses takes noticeably more memory than one of 10,000.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import own_site  # noqa: E402

FEW, ALL = 10_000, 132_229
MOST_TIME = 2.0
# Resident memory of a Python process differs by some megabytes from run to run.
MOST_MEMORY = 1.10
KINDS = ("xlsx", "csv", "sav")

RANDOM_UUID = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "gen_random_uuid()",
}
NUMBERS = {
    "sqlite": "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k "
    "WHERE n < {n}) ",
    "postgresql": "WITH k AS (SELECT n FROM generate_series(1, {n}) AS s(n)) ",
}
RESPONSES = """
INSERT INTO surveys_response (id, scorecard_id, language, submitted_on, profile,
                              cross_cutting, origin, minutes, receipt_hash)
{numbers}
SELECT {uuid}, {scorecard}, CASE WHEN n % 3 = 0 THEN 'ru' ELSE 'en' END,
       {day}, {profile}, {texts}, 'form', 20 + n % 40, 'bench-{scorecard}-' || n
  FROM k JOIN bench_pool p ON p.n_pool = k.n % {pool}
"""
ANSWERS = """
INSERT INTO surveys_answer (response_id, goal_id, ratings, texts, answered, total)
SELECT r.id, g.id, p.ratings, {comment}, 9, 27
  FROM surveys_response r
  JOIN surveys_goal g ON g.instrument_id = {instrument}
  JOIN bench_pool p ON p.n_pool = (r.minutes * 31 + g.number * 7) % {pool}
 WHERE r.scorecard_id = {scorecard}
"""
POOL = 997


def say(line: str, to: Any = None) -> None:
    (to or sys.stdout).write(f"{line}\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", default="", help="default: SQLite")
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--all", type=int, default=ALL)
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


# ------------------------------------------------------------------------- setting up


def prepare(wanted: argparse.Namespace) -> None:
    """Two scorecards that many people answered, and a coordinator of each."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from surveys.models import Role
    from tests import factories

    instrument = factories.make_standard_instrument()
    make_pool()
    for slug, n in (("few", wanted.few), ("all", wanted.all)):
        scorecard = factories.make_scorecard(instrument=instrument, slug=slug)
        factories.make_member(scorecard=scorecard, role=Role.COORDINATOR)
        factories.close_survey(scorecard)
        fill(scorecard, n)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_pool() -> None:
    """Ratings, comments and profiles to choose from, as people give them."""
    import random

    from django.db import connection

    chance = random.Random(15)
    words = ["water", "school", "road", "doctor", "budget", "women", "young"]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_pool (n_pool integer PRIMARY KEY, ratings text, "
            "comment text, profile text, texts text)"
        )
        for n in range(POOL):
            ratings = "".join(
                chance.choice("?/-")
                if chance.random() < 0.05
                else chance.choice("12345")
                for _ in range(10)
            )
            comment = " ".join(chance.choices(words, k=30))[:120]
            profile = {
                "sector": chance.choice(["ngo", "media", "academia", "business"]),
                "gender": chance.choice(["woman", "man"]),
                "age": chance.randint(18, 80),
            }
            texts = dict.fromkeys(
                ["progress_change", "vulnerable_focus", "delivery_cases"], comment
            ) | {"marginalised_groups": []}
            cursor.execute(
                "INSERT INTO bench_pool VALUES (%s, %s, %s, %s, %s)",
                [
                    n,
                    ratings,
                    json.dumps({"challenges": comment}),
                    json.dumps(profile),
                    json.dumps(texts),
                ],
            )


def fill(scorecard, n: int) -> None:  # noqa: ANN001
    from django.db import connection, transaction

    vendor = connection.vendor
    cast = "::jsonb" if vendor == "postgresql" else ""
    day = (
        "date '2022-04-16' + n % 28"
        if vendor == "postgresql"
        else "date('2022-04-16', '+' || (n % 28) || ' days')"
    )
    names = {
        "scorecard": scorecard.pk,
        "instrument": scorecard.instrument_id,
        "pool": POOL,
        "uuid": RANDOM_UUID[vendor],
        "numbers": NUMBERS[vendor].format(n=n),
        "day": day,
        "profile": f"p.profile{cast}",
        "texts": f"p.texts{cast}",
        "comment": f"p.comment{cast}",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        if vendor == "postgresql":
            # Made by hand and right: the rules need not look at each of them.
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            for trigger in ("off_the_scale", "foreign_goal"):
                cursor.execute(f"DROP TRIGGER IF EXISTS surveys_answer_{trigger}")
        cursor.execute(RESPONSES.format(**names))
        cursor.execute(ANSWERS.format(**names))


# ---------------------------------------------------------------------- what is timed


def measured(work: Callable[[], object]) -> dict:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - cpu,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def run(slug: str, kind: str) -> dict:
    """One file, in this process; `kind` "floor" is xlsxwriter from memory."""
    from django.utils import timezone

    from surveys.exports.formats import format_called
    from surveys.exports.services import request_export
    from surveys.jobs.services import claim_next_job, run_job
    from surveys.models import Member

    by = Member.objects.get(scorecard__slug=slug)
    if kind == "floor":
        return floor(by)
    wanted = format_called(kind)
    job = request_export(by=by, wanted=wanted, language="en", now=timezone.now())

    def work() -> None:
        run_job(claim_next_job(timezone.now()))

    found = measured(work)
    job.refresh_from_db()
    if job.state != "done":
        sys.exit(f"{kind} of {slug}: {job.error}")
    rows = job.outcome["responses"]
    return found | {"rows": rows, "file": job.file.size / 1e6, "cells": 0}


def floor(by) -> dict:  # noqa: ANN001
    """xlsxwriter writing what the workbook's sheet of responses holds."""
    import xlsxwriter

    rows = cells_of(by.scorecard)
    path = Path(tempfile.mkdtemp()) / "floor.xlsx"

    def work() -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        }
        with xlsxwriter.Workbook(str(path), options) as book:
            page = book.add_worksheet()
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell is None:
                        continue
                    kind = type(cell)
                    if kind is int:
                        page.write_number(number, place, cell)
                    elif kind is str:
                        page.write_string(number, place, cell)
                    else:
                        page.write_datetime(number, place, cell)

    try:
        found = measured(work)
        size = path.stat().st_size / 1e6
    finally:
        shutil.rmtree(path.parent)
    cells = sum(cell is not None for row in rows for cell in row)
    return found | {"rows": len(rows), "file": size, "cells": cells}


def cells_of(scorecard) -> list:  # noqa: ANN001
    from django.utils import timezone

    from surveys.exports.coding import CODES
    from surveys.exports.layout import layout_of
    from surveys.exports.protection import protect
    from surveys.exports.remarks import Remarks
    from surveys.exports.rows import Rows

    protection = protect(scorecard, timezone.now())
    layout = layout_of(scorecard, CODES, protection)
    return list(Rows(scorecard, layout, protection, Remarks(), lambda n: None))


# ------------------------------------------------------------------------ the outcome


def in_process(slug: str, kind: str) -> dict:
    command = [sys.executable, __file__, "--run", slug, kind]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr + done.stdout)
    return json.loads(done.stdout.splitlines()[-1])


def told(found: dict[tuple[str, str], dict]) -> bool:
    """Print the table; whether everything holds."""
    say(f"{'file':24}{'responses':>10}{'s':>9}{'CPU s':>9}{'MB RSS':>9}{'MB file':>9}")
    names = {"floor": "xlsxwriter from memory", "xlsx": "XLSX", "csv": "CSV (ZIP)"}
    for (kind, _), one in found.items():
        say(
            f"{names.get(kind, 'SPSS'):24}{one['rows']:>10,}{one['seconds']:>9.1f}"
            f"{one['cpu']:>9.1f}{one['megabytes']:>9.0f}{one['file']:>9.1f}"
        )
    say(f"{found['floor', 'all']['cells']:,} cells")
    checks = []
    for measure in ("seconds", "cpu"):
        ratio = found["xlsx", "all"][measure] / found["floor", "all"][measure]
        checks.append((f"XLSX / xlsxwriter, {measure}", ratio, MOST_TIME))
    for kind in KINDS:
        ratio = found[kind, "all"]["megabytes"] / found[kind, "few"]["megabytes"]
        checks.append((f"{kind}: memory for all / for few", ratio, MOST_MEMORY))
    for name, ratio, most in checks:
        verdict = "ok" if ratio <= most else "MISSED"
        say(f"{name:40}{ratio:6.2f}  (at most {most:.2f})  {verdict}")
    return all(ratio <= most for _, ratio, most in checks)


def main() -> int:
    wanted = arguments()
    if wanted.run:
        import django

        django.setup()
        say(json.dumps(run(*wanted.run)))
        return 0
    with own_site("export_responses", wanted.postgresql):
        return measure_all(wanted)


def measure_all(wanted: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.db import connection

    say(f"filling {connection.vendor} …", sys.stderr)
    prepare(wanted)
    connection.close()
    found = {}
    for kind in ("floor", *KINDS):
        for slug in ("few", "all"):
            say(f"{kind} of {slug} …", sys.stderr)
            found[kind, slug] = in_process(slug, kind)
    return 0 if told(found) else 1


if __name__ == "__main__":
    sys.exit(main())
