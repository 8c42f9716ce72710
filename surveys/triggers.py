"""Rules that a CHECK constraint cannot hold, refused by the database itself.

Both databases take the same condition over NEW and OLD; only the shell around it
differs. A refused statement raises `django.db.IntegrityError` with the message given.

Beware on SQLite: altering a table makes it anew and silently drops its triggers. A
migration that alters one of these tables must create them again; a test compares what
the database has with what the migrations declare.
"""

from typing import Any

from django.db.migrations.operations.base import Operation

POSTGRESQL = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF {condition} THEN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
END $body$;
CREATE TRIGGER {name} BEFORE {event} ON {table}
FOR EACH {level} EXECUTE FUNCTION {name}();
"""
SQLITE = """
CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{message}'); END;
"""


class Refuse(Operation):
    """Refuse an INSERT, UPDATE, DELETE or TRUNCATE on a table while a condition holds.

    `condition` is SQL over NEW and OLD that both databases understand, subqueries
    included; where they differ, a mapping of vendor to SQL. SQLite knows no TRUNCATE:
    there the operation does nothing.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        name: str,
        table: str,
        event: str,
        message: str,
        condition: str | dict[str, str] = "1 = 1",
    ) -> None:
        self.name, self.table, self.event = name, table, event
        self.message, self.condition = message, condition

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        sqlite = schema_editor.connection.vendor == "sqlite"
        if sqlite and self.event == "TRUNCATE":
            return
        condition = self.condition
        if isinstance(condition, dict):
            condition = condition[schema_editor.connection.vendor]
        schema_editor.execute(
            (SQLITE if sqlite else POSTGRESQL).format(
                name=self.name,
                table=self.table,
                event=self.event,
                condition=f"({condition})",
                message=self.message.replace("'", "''"),
                row={"DELETE": "OLD", "TRUNCATE": "NULL"}.get(self.event, "NEW"),
                level="STATEMENT" if self.event == "TRUNCATE" else "ROW",
            ),
            params=None,
        )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}", params=None)
        else:
            schema_editor.execute(
                f"DROP FUNCTION IF EXISTS {self.name}() CASCADE", params=None
            )

    def describe(self) -> str:
        return f"Refuse {self.event} on {self.table}: {self.message}"


class Lift(Operation):
    """Remove a trigger that an earlier migration made, to put another in its place."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, refuse: Refuse) -> None:
        self.refuse = refuse

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, *places: Any) -> None:
        self.refuse.database_backwards(*places)

    def database_backwards(self, *places: Any) -> None:
        self.refuse.database_forwards(*places)

    def describe(self) -> str:
        return f"No longer: {self.refuse.describe()}"


def append_only(table: str) -> list[Refuse]:
    """The operations after which rows of `table` can be neither changed nor removed."""
    return [
        Refuse(
            name=f"{table}_refuses_{event.lower()}",
            table=table,
            event=event,
            message=f"{table} is append-only",
        )
        for event in ("UPDATE", "DELETE", "TRUNCATE")
    ]
