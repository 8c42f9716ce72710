"""How a respondent's pages answer: in their language, never stored, page or JSON."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request, gettext
from django.views.decorators.cache import cache_control

from surveys.intake.access import draft_or_404
from surveys.intake.blueprints import TOKEN
from surveys.intake.forms import PageForm
from surveys.intake.merging import Merged, flat, marks_of
from surveys.intake.moments import moment_html
from surveys.intake.opening import page_at
from surveys.intake.pages import (
    common_context,
    keep_of,
    path_of,
    telling,
    whole_form,
)
from surveys.intake.progress import key_after, progress_of, way_of
from surveys.intake.services import AlreadySubmitted, SurveyNotOpen, change_language
from surveys.models import Draft, Scorecard

View = Callable[..., HttpResponseBase]
INVALID, REFUSED, TOO_LATE, CONTESTED = 422, 403, 409, 409


def respondent_page(view: View) -> View:
    """Give the view the draft behind the link, in the draft's language.

    A language chosen with the page's own form is taken over first, so that what was
    typed comes back in the new one. What can no longer be changed is said on a page.
    """

    @cache_control(no_store=True)
    @wraps(view)
    def page(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        try:
            draft = draft_or_404(token)
        except Http404:
            return not_found_page(request)
        draft.language = draft.language or language_to_start_in(
            request, draft.scorecard
        )
        with suppress(AlreadySubmitted, SurveyNotOpen):
            take_over_language(request, draft)
        with translation.override(draft.language):
            try:
                response = view(request, draft, token, **kwargs)
            except AlreadySubmitted:
                response = submitted_page(request, draft)
            except SurveyNotOpen:
                response = not_open_page(request, draft.scorecard)
            except Http404:
                response = not_found_page(request)
            response.headers["Content-Language"] = draft.language
        return response

    return page


def language_to_start_in(request: HttpRequest, scorecard: Scorecard) -> str:
    """The language that was chosen on the page, else the browser's, else the first."""
    asked = request.POST.get("language") or request.GET.get("language")
    for code in (asked, get_language_from_request(request)):
        if code in scorecard.languages:
            return str(code)
    return str(scorecard.languages[0])


def take_over_language(request: HttpRequest, draft: Draft) -> None:
    """Go on in the language whose button was pressed, if the scorecard has it."""
    wanted = request.POST.get("language", "")
    if wanted in draft.languages and wanted != draft.language:
        change_language(draft=draft, language=wanted, now=timezone.now())


def require_open(draft: Draft) -> None:
    """Raises AlreadySubmitted or SurveyNotOpen unless it may still be changed."""
    if draft.is_submitted:
        raise AlreadySubmitted
    if not draft.is_open(timezone.now()):
        raise SurveyNotOpen


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's script is asking, not the browser."""
    return request.headers.get("Accept") == "application/json"


def moves(request: HttpRequest) -> bool:
    """Whether a button was pressed, or the form sent without scripts."""
    return not wants_json(request) or bool({"go", "language"} & request.POST.keys())


def must_ask(request: HttpRequest, merged: Merged) -> bool:
    """Whether to show the page again because of texts written on two devices."""
    return bool(merged.contested) and not wants_json(request)


def go_on(
    request: HttpRequest,
    draft: Draft,
    token: str,
    key: str,
    form: PageForm,
    merged: Merged,
) -> HttpResponse:
    """After a page was saved: to where the button says, by default to the next page.

    A script that asks to `bring` that page gets it with the answer.
    """
    if merged.contested:
        return _asked(form, merged)
    if not moves(request):
        return _json(_state(form, merged) | {"saved": True})
    there = _destination(request, draft, key)
    url = path_of(there).replace(TOKEN, token)
    overruled = _overruled(form, merged)
    if overruled:
        url = telling(url, overruled)
    if not wants_json(request):
        return HttpResponseRedirect(url)
    answer = _state(form, merged) | {"saved": True, "next": url}
    if "bring" in request.POST and not overruled:
        answer["page"] = page_at(request, draft, token, there).content.decode()
    return _json(answer)


