"""The board itself: to read, to follow, to give an estimate, to reveal."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.members.access import EVERYBODY, request_membership
from surveys.models import Member, Role
from validation.access import round_goal_for
from validation.board import pulse as pulses
from validation.board.forms import ProposalForm
from validation.board.look import look_at
from validation.board.services import (
    GoalClosed,
    InvalidProposal,
    NotOnThePanel,
    propose_score,
)
from validation.board.views.shown import (
    Problem,
    done,
    show_board,
    show_now,
    show_problem,
    told,
)
from validation.models import RoundGoal
from validation.rounds.services import AlreadyRevealed, GoalNotOpen, reveal_goal


def board(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """Evidence, the own proposal, and the panel's as far as the member may see it."""
    member = request_membership(request, slug, *EVERYBODY)
    return show_board(request, member, round_goal_for(member, number, goal))


def board_panel(
    request: HttpRequest, slug: str, number: int, goal: int
) -> HttpResponse:
    """What changed on a board that is open, for the page to take over."""
    if not request.user.is_authenticated:
        raise Http404
    look = look_at(slug, number, goal, told(request))
    member = look.member(request.user)
    return show_now(request, member, look.round_goal, look=look)


def pulse(request: HttpRequest, signed: str) -> HttpResponse:
    """As validation.board.pulse.PulseFirst, where no such layer is before Django."""
    found = pulses.answer(signed, request.headers.get("If-None-Match", ""))
    if found.status == 404:
        raise Http404
    return HttpResponse(
        found.body,
        status=found.status,
        headers=found.headers,
        content_type="text/plain",
    )


def propose(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """An expert's estimate, or a revision of it."""
    member = request_membership(request, slug, Role.EXPERT)
    round_goal = round_goal_for(member, number, goal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = ProposalForm(request.POST)
    form.full_clean()
    if not round_goal.is_open:
        form.add_error(None, _goal_closed())
    if form.is_valid() and _proposed(member, round_goal, form):
        return done(request, member, round_goal, _("Your estimate is on record."))
    return show_problem(request, member, round_goal, Problem(proposal=form))


def _proposed(member: Member, round_goal: RoundGoal, form: ProposalForm) -> bool:
    try:
        propose_score(
            expert=member,
            round_goal_id=round_goal.pk,
            now=timezone.now(),
            **form.cleaned_data,
        )
    except GoalClosed:
        form.add_error(None, _goal_closed())
    except NotOnThePanel:
        form.add_error(None, _("You are not on the panel of this goal."))
    except InvalidProposal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, _("This was not accepted. Check it, please."))
    else:
        return True
    return False


def _goal_closed() -> str:
    return _(
        "This goal takes no more proposals: it was settled or the round closed. "
        "What you wrote was not recorded; copy it from below if you need it."
    )


def goal_reveal(
    request: HttpRequest, slug: str, number: int, goal: int
) -> HttpResponse:
    """The coordinator shows the estimates to the whole panel."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_goal = round_goal_for(member, number, goal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        reveal_goal(round_goal_id=round_goal.pk, by=member, now=timezone.now())
    except GoalNotOpen:
        sentence = _("This goal is not open: there is nothing to reveal.")
    except AlreadyRevealed:
        sentence = _("The estimates were revealed before; nothing was changed.")
    else:
        said = _("The estimates are revealed to the whole panel.")
        return done(request, member, round_goal, said)
    return show_problem(request, member, round_goal, Problem(sentence=sentence))
