"""Writing the statements of a goal page, and linking them to what they rest on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from reports.access import goal_for, statement_for
from reports.models import Statement
from reports.workshop.forms import (
    NewStatementForm,
    SourceSearchForm,
    StatementForm,
    place_names,
)
from reports.workshop.linking import set_sources
from reports.workshop.services import (
    StatementChanged,
    StatementGone,
    add_statement,
    change_statement,
    remove_statement,
)
from reports.workshop.sources import candidates_for
from surveys.localized import text_in
from surveys.members.access import request_membership
from surveys.members.pages import REFUSED, member_page
from surveys.models import Goal, Member, Role

WRITERS = (Role.COORDINATOR, Role.RAPPORTEUR)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _page(
    request: HttpRequest,
    template: str,
    member: Member,
    goal: Goal,
    status: int = 200,
    **content: Any,
) -> HttpResponse:
    context = {
        "goal": goal,
        "goal_title": text_in(goal.title),
        **content,
    }
    template = f"reports/workshop/{template}.html"
    return member_page(request, template, member, status, **context)


@require_safe
def statements(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every statement of a goal, section by section, to be edited."""
    member = request_membership(request, slug, *WRITERS)
    goal = goal_for(member, number)
    found = list(
        Statement.objects.filter(scorecard=member.scorecard, goal=goal)
        .prefetch_related("sources")
        .order_by("number")
    )
    groups = [
        (name, place, [one for one in found if _place_of(one) == place])
        for place, name in place_names().items()
    ]
    return _page(request, "statements", member, goal, groups=groups)


def _place_of(statement: Statement) -> str:
    parts = (statement.section, statement.heading)
    return "/".join(part for part in parts if part)


@get_or_post
def statement_new(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A new statement on a goal."""
    member = request_membership(request, slug, *WRITERS)
    goal = goal_for(member, number)
    form = NewStatementForm(
        request.POST or None,
        languages=member.scorecard.languages,
        initial={"place": request.GET.get("place", "")},
    )
    if request.method == "POST" and form.is_valid():
        statement = add_statement(
            scorecard=member.scorecard,
            goal=goal,
            section=form.section,
            heading=form.heading,
            text=form.text,
        )
        messages.success(
            request,
            gettext("Saved. The statement was added; now say what it rests on."),
        )
        return redirect("statement_sources", slug, number, statement.pk)
    status = REFUSED if form.is_bound else 200
    return _page(request, "statement_form", member, goal, status, form=form)


@get_or_post
def statement_edit(
    request: HttpRequest, slug: str, number: int, statement: int
) -> HttpResponse:
    """Other words for a statement."""
    member = request_membership(request, slug, *WRITERS)
    found = statement_for(member, number, statement)
    form = StatementForm(
        request.POST or None,
        languages=member.scorecard.languages,
        initial=StatementForm.initial_texts(found.text),
    )
    theirs: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            change_statement(statement=found, text=form.written, based_on=form.based_on)
        except StatementGone:
            return _gone(request, slug, number)
        except StatementChanged as refusal:
            theirs = dict(refusal.text)
            form.show_theirs(theirs)
        else:
            messages.success(request, gettext("Saved. The statement has new words."))
            return redirect("statements", slug, number)
    return _page(
        request,
        "statement_form",
        member,
        found.goal,
        REFUSED if form.is_bound else 200,
        form=form,
        theirs=theirs,
        statement=found,
        place=place_names()[_place_of(found)],
    )


def _gone(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    messages.error(
        request,
        gettext("Somebody else has removed this statement. Nothing was changed."),
    )
    return redirect("statements", slug, number)


@get_or_post
def statement_remove(
    request: HttpRequest, slug: str, number: int, statement: int
) -> HttpResponse:
    """Take a statement out, once that has been confirmed."""
    member = request_membership(request, slug, *WRITERS)
    found = statement_for(member, number, statement)
    if request.method == "POST":
        try:
            remove_statement(statement=found)
        except StatementGone:
            return _gone(request, slug, number)
        messages.success(request, gettext("The statement was removed."))
        return redirect("statements", slug, number)
    return _page(
        request,
        "statement_remove",
        member,
        found.goal,
        statement=found,
        text=text_in(found.text),
    )


@get_or_post
def statement_sources(
    request: HttpRequest, slug: str, number: int, statement: int
) -> HttpResponse:
    """Which answers and contributions a statement rests on."""
    member = request_membership(request, slug, *WRITERS)
    found = statement_for(member, number, statement)
    search = SourceSearchForm(request.GET)
    words = search.cleaned_data["q"].strip() if search.is_valid() else ""
    candidates = candidates_for(found, words)
    if request.method == "POST":
        set_sources(
            statement=found,
            shown=candidates.shown,
            listed=set(request.POST.getlist("listed")),
            chosen=set(request.POST.getlist("chosen")),
        )
        messages.success(
            request, gettext("Saved. The statement rests on what you chose.")
        )
        return redirect("statements", slug, number)
    return _page(
        request,
        "sources",
        member,
        found.goal,
        statement=found,
        text=text_in(found.text),
        search=search,
        words=words,
        candidates=candidates,
    )
