"""What is on record of a round beside its opening and closing."""

from datetime import datetime

from django.db.models import QuerySet

from surveys.models import Member, Scorecard
from validation.models import Round, RoundStep

What = RoundStep.What


def note_step(round_: Round, what: str, *, by: Member, now: datetime) -> RoundStep:
    """Put on record what was done with a round, and what it is from now on."""
    rules = round_.round_goals.order_by("goal__number")
    return RoundStep.objects.create(
        scorecard_id=round_.scorecard_id,
        round_key=round_.pk,
        number=round_.number,
        what=what,
        content={
            "title": round_.title,
            "is_blind": round_.is_blind,
            "due_at": round_.due_at and round_.due_at.isoformat(),
            "rules": dict(rules.values_list("goal__number", "rule")),
        },
        done_at=now,
        done_by=by,
    )


def steps_of(round_: Round) -> list[RoundStep]:
    """What is on record of it, in the order of time."""
    return list(round_.scorecard.round_steps.filter(round_key=round_.pk))


def removed_rounds(scorecard: Scorecard) -> QuerySet[RoundStep]:
    """Rounds that were prepared and taken away before they opened."""
    return scorecard.round_steps.filter(what=What.REMOVED)
