"""What is laid before the panel: respondents' words, official figures."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from surveys.members.access import EVERYBODY, request_membership
from surveys.models import Role
from validation.access import round_goal_for
from validation.board.forms import OfficialFigureForm
from validation.board.official import InvalidLink, attach_figure, remove_figure
from validation.board.views.shown import Problem, done, show_problem
from validation.board.written import written_on
from validation.models import Baseline, OfficialFigure
from validation.respond import page


def written(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """What respondents wrote on the goal, a page at a time, to be searched."""
    member = request_membership(request, slug, *EVERYBODY)
    round_goal = round_goal_for(member, number, goal)
    found = None
    if Baseline.objects.filter(scorecard=member.scorecard_id).exists():
        found = written_on(
            member.scorecard,
            round_goal.goal,
            question=request.GET.get("question", ""),
            search=request.GET.get("q", ""),
            page=request.GET.get("page", "1"),
        )
    return page(
        request,
        "board_written",
        member,
        round=round_goal.round,
        goal=round_goal.goal,
        written=found,
    )


def figure_new(request: HttpRequest, slug: str, number: int, goal: int) -> HttpResponse:
    """Coordinator or rapporteur attach an official figure."""
    member = request_membership(request, slug, Role.COORDINATOR, Role.RAPPORTEUR)
    round_goal = round_goal_for(member, number, goal)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = OfficialFigureForm(request.POST)
    if form.is_valid():
        try:
            attach_figure(by=member, goal=round_goal.goal, **form.cleaned_data)
        except InvalidLink:
            message = _("Enter a link that starts with http:// or https://.")
            form.add_error("link", message)
        else:
            said = _("The official figure is on the board.")
            return done(request, member, round_goal, said, "#official")
    return show_problem(request, member, round_goal, Problem(figure=form))


def figure_remove(
    request: HttpRequest, slug: str, number: int, goal: int, figure: int
) -> HttpResponse:
    """Coordinator or rapporteur take an official figure off the board."""
    member = request_membership(request, slug, Role.COORDINATOR, Role.RAPPORTEUR)
    round_goal = round_goal_for(member, number, goal)
    here = OfficialFigure.objects.filter(
        scorecard=member.scorecard_id, goal=round_goal.goal_id, pk=figure
    )
    if not here.exists():
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        remove_figure(by=member, figure_id=figure)
    except OfficialFigure.DoesNotExist as gone:
        raise Http404 from gone
    said = _("The official figure was taken off the board.")
    return done(request, member, round_goal, said, "#official")
