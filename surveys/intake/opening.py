"""A respondent's pages as they are opened: by their own address, or brought along.

Whoever goes on to the next page with a script gets it with the answer to what was saved
(`surveys.intake.responses.go_on`): on a bad connection that is one wait instead of two.
It is the very page that its address gives.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape

from surveys.intake.answerpages import AnswerPage, answer_page
from surveys.intake.blueprints import slot
from surveys.intake.forms import GoalsForm
from surveys.intake.outlines import outline_of
from surveys.intake.pages import (
    Context,
    goal_to_review,
    listed,
    opened,
    opened_form,
    steps,
)
from surveys.intake.progress import progress_of
from surveys.intake.receipts import new_receipt, sealed
from surveys.localized import text_in
from surveys.models import Draft


def page_at(request: HttpRequest, draft: Draft, token: str, key: str) -> HttpResponse:
    """The page of the way with this key, or the overview."""
    if key == "overview":
        return overview_page(request, draft, token)
    if key == "goals":
        return goals_page(request, draft, token)
    if key == "review":
        return review_page(request, draft, token, new_receipt())
    if page := answer_page(draft, key):
        return form_page(request, draft, token, page)
    raise LookupError(f"no page of this questionnaire has the key {key}")


def overview_page(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    """The personal link, how far one has come, and where to go on."""
    progress = progress_of(draft)
    link = request.build_absolute_uri(reverse("intake_resume", args=[token]))
    has_goals = bool(progress.goal_pages)
    values = {
        "link": escape(link),
        "goals": listed("intake/goal_row.html", progress.goal_pages),
        "go-on": progress.first_open_url,
    }
    return opened(
        request,
        draft,
        token,
        "intake/overview.html",
        key="overview",
        variant=has_goals,
        values=values,
        context=lambda: {"has_goals": has_goals, **_slots(values)},
    )


def goals_page(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    """Which goals to answer."""
    asked = outline_of(draft.instrument).goals
    progress = progress_of(draft)
    chosen = {page.goal_number for page in progress.way}
    return opened_form(
        request,
        progress,
        token,
        "intake/goals.html",
        key="goals",
        given={"goals": [goal.number for goal in asked if goal.number in chosen]},
        context=lambda: {"form": GoalsForm(goals=asked)},
    )


def form_page(
    request: HttpRequest, draft: Draft, token: str, page: AnswerPage
) -> HttpResponse:
    """A page that takes answers."""
    progress = progress_of(draft)
    return opened_form(
        request,
        progress,
        token,
        page.template,
        key=page.key,
        given=page.given(progress.answers),
        context=lambda: page.context(page.form()),
    )


def review_page(
    request: HttpRequest, draft: Draft, token: str, receipt: str, problem: str = ""
) -> HttpResponse:
    """What was written and what is missing. `problem`: why nothing was submitted."""
    progress = progress_of(draft)
    indicators = outline_of(draft.instrument).indicators
    names = {one.number: text_in(one.name) for one in indicators}
    missing = progress.missing
    values = {
        "receipt": receipt,
        "sealed": escape(sealed(receipt, draft)),
        "steps": steps(progress, "review"),
        "goals": "".join(goal_to_review(p, names) for p in progress.goal_pages),
        "others": listed("intake/review_page.html", progress.other_pages),
        "go-on": progress.first_open_url,
    }
    return opened(
        request,
        draft,
        token,
        "intake/review.html",
        key="review",
        variant=(
            bool(progress.goal_pages),
            progress.has_answers,
            tuple(question.pk for question in missing),
            problem,
        ),
        values=values,
        context=lambda: {"progress": progress, "problem": problem, **_slots(values)},
    )


def _slots(values: Context) -> Context:
    """What the template is given in place of these values."""
    return {name.replace("-", "_"): slot(name) for name in values}
