"""The rounds of a scorecard, from the frozen figures to the closing."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.averages import survey_averages
from surveys.members.access import EVERYBODY, request_membership
from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from validation.access import meetings_for, round_for, rounds_for
from validation.baseline import (
    AlreadyFrozen,
    NoResponses,
    SurveyStillOpen,
    freeze_baseline,
    tallies_in_force,
)
from validation.models import Assignment, Baseline, Round
from validation.respond import page
from validation.rounds.forms import DueForm, RoundForm
from validation.rounds.lists import RoundLine, round_line, round_lines
from validation.rounds.services import (
    BaselineNotFrozen,
    GoalAlreadyOpen,
    LaterRoundOpened,
    RoundAlreadyOpened,
    RoundNotOpen,
    RoundRecorded,
    change_round,
    close_round,
    delete_round,
    open_round,
    postpone_round,
    prepare_round,
)
from validation.rounds.steps import removed_rounds, steps_of
from validation.rounds.timeline import timeline_of
from validation.words import RULE_EXPLANATIONS, RULE_NAMES


def rounds(request: HttpRequest, slug: str) -> HttpResponse:
    """Every round, and whether the survey figures are frozen."""
    return _rounds(request, request_membership(request, slug, *EVERYBODY))


def _rounds(request: HttpRequest, member: Member, problem: str = "") -> HttpResponse:
    scorecard = member.scorecard
    baseline = (
        Baseline.objects.select_related("frozen_by").filter(scorecard=scorecard).first()
    )
    averages = None
    if member.role != Role.EXPERT:
        averages = survey_averages(scorecard, tallies_in_force(scorecard))
    return page(
        request,
        "rounds",
        member,
        REFUSED if problem else 200,
        problem=problem,
        lines=round_lines(member),
        removed=[] if member.role == Role.EXPERT else removed_rounds(scorecard),
        baseline=baseline,
        averages=averages,
        has_closed=scorecard.has_closed(timezone.now()),
        has_ended=scorecard.has_ended(timezone.now()),
    )


def baseline_freeze(request: HttpRequest, slug: str) -> HttpResponse:
    """The coordinator freezes the survey figures."""
    member = request_membership(request, slug, Role.COORDINATOR)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        freeze_baseline(scorecard_id=member.scorecard_id, by=member, now=timezone.now())
    except SurveyStillOpen:
        problem = _(
            "Answers may still come in: figures are frozen once the survey has closed "
            "and those who had begun have had their time."
        )
    except NoResponses:
        problem = _("Nobody has answered yet: there are no figures to freeze.")
    except AlreadyFrozen:
        problem = _("The survey figures were frozen before; nothing was changed.")
    else:
        messages.success(request, _("The survey figures are frozen."))
        return redirect("rounds", slug)
    return _rounds(request, member, problem)


def round_new(request: HttpRequest, slug: str) -> HttpResponse:
    """The coordinator prepares a round: `?after=1` as a follow-up of round 1."""
    member = request_membership(request, slug, Role.COORDINATOR)
    after = _round_before(member, request.GET.get("after", ""))
    form = _bound(request, member, RoundForm.initial_after(after) if after else None)
    if form.is_valid():
        round_ = prepare_round(
            scorecard=member.scorecard, by=member, now=timezone.now(), **_typed(form)
        )
        return redirect("round", slug, round_.number)
    return _round_form(request, member, form, after=after)


def _round_before(member: Member, number: str) -> Round | None:
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise Http404
    opened = rounds_for(member).filter(opened_at__isnull=False)
    if found := opened.filter(number=int(number)).first():
        return found
    raise Http404


def _bound(
    request: HttpRequest, member: Member, initial: dict[str, Any] | None
) -> RoundForm:
    """The form; moments that were typed are read in the scorecard's time."""
    form = RoundForm(
        request.POST if request.method == "POST" else None,
        goals=member.scorecard.instrument.goals.all(),
        zone=member.scorecard.time_zone,
        initial=initial,
    )
    with timezone.override(member.scorecard.zone):
        form.is_valid()
    return form


def _typed(form: RoundForm) -> dict[str, Any]:
    names = ("title", "is_blind", "due_at")
    return {"rules": form.rules()} | {name: form.cleaned_data[name] for name in names}


def _round_form(
    request: HttpRequest,
    member: Member,
    form: RoundForm,
    round_: Round | None = None,
    after: Round | None = None,
) -> HttpResponse:
    status = REFUSED if form.is_bound else 200
    rules = [
        {"name": name, "explanation": RULE_EXPLANATIONS[rule]}
        for rule, name in RULE_NAMES.items()
    ]
    return page(
        request,
        "round_form",
        member,
        status,
        form=form,
        round=round_,
        after=after,
        rules=rules,
    )


