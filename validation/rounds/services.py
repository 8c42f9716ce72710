"""A round's life: prepared with its goals and rules, opened, closed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from surveys.models import Goal, Member, Role, Scorecard
from validation.models import (
    Assignment,
    Baseline,
    Meeting,
    Round,
    RoundGoal,
    Rule,
)
from validation.rounds.steps import What, note_step
from validation.seats import seat_panels


class NoGoals(Exception):
    """A round consults on at least one goal."""


class ForeignGoal(Exception):
    """The goal is not of the instrument of this scorecard. `goal` is that goal."""

    def __init__(self, goal: Goal) -> None:
        super().__init__(str(goal))
        self.goal = goal


class UnknownRule(Exception):
    """Not one of the five settlement rules."""


class BaselineNotFrozen(Exception):
    """A round opens after the survey figures are frozen."""


class RoundAlreadyOpened(Exception):
    """What a round consults on, and by which rule, is fixed once it opened."""


class RoundRecorded(Exception):
    """One of the round's meetings has minutes, attendance or contributions."""


class RoundNotOpen(Exception):
    """Only an open round can be closed."""


class GoalNotOpen(Exception):
    """The goal is settled, or its round is not open."""


class AlreadyRevealed(Exception):
    """The estimates on this goal were revealed before."""


class GoalAlreadyOpen(Exception):
    """Another round is open on this goal. `goal` is that goal."""

    def __init__(self, goal: Goal) -> None:
        super().__init__(str(goal))
        self.goal = goal


class LaterRoundOpened(Exception):
    """A round with a higher number was opened on the goal: the last word is its.

    `round_goal` is that goal in that round.
    """

    def __init__(self, round_goal: RoundGoal) -> None:
        super().__init__(str(round_goal))
        self.round_goal = round_goal


class InvalidJoiningLink(Exception):
    """A meeting is joined at an https address."""


class MinutesChanged(Exception):
    """Somebody else saved other minutes meanwhile. `minutes` are theirs."""

    def __init__(self, minutes: str) -> None:
        super().__init__("the minutes were changed meanwhile")
        self.minutes = minutes


class NotAnExpert(Exception):
    """Goals are assigned to members in the role of an expert."""


def assign_goal(*, expert: Member, goal: Goal, expertise: str = "") -> Assignment:
    """Put an expert on the panel of a goal; doing so again changes the expertise.

    Raises NotAnExpert or ForeignGoal.
    """
    if expert.role != Role.EXPERT:
        raise NotAnExpert
    _check_goals(expert.scorecard, [goal])
    assignment, _ = Assignment.objects.update_or_create(
        expert=expert, goal=goal, defaults={"expertise": expertise}
    )
    return assignment


@transaction.atomic
def prepare_round(
    *,
    scorecard: Scorecard,
    title: str,
    rules: Mapping[Goal, str],
    is_blind: bool = True,
    due_at: datetime | None = None,
    by: Member,
    now: datetime,
) -> Round:
    """A new round over some goals, each with the rule it will be settled by.

    Preparing the same once more (a form sent twice) adds nothing: the round that waits
    is returned. Raises NoGoals, ForeignGoal or UnknownRule.
    """
    _check_rules(rules)
    _check_goals(scorecard, rules)
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    wanted = {"title": title, "is_blind": is_blind, "due_at": due_at}
    if same := _prepared_alike(scorecard, wanted, rules):
        return same
    last = scorecard.rounds.aggregate(last=Max("number"))["last"] or 0
    round_ = Round.objects.create(scorecard=scorecard, number=last + 1, **wanted)
    _set_rules(round_, rules)
    note_step(round_, What.PREPARED, by=by, now=now)
    return round_


def _prepared_alike(
    scorecard: Scorecard, wanted: Mapping[str, Any], rules: Mapping[Goal, str]
) -> Round | None:
    """The round that waits to be opened and is the same in everything."""
    by_goal = {goal.pk: str(rule) for goal, rule in rules.items()}
    prepared = scorecard.rounds.filter(opened_at__isnull=True, **wanted)
    for round_ in prepared.prefetch_related("round_goals"):
        if {one.goal_id: one.rule for one in round_.round_goals.all()} == by_goal:
            return round_
    return None


