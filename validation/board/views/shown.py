"""The board as a page, and what changes on it as a piece of one."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect

from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from validation.access import round_goal_for
from validation.board.evidence import evidence_on
from validation.board.forms import OfficialFigureForm, ProposalForm
from validation.board.groups import Comparison, chart_of, compare_groups
from validation.board.look import Look
from validation.board.news import news, read_counts
from validation.board.notes import settlement_of
from validation.board.now import Now, board_now
from validation.board.parts import Reader, Refused
from validation.board.pulse import Version
from validation.board.voices import Counts, panel_for
from validation.models import OfficialFigure, Proposal, RoundGoal
from validation.respond import page
from validation.rounds.lists import earlier_round_of

# A page that follows the panel sends it with everything it asks for.
FOLLOWS = "X-Board"
MAX_STATES = 2000


@dataclass(frozen=True)
class Problem:
    """What was sent and not taken: shown again with the page."""

    proposal: ProposalForm | None = None
    figure: OfficialFigureForm | None = None
    remark: Refused | None = None
    sentence: str = ""


def show_board(
    request: HttpRequest,
    member: Member,
    round_goal: RoundGoal,
    problem: Problem | None = None,
) -> HttpResponse:
    """The whole page; 422 if it tells of a problem."""
    evidence = evidence_on(member.scorecard, round_goal.goal)
    now = _now(request, member, round_goal, problem)
    compared: tuple[Comparison, ...] = ()
    if evidence.baseline and evidence.average.percent is not None:
        compared = compare_groups(member.scorecard, round_goal.goal)
    return page(
        request,
        "board",
        member,
        REFUSED if problem else 200,
        evidence=evidence,
        compared=compared,
        group_chart=chart_of(round_goal.goal, compared),
        figures=OfficialFigure.objects.filter(
            scorecard=member.scorecard_id, goal=round_goal.goal_id
        ),
        figure_form=(problem and problem.figure) or OfficialFigureForm(),
        **_before(member, round_goal),
        **_common(request, member, round_goal, now, evidence.average.percent),
        **_form(member, round_goal, now, problem),
        problem=problem,
    )


def _before(member: Member, round_goal: RoundGoal) -> dict[str, Any]:
    """What the round before came to on this goal, and what the expert said then."""
    earlier = earlier_round_of(member, round_goal)
    own = Proposal.objects.filter(round_goal=earlier, expert=member).current()
    return {"earlier": earlier, "mine_before": earlier and own.first()}


def show_now(
    request: HttpRequest,
    member: Member,
    round_goal: RoundGoal,
    *,
    said: str = "",
    problem: Problem | None = None,
    look: Look | None = None,
) -> HttpResponse:
    """What changed since the page was asked for, as a piece to take parts from.

    `look` saves reading what all readers have in common.
    """
    now = _now(request, member, round_goal, problem, look)
    before = read_counts(request.headers.get(FOLLOWS + "-Counts", ""))
    after = now.panel.counts if now.panel else Counts()
    survey = now.panel.survey_percent if now.panel else None
    answer = page(
        request,
        "board_panel",
        member,
        REFUSED if problem else 200,
        news=said or (news(before, after, now.version.state) if before else ""),
        has_mine=now.mine_state in _states(request),
        **_common(request, member, round_goal, now, survey),
        **_form(member, round_goal, now, problem),
        problem=problem,
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def show_problem(
    request: HttpRequest, member: Member, round_goal: RoundGoal, problem: Problem
) -> HttpResponse:
    """The page with what was refused; a page that follows gets the part alone."""
    round_goal = round_goal_for(member, round_goal.round.number, round_goal.goal.number)
    if follows(request):
        return show_now(request, member, round_goal, problem=problem)
    return show_board(request, member, round_goal, problem)


def done(
    request: HttpRequest, member: Member, round_goal: RoundGoal, said: str, at: str = ""
) -> HttpResponse:
    """It is on record: back to the board, or what it looks like now."""
    number, goal = round_goal.round.number, round_goal.goal.number
    if follows(request):
        fresh = round_goal_for(member, number, goal)
        return show_now(request, member, fresh, said=said)
    messages.success(request, said)
    answer = redirect("board", member.scorecard.slug, number, goal)
    answer["Location"] += at
    return answer


def follows(request: HttpRequest) -> bool:
    """Whether the page itself takes over what changed."""
    return FOLLOWS in request.headers


def _states(request: HttpRequest) -> set[str]:
    return set(request.headers.get(FOLLOWS, "").split(",")[:MAX_STATES])


def told(request: HttpRequest) -> Version | None:
    """The version that the page heard of, and asks for."""
    return Version.parse(request.headers.get(FOLLOWS + "-Version", ""))


def _now(
    request: HttpRequest,
    member: Member,
    round_goal: RoundGoal,
    problem: Problem | None,
    look: Look | None = None,
) -> Now:
    reader = Reader(
        member=member,
        round_goal=round_goal,
        has=_states(request),
        csrf_token=get_token(request),
        refused=problem.remark if problem else None,
        is_on_screen=_is_on_screen(request, member),
    )
    panel = look.panel_for(member) if look else panel_for(member, round_goal)
    return board_now(reader, panel)


def _common(
    request: HttpRequest,
    member: Member,
    round_goal: RoundGoal,
    now: Now,
    survey_percent: Fraction | None,
) -> dict[str, Any]:
    return {
        "round": round_goal.round,
        "round_goal": round_goal,
        "goal": round_goal.goal,
        "survey_percent": survey_percent,
        "settlement": settlement_of(round_goal),
        "now": now,
        "is_on_screen": _is_on_screen(request, member),
    }


def _form(
    member: Member, round_goal: RoundGoal, now: Now, problem: Problem | None
) -> dict[str, Any]:
    form = problem.proposal if problem else None
    if form is None and member.role == Role.EXPERT and round_goal.is_open:
        initial = ProposalForm.initial_of(now.mine.proposal) if now.mine else None
        form = ProposalForm(initial=initial)
    return {"form": form}


def _is_on_screen(request: HttpRequest, member: Member) -> bool:
    return member.role != Role.EXPERT and "screen" in request.GET
