"""What one respondent's whole session costs the application.

    .venv/bin/python benchmarks/intake_session.py \\
        --postgresql postgres://postgres@127.0.0.1:5432

One session: open the link, fill the pages of 17 goals and save each (170 ratings, 5 %
of them left out, 17 comments of 120 characters), review, submit. All systems get the
same answers to the same questions, on the same PostgreSQL server and each served by
granian with two workers of four threads, as `./run serve` does:

- this project, with all that its pages also ask for (consent, the choice of goals, the
  required question about the person, the offline pages that a browser fetches once).
  The next page comes with the answer to a save, as browsers with service workers get
  it;
- the same asking for each page (`fetching`), as browsers without them do. Shown beside
  the others: no target is set for it;
- `django-survey-and-report` from PyPI, in an environment that is made for the run and
  removed with it (`--peer FOLDER` keeps it and uses it again);
- a floor: a Django view that serves pages made beforehand and stores one row a save, in
  a site as `startproject` makes it (benchmarks/sessions/floor_site.py);
- the same view bare, without any middleware or model. Shown beside the others; a site
  cannot be run like that, so that no target is set by it.

Their sessions alternate, so that whatever else the machine does weighs on all alike.
Reported is the CPU time of the server's processes, the database's not included, for
each session, at 1 and at 8 sessions at once; every stored answer is compared with what
was sent. Exits with 1 if an answer differs, or if this project needs more than a
twentieth of the peer's CPU or more than three times the floor's.

`--one-by-one` saves after every single change, as the page's script does while somebody
fills it in; the peer has no such thing, so only the floor is a comparison then.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.machine import (  # noqa: E402
    cpu_seconds,
    free_port,
    on_server,
    own_site,
    stop,
)
from benchmarks.sessions.browser import Browser  # noqa: E402
from benchmarks.sessions.plan import Session, sessions  # noqa: E402
from benchmarks.sessions.systems import (  # noqa: E402
    PYTHON,
    Floor,
    Ours,
    OursFetching,
    Peer,
    System,
)

PEER_AT_MOST, FLOOR_AT_MOST = 1 / 20, 3.0
ROUNDS = 6


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", required=True, help="postgres://user@host:port")
    parser.add_argument("--sessions", type=int, default=48, help="for each number")
    parser.add_argument("--peer", type=Path, help="a folder with, or for, the peer")
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--one-by-one", action="store_true")
    return parser.parse_args()


# ------------------------------------------------------------------------- setting up


def peer_environment(folder: Path) -> Path:
    """The Python that has the peer, at the versions of what is served here."""
    python = folder / "bin/python"
    if not python.exists():
        from importlib.metadata import version

        same = [f"{name}=={version(name)}" for name in ("Django", "granian")]
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", *same]
            + ["psycopg[binary]", "django-survey-and-report==1.5.0"],
            check=True,
        )
    return python


def questionnaire() -> str:
    from surveys.instrument.file import STANDARD, read_instrument

    asked = read_instrument(STANDARD.read_text(encoding="utf-8"))
    goals = [goal.full_title["en"] for goal in asked.goals]
    indicators = [one.name["en"] for one in asked.indicators]
    comment = next(q.text["en"] for q in asked.questions if q.code == "challenges")
    return json.dumps(
        {
            "goals": goals,
            "indicators": indicators,
            "choices": ["1", "2", "3", "4", "5", "dont-know", "not-applicable"],
            "comment": comment,
        }
    )


def systems(wanted: argparse.Namespace, folder: Path) -> list[System]:
    def database(name: str) -> str:
        full = f"session_{name}_{os.getpid()}"
        on_server(wanted.postgresql, f"CREATE DATABASE {full}")
        return f"{wanted.postgresql}/{full}"

    def make(kind, name, python, application, **environment):
        address = database(name)
        environment["DATABASE_URL"] = address
        return kind(name, python, application, address, folder, environment)

    pages = folder / "pages"
    pages.mkdir()
    found: list[System] = [
        make(kind, name, PYTHON, "scorecard_site.wsgi:application")
        for name, kind in (("scorecard", Ours), ("fetching", OursFetching))
    ]
    for name, kind in (("floor", "project"), ("bare", "bare")):
        settings = {"FLOOR": kind, "FLOOR_PAGES": str(pages)}
        found.append(make(Floor, name, PYTHON, "floor_site:app", **settings))
    if not wanted.without_peer:
        python = peer_environment(wanted.peer or folder / "peer")
        found.append(
            make(Peer, "peer", python, "peer_site:app", QUESTIONNAIRE=questionnaire())
        )
    return found


def serve(system: System) -> tuple[int, subprocess.Popen]:
    port = free_port()
    command = [
        str(system.python.parent / "granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--log-level", "warning"),
        system.application,
    ]
    server = subprocess.Popen(
        command, cwd=system.directory, env=os.environ | system.environment
    )
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nothing-here", timeout=5)
            break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
    return port, server


# ------------------------------------------------------------------------------- load


def play(
    system: System, port: int, plans: list[Session], at_once: int, one_by_one: bool
) -> tuple[int, float]:
    """(requests, seconds) of these sessions, so many at once."""

    def one(plan: Session) -> int:
        browser = Browser(port)
        system.play(browser, plan, one_by_one)
        browser.connection.close()
        return browser.requests

    started = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        requests = sum(pool.map(one, plans))
    return requests, time.monotonic() - started


def measure(wanted: argparse.Namespace, running: list, at_once: int) -> list[dict]:
    """A row for each system. Their turns alternate."""
    rows = {
        system.name: {"cpu": 0.0, "seconds": 0.0, "requests": 0, "sessions": 0}
        for system, _, _ in running
    }
    for turn in range(ROUNDS):
        for system, port, server in running:
            number = wanted.sessions // ROUNDS
            if system.name == "peer":
                number = max(at_once, number // 4)
            plans = sessions(number, seed=1000 * at_once + turn)
            system.sent += plans
            before = cpu_seconds(server.pid)
            requests, seconds = play(system, port, plans, at_once, wanted.one_by_one)
            row = rows[system.name]
            row["cpu"] += cpu_seconds(server.pid) - before
            row["seconds"] += seconds
            row["requests"] += requests
            row["sessions"] += number
    return [{"name": name, "at once": at_once, **row} for name, row in rows.items()]


def differences(system: System) -> int:
    """How many sessions were stored otherwise than they were sent, or not at all."""
    sent, stored = list(system.sent), system.stored()
    for session in stored:
        if session in sent:
            sent.remove(session)
    return len(sent) + abs(len(stored) - len(system.sent))


# ------------------------------------------------------------------------------ report


def report(rows: list[dict]) -> dict[tuple[str, int], float]:
    print(
        f"{'system':<12}{'at once':>8}{'sessions':>10}{'requests':>10}"
        f"{'CPU ms a session':>18}{'ms a request':>14}{'sessions/s':>12}"
    )
    costs = {}
    for row in rows:
        cost = 1000 * row["cpu"] / row["sessions"]
        costs[row["name"], row["at once"]] = cost
        print(
            f"{row['name']:<12}{row['at once']:>8}{row['sessions']:>10}"
            f"{row['requests'] / row['sessions']:>10.0f}{cost:>18.1f}"
            f"{cost * row['sessions'] / row['requests']:>14.2f}"
            f"{row['sessions'] / row['seconds']:>12.1f}"
        )
    return costs


def judge(costs: dict[tuple[str, int], float], one_by_one: bool) -> bool:
    """Whether every target is met; each is printed with what was found."""
    met = True
    limits = {"peer": PEER_AT_MOST, "floor": FLOOR_AT_MOST, "bare": None}
    for (name, at_once), cost in costs.items():
        if name not in limits or (name == "peer" and one_by_one):
            continue
        ratio = costs["scorecard", at_once] / cost
        fetching = costs["fetching", at_once] / cost
        limit, verdict, bound = limits[name], "      ", ""
        if limit is not None:
            met &= (is_met := ratio <= limit)
            verdict, bound = "met   " if is_met else "MISSED", f", at most {limit:.2f}"
        print(
            f"{verdict} at {at_once}: {ratio:.3f} of the {name}'s CPU{bound}; "
            f"fetching {fetching:.3f}"
        )
    return met


def main() -> int:
    wanted = arguments()
    # Systems have databases of their own; the site's own is none of them.
    with (
        own_site("session", "", log_level="CRITICAL"),
        tempfile.TemporaryDirectory(prefix="session-") as folder,
    ):
        os.environ["PYTHONWARNINGS"] = "ignore"
        import django

        django.setup()
        return compare(wanted, Path(folder))


def compare(wanted: argparse.Namespace, folder: Path) -> int:
    running: list[tuple[System, int, subprocess.Popen]] = []
    compared: list[System] = []
    try:
        compared = systems(wanted, folder)
        for system in compared:
            system.prepare()
            if isinstance(system, Floor):
                ours, port, _ = running[0]
                for number, page in ours.page_of_each_goal(Browser(port)).items():
                    (folder / f"pages/{number}.html").write_text(page)
            running.append((system, *serve(system)))
        return run(wanted, running)
    finally:
        for _, _, server in running:
            stop(server)
        for system in compared:
            name = system.database.rpartition("/")[2]
            on_server(wanted.postgresql, f"DROP DATABASE IF EXISTS {name} (FORCE)")


def run(wanted: argparse.Namespace, running: list) -> int:
    for system, port, _ in running:
        system.sent += (plans := sessions(6, seed=1))
        play(system, port, plans, 3, wanted.one_by_one)
    rows = measure(wanted, running, 1) + measure(wanted, running, 8)
    costs = report(rows)
    wrong = {system.name: differences(system) for system, _, _ in running}
    for name, number in wrong.items():
        print(f"{name}: {number} sessions stored otherwise than sent")
    met = judge(costs, wanted.one_by_one)
    return 0 if met and not any(wrong.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
