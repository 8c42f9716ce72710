"""Supporting a proposal, taking support back, commenting."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.members.access import request_membership
from surveys.models import Member, Role
from validation.access import round_goal_for
from validation.board.forms import CommentForm, SupportForm, WithdrawalForm
from validation.board.parts import Refused
from validation.board.remarks import (
    AlreadyWithdrawn,
    EmptyComment,
    ForeignProposal,
    comment_on_goal,
    withdraw_support,
)
from validation.board.services import (
    AlreadySupported,
    GoalClosed,
    NotOnThePanel,
    OwnProposal,
    ProposalRevised,
    ProposeFirst,
    SupportWithdrawn,
    support_proposal,
)
from validation.board.views.shown import Problem, done, show_problem
from validation.models import Proposal, RoundGoal, Support

NOT_ON_THE_PANEL = gettext_lazy("You are not on the panel of this goal.")
PROPOSE_FIRST = gettext_lazy("Give your own estimate first.")
NO_SUPPORT: Mapping[type[Exception], Promise] = {
    GoalClosed: gettext_lazy(
        "This goal takes no more support: it was settled or the round closed."
    ),
    NotOnThePanel: NOT_ON_THE_PANEL,
    OwnProposal: gettext_lazy(
        "This is your own proposal; support is for those of others."
    ),
    ProposalRevised: gettext_lazy(
        "This proposal was revised meanwhile. Read the new one first."
    ),
    ProposeFirst: PROPOSE_FIRST,
    AlreadySupported: gettext_lazy("You support this proposal already."),
    SupportWithdrawn: gettext_lazy(
        "You took your support for this proposal back. It cannot be given twice."
    ),
}
NO_WITHDRAWAL: Mapping[type[Exception], Promise] = {
    GoalClosed: gettext_lazy(
        "This goal was settled or the round closed: support stays as it is."
    ),
    AlreadyWithdrawn: gettext_lazy("You took this support back before."),
    Support.DoesNotExist: gettext_lazy("You do not support this proposal."),
}
NO_COMMENT: Mapping[type[Exception], Promise] = {
    GoalClosed: gettext_lazy(
        "This goal takes no more comments: it was settled or the round closed."
    ),
    NotOnThePanel: NOT_ON_THE_PANEL,
    ProposeFirst: PROPOSE_FIRST,
    EmptyComment: gettext_lazy("Write something first."),
}


def support(
    request: HttpRequest, slug: str, number: int, goal: int, proposal: int
) -> HttpResponse:
    """An expert backs somebody else's proposal."""
    member = request_membership(request, slug, Role.EXPERT)
    round_goal = _with_proposal(member, number, goal, proposal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = SupportForm(request.POST)
    if form.is_valid():
        try:
            support_proposal(
                expert=member,
                proposal_id=proposal,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except tuple(NO_SUPPORT) as refusal:
            form.add_error(None, str(NO_SUPPORT[type(refusal)]))
        else:
            said, at = _("Your support is on record."), f"#proposal-{proposal}"
            return done(request, member, round_goal, said, at)
    return _refused(request, member, round_goal, Refused(form, "support", proposal))


def support_withdraw(
    request: HttpRequest, slug: str, number: int, goal: int, proposal: int
) -> HttpResponse:
    """An expert no longer backs a proposal."""
    member = request_membership(request, slug, Role.EXPERT)
    round_goal = _with_proposal(member, number, goal, proposal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = WithdrawalForm(request.POST)
    if form.is_valid():
        try:
            withdraw_support(
                expert=member,
                support_id=member.supports.get(proposal=proposal).pk,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except tuple(NO_WITHDRAWAL) as refusal:
            form.add_error(None, str(NO_WITHDRAWAL[type(refusal)]))
        else:
            said, at = _("You took your support back."), f"#proposal-{proposal}"
            return done(request, member, round_goal, said, at)
    return _refused(request, member, round_goal, Refused(form, "withdraw", proposal))


def comment(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """A comment on the goal or on one of its proposals."""
    member = request_membership(
        request, slug, Role.EXPERT, Role.COORDINATOR, Role.RAPPORTEUR
    )
    round_goal = round_goal_for(member, number, goal)
    if not RoundGoal.objects.showing_panel_to(member).filter(pk=round_goal.pk).exists():
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = CommentForm(request.POST)
    about = form.data.get("proposal", "")
    refused = Refused(form, "comment", int(about) if about.isdecimal() else None)
    if form.is_valid():
        try:
            comment_on_goal(
                member=member,
                round_goal_id=round_goal.pk,
                text=form.cleaned_data["text"],
                proposal_id=form.cleaned_data["proposal"],
                now=timezone.now(),
            )
        except ForeignProposal as foreign:
            raise Http404 from foreign
        except tuple(NO_COMMENT) as refusal:
            form.add_error(None, str(NO_COMMENT[type(refusal)]))
        else:
            at = f"#proposal-{refused.about}" if refused.about else "#comments"
            return done(request, member, round_goal, _("Your comment is there."), at)
    return _refused(request, member, round_goal, refused)


def _with_proposal(member: Member, number: int, goal: int, proposal: int) -> RoundGoal:
    """Hidden proposals do not exist for this expert: 404, as for a wrong number."""
    round_goal = round_goal_for(member, number, goal)
    visible = Proposal.objects.visible_to(member).filter(round_goal=round_goal)
    if not visible.filter(pk=proposal).exists():
        raise Http404
    return round_goal


def _refused(
    request: HttpRequest, member: Member, round_goal: RoundGoal, refused: Refused
) -> HttpResponse:
    return show_problem(request, member, round_goal, Problem(remark=refused))