@transaction.atomic
def change_round(
    *,
    round_id: int,
    title: str,
    rules: Mapping[Goal, str],
    is_blind: bool,
    due_at: datetime | None = None,
    by: Member,
    now: datetime,
) -> Round:
    """Change a round that has not opened. Raises RoundAlreadyOpened as well."""
    _check_rules(rules)
    round_ = (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .select_related("scorecard")
        .get(pk=round_id)
    )
    _check_goals(round_.scorecard, rules)
    if round_.opened_at:
        raise RoundAlreadyOpened
    round_.title, round_.is_blind, round_.due_at = title, is_blind, due_at
    round_.save()
    round_.round_goals.exclude(goal__in=[goal.pk for goal in rules]).delete()
    _set_rules(round_, rules)
    note_step(round_, What.CHANGED, by=by, now=now)
    return round_


def _check_rules(rules: Mapping[Goal, str]) -> None:
    if not rules:
        raise NoGoals
    if unknown := set(rules.values()) - set(Rule.values):
        raise UnknownRule(", ".join(sorted(unknown)))


def _check_goals(scorecard: Scorecard, goals: Iterable[Goal]) -> None:
    for goal in goals:
        if goal.instrument_id != scorecard.instrument_id:
            raise ForeignGoal(goal)


def _set_rules(round_: Round, rules: Mapping[Goal, str]) -> None:
    for goal, rule in rules.items():
        RoundGoal.objects.update_or_create(
            round=round_,
            goal=goal,
            defaults={"rule": rule, "scorecard_id": round_.scorecard_id},
        )


@transaction.atomic
def delete_round(*, round_id: int, by: Member, now: datetime) -> None:
    """Remove a round that was prepared by mistake, with the meetings announced for it.

    What it was, and who removed it, stays on record.
    Raises RoundAlreadyOpened, or RoundRecorded where a meeting of it was recorded. The
    database refuses to remove a round that was opened, too.
    """
    round_ = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round_id)
    if round_.opened_at:
        raise RoundAlreadyOpened
    recorded = ~Q(minutes="") | Q(attended_by__isnull=False)
    recorded |= Q(contributions__isnull=False)
    if round_.meetings.filter(recorded).exists() or round_.reminders.exists():
        raise RoundRecorded
    note_step(round_, What.REMOVED, by=by, now=now)
    round_.meetings.all().delete()
    round_.round_goals.all().delete()
    round_.delete()


@transaction.atomic
def postpone_round(
    *, round_id: int, due_at: datetime | None, by: Member, now: datetime
) -> Round:
    """Another date, or none, until which estimates are due. Raises RoundNotOpen.

    A round that has not opened is changed as a whole, and a closed one waits for
    nobody.
    """
    round_ = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round_id)
    if round_.state != "open":
        raise RoundNotOpen
    if round_.due_at != due_at:
        round_.due_at = due_at
        round_.save(update_fields=["due_at"])
        note_step(round_, What.POSTPONED, by=by, now=now)
    return round_


@transaction.atomic
def open_round(*, round_id: int, by: Member, now: datetime) -> Round:
    """Open a round: from now on its rules and its blindness are frozen.

    On each goal rounds open in the order of their numbers. Raises RoundAlreadyOpened,
    BaselineNotFrozen, LaterRoundOpened, or GoalAlreadyOpen.
    """
    round_ = Round.objects.select_for_update(no_key=True).get(pk=round_id)
    if round_.opened_at:
        raise RoundAlreadyOpened
    if not Baseline.objects.filter(scorecard=round_.scorecard_id).exists():
        raise BaselineNotFrozen
    later = RoundGoal.objects.filter(
        goal__in=round_.round_goals.values("goal"),
        scorecard=round_.scorecard_id,
        round__number__gt=round_.number,
        round__opened_at__isnull=False,
    ).select_related("round", "goal")
    if overtaking := later.filter(is_open=False).first():
        raise LaterRoundOpened(overtaking)
    round_.opened_at, round_.opened_by = now, by
    round_.save()
    for round_goal in round_.round_goals.select_related("goal").order_by("pk"):
        try:
            with transaction.atomic():
                round_goal.is_open = True
                round_goal.save()
        except IntegrityError as error:
            raise GoalAlreadyOpen(round_goal.goal) from error
    return round_


