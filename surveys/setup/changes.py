"""Writing down who changed what about a scorecard, and when."""

from datetime import datetime
from typing import Any

from surveys.models import Change, Instrument, Member, Scorecard


def value_of(scorecard: Scorecard, field: str) -> Any:
    """The value of a field as the record of a change holds it."""
    value = getattr(scorecard, field)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Instrument):
        return f"{value.code} {value.version}"
    return value


def record_change(
    what: str,
    *,
    scorecard: Scorecard,
    by: Member | None,
    now: datetime,
    about: Member | None = None,
    **values: Any,
) -> Change:
    """`values`: field, before, after. `about`: the member whom it is about."""
    return Change.objects.create(
        scorecard=scorecard,
        changed_by=by,
        changed_at=now,
        what=what,
        member_key=about.pk if about else None,
        person=about.name if about else "",
        **values,
    )
