"""The meeting room: a goal on the shared screen, from the survey to the settlement."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from validation.access import round_goal_for
from validation.baseline import averages_in_force
from validation.board.pulse import make_token, version_of
from validation.board.services import GoalClosed, InvalidProposal, NotOnThePanel
from validation.identities import names_of
from validation.meetings.forms import ContributionForm
from validation.meetings.recording import recorded
from validation.models import RoundGoal
from validation.respond import page
from validation.room.agenda import RoomAgenda, agenda_in_room
from validation.room.forms import SpokenProposalForm
from validation.room.panel import is_kept_back, room_panel
from validation.room.services import enter_spoken_proposal
from validation.rounds.lists import earlier_round_of
from validation.rounds.services import AlreadyRevealed, GoalNotOpen, reveal_goal
from validation.settling.deciding import settled
from validation.settling.forms import SettlementForm
from validation.words import RULE_NAMES

IN_THE_ROOM = (Role.COORDINATOR, Role.RAPPORTEUR)


@dataclass(frozen=True)
class Refused:
    """What was sent and not taken: shown again with the page."""

    settlement: SettlementForm | None = None
    note: ContributionForm | None = None
    problem: str = ""


def room(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """The goal, big: what the survey says, what the panel says, what was settled."""
    member = request_membership(request, slug, *IN_THE_ROOM)
    return _room(request, member, round_goal_for(member, number, goal), Refused())


def room_live(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """The part of the room that changes while people look, as it stands now."""
    member = request_membership(request, slug, *IN_THE_ROOM)
    round_goal = round_goal_for(member, number, goal)
    return page(request, "room_live", member, **_shown(request, member, round_goal))


def room_reveal(
    request: HttpRequest, slug: str, number: int, goal: int
) -> HttpResponse:
    """The coordinator shows the estimates on a blind goal to everybody."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_goal = round_goal_for(member, number, goal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        reveal_goal(round_goal_id=round_goal.pk, by=member, now=timezone.now())
    except GoalNotOpen:
        problem = _("This goal is not open: there is nothing to reveal.")
    except AlreadyRevealed:
        return redirect(_address(request, round_goal, slug))
    else:
        return redirect(_address(request, round_goal, slug))
    round_goal = round_goal_for(member, number, goal)
    return _room(request, member, round_goal, Refused(problem=problem))


def room_settle(
    request: HttpRequest, slug: str, number: int, goal: int
) -> HttpResponse:
    """The coordinator settles the goal in front of everybody."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_goal = round_goal_for(member, number, goal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = SettlementForm(request.POST, rule=round_goal.rule)
    if form.is_valid():
        if is_kept_back(round_goal):
            # What stands in the way of a rule would tell what the panel said.
            form.add_error(None, _("Reveal the estimates first."))
        elif settled(member, round_goal, form):
            return redirect(_address(request, round_goal, slug))
    round_goal = round_goal_for(member, number, goal)
    return _room(request, member, round_goal, Refused(settlement=form))


def room_note(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """What was said on this goal in the meeting, written down in the room."""
    member = request_membership(request, slug, *IN_THE_ROOM)
    round_goal = round_goal_for(member, number, goal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    agenda = _agenda(request, round_goal)
    if agenda.meeting is None:
        problem = _("No meeting of this round is about this goal. Add one first.")
        return _room(request, member, round_goal, Refused(problem=problem))
    typed = request.POST.copy()
    typed["goal"] = str(round_goal.pk)
    form = ContributionForm(
        typed, meeting=agenda.meeting, names=names_of(member.scorecard)
    )
    if form.is_valid() and recorded(member, agenda.meeting, form):
        messages.success(request, _("The contribution is on record."))
        return redirect(_address(request, round_goal, slug))
    return _room(request, member, round_goal, Refused(note=form))


def _address(request: HttpRequest, round_goal: RoundGoal, slug: str) -> str:
    """The room of this goal, in the same meeting."""
    place = [slug, round_goal.round.number, round_goal.goal.number]
    return reverse("room", args=place) + _query(_agenda(request, round_goal))


def _query(agenda: RoomAgenda) -> str:
    return f"?meeting={agenda.meeting.number}" if agenda.meeting else ""


def _agenda(request: HttpRequest, round_goal: RoundGoal) -> RoomAgenda:
    asked = request.GET.get("meeting", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 6
    return agenda_in_room(round_goal, int(asked) if is_number else None, timezone.now())


def _shown(
    request: HttpRequest, member: Member, round_goal: RoundGoal
) -> dict[str, Any]:
    """What both the page and its live part are made of."""
    averages = averages_in_force(member.scorecard)
    survey_percent = averages.goals[round_goal.goal.number].percent
    names = names_of(member.scorecard)
    is_settled = hasattr(round_goal, "settlement")
    return {
        "round": round_goal.round,
        "round_goal": round_goal,
        "goal": round_goal.goal,
        "survey_percent": survey_percent,
        "rule_name": RULE_NAMES[round_goal.rule],
        "panel": room_panel(member, round_goal, survey_percent, names),
        "names": names,
        "pulse": reverse("pulse", args=[make_token(member, round_goal, is_shown=True)]),
        "version": version_of(round_goal, is_settled=is_settled, is_shown=True),
    }


def _room(
    request: HttpRequest, member: Member, round_goal: RoundGoal, refused: Refused
) -> HttpResponse:
    agenda = _agenda(request, round_goal)
    shown = _shown(request, member, round_goal)
    note = refused.note
    if note is None and agenda.meeting and round_goal.round.opened_at:
        note = ContributionForm(meeting=agenda.meeting, names=shown["names"])
    is_refused = bool(refused.settlement or refused.note or refused.problem)
    return page(
        request,
        "room",
        member,
        REFUSED if is_refused else 200,
        **shown,
        agenda=agenda,
        meeting_query=_query(agenda),
        earlier=earlier_round_of(member, round_goal),
        form=refused.settlement or SettlementForm(rule=round_goal.rule),
        contribution=note,
        problem=refused.problem,
    )


def propose_for(
    request: HttpRequest, slug: str, number: int, goal: int
) -> HttpResponse:
    """An estimate that an expert spoke, entered for them. Not for the shared screen."""
    member = request_membership(request, slug, *IN_THE_ROOM)
    round_goal = round_goal_for(member, number, goal)
    names = {one.pk: one.name for one in member.scorecard.members.all()}
    typed = request.POST if request.method == "POST" else None
    form = SpokenProposalForm(typed, round_goal=round_goal, names=names)
    if form.is_valid() and _entered(member, round_goal, form):
        name = form.cleaned_data["expert"].name
        messages.success(
            request,
            _("The estimate of %(name)s is on record; they are told by mail.")
            % {"name": name},
        )
        return redirect("propose_for", slug, number, goal)
    return page(
        request,
        "room_spoken",
        member,
        REFUSED if form.is_bound else 200,
        round=round_goal.round,
        round_goal=round_goal,
        goal=round_goal.goal,
        form=form,
    )


def _entered(member: Member, round_goal: RoundGoal, form: SpokenProposalForm) -> bool:
    try:
        enter_spoken_proposal(
            round_goal_id=round_goal.pk,
            entered_by=member,
            now=timezone.now(),
            **form.cleaned_data,
        )
    except GoalClosed:
        form.add_error(None, _("This goal takes no more proposals: it is not open."))
    except NotOnThePanel:
        form.add_error("expert", _("This expert is not on the panel of this goal."))
    except InvalidProposal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, _("This was not accepted. Check it, please."))
    else:
        return True
    return False
