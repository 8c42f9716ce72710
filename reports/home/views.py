"""The front page, and the home of one scorecard."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reports.access import report_of
from reports.charts import goals_chart
from reports.home.boards import Board, boards_of
from reports.home.chain import chain_of
from reports.home.lately import lately
from reports.home.missing import checklist_of
from reports.home.next_steps import (
    Action,
    NextStep,
    next_step,
    phase_name,
)
from reports.home.phases import (
    Phase,
    Standing,
    counts_of,
    standings_of,
    unsettled_goals,
    waiting_boards,
)
from reports.models import Edition
from reports.pages.document import Report
from reports.reading.links import Links
from surveys.charts import Bars, Dumbbell
from surveys.localized import text_in
from surveys.members.access import may_found, request_membership, scorecards_of
from surveys.members.pages import member_page
from surveys.members.words import role_names
from surveys.models import Member, Role
from surveys.setup.services import AlreadyClosed, close_survey
from surveys.tallies import Tallies, count_responses
from validation.models import Baseline

REPORTS_ON_A_PAGE = 12


@dataclass(frozen=True)
class Card:
    """A released report on the front page."""

    edition: Edition
    report: Report


@dataclass(frozen=True)
class Membership:
    """A scorecard that somebody works on, and what is next for them."""

    member: Member
    role: str
    phase: str
    step: NextStep


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, what has been released, and the visitor's own scorecards."""
    newer = Edition.objects.filter(
        scorecard=OuterRef("scorecard"), number__gt=OuterRef("number")
    )
    latest = (
        Edition.objects.filter(~Exists(newer))
        .select_related("scorecard")
        .order_by("-released_at", "pk")
    )
    released = Paginator(latest, REPORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    cards = [Card(edition, report_of(edition)) for edition in released]
    context: dict[str, Any] = {
        "released": released,
        "cards": cards,
        "feature": _feature(cards) if released.number == 1 else None,
        "memberships": _memberships(request),
        "may_found": may_found(request.user),
    }
    return render(request, "home/home.html", context)


def _feature(cards: list[Card]) -> Dumbbell | Bars | None:
    """The signature picture of the report that was released last."""
    if not cards or cards[0].report.overall.survey_percent is None:
        return None
    links = Links(cards[0].edition.scorecard.slug, cards[0].edition.number)
    return goals_chart(
        cards[0].report, href_of=links.goal, overall_href=links.computation
    )


def _memberships(request: HttpRequest) -> list[Membership]:
    members = scorecards_of(request.user)
    if not members:
        return []
    standings = standings_of([m.scorecard for m in members], timezone.now())
    waiting = waiting_boards(request.user)  # type: ignore[arg-type]
    roles = role_names()
    return [
        Membership(
            member,
            roles[member.role],
            phase_name(standings[member.scorecard_id]),
            next_step(
                member,
                standings[member.scorecard_id],
                waiting.get(member.scorecard_id, 0),
            ),
        )
        for member in members
    ]


@require_safe
def scorecard(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a scorecard stands, and what this member can do next."""
    member = request_membership(request, slug)
    now = timezone.now()
    standing = standings_of([member.scorecard], now)[member.scorecard_id]
    is_expert = member.role == Role.EXPERT
    boards = boards_of(member) if is_expert else []
    counts = None if is_expert else counts_of(member.scorecard)
    baseline = Baseline.objects.filter(scorecard=member.scorecard).first()
    responses = _responses(member, baseline)
    chain = chain_of(
        member,
        standing,
        responses=responses,
        baseline=baseline,
        edition=member.scorecard.editions.defer("report").order_by("-number").first(),
        counts=counts,
    )
    waiting = sum(board.is_waiting for board in boards)
    context: dict[str, Any] = {
        "role": role_names()[member.role],
        "phase": phase_name(standing),
        "chain": chain,
        "step": next_step(member, standing, waiting, _goals(member, standing, boards)),
        "open_link": _open_link(request, member),
        "boards": boards,
    }
    if not is_expert:
        context["checklist"] = checklist_of(
            member, standing, responses=responses, now=now
        )
        context["events"] = lately(member, now)
    return member_page(request, "scorecard/home.html", member, **context)


def _goals(member: Member, standing: Standing, boards: list[Board]) -> list[Action]:
    """Buttons to the goals that wait for this member."""
    if member.role == Role.EXPERT:
        words = gettext("Goal %(number)d: %(title)s")
        return [
            Action(words % {"number": board.number, "title": board.title}, board.href)
            for board in boards
            if board.is_waiting
        ]
    is_consulted = standing.phase == Phase.CONSULTING and not standing.is_in_round
    if member.role != Role.COORDINATOR or not is_consulted:
        return []
    # The last round of a goal is where it is settled.
    latest = {
        one.goal.number: one
        for one in unsettled_goals()
        .filter(scorecard=member.scorecard)
        .select_related("round", "goal")
    }
    words = gettext("Settle goal %(number)d: %(title)s")
    return [
        Action(
            words % {"number": number, "title": text_in(one.goal.title)},
            reverse("settle", args=[member.scorecard.slug, one.round.number, number]),
        )
        for number, one in sorted(latest.items())
    ]


def _responses(member: Member, baseline: Baseline | None) -> int:
    """How many answered: the frozen count once there is one."""
    if baseline:
        return Tallies.from_json(baseline.tallies).responses
    return count_responses(member.scorecard)


def _open_link(request: HttpRequest, member: Member) -> str:
    """Where anybody may answer; "" where only those may who were invited."""
    if not member.scorecard.has_open_link:
        return ""
    address = reverse("intake_start", args=[member.scorecard.open_link])
    return request.build_absolute_uri(address)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_close(request: HttpRequest, slug: str) -> HttpResponse:
    """Close the survey before its time, once that has been confirmed."""
    member = request_membership(request, slug, Role.COORDINATOR)
    if request.method == "POST":
        try:
            close_survey(
                scorecard_id=member.scorecard_id, by=member, now=timezone.now()
            )
        except AlreadyClosed:
            messages.info(request, gettext("The survey is not open."))
        else:
            messages.success(request, gettext("The survey is closed."))
        return redirect("scorecard", slug)
    context: dict[str, Any] = {
        "scorecard": member.scorecard,
        "is_open": member.scorecard.is_open(timezone.now()),
        "has_closed": member.scorecard.has_closed(timezone.now()),
    }
    return render(request, "scorecard/close.html", context)
