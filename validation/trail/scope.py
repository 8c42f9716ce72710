"""What this member may read of a consultation, found once for all kinds of records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.members.access import STAFF
from surveys.models import Goal, Member
from validation.access import round_goals_for
from validation.models import Assignment, LedgerEntry, RoundGoal
from validation.trail.records import Record


@dataclass
class Reading:
    """Whose trail of which goal is read; what is read once and used by all readers."""

    member: Member
    goal: Goal | None
    names: Mapping[int, str]
    ledger: Iterable[LedgerEntry]

    def __post_init__(self) -> None:
        self.entries = {(entry.kind, entry.record): entry for entry in self.ledger}
        round_goals = round_goals_for(self.member).filter(
            round__opened_at__isnull=False
        )
        shown = RoundGoal.objects.showing_panel_to(self.member)
        if self.goal:
            round_goals = round_goals.filter(goal=self.goal)
        self.round_goals = {one.pk: one for one in round_goals}
        self.shown = set(shown.values_list("pk", flat=True)) & set(self.round_goals)
        self.not_counted = set(
            Assignment.objects.not_counted()
            .filter(expert__scorecard=self.member.scorecard_id)
            .values_list("expert", "goal")
        )

    @property
    def is_whole(self) -> bool:
        """Of the whole scorecard, for those who may read all of it."""
        return self.goal is None and self.member.role in STAFF

    def name(self, member: int | None) -> str:
        return self.names.get(member, "") if member else ""

    def on(self, round_goal: int) -> dict[str, Any]:
        """Where in the consultation: round and goal."""
        one = self.round_goals[round_goal]
        return {"round": one.round.number, "goals": (one.goal.number,)}

    def said(self, kind: str, row: Any, **fields: Any) -> Record:
        """A record of a row, with its link in the chain."""
        entry = self.entries.get((kind, row.pk))
        is_erased = None if entry is None else not hasattr(entry, "salt")
        return Record(
            kind, f"{kind} {row.pk}", entry=entry, is_erased=is_erased, **fields
        )

    def is_counted(self, expert: int, round_goal: int) -> bool:
        goal = self.round_goals[round_goal].goal_id
        return (expert, goal) not in self.not_counted
