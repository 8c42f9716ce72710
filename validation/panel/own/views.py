"""An expert's own pages: their goals, what they declare, their mail."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from validation.mailing.letters import language_of
from validation.mailing.recipients import wants_no_reminders
from validation.mailing.services import choose_mail
from validation.panel.interests import InterestTakenBack, NotOnThePanel, has_opened
from validation.panel.own.forms import NONE, SOME, OwnGoalForm, OwnMailForm
from validation.panel.own.lists import OwnGoal, own_goals, own_meetings
from validation.panel.own.services import describe_oneself, goes_by_expertise
from validation.respond import page


@require_http_methods(["GET", "HEAD"])
def my_goals(request: HttpRequest, slug: str) -> HttpResponse:
    """The expert's goals: what waits, what was settled, when the panel meets."""
    member = request_membership(request, slug, Role.EXPERT)
    return _my_goals(request, member, _mail_form(member))


def _mail_form(member: Member, sent: Any = None) -> OwnMailForm:
    initial = {
        "language": language_of(member),
        "takes_reminders": not wants_no_reminders(member),
    }
    return OwnMailForm(sent, scorecard=member.scorecard, initial=initial)


def _my_goals(request: HttpRequest, member: Member, form: OwnMailForm) -> HttpResponse:
    goals = own_goals(member)
    return page(
        request,
        "panel_own",
        member,
        REFUSED if form.is_bound else 200,
        part="own",
        goals=goals,
        waiting=sum(one.is_waiting for one in goals),
        undeclared=sum(not one.has_declared for one in goals),
        meetings=own_meetings(member, timezone.now()),
        form=form,
    )


@require_POST
def my_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """The expert chooses the language of their mail, and reminders or none."""
    member = request_membership(request, slug, Role.EXPERT)
    form = _mail_form(member, request.POST)
    if not form.is_valid():
        return _my_goals(request, member, form)
    choose_mail(
        member=member,
        language=form.cleaned_data["language"],
        takes_reminders=form.cleaned_data["takes_reminders"],
        now=timezone.now(),
    )
    messages.success(request, _("Your choice was saved."))
    return redirect("my_goals", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def my_goal(request: HttpRequest, slug: str, goal: int) -> HttpResponse:
    """The expert says what they know of a goal, and what interest they have."""
    member = request_membership(request, slug, Role.EXPERT)
    own = next((one for one in own_goals(member) if one.goal.number == goal), None)
    if own is None:
        raise Http404
    form = _goal_form(member, own, request.POST if request.method == "POST" else None)
    if form.is_valid() and _described(member, own, form):
        messages.success(request, _("What you declared was saved."))
        return redirect("my_goals", slug)
    status = REFUSED if form.is_bound else 200
    return page(
        request, "panel_own_goal", member, status, part="own", own=own, form=form
    )


def _goal_form(member: Member, own: OwnGoal, sent: Any) -> OwnGoalForm:
    assignment = own.assignment
    is_fixed = has_opened(member, own.goal)
    initial: dict[str, Any] = {"expertise": assignment.expertise}
    if own.has_declared:
        initial["has_interest"] = SOME if assignment.interest else NONE
    if not is_fixed:
        initial["interest"] = assignment.interest
    return OwnGoalForm(
        sent,
        assignment=assignment,
        is_fixed=is_fixed,
        keeps_expertise=goes_by_expertise(member),
        initial=initial,
    )


def _described(member: Member, own: OwnGoal, form: OwnGoalForm) -> bool:
    try:
        describe_oneself(
            expert=member,
            goal=own.goal,
            expertise=form.cleaned_data["expertise"],
            interest=form.declared(),
            now=timezone.now(),
        )
    except InterestTakenBack:
        form.add_error(
            "interest",
            _(
                "A round has opened on this goal meanwhile: what you declared stays. "
                "Load this page again to add to it."
            ),
        )
    except NotOnThePanel as gone:
        raise Http404 from gone
    else:
        return True
    return False