def _json(answer: dict[str, Any], status: int = 200) -> JsonResponse:
    # Pages and answers of many languages: letters stay letters.
    letters = {"ensure_ascii": False}
    return JsonResponse(answer, status=status, json_dumps_params=letters)


def _state(form: PageForm, merged: Merged) -> dict[str, Any]:
    """What the open page needs to catch up with the database."""
    now = flat(merged.values)
    changed = {key: now.get(key, "") for key in merged.elsewhere}
    said = filter(None, [_overruled(form, merged), _elsewhere(form, merged)])
    return {
        "base": marks_of(merged.values),
        "changed": changed,
        "notice": " ".join(said),
    }


def _asked(form: PageForm, merged: Merged) -> HttpResponse:
    now = flat(merged.values)
    answer = _state(form, merged) | {
        "saved": False,
        "contested": {key: now[key] for key in merged.contested},
        "message": gettext("Not saved: changed on another device meanwhile."),
    }
    return _json(answer, CONTESTED)


def _overruled(form: PageForm, merged: Merged) -> str:
    names = "; ".join(form.labels(merged.overruled))
    return names and gettext(
        "Changed on another device meanwhile, yours was kept: %(names)s."
    ) % {"names": names}


def _elsewhere(form: PageForm, merged: Merged) -> str:
    names = "; ".join(form.labels(merged.elsewhere))
    return names and gettext(
        "Changed on another device and now shown here: %(names)s."
    ) % {"names": names}


def _destination(request: HttpRequest, draft: Draft, key: str) -> str:
    """The key of the page to go on to."""
    where = request.POST.get("go", "")
    if "language" in request.POST:
        return key
    if where == "overview":
        return where
    way = way_of(draft)
    return where if any(page.key == where for page in way) else key_after(way, key)


def refused_form(
    request: HttpRequest, draft: Draft, token: str, template: str, **page: Any
) -> HttpResponse:
    """What does not fit, or is asked: as JSON if the page's script sent it.

    422 when something does not fit, 409 when the page asks which of two texts stays.
    `page`: the page's key, and its context with the form.
    """
    form: PageForm = page["context"]["form"]
    if form.errors and wants_json(request):
        errors = {name: list(messages) for name, messages in form.errors.items()}
        return _json({"saved": False, "errors": errors}, INVALID)
    html = whole_form(progress_of(draft), token, template, **page)
    return HttpResponse(html, status=INVALID if form.errors else CONTESTED)


def not_found_page(request: HttpRequest) -> HttpResponse:
    """One and the same for every link that leads nowhere: nothing to learn from it."""
    with translation.override(get_language_from_request(request)):
        return render(request, "intake/404.html", status=404)


def submitted_page(request: HttpRequest, draft: Draft) -> HttpResponse:
    """These answers were submitted, and what was sent now changes nothing."""
    status = TOO_LATE if request.method == "POST" else 200
    if wants_json(request):
        message = gettext("These answers were already submitted.")
        return _json({"saved": False, "message": message}, TOO_LATE)
    context = common_context(draft.scorecard) | {
        "is_attempt": status == TOO_LATE,
        "forget": f"scorecard:{keep_of(draft)}:",
    }
    return render(request, "intake/submitted.html", context, status=status)


def not_open_page(
    request: HttpRequest, scorecard: Scorecard, **context: Any
) -> HttpResponse:
    """When the survey opens, or when it closed."""
    has_closed = scorecard.has_closed(timezone.now())
    if wants_json(request):
        message = gettext("The survey is not open.")
        return _json({"saved": False, "message": message}, REFUSED)
    context |= common_context(scorecard) | {
        "has_closed": has_closed,
        "opens": scorecard.opens_at and moment_html(scorecard.opens_at, scorecard),
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "intake/not_open.html", context, status=status)