@transaction.atomic
def reveal_goal(*, round_goal_id: int, by: Member, now: datetime) -> RoundGoal:
    """Show the estimates on a goal of a blind round to its whole panel.

    Experts may still revise theirs until the goal is settled. Raises GoalNotOpen or
    AlreadyRevealed.
    """
    round_goal = RoundGoal.objects.select_for_update(no_key=True).get(pk=round_goal_id)
    if not round_goal.is_open:
        raise GoalNotOpen
    if round_goal.revealed_at:
        raise AlreadyRevealed
    round_goal.revealed_at, round_goal.revealed_by = now, by
    round_goal.save(update_fields=["revealed_at", "revealed_by"])
    round_goal.touch()
    return round_goal


@transaction.atomic
def close_round(*, round_id: int, by: Member, now: datetime) -> Round:
    """Close a round: nothing more is proposed or supported in it.

    Goals not yet settled can still be settled by their rule. Raises RoundNotOpen.
    """
    round_ = Round.objects.select_for_update(no_key=True).get(pk=round_id)
    if round_.state != "open":
        raise RoundNotOpen
    # Waits for every proposal that is under way: each holds its goal's row. Not the
    # rows that the ordering joins: respondents' answers refer to those.
    held = round_.round_goals.select_for_update(of=("self",), no_key=True)
    seat_panels(held.order_by("pk"))
    round_.round_goals.update(is_open=False, changes=F("changes") + 1)
    round_.closed_at, round_.closed_by = now, by
    round_.save()
    return round_


@transaction.atomic
def add_meeting(
    *,
    round_: Round,
    starts_at: datetime,
    minutes_long: int,
    place: str,
    agenda: Iterable[RoundGoal],
    joining_link: str = "",
) -> Meeting:
    """A meeting of the round, with the goals it is about, in the order given.

    Announcing the same once more (a form sent twice) adds nothing. Raises
    InvalidJoiningLink.
    """
    check_joining_link(joining_link)
    agenda = list(agenda)
    Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round_.pk)
    announced = {
        "starts_at": starts_at,
        "minutes_long": minutes_long,
        "place": place,
        "joining_link": joining_link,
    }
    for same in round_.meetings.filter(minutes="", **announced):
        if list(agenda_of(same)) == agenda:
            return same
    last = round_.meetings.aggregate(last=Max("number"))["last"] or 0
    meeting = Meeting.objects.create(round=round_, number=last + 1, **announced)
    set_agenda(meeting, agenda)
    return meeting


def check_joining_link(link: str) -> None:
    """Raises InvalidJoiningLink for anything but an https address."""
    if link and not link.lower().startswith("https://"):
        raise InvalidJoiningLink(link)


def set_agenda(meeting: Meeting, agenda: Iterable[RoundGoal]) -> None:
    """The goals of the meeting in this order; rows are kept in the order written."""
    meeting.agenda.clear()
    points = Meeting.agenda.through
    for round_goal in agenda:
        points.objects.create(meeting=meeting, roundgoal=round_goal)


def agenda_of(meeting: Meeting) -> QuerySet[RoundGoal]:
    """The goals of the meeting, in the order they are talked about."""
    point = Meeting.agenda.through.objects.filter(
        meeting=meeting, roundgoal=OuterRef("pk")
    )
    return (
        RoundGoal.objects.filter(meetings=meeting)
        .select_related("goal", "round")
        .order_by(Subquery(point.values("pk")[:1]))
    )


@transaction.atomic
def record_meeting(
    *,
    meeting_id: int,
    attended_by: Iterable[Member],
    minutes: str,
    based_on: str | None = None,
) -> Meeting:
    """Who came, and what was said.

    `based_on`: the minutes as they stood when the writer began; if others stand there
    now, MinutesChanged is raised instead of writing over them.
    """
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(
        pk=meeting_id
    )
    if based_on is not None and based_on != meeting.minutes:
        raise MinutesChanged(meeting.minutes)
    meeting.minutes = minutes.strip()
    meeting.save()
    meeting.attended_by.set(attended_by)
    return meeting
