"""Which goals the meeting goes through, and where in them it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from validation.models import Meeting, RoundGoal
from validation.rounds.services import agenda_of

MINUTES_WITHOUT_MEETING = 15


@dataclass(frozen=True)
class RoomAgenda:
    """`goals` in the order of the meeting's agenda; `place` counts from 1.

    Without a meeting about this goal the goals are the round's, by number.
    """

    meeting: Meeting | None
    goals: Sequence[RoundGoal]
    place: int
    minutes_for_each: int

    @property
    def previous(self) -> RoundGoal | None:
        return self.goals[self.place - 2] if self.place > 1 else None

    @property
    def next(self) -> RoundGoal | None:
        return self.goals[self.place] if self.place < len(self.goals) else None


def agenda_in_room(
    round_goal: RoundGoal, number: int | None, now: datetime
) -> RoomAgenda:
    """The agenda of the meeting with this number, if the goal is on it.

    Otherwise that of the meeting about this goal which is nearest in time.
    """
    meetings = list(
        Meeting.objects.filter(round=round_goal.round_id, agenda=round_goal)
    )
    meeting = next((one for one in meetings if one.number == number), None)
    if meeting is None and meetings:
        meeting = min(meetings, key=lambda one: abs(one.starts_at - now))
    if meeting:
        goals = list(agenda_of(meeting).select_related("settlement"))
    else:
        goals = list(
            RoundGoal.objects.filter(round=round_goal.round_id)
            .select_related("goal", "round", "settlement")
            .order_by("goal__number")
        )
    minutes = MINUTES_WITHOUT_MEETING
    if meeting:
        minutes = max(1, meeting.minutes_long // len(goals))
    place = next(
        place for place, one in enumerate(goals, start=1) if one.pk == round_goal.pk
    )
    return RoomAgenda(meeting, goals, place, minutes)
