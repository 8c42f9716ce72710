"""Where a scorecard stands on its way from answers to an edition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from surveys.models import Response, Role, Scorecard, User
from validation.models import Baseline, Proposal, Round, RoundGoal, Settlement, Support


class Phase(StrEnum):
    """One set of names, for everybody and everywhere."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"
    CONSULTING = "consulting"
    REPORTING = "reporting"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Standing:
    """How far a scorecard is within its phase.

    `is_silent`: nobody has answered. `has_ended`: closed, and the grace is over.
    `is_frozen`: the survey's figures are. `is_in_round`: a round is open. `unsettled`:
    how many goals were in an opened round and never settled.
    """

    phase: Phase
    is_silent: bool
    edition: int | None
    unsettled: int = 0
    has_ended: bool = False
    is_frozen: bool = False
    is_in_round: bool = False


def unsettled_goals() -> QuerySet[RoundGoal]:
    """Goals in opened rounds that were not settled in any, in the order of rounds."""
    settled = Settlement.objects.filter(
        round_goal__scorecard=OuterRef("scorecard"), round_goal__goal=OuterRef("goal")
    )
    return RoundGoal.objects.filter(
        ~Exists(settled), round__opened_at__isnull=False
    ).order_by("round__number", "goal__number")


def standings_of(scorecards: Iterable[Scorecard], now: datetime) -> dict[int, Standing]:
    """Key of the scorecard -> where it stands, in one query for all of them."""
    unsettled = (
        unsettled_goals()
        .filter(scorecard=OuterRef("pk"))
        .order_by()
        .values("scorecard")
        .annotate(n=Count("goal", distinct=True))
        .values("n")
    )
    rows = (
        Scorecard.objects.filter(pk__in=[scorecard.pk for scorecard in scorecards])
        .annotate(
            is_answered=Exists(Response.objects.filter(scorecard=OuterRef("pk"))),
            is_frozen=Exists(Baseline.objects.filter(scorecard=OuterRef("pk"))),
            is_consulted=Exists(
                Round.objects.filter(scorecard=OuterRef("pk"), opened_at__isnull=False)
            ),
            is_in_round=Exists(
                RoundGoal.objects.filter(scorecard=OuterRef("pk"), is_open=True)
            ),
            released=Count("editions"),
            unsettled=Coalesce(Subquery(unsettled), 0),
        )
        .order_by("pk")
    )
    return {row.pk: _standing(row, now) for row in rows}


def _standing(row: Any, now: datetime) -> Standing:
    return Standing(
        phase=_phase(row, now),
        is_silent=not row.is_answered,
        edition=row.released or None,
        unsettled=row.unsettled,
        has_ended=row.has_ended(now),
        is_frozen=row.is_frozen,
        is_in_round=row.is_in_round,
    )


def _phase(row: Any, now: datetime) -> Phase:
    if row.is_in_round:
        return Phase.CONSULTING
    if row.released:
        return Phase.PUBLISHED
    if row.is_consulted:
        return Phase.CONSULTING if row.unsettled else Phase.REPORTING
    if row.is_frozen or row.has_closed(now):
        return Phase.CLOSED
    return Phase.OPEN if row.is_open(now) else Phase.PREPARED


def waiting_boards(user: User) -> dict[int, int]:
    """Key of the scorecard -> open goals on which this expert has not proposed yet."""
    own = Proposal.objects.filter(expert__user=user, round_goal=OuterRef("pk"))
    rows = (
        RoundGoal.objects.filter(
            ~Exists(own),
            is_open=True,
            goal__assignments__expert__user=user,
            goal__assignments__expert__role=Role.EXPERT,
            goal__assignments__expert__scorecard=F("scorecard"),
        )
        .order_by()
        .values("scorecard")
        .annotate(n=Count("pk", distinct=True))
    )
    return {row["scorecard"]: row["n"] for row in rows}


@dataclass(frozen=True)
class Counts:
    """What the chain of one scorecard holds; for those who may see everything."""

    rounds: int
    proposals: int
    supports: int
    settled: int
    unsettled: int
    statements: int


def counts_of(scorecard: Scorecard) -> Counts:
    """Counts of the consultation and the report, in a fixed number of queries."""
    rounds = scorecard.rounds.filter(opened_at__isnull=False)
    settled = Settlement.objects.filter(round_goal__scorecard=scorecard)
    proposals = Proposal.objects.filter(round_goal__scorecard=scorecard)
    return Counts(
        rounds=rounds.count(),
        proposals=proposals.count(),
        supports=Support.objects.filter(
            proposal__in=proposals, withdrawal__isnull=True
        ).count(),
        settled=settled.values("round_goal__goal").distinct().count(),
        unsettled=unsettled_goals()
        .filter(scorecard=scorecard)
        .order_by()
        .values("goal")
        .distinct()
        .count(),
        statements=scorecard.statements.count(),
    )
