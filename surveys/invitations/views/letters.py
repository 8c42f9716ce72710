"""Sending invitations and reminders; the open link."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from surveys.intake.pages import languages_of
from surveys.invitations.counts import counts_of
from surveys.invitations.due import due_reminder
from surveys.invitations.forms import ReminderForm
from surveys.invitations.letters import letter_text
from surveys.invitations.reasons import reasons_of
from surveys.invitations.services import (
    RemindedLately,
    SurveyClosed,
    SurveyNotOpen,
    TooFewToRemind,
    invite_everybody,
    last_run,
    occasion_of,
    plan_reminders,
    remind_by_hand,
    to_be_invited,
    to_be_reminded,
    try_again,
)
from surveys.invitations.views.page import page
from surveys.invitations.views.people import person_of_example
from surveys.mailing.forms import letters_named
from surveys.mailing.services import NotToBeTriedAgain
from surveys.mailing.words import are_sent_again, wait_to_be_sent
from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.models import (
    Anonymity,
    InvitationLetter,
    Member,
    ReminderRun,
    Role,
    Scorecard,
)
from surveys.setup.services import change_scorecard

RUNS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_send(request: HttpRequest, slug: str) -> HttpResponse:
    """How many are written to now, and what they will read, in each language."""
    member = request_membership(request, slug, Role.COORDINATOR)
    scorecard, now = member.scorecard, timezone.now()
    problem = ""
    if request.method == "POST":
        try:
            count = invite_everybody(scorecard=scorecard, by=member, now=now)
        except SurveyClosed:
            problem = _("The survey has closed: nobody can answer any more.")
        else:
            messages.success(request, wait_to_be_sent(count))
            return redirect("invitations", slug)
    return page(
        request,
        "send",
        member,
        REFUSED if problem else 200,
        problem=problem,
        waiting=to_be_invited(scorecard).count(),
        is_open=scorecard.is_open(now),
        has_closed=scorecard.has_closed(now),
        letters=_examples(member, is_reminder=False),
    )


def _examples(member: Member, *, is_reminder: bool) -> list[dict[str, Any]]:
    """The letter in each language, with nobody's link in it."""
    person = person_of_example(member)
    return [
        {
            "code": code,
            "language": name,
            "mail": letter_text(
                person,
                is_reminder=is_reminder,
                link="https://…",
                leave_at="https://…",
                by=member,
                language=code,
            ),
        }
        for code, name in languages_of(member.scorecard)
    ]


@require_POST
def invitation_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Send once more: all that failed, or the one letter that is named."""
    member = request_membership(request, slug, Role.COORDINATOR)
    scorecard, named = member.scorecard, letters_named(request.POST)
    try:
        count = try_again(scorecard=scorecard, letters=named, now=timezone.now())
    except NotToBeTriedAgain:
        messages.error(request, _("This letter is not one to send again."))
    except SurveyClosed:
        messages.error(request, _("The survey has closed: nobody can answer any more."))
    else:
        # Reminders are among all that failed: of people who had not finished.
        is_told = named is not None or scorecard.anonymity == Anonymity.CONFIDENTIAL
        words = (
            are_sent_again(count) if is_told else _("What had failed is sent again.")
        )
        messages.success(request, words)
    return redirect("invitations", slug)


@require_POST
def invitation_open_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether anybody who has the open link may answer."""
    member = request_membership(request, slug, Role.COORDINATOR)
    is_on = request.POST.get("open") == "yes"
    change_scorecard(
        scorecard_id=member.scorecard_id,
        by=member,
        now=timezone.now(),
        has_open_link=is_on,
    )
    messages.success(
        request,
        _("Whoever has the open link can answer.")
        if is_on
        else _("Only those who are invited can answer."),
    )
    return redirect("invitations", slug)


# ------------------------------------------------------------------------- reminders


