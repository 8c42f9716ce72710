"""Writing past all services, as a wrong program would."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection, models, transaction

from surveys.models import (
    Answer,
    Exclusion,
    Goal,
    Member,
    Readmission,
    Response,
    Scorecard,
)
from tests import factories
from tests.factories import NOW
from validation.models import (
    LedgerEntry,
    Proposal,
    RoundGoal,
    Settlement,
    Support,
)

World = SimpleNamespace
Write = Callable[[World], Any]


def empty_response(scorecard: Scorecard, **values: Any) -> Response:
    return Response.objects.create(
        scorecard=scorecard,
        language="en",
        submitted_on=date(2022, 5, 1),
        receipt_hash=uuid4().hex,
        **values,
    )


def again(row: models.Model, **changes: Any) -> models.Model:
    """Insert the same row once more, with these changes."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)._default_manager.create(**(values | changes))


def change(row: models.Model, **values: Any) -> int:
    """UPDATE the row past its services and its save()."""
    return type(row)._default_manager.filter(pk=row.pk).update(**values)


def remove(row: models.Model) -> None:
    sql(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def answer(response: Response, goal: Goal, ratings: str) -> Answer:
    return Answer.objects.create(
        response=response, goal=goal, ratings=ratings, answered=1, total=1
    )


def excluded(response: Response, by: Member) -> Exclusion:
    return Exclusion.objects.create(
        scorecard=response.scorecard,
        response=response,
        number=1,
        cause="other",
        reason="A trial.",
        excluded_by=by,
        excluded_at=NOW,
    )


def readmitted(exclusion: Exclusion, by: Member) -> Readmission:
    return Readmission.objects.create(
        exclusion=exclusion, reason="It was none.", readmitted_by=by, readmitted_at=NOW
    )


def proposal_by(expert: Member, goal: RoundGoal, **values: Any) -> Proposal:
    return Proposal.objects.create(
        **{
            "round_goal": goal,
            "expert": expert,
            "kind": "change",
            "percent": 30,
            "justification": "Because.",
            "confidence": "low",
            "proposed_at": NOW,
            **values,
        }
    )


def next_entry(world: World, **values: Any) -> LedgerEntry:
    """What would be the next entry, with these values."""
    last = LedgerEntry.objects.filter(scorecard=world.scorecard).last()
    return LedgerEntry.objects.create(
        **{
            "scorecard": world.scorecard,
            "number": last.number + 1,
            "kind": "support",
            "record": 999,
            "commitment": "0" * 64,
            "previous": last.hash,
            "hash": "1" * 64,
            **values,
        }
    )


def support_by(expert: Member, proposal: Proposal) -> Support:
    return Support.objects.create(proposal=proposal, expert=expert, supported_at=NOW)


def settlement_of(goal: RoundGoal, by: Member, **values: Any) -> Settlement:
    return Settlement.objects.create(
        **{
            "round_goal": goal,
            "rule": goal.rule,
            "percent": Fraction(88, 3),
            "reason": "So the panel agreed.",
            "settled_by": by,
            "settled_at": NOW,
            **values,
        }
    )


def settle_as_written(goal: RoundGoal, by: Member, percent: str) -> None:
    """Past the field, which writes nothing but fractions."""
    sql(
        "INSERT INTO validation_settlement (round_goal_id, rule, percent, reason,"
        " dissent, settled_by_id, settled_at) VALUES (%s, %s, %s, 'Why', '', %s, %s)",
        *(goal.pk, goal.rule, percent, by.pk, NOW),
    )


def open_second_round_on_goal_5(w: World) -> None:
    second = factories.prepare(w.scorecard, {5: "keep"})
    change(second, opened_at=NOW, opened_by=w.coordinator)
    second.round_goals.update(is_open=True)


def open_overtaken_round(w: World) -> None:
    """Goal 13 in a prepared round, after a later round on it was opened and closed."""
    later = factories.make_open_round(w.scorecard, {13: "keep"}, by=w.coordinator)
    later.round_goals.update(is_open=False)
    change(w.prepared, opened_at=NOW, opened_by=w.coordinator)
    change(w.goal_13, is_open=True)


def refused(write: Write, world: World) -> str:
    """The database's words; fails where it takes what was written."""
    try:
        with transaction.atomic():
            write(world)
    except IntegrityError as refusal:
        return str(refusal)
    where = f"{write.__code__.co_filename}:{write.__code__.co_firstlineno}"
    raise AssertionError(f"the database took what was written at {where}")
