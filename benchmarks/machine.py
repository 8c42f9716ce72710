"""What measurements need of a machine: a site of their own, a server, CPU seconds."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def own_site(name: str, postgresql: str, log_level: str = "ERROR") -> Iterator[None]:
    """Inside, the environment has the settings of a site that is for measuring only.

    It keeps everything in a folder, and in a database on the server at the address, if
    there is one. Both are removed at the end.
    """
    folder = tempfile.mkdtemp(prefix=f"{name}-")
    os.environ.update(
        DJANGO_SETTINGS_MODULE="scorecard_site.settings",
        SECRET_KEY="only for measuring",
        ALLOWED_HOSTS="127.0.0.1,localhost,testserver",
        DEBUG="false",
        SECURE_TLS="false",
        SITE_URL="http://127.0.0.1",
        SCORECARD_DEMO="false",
        SCORECARD_VAR_DIR=folder,
        STATICFILES_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
        LOG_LEVEL=log_level,
        PYTHONPATH=str(ROOT),
    )
    os.environ.pop("DATABASE_URL", None)
    database = f"{name}_{os.getpid()}"
    try:
        if postgresql:
            on_server(postgresql, f"CREATE DATABASE {database}")
            os.environ["DATABASE_URL"] = f"{postgresql}/{database}"
        yield
    finally:
        if postgresql:
            on_server(postgresql, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        shutil.rmtree(folder, ignore_errors=True)


def on_server(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(port: int) -> subprocess.Popen:
    """The site behind two workers, as `./run serve` does; it answers already."""
    command = [
        str(ROOT / ".venv/bin/granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--log-level", "warning"),
        "scorecard_site.wsgi:application",
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    for _ in range(300):
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return server
        time.sleep(0.1)
    stop(server)
    sys.exit("the server did not start")


def stop(server: subprocess.Popen) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its descendants so far."""
    total = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