@dataclass(frozen=True)
class Planned:
    """A planned reminder and what became of it: coming, due, sent or left_out."""

    days_before: int
    moment: Any
    state: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_reminders(request: HttpRequest, slug: str) -> HttpResponse:
    """When whoever has not finished is reminded; reminding them now."""
    member = request_membership(request, slug, Role.COORDINATOR)
    scorecard = member.scorecard
    if request.method == "POST" and request.POST.get("do") == "now":
        problem = _remind(request, member)
        if not problem:
            return redirect("invitation_reminders", slug)
        return _reminders(request, member, _plan(scorecard), problem)
    form = _plan(scorecard, request.POST if request.method == "POST" else None)
    if form.is_valid():
        plan_reminders(
            scorecard=scorecard,
            days=form.cleaned_data["days"],
            hour=form.cleaned_data["hour"],
        )
        messages.success(request, _("The reminders were planned."))
        return redirect("invitation_reminders", slug)
    return _reminders(request, member, form)


def _plan(scorecard: Scorecard, sent: Any = None) -> ReminderForm:
    planned = list(scorecard.planned_reminders.all())
    initial = {
        "days": ", ".join(str(one.days_before) for one in planned),
        "hour": planned[0].hour if planned else 10,
    }
    return ReminderForm(sent, initial=initial)


def _remind(request: HttpRequest, member: Member) -> str:
    """Why nobody was reminded; "" where they were."""
    now = timezone.now()
    try:
        run = remind_by_hand(scorecard=member.scorecard, by=member, now=now)
    except SurveyNotOpen:
        return _("Reminders are of a survey that is open.")
    except RemindedLately:
        return _("Reminders went out less than 20 hours ago.")
    except TooFewToRemind:
        words = _(
            "Fewer than %(k)d people could be reminded. Whether a reminder goes out "
            "would tell which of them have not finished."
        )
        return words % {"k": member.scorecard.smallest_group}
    if run.left_out_at:
        words = _("There is nobody to remind.")
    else:
        words = _("Reminders are on their way to those who have not finished.")
    messages.success(request, words)
    return ""


def _reminders(
    request: HttpRequest, member: Member, form: ReminderForm, problem: str = ""
) -> HttpResponse:
    scorecard, now = member.scorecard, timezone.now()
    runs = list(ReminderRun.objects.filter(scorecard=scorecard)[:RUNS_SHOWN])
    counts = counts_of(scorecard)
    reasons = reasons_of(scorecard, now)
    is_told = scorecard.anonymity == Anonymity.CONFIDENTIAL
    return page(
        request,
        "reminders",
        member,
        REFUSED if problem or form.errors else 200,
        problem=problem,
        form=form,
        counts=counts,
        is_open=scorecard.is_open(now),
        planned=_planned(scorecard, runs, now),
        runs=runs,
        # Otherwise a coordinator who takes one person out would see whether it counts.
        people=to_be_reminded(scorecard, now).count() if is_told else None,
        last=last_run(scorecard, now),
        is_under_way=is_told and _is_under_way(scorecard),
        reasons=reasons,
        has_failed=any(one.again_at is None for one in reasons),
        letters=_examples(member, is_reminder=True),
    )


def _planned(scorecard: Scorecard, runs: list[ReminderRun], now: Any) -> list[Planned]:
    known = {run.occasion: run for run in runs}
    due = due_reminder(scorecard, now)
    lines = []
    for one in scorecard.planned_reminders.select_related("scorecard"):
        run = known.get(occasion_of(one))
        if run:
            state = "left_out" if run.left_out_at else "sent"
        elif one.moment() > now:
            state = "coming"
        else:
            state = "due" if due == one and scorecard.is_open(now) else "left_out"
        lines.append(Planned(one.days_before, one.moment(), state))
    return lines


def _is_under_way(scorecard: Scorecard) -> bool:
    on_their_way = InvitationLetter.objects.filter(
        scorecard=scorecard,
        run__isnull=False,
        state__in=["waiting", "sending"],
        try_again_at=None,
    )
    return on_their_way.exists()
