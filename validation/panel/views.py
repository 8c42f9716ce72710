"""The panel: everybody on the scorecard, the goals and interests of each expert."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from surveys.members.access import STAFF, request_membership
from surveys.members.pages import REFUSED
from surveys.members.services import AlreadyAMember, add_member
from surveys.models import Member, Role
from validation.mailing.services import invite
from validation.models import Assignment
from validation.panel.forms import GoalsForm, HandlingForm, PersonForm, TableForm
from validation.panel.interests import (
    AlreadySettled,
    NothingDeclared,
    NotOnThePanel,
    ReasonMissing,
    decide_interest,
)
from validation.panel.lists import expert_lines, interest_of
from validation.panel.services import (
    HasSpoken,
    RowAlreadyAMember,
    add_expert,
    add_people,
    goals_spoken_on,
    set_goals,
    write_in,
)
from validation.panel.table import COLUMNS, Problem
from validation.respond import page


def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is on the scorecard; the coordinator adds people."""
    roles = STAFF if request.method != "POST" else (Role.COORDINATOR,)
    member = request_membership(request, slug, *roles)
    if request.method != "POST":
        return _panel(request, member, PersonForm(scorecard=member.scorecard))
    form = PersonForm(request.POST, scorecard=member.scorecard)
    if form.is_valid():
        try:
            person = _add(member, form.cleaned_data)
        except AlreadyAMember:
            form.add_error(
                "email", _("The person with this address has a role here already.")
            )
        else:
            messages.success(request, _("%(name)s was added.") % {"name": person.name})
            return redirect("panel", slug)
    return _panel(request, member, form, REFUSED)


@transaction.atomic
def _add(member: Member, typed: dict[str, Any]) -> Member:
    scorecard, now = member.scorecard, timezone.now()
    details = {
        "email": typed["email"],
        "name": typed["name"],
        "by": member,
        "now": now,
    }
    if typed["role"] != Role.EXPERT:
        person = add_member(scorecard=scorecard, role=typed["role"], **details)
    else:
        person = add_expert(
            scorecard=scorecard,
            goals=typed["goals"],
            expertise=typed["expertise"],
            **details,
        )
    if typed["language"]:
        write_in(person, typed["language"], now)
    if typed["invite"]:
        invite(scorecard=scorecard, members=[person], by=member, now=now)
    return person


def _panel(
    request: HttpRequest, member: Member, form: PersonForm, status: int = 200
) -> HttpResponse:
    assignments = Assignment.objects.select_related("goal").order_by("goal__number")
    people = list(
        member.scorecard.members.select_related("user", "erasure").prefetch_related(
            Prefetch("assignments", assignments)
        )
    )
    lines = expert_lines(member.scorecard, people)
    covered = {one.assignment.goal_id for line in lines for one in line.interests}
    return page(
        request,
        "panel",
        member,
        status,
        form=form,
        lines=lines,
        invited=sum(line.invitation is not None for line in lines),
        undeclared=sum(line.undeclared for line in lines),
        others=[person for person in people if person.role != Role.EXPERT],
        uncovered=[
            goal
            for goal in member.scorecard.instrument.goals.all()
            if goal.pk not in covered
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def panel_table(request: HttpRequest, slug: str) -> HttpResponse:
    """The coordinator adds a whole table of experts, or nobody."""
    member = request_membership(request, slug, Role.COORDINATOR)
    known = dict(member.scorecard.members.values_list("user__email", "name"))
    is_sent = request.method == "POST"
    form = TableForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        scorecard=member.scorecard,
        known=known,
    )
    if form.is_valid() and (count := _add_table(member, form)):
        text = ngettext("%(n)d expert was added.", "%(n)d experts were added.", count)
        messages.success(request, text % {"n": count})
        return redirect("panel", slug)
    status = REFUSED if is_sent else 200
    return page(request, "panel_table", member, status, form=form, known=COLUMNS)


def _add_table(member: Member, form: TableForm) -> int:
    try:
        people = add_people(
            scorecard=member.scorecard,
            rows=form.read.rows,
            by=member,
            invites=form.cleaned_data["invite"],
            now=timezone.now(),
        )
    except RowAlreadyAMember as refusal:
        words = _("The person with this address has a role here already.")
        form.read.problems.append(Problem(refusal.row.number, "email", words))
        form.refuse_table()
        return 0
    return len(people)


def _expert(member: Member, expert: int) -> Member:
    return get_object_or_404(
        member.scorecard.members.select_related("scorecard"),
        pk=expert,
        role=Role.EXPERT,
    )


def panel_goals(request: HttpRequest, slug: str, expert: int) -> HttpResponse:
    """The coordinator puts an expert on goals, and takes them off."""
    member = request_membership(request, slug, Role.COORDINATOR)
    person = _expert(member, expert)
    form = _goals_form(request, person, member)
    if request.method == "POST" and form.is_valid():
        try:
            set_goals(expert=person, expertise=form.expertise())
        except HasSpoken as refusal:
            form.add_error(
                f"goal_{refusal.goal.number}",
                _("They have proposed or supported here meanwhile and stay."),
            )
        else:
            messages.success(
                request, _("The goals of %(name)s were saved.") % {"name": person.name}
            )
            return redirect("panel", slug)
    status = REFUSED if form.is_bound else 200
    return page(request, "panel_goals", member, status, person=person, form=form)


def _goals_form(request: HttpRequest, person: Member, member: Member) -> GoalsForm:
    initial: dict[str, Any] = {}
    for assignment in person.assignments.select_related("goal"):
        initial[f"goal_{assignment.goal.number}"] = True
        initial[f"expertise_{assignment.goal.number}"] = assignment.expertise
    return GoalsForm(
        request.POST if request.method == "POST" else None,
        goals=member.scorecard.instrument.goals.all(),
        kept=goals_spoken_on(person),
        initial=initial,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def panel_interest(
    request: HttpRequest, slug: str, expert: int, goal: int
) -> HttpResponse:
    """The coordinator decides what follows from an interest, and reads what was."""
    member = request_membership(request, slug, Role.COORDINATOR)
    person = _expert(member, expert)
    interest = interest_of(person, goal)
    if interest is None:
        raise Http404
    assignment = interest.assignment
    form = HandlingForm(
        request.POST if request.method == "POST" else None,
        initial={"handling": assignment.interest_handling},
    )
    if form.is_valid() and _decided(member, assignment, form):
        messages.success(request, _("The decision was saved."))
        return redirect("panel", slug)
    status = REFUSED if form.is_bound else 200
    return page(
        request,
        "panel_interest",
        member,
        status,
        person=person,
        interest=interest,
        assignment=assignment,
        form=form,
    )


def _decided(member: Member, assignment: Assignment, form: HandlingForm) -> bool:
    try:
        decide_interest(
            expert=assignment.expert,
            goal=assignment.goal,
            handling=form.cleaned_data["handling"],
            reason=form.cleaned_data["reason"],
            by=member,
            now=timezone.now(),
        )
    except ReasonMissing:
        form.add_error(
            "reason", _("Somebody has proposed on this goal: say why this changes now.")
        )
    except NothingDeclared:
        form.add_error("handling", _("The expert has no interest declared here."))
    except AlreadySettled:
        form.add_error(
            "handling",
            _("The goal is settled, and its figure rests on who was counted then."),
        )
    except NotOnThePanel as gone:
        raise Http404 from gone
    else:
        return True
    return False
