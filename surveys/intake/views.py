"""A respondent's pages, from the link to the receipt. No account: the link is the key.

Each page with a form is saved as a whole by one POST, from a button or, with scripts,
after each change; what the answer looks like is in `surveys.intake.responses`.
"""

import gzip
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from surveys.intake.access import scorecard_or_404
from surveys.intake.answerpages import (
    AnswerPage,
    goal_page,
    profile_page,
    section_page,
)
from surveys.intake.blueprints import blueprint, slot
from surveys.intake.checks import InvalidAnswer, NothingToSubmit
from surveys.intake.forms import ConsentForm, GoalsForm
from surveys.intake.moments import day_text
from surveys.intake.offline import blank_pages, given_so_far
from surveys.intake.opening import (
    form_page,
    goals_page,
    overview_page,
    review_page,
)
from surveys.intake.outlines import outline_of
from surveys.intake.pages import (
    common_context,
    for_this_draft,
    keep_of,
    languages_of,
    opened,
)
from surveys.intake.receipts import ForeignReceipt, new_receipt, unsealed
from surveys.intake.responses import (
    INVALID,
    go_on,
    language_to_start_in,
    moves,
    must_ask,
    not_found_page,
    not_open_page,
    refused_form,
    require_open,
    respondent_page,
)
from surveys.intake.rows import stamp_of
from surveys.intake.services import (
    SurveyNotOpen,
    choose_goals,
    start_draft,
)
from surveys.intake.submitting import submit_response
from surveys.intake.trials import finish_trial
from surveys.models import Draft, Response, Scorecard

page_methods = require_http_methods(["GET", "HEAD", "POST"])
JSON = "application/json"


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


@cache_control(no_store=True)
@page_methods
def start(request: HttpRequest, open_link: str) -> HttpResponse:
    """What the survey is, the choice of a language, and consent."""
    try:
        scorecard = scorecard_or_404(open_link)
    except Http404:
        return not_found_page(request)
    language = language_to_start_in(request, scorecard)
    with translation.override(language):
        response = _start_page(request, scorecard, language)
        response.headers["Content-Language"] = language
    return response


def _start_page(
    request: HttpRequest, scorecard: Scorecard, language: str
) -> HttpResponse:
    form = ConsentForm(_sent(request))
    now = timezone.now()
    context = {"start_languages": languages_of(scorecard), "language": language}
    if not scorecard.is_open(now):
        return not_open_page(request, scorecard, **context)
    if form.is_valid():
        try:
            _, token = start_draft(scorecard=scorecard, language=language, now=now)
        except SurveyNotOpen:
            return not_open_page(request, scorecard, **context)
        return HttpResponseRedirect(reverse("intake_resume", args=[token]))

    def make() -> str:
        more = {"form": form, "instrument": scorecard.instrument, "path": request.path}
        whole = common_context(scorecard) | context | more
        return render_to_string("intake/start.html", whole)

    if form.errors:
        return HttpResponse(make(), status=INVALID)
    asked = scorecard.instrument
    what = ("start", language, stamp_of(scorecard), asked.pk, asked.checksum)
    return HttpResponse(blueprint(what, make).filled({}))


