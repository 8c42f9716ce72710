"""Complete responses through the API: how many a second, and how many bytes each.

    .venv/bin/python benchmarks/api_submissions.py
    .venv/bin/python benchmarks/api_submissions.py --comments 17 --seconds 10

granian with two workers as in `./run serve`, PostgreSQL, and the load in a process of
its own on the same machine, over loopback. A response is 170 ratings, 5 % of them
unanswered, a profile, and some comments of 120 characters. Every tenth is sent a second
time under its key. Afterwards every stored answer is compared with what was sent. Ends
with 1 where a bound is missed.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import (  # noqa: E402
    cpu_seconds,
    free_port,
    own_site,
    serve,
    stop,
)

PER_SECOND, BYTES = 50, 3000
GOALS, INDICATORS = range(1, 18), 10
WORDS = [
    "law",
    "budget",
    "women",
    "rural",
    "access",
    "data",
    "school",
    "clinic",
    "water",
]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--postgresql", default="postgres://postgres@127.0.0.1:5432")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--comments", type=int, default=1, help="in each response")
    parser.add_argument("--most", type=int, default=20_000, help="responses at most")
    return parser.parse_args()


# ------------------------------------------------------------------------ what is sent


def made(number: int, comments: int, codes: dict) -> dict:
    """The response of this number: always the same for the same number."""
    chance = random.Random(number)
    goals = {}
    for goal in GOALS:
        ratings = {
            code: None if chance.random() < 0.05 else chance.randint(1, 5)
            for code in codes["indicators"]
        }
        goals[str(goal)] = {"ratings": ratings}
    for goal in chance.sample(GOALS, comments):
        text = " ".join(chance.choice(WORDS) for _ in range(40))[:119] + "."
        goals[str(goal)]["texts"] = {codes["comment"]: text.strip()}
    return {
        "language": chance.choice(["en", "ru", "kk"]),
        "submitted_on": "2022-05-16",
        "minutes": chance.randint(5, 90),
        "profile": {
            "sector": chance.choice(codes["sector"]),
            "gender": chance.choice(codes["gender"]),
            "age": chance.randint(18, 80),
        },
        "goals": goals,
        "cross_cutting": {},
    }


def as_stored(body: dict, codes: dict) -> dict:
    """{goal: (ratings, texts)} as the database should hold it."""
    return {
        int(goal): (
            "".join(
                "-" if given["ratings"][code] is None else str(given["ratings"][code])
                for code in codes["indicators"]
            ),
            given.get("texts", {}),
        )
        for goal, given in body["goals"].items()
    }


# ------------------------------------------------------ in a process of its own: Django


def prepare() -> dict:
    """An open scorecard, a key, the codes; what the empty database weighs."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from surveys.collected.keys import make_key
    from surveys.models import Role
    from tests import factories

    instrument = factories.make_standard_instrument()
    scorecard = factories.make_scorecard(instrument=instrument, slug="bench")
    member = factories.make_member(scorecard=scorecard, role=Role.COORDINATOR)
    _, secret = make_key(by=member, name="Benchmark", now=timezone.now())
    options = {
        question.code: [option["code"] for option in question.options]
        for question in instrument.questions.filter(code__in=["sector", "gender"])
    }
    comment = instrument.questions.filter(place="goal").first()
    return {
        "secret": secret,
        "codes": {
            "indicators": [one.code for one in instrument.indicators.all()],
            "comment": comment.code,
            **options,
        },
        "bytes": _bytes(),
    }


def _bytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def check(prepared: dict, sent: dict[str, int], comments: int) -> dict:
    """What is stored against what was sent. `sent`: receipt -> number."""
    import django

    django.setup()
    from surveys.intake.storing import hash_of
    from surveys.models import Response, Scorecard
    from surveys.tallies import fold_tallies, read_tallies, recount_tallies

    scorecard = Scorecard.objects.get()
    wanted = {hash_of(receipt): number for receipt, number in sent.items()}
    wrong = 0
    stored = Response.objects.prefetch_related("answers__goal")
    for one in stored.iterator(chunk_size=500):
        number = wanted.pop(one.receipt_hash, None)
        if number is None:
            wrong += 1
            continue
        body = made(number, comments, prepared["codes"])
        answers = {a.goal.number: (a.ratings, a.texts) for a in one.answers.all()}
        same = answers == as_stored(body, prepared["codes"])
        wrong += not (same and one.profile == body["profile"])
    weight = _bytes() - prepared["bytes"]
    n = Response.objects.count()
    exact = read_tallies(scorecard) == recount_tallies(scorecard)
    while fold_tallies(scorecard):
        pass
    exact = exact and read_tallies(scorecard) == recount_tallies(scorecard)
    return {
        "stored": n,
        "lost": len(wanted),
        "stored otherwise than sent": wrong,
        "tallies exact": exact,
        "bytes": weight / max(n, 1),
        "parts": _parts(n),
    }


