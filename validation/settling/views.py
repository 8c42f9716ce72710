"""Settling a goal: what every rule would give, and the one that counts."""

from fractions import Fraction

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from validation.access import round_goal_for
from validation.agreement_page import agreement_for
from validation.baseline import averages_in_force
from validation.models import RoundGoal, Settlement
from validation.panels import panel_view
from validation.respond import page
from validation.rounds.lists import earlier_round_of
from validation.settling.deciding import settled
from validation.settling.forms import SettlementForm
from validation.settling.working import rule_lines
from validation.words import RULE_NAMES


def settle(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """The coordinator settles a goal; afterwards the page shows how it was settled."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_goal = round_goal_for(member, number, goal)
    if request.method != "POST":
        form = SettlementForm(rule=round_goal.rule)
        return _settle(request, member, round_goal, form)
    form = SettlementForm(request.POST, rule=round_goal.rule)
    if form.is_valid() and settled(member, round_goal, form):
        messages.success(request, _("The goal is settled."))
        return redirect("board", slug, number, goal)
    return _settle(request, member, round_goal_for(member, number, goal), form)


def _settle(
    request: HttpRequest, member: Member, round_goal: RoundGoal, form: SettlementForm
) -> HttpResponse:
    averages = averages_in_force(member.scorecard)
    survey_percent = averages.goals[round_goal.goal.number].percent
    settlement = getattr(round_goal, "settlement", None)
    panel = None
    if survey_percent is not None:
        panel = panel_view(round_goal, survey_percent, _agreed(settlement, form))
    return page(
        request,
        "settle",
        member,
        REFUSED if form.is_bound else 200,
        round=round_goal.round,
        round_goal=round_goal,
        goal=round_goal.goal,
        survey_percent=survey_percent,
        lines=rule_lines(panel),
        settlement=settlement,
        agreement=agreement_for(member, round_goal, survey_percent),
        earlier=earlier_round_of(member, round_goal),
        rule_name=RULE_NAMES[round_goal.rule],
        form=form,
    )


def _agreed(settlement: Settlement | None, form: SettlementForm) -> Fraction | None:
    """The agreed value to compare with: the settled one, else the one just typed."""
    if not form.is_agreed:
        return None
    if settlement:
        return Fraction(settlement.percent)
    typed = getattr(form, "cleaned_data", {}).get("agreed")
    return None if typed is None else Fraction(typed)
