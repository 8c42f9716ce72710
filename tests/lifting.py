"""Getting past what the database refuses, where a test must.

Append-only tables refuse DELETE and TRUNCATE, which is how a test database is flushed.
The triggers are lifted in the flush's own transaction. A test that plays somebody with
full power over the database lifts them itself, for the lines that need it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection as default_connection
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import TransactionTestCase

WRITTEN_BY_MIGRATING = {"django_content_type", "auth_permission", "django_site"}
EVERY_TRIGGER = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@contextmanager
def triggers_lifted(
    connection: BaseDatabaseWrapper = default_connection,  # type: ignore[assignment]
) -> Iterator[None]:
    """No trigger refuses anything inside; they are back at the end."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        triggers: list[tuple[str, str]] = []
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute(EVERY_TRIGGER)
            triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, definition in triggers:
            cursor.execute(definition)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")


def flush_append_only_tables(
    operations: BaseDatabaseOperations, statements: Iterable[str]
) -> None:
    """Stands in for Django's `execute_sql_flush`, on both databases."""
    connection = operations.connection
    with triggers_lifted(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def empty_what_was_filled(_: TransactionTestCase) -> None:
    """Stands in for Django's flush after a test, which takes seconds on PostgreSQL.

    Most tables are empty, and emptying a small one row by row beats TRUNCATE; what
    migrating wrote would be written again just the same.
    """
    name, tables = default_connection.ops.quote_name, default_connection.introspection
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name(table)})"
        for table in tables.django_table_names(only_existing=True, include_views=False)
        if table not in WRITTEN_BY_MIGRATING
    )
    with triggers_lifted(), default_connection.cursor() as cursor:
        cursor.execute(filled)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {name(table)}")


def let_tests_flush() -> None:
    """For TransactionTestCase, live_server and the flush command alike."""
    BaseDatabaseOperations.execute_sql_flush = flush_append_only_tables
    TransactionTestCase._fixture_teardown = empty_what_was_filled
