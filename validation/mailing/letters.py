"""What a letter says, in its reader's language. Plain text; nothing is tracked.

A letter to an expert names their own goals and nobody else's estimate. What was settled
is told only of goals whose panel they may read.
"""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from surveys.mailing.leaving import leave_token
from surveys.mailing.mail import Mail, absolute, by_sign_in, written
from surveys.models import Goal, Member, Role
from validation.baseline import averages_in_force
from validation.mailing.recipients import missing_goals
from validation.models import Assignment, MailDelivery, Round, RoundGoal, Settlement

SALT = "reminders off"
Kind = MailDelivery.Kind


def language_of(member: Member) -> str:
    """The language of the member's mail: theirs, else the scorecard's first."""
    preference = getattr(member, "mail_preference", None)
    languages = member.scorecard.languages
    if preference and preference.language in languages:
        return preference.language
    return languages[0] if languages else settings.LANGUAGE_CODE


def write_letter(delivery: MailDelivery) -> Mail | None:
    """The letter as it reads now; None where there is nothing left to say.

    `delivery` comes with member, user, scorecard, round and who asked for it.
    """
    member = delivery.member
    if not member.user.is_active or hasattr(member, "erasure"):
        return None
    with (
        translation.override(language_of(member)),
        timezone.override(member.scorecard.zone),
    ):
        said = WRITERS[Kind(delivery.kind)](delivery)
        if said is None:
            return None
        subject, content = said
        body: str = render_to_string(
            f"mail/{delivery.kind}.txt",
            {
                "name": member.name,
                "scorecard": str(member.scorecard),
                "zone": member.scorecard.time_zone,
                "sign_in": absolute("account_request_login_code"),
                "address": member.user.email,
                **content,
            },
        )
    asked = delivery.requested_by
    return written(
        address=member.user.email,
        subject=subject,
        body=body,
        reply_to=(asked.user.email,) if asked else (),
        leave_at=content.get("reminders_off", ""),
    )


def token_against_reminders(member: Member) -> str:
    """What the link at the end of a reminder carries; nobody can make it up."""
    return leave_token(member.pk, SALT)


Said = tuple[str, dict[str, Any]]


def _invitation(delivery: MailDelivery) -> Said:
    member = delivery.member
    subject = gettext("Invitation: %(scorecard)s") % {"scorecard": member.scorecard}
    by = delivery.requested_by
    return subject, {
        "by": by.name if by else "",
        "role": member.role,
        "is_expert": member.role == Role.EXPERT,
        "goals": goals_of(member),
        "due": _first_due(member),
        "home": by_sign_in(
            "my_goals" if member.role == Role.EXPERT else "scorecard",
            member.scorecard.slug,
        ),
    }


def goals_of(member: Member) -> list[Goal]:
    """The goals on whose panel the expert is, in their order."""
    mine = Assignment.objects.filter(expert=member).select_related("goal")
    return [assignment.goal for assignment in mine.order_by("goal__number")]


def _first_due(member: Member) -> Any:
    """When the first estimates are due from this expert, if that is known."""
    return (
        Round.objects.filter(
            scorecard=member.scorecard_id,
            closed_at__isnull=True,
            due_at__isnull=False,
            round_goals__goal__in=member.assignments.values("goal"),
        )
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )


def _round_opened(delivery: MailDelivery) -> Said | None:
    member, round_ = delivery.member, delivery.round
    if round_ is None or round_.closed_at:
        return None
    mine = member.assignments.values("goal")
    goals = [
        one.goal
        for one in round_.round_goals.filter(goal__in=mine).select_related("goal")
    ]
    if not goals:
        return None
    subject = gettext("Your estimates are asked for: %(scorecard)s") % {
        "scorecard": member.scorecard
    }
    return subject, {
        "round": round_,
        "goals": goals,
        "home": by_sign_in("my_goals", member.scorecard.slug),
    }


def _reminder(delivery: MailDelivery) -> Said | None:
    member, round_ = delivery.member, delivery.round
    preference = getattr(member, "mail_preference", None)
    if round_ is None or (preference and preference.reminders_off_at):
        return None
    goals = missing_goals(round_).get(member.pk, [])
    if not goals:
        return None
    subject = gettext("Reminder: your estimates on %(scorecard)s") % {
        "scorecard": member.scorecard
    }
    return subject, {
        "round": round_,
        "goals": goals,
        "home": by_sign_in("my_goals", member.scorecard.slug),
        "reminders_off": absolute("reminders_off", token_against_reminders(member)),
    }


def _settled(delivery: MailDelivery) -> Said | None:
    member = delivery.member
    shown = RoundGoal.objects.showing_panel_to(member)
    settlements = list(
        Settlement.objects.filter(pk__in=delivery.settlements, round_goal__in=shown)
        .select_related("round_goal__goal", "round_goal__round")
        .order_by("round_goal__goal__number")
    )
    if not settlements:
        return None
    averages = averages_in_force(member.scorecard).goals
    lines = [
        {
            "goal": one.round_goal.goal,
            "before": averages[one.round_goal.goal.number].percent,
            "after": one.percent,
            "page": by_sign_in(
                "board",
                member.scorecard.slug,
                one.round_goal.round.number,
                one.round_goal.goal.number,
            ),
        }
        for one in settlements
    ]
    subject = gettext("Settled: %(scorecard)s") % {"scorecard": member.scorecard}
    return subject, {"lines": lines}


WRITERS = {
    Kind.INVITATION: _invitation,
    Kind.ROUND_OPENED: _round_opened,
    Kind.REMINDER: _reminder,
    Kind.SETTLED: _settled,
}
