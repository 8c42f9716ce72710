"""The same measurements on SQLite and on PostgreSQL, each in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.board_poll import cpu_seconds, on_server

ROOT = Path(__file__).resolve().parents[2]
CHILD = "BENCHMARK_ON_DATABASE"


def is_child() -> bool:
    """Whether this process was started by `on_both`, its database at hand."""
    return CHILD in os.environ


def on_both(postgresql: str) -> dict[str, Any]:
    """What this script tells, started again with the same arguments on each database.

    SQLite in a folder and PostgreSQL in a database of its own; both are removed.
    Without the address of a server on SQLite alone. The script tells by `tell`.
    """
    results = {"SQLite": _run("")}
    if postgresql:
        name = f"benchmark_{os.getpid()}"
        on_server(postgresql, f"CREATE DATABASE {name}")
        try:
            results["PostgreSQL"] = _run(f"{postgresql}/{name}")
        finally:
            on_server(postgresql, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return results


def tell(result: Any) -> None:
    sys.stdout.write(json.dumps(result) + "\n")


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


def _run(url: str) -> Any:
    folder = tempfile.mkdtemp(prefix="benchmark-")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "scorecard_site.settings",
        "SECRET_KEY": "only for measuring",
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost",
        "SCORECARD_VAR_DIR": folder,
        "PYTHONPATH": str(ROOT),
        CHILD: "yes",
    }
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    try:
        made = subprocess.run(
            [sys.executable, *sys.argv],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return json.loads(made.stdout.splitlines()[-1])
