"""Records of the consultation itself: survey, rounds, what was said, settlements."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from surveys.averages import survey_averages
from surveys.tallies import Tallies
from validation.models import (
    Baseline,
    Comment,
    Contribution,
    Meeting,
    Proposal,
    Round,
    RoundGoal,
    Settlement,
    Support,
    Withdrawal,
)
from validation.trail.records import Record
from validation.trail.scope import Reading


def baseline(reading: Reading) -> Iterable[Record]:
    baseline = Baseline.objects.filter(scorecard=reading.member.scorecard_id).first()
    if baseline is None:
        return
    at = baseline.frozen_at
    scorecard = reading.member.scorecard
    averages = survey_averages(scorecard, Tallies.from_json(baseline.tallies))
    yield reading.said(
        "baseline",
        baseline,
        at=at,
        by=reading.name(baseline.frozen_by_id),
        percent=averages.percent,
        respondents=averages.responses,
    )
    for number, average in averages.goals.items():
        if reading.goal is None or reading.goal.number == number:
            yield Record(
                "survey_average",
                f"survey_average {number}",
                at=at,
                goals=(number,),
                percent=average.percent,
                respondents=None if average.is_suppressed else average.respondents,
            )


def rounds(reading: Reading) -> Iterable[Record]:
    by_round: dict[int, list[RoundGoal]] = {}
    for one in reading.round_goals.values():
        by_round.setdefault(one.round_id, []).append(one)
    for round_goals in by_round.values():
        round_goals.sort(key=lambda one: one.goal.number)
        round_ = round_goals[0].round
        yield from _round(reading, round_, round_goals)
        for one in round_goals:
            yield from _round_goal(reading, round_, one)


def round_steps(reading: Reading) -> Iterable[Record]:
    """What was done with rounds beside opening and closing them, removed ones too."""
    if reading.goal:
        return
    for step in reading.member.scorecard.round_steps.all():
        due_at = step.content["due_at"]
        yield Record(
            "round_step",
            f"round_step {step.pk}",
            at=step.done_at,
            by=reading.name(step.done_by_id),
            round=step.number,
            goals=tuple(int(number) for number in step.content["rules"]),
            choice=step.what,
            rule=" ".join(step.content["rules"].values()),
            is_blind=step.content["is_blind"],
            text=step.content["title"],
            until=datetime.fromisoformat(due_at) if due_at else None,
        )


def _round(
    reading: Reading, round_: Round, round_goals: list[RoundGoal]
) -> Iterable[Record]:
    where: dict[str, Any] = {
        "round": round_.number,
        "goals": tuple(one.goal.number for one in round_goals),
    }
    yield Record(
        "round_opened",
        f"round_opened {round_.pk}",
        at=round_.opened_at,
        by=reading.name(round_.opened_by_id),
        is_blind=round_.is_blind,
        text=round_.title,
        until=round_.due_at,
        **where,
    )
    if round_.closed_at:
        yield Record(
            "round_closed",
            f"round_closed {round_.pk}",
            at=round_.closed_at,
            by=reading.name(round_.closed_by_id),
            **where,
        )


def _round_goal(reading: Reading, round_: Round, one: RoundGoal) -> Iterable[Record]:
    yield Record(
        "goal_opened",
        f"goal_opened {one.pk}",
        at=round_.opened_at,
        rule=one.rule,
        **reading.on(one.pk),
    )
    if one.revealed_at:
        yield Record(
            "goal_revealed",
            f"goal_revealed {one.pk}",
            at=one.revealed_at,
            by=reading.name(one.revealed_by_id),
            **reading.on(one.pk),
        )


def _visible_proposals(reading: Reading) -> QuerySet[Proposal]:
    return Proposal.objects.visible_to(reading.member).filter(
        round_goal__in=list(reading.round_goals)
    )


def proposals(reading: Reading) -> Iterable[Record]:
    for row in _visible_proposals(reading):
        yield reading.said(
            "proposal",
            row,
            at=row.proposed_at,
            by=reading.name(row.expert_id),
            member=row.expert_id,
            about=f"proposal {row.revises_id}" if row.revises_id else "",
            choice=row.kind,
            percent=None if row.percent is None else Fraction(row.percent),
            lower=row.lower,
            upper=row.upper,
            sureness=row.sureness,
            confidence=row.confidence,
            is_counted=reading.is_counted(row.expert_id, row.round_goal_id),
            text=row.justification,
            interest=row.interest,
            entered_by=reading.name(row.entered_by_id),
            **reading.on(row.round_goal_id),
        )


def supports(reading: Reading) -> Iterable[Record]:
    rows = Support.objects.filter(proposal__round_goal__in=reading.shown)
    for row in rows.select_related("proposal"):
        yield reading.said(
            "support",
            row,
            at=row.supported_at,
            by=reading.name(row.expert_id),
            member=row.expert_id,
            about=f"proposal {row.proposal_id}",
            is_counted=reading.is_counted(row.expert_id, row.proposal.round_goal_id),
            text=row.reason,
            **reading.on(row.proposal.round_goal_id),
        )


def withdrawals(reading: Reading) -> Iterable[Record]:
    rows = Withdrawal.objects.filter(support__proposal__round_goal__in=reading.shown)
    for row in rows.select_related("support__proposal"):
        yield reading.said(
            "withdrawal",
            row,
            at=row.withdrawn_at,
            by=reading.name(row.support.expert_id),
            member=row.support.expert_id,
            about=f"support {row.support_id}",
            text=row.reason,
            **reading.on(row.support.proposal.round_goal_id),
        )


def comments(reading: Reading) -> Iterable[Record]:
    rows = Comment.objects.visible_to(reading.member)
    for row in rows.filter(round_goal__in=list(reading.round_goals)):
        yield reading.said(
            "comment",
            row,
            at=row.commented_at,
            by=reading.name(row.member_id),
            member=row.member_id,
            about=f"proposal {row.proposal_id}" if row.proposal_id else "",
            text=row.text,
            **reading.on(row.round_goal_id),
        )


def meetings(reading: Reading) -> Iterable[Record]:
    meetings = Meeting.objects.filter(round__scorecard=reading.member.scorecard_id)
    if not reading.is_whole:
        meetings = meetings.filter(agenda__in=list(reading.round_goals)).distinct()
    for one in meetings.select_related("round").prefetch_related(
        "agenda__goal", "attended_by"
    ):
        where: dict[str, Any] = {
            "at": one.starts_at,
            "round": one.round.number,
            "meeting": one.number,
            "goals": tuple(
                sorted(
                    round_goal.goal.number
                    for round_goal in one.agenda.all()
                    if reading.is_whole or round_goal.pk in reading.round_goals
                )
            ),
        }
        yield Record(
            "meeting",
            f"meeting {one.pk}",
            place=one.place,
            until=one.starts_at + timedelta(minutes=one.minutes_long),
            # Minutes are as blind as the panel: the meeting's own page shows them.
            text=one.minutes if reading.is_whole else "",
            **where,
        )
        # Neither keys nor the order tell which of several people a name stands for.
        people = sorted((reading.name(who.pk), who.pk) for who in one.attended_by.all())
        for place, (name, pk) in enumerate(people, start=1):
            key = f"attendance {one.pk}/{place}"
            yield Record("attendance", key, by=name, member=pk, **where)


def contributions(reading: Reading) -> Iterable[Record]:
    rows = Contribution.objects.filter(round_goal__in=reading.shown)
    for row in rows.select_related("meeting"):
        yield reading.said(
            "contribution",
            row,
            at=row.recorded_at,
            by=reading.name(row.speaker_id),
            member=row.speaker_id,
            meeting=row.meeting.number,
            about=f"contribution {row.corrects_id}" if row.corrects_id else "",
            section=row.section,
            text=row.text,
            entered_by=reading.name(row.recorded_by_id),
            **reading.on(row.round_goal_id),
        )


def settlements(reading: Reading) -> Iterable[Record]:
    for row in Settlement.objects.filter(round_goal__in=reading.shown):
        yield reading.said(
            "settlement",
            row,
            at=row.settled_at,
            by=reading.name(row.settled_by_id),
            rule=row.rule,
            percent=Fraction(row.percent),
            text=row.reason,
            dissent=row.dissent,
            **reading.on(row.round_goal_id),
        )
