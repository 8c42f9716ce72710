"""Responses made by SQL, a million in minutes: past the triggers, waiting to be folded.

What is stored is what the project's own code would have stored, under random keys.
They go in sorted by their keys, without a journal on SQLite: put in one by one, each
would look for its place in an index of 17 million answers.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

POOL = 5000
KEY_AREAS = 10
# The same in both dialects; `people` numbers the responses, `pool` holds ratings.
RESPONSES = """
INSERT INTO surveys_response (id, scorecard_id, language, submitted_on, profile,
                              cross_cutting, origin, minutes, receipt_hash)
SELECT id, %(scorecard)s, 'en', '2022-05-01', '{"sector": "ngo"}', '{}', 'form', 30,
       CAST(id AS varchar(36))
  FROM people
"""
ANSWERS = """
INSERT INTO surveys_answer (response_id, goal_id, ratings, texts, answered, total)
SELECT people.id, g.id, pool.ratings, '{}', pool.answered, pool.total
  FROM people
 CROSS JOIN surveys_goal g
  JOIN pool ON pool.n = (people.n * 7919 + g.number * 104729) %% 5000
 WHERE g.instrument_id = %(instrument)s
"""
UNFOLDED = "INSERT INTO surveys_unfoldedresponse (response_id) SELECT id FROM people"
PEOPLE = {
    "postgresql": "INSERT INTO people SELECT n, gen_random_uuid() AS id"
    " FROM generate_series(CAST(%(first)s AS bigint), %(last)s) n ORDER BY id",
    "sqlite": "INSERT INTO people WITH RECURSIVE s(n) AS (SELECT %(first)s UNION ALL"
    " SELECT n + 1 FROM s WHERE n < %(last)s)"
    " SELECT n, lower(hex(randomblob(16))) AS id FROM s ORDER BY id",
}
# A database that is thrown away needs no journal; afterwards all is as it was.
HURRIED = {"journal_mode": "OFF", "synchronous": "OFF", "secure_delete": "OFF"}
HURRIED |= {"foreign_keys": "OFF", "cache_size": "-500000"}


def make_pool() -> None:
    """Ratings to choose from, in a table."""
    from django.db import connection

    chance = random.Random(2022)
    uuid = "uuid" if connection.vendor == "postgresql" else "char(32)"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE pool (n int PRIMARY KEY, ratings varchar(60),"
            " answered int, total int)"
        )
        cursor.execute(f"CREATE TABLE people (n bigint, id {uuid})")
        cursor.executemany(
            "INSERT INTO pool VALUES (%s, %s, %s, %s)",
            [(n, *some_ratings(chance)) for n in range(POOL)],
        )


def some_ratings(chance: random.Random) -> tuple[str, int, int]:
    """Of one goal, how many are answered, and their sum: 5 in 100 are no score."""
    from surveys.ratings import answered, total

    codes = "".join(
        chance.choice("?/-") if chance.random() < 0.05 else chance.choice("1122233345")
        for _ in range(KEY_AREAS)
    )
    return codes, answered(codes), total(codes)


def make_responses(scorecard: Any, first: int, last: int) -> None:
    """Responses first to last, and nobody else in `people`."""
    from django.db import connection

    from tests.lifting import triggers_lifted

    names = {"scorecard": scorecard.pk, "instrument": scorecard.instrument_id}
    with hurrying(), triggers_lifted(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people")
        cursor.execute(PEOPLE[connection.vendor], {"first": first, "last": last})
        cursor.execute(RESPONSES, names)
        cursor.execute(ANSWERS, names)
        cursor.execute(UNFOLDED)


@contextmanager
def hurrying() -> Iterator[None]:
    """Inside, SQLite takes no care of what happens if the machine stops."""
    from django.db import connection

    before: dict[str, Any] = {}
    if connection.vendor == "sqlite":
        before = {name: _pragma(name) for name in HURRIED}
        for name, value in HURRIED.items():
            _pragma(name, value)
    yield
    for name, value in before.items():
        _pragma(name, value)


def _pragma(name: str, value: Any = None) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        if value is not None:
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def tidy_up(*tables: str) -> None:
    """As the database does by itself, sooner or later. No tables: all of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM ANALYZE {', '.join(tables)}")
        elif not tables:
            cursor.execute("ANALYZE")