def round_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The coordinator changes a round that has not opened."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_ = round_for(member, number)
    if request.method != "POST" and round_.opened_at:
        messages.info(request, _("A round that has opened can no longer be changed."))
        return redirect("round", slug, number)
    form = _bound(request, member, RoundForm.initial_of(round_))
    if form.is_valid() and _changed(member, round_, form):
        messages.success(request, _("The round was saved."))
        return redirect("round", slug, number)
    return _round_form(request, member, form, round_)


def _changed(member: Member, round_: Round, form: RoundForm) -> bool:
    try:
        change_round(round_id=round_.pk, by=member, now=timezone.now(), **_typed(form))
    except RoundAlreadyOpened:
        form.add_error(
            None,
            _("The round has opened; its goals and rules can no longer be changed."),
        )
    else:
        return True
    return False


def round_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One round: its goals, its meetings, what to do next."""
    member = request_membership(request, slug, *EVERYBODY)
    return _round(request, member, round_for(member, number))


def _round(
    request: HttpRequest,
    member: Member,
    round_: Round,
    problem: str = "",
    due_form: DueForm | None = None,
) -> HttpResponse:
    line = round_line(member, round_)
    return page(
        request,
        "round",
        member,
        REFUSED if problem or due_form else 200,
        problem=problem,
        round=round_,
        line=line,
        steps=timeline_of(line, steps_of(round_), timezone.now()),
        due_form=due_form or _due_form(member, round_),
        meetings=meetings_for(member, round_),
        is_frozen=Baseline.objects.filter(scorecard=member.scorecard_id).exists(),
        without_panel=_without_panel(line) if member.role != Role.EXPERT else [],
    )


def _due_form(member: Member, round_: Round, typed: Any = None) -> DueForm:
    initial = {"due_at": round_.due_at}
    return DueForm(typed, zone=member.scorecard.time_zone, initial=initial)


def _without_panel(line: RoundLine) -> list[str]:
    """Goals of the round that no expert is assigned to."""
    goals = [one.round_goal.goal for one in line.goals]
    covered = set(
        Assignment.objects.present()
        .filter(goal__in=goals, expert__scorecard=line.round.scorecard_id)
        .values_list("goal_id", flat=True)
    )
    return [str(goal) for goal in goals if goal.pk not in covered]


def round_open(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The coordinator opens a round."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_ = round_for(member, number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        open_round(round_id=round_.pk, by=member, now=timezone.now())
    except RoundAlreadyOpened:
        problem = _("This round has been opened before.")
    except BaselineNotFrozen:
        problem = _("The survey figures have to be frozen before a round can open.")
    except GoalAlreadyOpen as refusal:
        problem = _(
            "Goal “%(goal)s” is open in another round. Settle it there or close that "
            "round first; this round stays prepared."
        ) % {"goal": refusal.goal}
    except LaterRoundOpened as refusal:
        later = refusal.round_goal
        problem = _(
            "Goal “%(goal)s” was consulted on in round %(number)d, which comes after "
            "this one. Prepare a follow-up of that round instead."
        ) % {"goal": later.goal, "number": later.round.number}
    else:
        messages.success(request, _("The round is open."))
        return redirect("round", slug, number)
    return _round(request, member, round_for(member, number), problem)


def round_close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The coordinator closes a round."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_ = round_for(member, number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        close_round(round_id=round_.pk, by=member, now=timezone.now())
    except RoundNotOpen:
        problem = _("Only a round that is open can be closed.")
        return _round(request, member, round_for(member, number), problem)
    messages.success(request, _("The round is closed."))
    return redirect("round", slug, number)


def round_due(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The coordinator gives the experts of an open round more time, or less."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_ = round_for(member, number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = _due_form(member, round_, request.POST)
    with timezone.override(member.scorecard.zone):
        form.is_valid()
    if not form.is_valid():
        return _round(request, member, round_, due_form=form)
    try:
        postpone_round(
            round_id=round_.pk,
            due_at=form.cleaned_data["due_at"],
            by=member,
            now=timezone.now(),
        )
    except RoundNotOpen:
        form.add_error("due_at", _("Only an open round waits for estimates."))
        round_ = round_for(member, number)
        problem = _("Only an open round waits for estimates.")
        return _round(request, member, round_, problem, due_form=form)
    messages.success(request, _("The date was saved."))
    return redirect("round", slug, number)


def round_delete(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The coordinator removes a round that was prepared by mistake."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_ = round_for(member, number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        delete_round(round_id=round_.pk, by=member, now=timezone.now())
    except RoundAlreadyOpened:
        problem = _("This round has opened: nothing of it can be removed any more.")
    except RoundRecorded:
        problem = _(
            "A meeting of this round was recorded, or experts were reminded of it: "
            "the round stays."
        )
    else:
        messages.success(request, _("The round that was prepared is removed."))
        return redirect("rounds", slug)
    return _round(request, member, round_for(member, number), problem)