@require_safe
@respondent_page
def overview(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    """The personal link, how far one has come, and where to go on."""
    require_open(draft)
    return overview_page(request, draft, token)


@page_methods
@respondent_page
def goals(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    """Which goals to answer."""
    require_open(draft)
    if request.method != "POST":
        return goals_page(request, draft, token)
    goes_on = moves(request) and request.POST.get("go", "next") == "next"
    form = GoalsForm(
        request.POST,
        goals=outline_of(draft.instrument).goals,
        needs_one=goes_on and "language" not in request.POST,
    )
    if form.is_valid():
        merged = choose_goals(
            draft=draft, goals=form.goals, base=form.base, now=timezone.now()
        )
        return go_on(request, draft, token, "goals", form, merged)
    context = {"form": form}
    return refused_form(
        request, draft, token, "intake/goals.html", key="goals", context=context
    )


@page_methods
@respondent_page
def goal(request: HttpRequest, draft: Draft, token: str, number: int) -> HttpResponse:
    """The rating grid and the open questions of one goal."""
    return _answer_page(request, draft, token, goal_page(draft, number))


@page_methods
@respondent_page
def section(request: HttpRequest, draft: Draft, token: str, code: str) -> HttpResponse:
    """A section of questions about the country as a whole."""
    return _answer_page(request, draft, token, section_page(draft, code))


@page_methods
@respondent_page
def profile(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    """About the respondent."""
    return _answer_page(request, draft, token, profile_page(draft))


def _answer_page(
    request: HttpRequest, draft: Draft, token: str, page: AnswerPage | None
) -> HttpResponse:
    require_open(draft)
    if page is None:
        raise Http404
    if request.method != "POST":
        return form_page(request, draft, token, page)
    sent = page.sent(request.POST)
    if sent.is_valid():
        merged = page.save(sent, timezone.now())
        if not must_ask(request, merged):
            return go_on(request, draft, token, page.key, sent, merged)
        form = page.form(given=merged.values, typed=merged.contested)
    else:
        form = page.form(request.POST)
    context = page.context(form)
    return refused_form(
        request, draft, token, page.template, key=page.key, context=context
    )


@require_safe
@respondent_page
def pages_to_take_along(
    request: HttpRequest, draft: Draft, token: str
) -> HttpResponseBase:
    """All pages, empty, for a device to keep: JSON."""
    require_open(draft)
    pages = blank_pages(draft)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(pages), content_type=JSON)
    return HttpResponse(pages, content_type=JSON, headers={"Content-Encoding": "gzip"})


@require_safe
@respondent_page
def answers_so_far(request: HttpRequest, draft: Draft, token: str) -> HttpResponseBase:
    """What was answered, for a device to show without a connection: JSON."""
    require_open(draft)
    text = json.dumps(given_so_far(draft), ensure_ascii=False)
    return HttpResponse(for_this_draft(text, draft, token), content_type=JSON)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Here, since it rules what lies under its own address."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _worker() -> str:
    return Path(str(finders.find("respond-worker.js"))).read_text(encoding="utf-8")


@require_POST
@respondent_page
def language(request: HttpRequest, draft: Draft, token: str) -> HttpResponseBase:
    """Go on in another language (taken over already), on the page one came from."""
    require_open(draft)
    home = reverse("intake_resume", args=[token])
    page = request.POST.get("page", "")
    return HttpResponseRedirect(page if page.startswith(home) else home)


@page_methods
@respondent_page
def review(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    """What was written and what is missing; submitting leads to the receipt."""
    if request.method == "POST":
        return _submit(request, draft, token)
    require_open(draft)
    return review_page(request, draft, token, new_receipt())


def _submit(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    if draft.is_test:
        return _finish_trial(request, draft, token)
    try:
        receipt = unsealed(request.POST.get("receipt", ""), draft)
    except ForeignReceipt:
        problem = gettext(
            "Nothing was submitted yet. There is a new receipt code: note it down "
            "and submit again."
        )
        return _not_yet(request, draft, token, new_receipt(), problem)
    try:
        response = submit_response(draft=draft, receipt=receipt, now=timezone.now())
    except (NothingToSubmit, InvalidAnswer):
        problem = gettext("Nothing was submitted yet. See what is missing.")
        return _not_yet(request, draft, token, receipt, problem)
    return _receipt_page(request, draft, token, response, receipt)


def _finish_trial(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    try:
        goals = finish_trial(draft=draft, now=timezone.now())
    except (NothingToSubmit, InvalidAnswer):
        problem = gettext("Nothing was submitted yet. See what is missing.")
        return _not_yet(request, draft, token, new_receipt(), problem)
    context = common_context(draft.scorecard) | {
        "is_trial": True,
        "instrument": draft.instrument,
        "goals": goals,
        "forget": f"scorecard:{keep_of(draft)}:",
    }
    return render(request, "intake/trial_over.html", context)


def _not_yet(
    request: HttpRequest, draft: Draft, token: str, receipt: str, problem: str
) -> HttpResponse:
    require_open(draft)
    page = review_page(request, draft, token, receipt, problem)
    page.status_code = INVALID
    return page


def _receipt_page(
    request: HttpRequest, draft: Draft, token: str, response: Response, receipt: str
) -> HttpResponse:
    return opened(
        request,
        draft,
        token,
        "intake/receipt.html",
        key="review",
        values={
            "receipt": receipt,
            "submitted-on": day_text(response.submitted_on),
            "goals": str(response.answers.count()),
        },
        context=lambda: {
            "languages": (),
            "receipt": slot("receipt"),
            "submitted_on": slot("submitted-on"),
            "goals": slot("goals"),
        },
    )
