"""Editions in the ledger: each is a link after all that it reports on."""

from datetime import UTC
from typing import Any

from reports.models import Edition
from validation.ledger.contents import CONTENTS
from validation.models import LedgerEntry


def content_of(edition: Edition) -> dict[str, Any]:
    return {
        "number": edition.number,
        "checksum": edition.checksum,
        "released_at": edition.released_at.astimezone(UTC).isoformat(),
        "released_by": edition.released_by_id,
    }


CONTENTS[LedgerEntry.Kind.EDITION] = (Edition, content_of, "scorecard")
