"""The same measurements on SQLite and on PostgreSQL, each in a process of its own."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from benchmarks.machine import cpu_seconds, own_site

CHILD = "BENCHMARK_ON_DATABASE"


def on_both(
    wanted: Namespace,
    measure: Callable[[Namespace], Any],
    told: Callable[[str, Any], str],
    missed: Callable[[str, Any], list[str]],
) -> int:
    """Measure on SQLite and, with `wanted.postgresql`, on that server; the exit code.

    The script is started again with the same arguments on each database. There it runs
    `measure`; here `told` makes text of what that gave, and `missed` names the promises
    that it breaks, both given the name of the database.
    """
    if CHILD in os.environ:
        sys.stdout.write(json.dumps(measure(wanted)) + "\n")
        return 0
    results = {"SQLite": _run("")}
    if wanted.postgresql:
        results["PostgreSQL"] = _run(wanted.postgresql)
    broken: list[str] = []
    for name, result in results.items():
        sys.stdout.write(told(name, result) + "\n")
        broken += missed(name, result)
    for one in broken:
        sys.stdout.write(f"MISSED {one}\n")
    return 1 if broken else 0


def prepare() -> Any:
    """An empty database with the standard instrument: 17 goals, 10 key areas."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests import factories

    call_command("migrate", verbosity=0)
    return factories.make_standard_instrument()


def database_cpu() -> Callable[[], float]:
    """Seconds of CPU so far of this connection's process on a PostgreSQL server here.

    SQLite has none: what it does is done by whoever asks.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return lambda: 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return lambda: cpu_seconds(pid)


def _run(postgresql: str) -> Any:
    with own_site("benchmark", postgresql, log_level="INFO"):
        made = subprocess.run(
            [sys.executable, *sys.argv],
            env={**os.environ, CHILD: "yes"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(made.stdout.splitlines()[-1])