def _parts(n: int) -> dict[str, int]:
    """Bytes per response of each table and index."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_relation_size(oid) FROM pg_class"
            " WHERE relkind IN ('r', 'i', 't') AND relname LIKE 'surveys_%'"
            " ORDER BY 2 DESC LIMIT 9"
        )
        return {name: round(size / max(n, 1)) for name, size in cursor.fetchall()}


# ------------------------------------------------------- in a process of its own: load


async def post(reader, writer, body: bytes, key: str, secret: str) -> tuple[int, bytes]:
    head = (
        "POST /api/v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {secret}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
    length = next(line for line in lines if line.startswith("content-length:"))
    answer = await reader.readexactly(int(length.partition(":")[2]))
    return int(lines[0].split()[1]), answer


async def load(wanted: argparse.Namespace, prepared: dict, port: int) -> dict:
    bodies = [
        json.dumps(made(number, wanted.comments, prepared["codes"])).encode()
        for number in range(wanted.most)
    ]
    numbers = iter(range(wanted.most))
    sent: dict[str, int] = {}
    times: list[float] = []
    failures: list[str] = []
    started = time.monotonic()
    until = started + wanted.seconds

    async def program() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            if time.monotonic() >= until:
                return
            again = 2 if number % 10 == 0 else 1
            for _ in range(again):
                begun = time.monotonic()
                status, answer = await post(
                    reader, writer, bodies[number], f"key-{number}", prepared["secret"]
                )
                if status != 201:
                    failures.append(f"{status} {answer[:200]!r}")
                else:
                    sent[json.loads(answer)["receipt"]] = number
            times.append(time.monotonic() - begun)

    await asyncio.gather(*(program() for _ in range(wanted.connections)))
    times.sort()
    return {
        "sent": sent,
        "failures": failures,
        "seconds": time.monotonic() - started,
        "p95": times[int(0.95 * (len(times) - 1))] if times else 0,
    }


# ------------------------------------------------------------------------------- main


def child(part: str, told: dict) -> dict:
    """Run one part of this file in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, *sys.argv[1:]],
        env={**os.environ, "BENCHMARK_PART": part},
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def run_part(part: str, wanted: argparse.Namespace) -> dict:
    told = json.load(sys.stdin)
    if part == "prepare":
        return prepare()
    if part == "load":
        return asyncio.run(load(wanted, told["prepared"], told["port"]))
    return check(told["prepared"], told["sent"], wanted.comments)


def measure(wanted: argparse.Namespace) -> int:
    prepared = child("prepare", {})
    port = free_port()
    server = serve(port)
    try:
        before = cpu_seconds(server.pid)
        loaded = child("load", {"prepared": prepared, "port": port})
        cpu = cpu_seconds(server.pid) - before
    finally:
        stop(server)
    checked = child("check", {"prepared": prepared, "sent": loaded["sent"]})
    return report(wanted, loaded, checked, cpu)


def report(wanted: argparse.Namespace, loaded: dict, checked: dict, cpu: float) -> int:
    n = len(loaded["sent"])
    rate = n / loaded["seconds"]
    lines = {
        "responses sent": n,
        "seconds": round(loaded["seconds"], 1),
        f"responses a second (at least {PER_SECOND})": round(rate, 1),
        "95th percentile ms": round(1000 * loaded["p95"]),
        "server CPU ms for each": round(1000 * cpu / max(n, 1), 1),
        "failures": len(loaded["failures"]),
        "stored": checked["stored"],
        "lost": checked["lost"],
        "stored otherwise than sent": checked["stored otherwise than sent"],
        "tallies exact": checked["tallies exact"],
        f"bytes for each, {wanted.comments} comments (at most {BYTES})": round(
            checked["bytes"]
        ),
        **{f"  {name}": size for name, size in checked["parts"].items()},
        "load average": os.getloadavg()[0],
    }
    for what, value in lines.items():
        sys.stdout.write(f"{what:60} {value}\n")
    for failure in loaded["failures"][:5]:
        sys.stdout.write(f"failed: {failure}\n")
    is_whole = checked["stored"] == n and checked["tallies exact"]
    is_true = not (
        loaded["failures"] or checked["lost"] or checked["stored otherwise than sent"]
    )
    missed = rate < PER_SECOND or checked["bytes"] > BYTES
    return 0 if is_whole and is_true and not missed else 1


def main() -> int:
    wanted = arguments()
    if part := os.environ.get("BENCHMARK_PART"):
        sys.stdout.write(json.dumps(run_part(part, wanted)) + "\n")
        return 0
    with own_site("api_submissions", wanted.postgresql):
        return measure(wanted)


if __name__ == "__main__":
    sys.exit(main())
