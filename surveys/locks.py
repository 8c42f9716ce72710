"""Locks that Django's select_for_update does not offer.

Elsewhere a row that others refer to (a scorecard, a round) is locked with `no_key=True`
and without the rows that an ordering joins (`of=("self",)`): PostgreSQL takes a share
of the row's key for every reference written, and would wait, or wait in a circle.
"""

from django.db import connection


def hold_scorecard(scorecard_id: int) -> None:
    """Until this transaction ends, nobody freezes the scorecard's figures.

    Any number of transactions may hold it at once; whoever freezes takes the row FOR
    UPDATE and so waits for all of them. On SQLite one transaction writes at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM surveys_scorecard WHERE id = %s FOR KEY SHARE",
                [scorecard_id],
            )
