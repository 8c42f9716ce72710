"""Who a letter goes to. Each question costs the same for one expert as for thirty."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from surveys.models import Goal, Member, Scorecard
from validation.models import Assignment, MailDelivery, Proposal, Round, RoundGoal

# Whoever was reminded so recently is not reminded again.
REST = timedelta(hours=20)
Kind = MailDelivery.Kind


@dataclass(frozen=True)
class Reminded:
    """An expert whose estimates are missing, and why no reminder goes out, if none."""

    expert: Member
    goals: list[Goal]
    wants_none: bool
    was_reminded_at: datetime | None

    @property
    def gets_one(self) -> bool:
        return not self.wants_none and self.was_reminded_at is None


def with_addresses(members: QuerySet[Member]) -> QuerySet[Member]:
    """Those who can get mail, with what a letter needs to know of them."""
    return members.filter(user__is_active=True, erasure__isnull=True).select_related(
        "user", "mail_preference", "erasure"
    )


def not_invited(scorecard: Scorecard) -> list[Member]:
    """Everybody on the scorecard to whom no invitation was written."""
    invited = MailDelivery.objects.filter(
        scorecard=scorecard, kind=Kind.INVITATION
    ).values("member")
    return list(with_addresses(scorecard.members.exclude(pk__in=invited)))


def missing_goals(round_: Round) -> dict[int, list[Goal]]:
    """{member: their open goals of the round on which they have not proposed}."""
    if round_.opened_at is None or round_.closed_at is not None:
        return {}
    open_goals = {
        one.goal_id: one for one in RoundGoal.objects.filter(round=round_, is_open=True)
    }
    said = set(
        Proposal.objects.filter(round_goal__in=open_goals.values()).values_list(
            "expert_id", "round_goal_id"
        )
    )
    missing: dict[int, list[Goal]] = defaultdict(list)
    assignments = (
        Assignment.objects.present()
        .filter(goal__in=open_goals, expert__scorecard=round_.scorecard_id)
        .select_related("goal")
    )
    for one in assignments.order_by("goal__number"):
        if (one.expert_id, open_goals[one.goal_id].pk) not in said:
            missing[one.expert_id].append(one.goal)
    return dict(missing)


def to_be_reminded(round_: Round, now: datetime) -> list[Reminded]:
    """Every expert whose estimates are missing, by name."""
    missing = missing_goals(round_)
    lately = {
        one.member_id: one.requested_at
        for one in MailDelivery.objects.filter(
            kind=Kind.REMINDER, round=round_, requested_at__gt=now - REST
        ).exclude(state=MailDelivery.State.DROPPED)
    }
    experts = with_addresses(Member.objects.filter(pk__in=missing)).order_by("name")
    return [
        Reminded(
            expert=one,
            goals=missing[one.pk],
            wants_none=wants_no_reminders(one),
            was_reminded_at=lately.get(one.pk),
        )
        for one in experts
    ]


def wants_no_reminders(member: Member) -> bool:
    preference = getattr(member, "mail_preference", None)
    return bool(preference and preference.reminders_off_at)


def panel_of(goals: Iterable[int], scorecard_id: int) -> QuerySet[Member]:
    """Experts of the scorecard who are on the panel of one of these goals."""
    return with_addresses(
        Member.objects.filter(
            scorecard=scorecard_id,
            pk__in=Assignment.objects.filter(goal__in=goals).values("expert"),
        )
    )
