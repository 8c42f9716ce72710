"""Getting a short code, and coming back with one."""

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request, gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from surveys.intake.blueprints import slot
from surveys.intake.codes import give_code, token_of
from surveys.intake.pages import opened
from surveys.intake.responses import INVALID, require_open, respondent_page
from surveys.intake.services import draft_by_token
from surveys.models import Draft

TOO_MANY = 429


@require_POST
@respondent_page
def new_code(request: HttpRequest, draft: Draft, token: str) -> HttpResponse:
    """Show the code, which opens the draft from now on."""
    require_open(draft)
    address = request.build_absolute_uri(reverse("intake_enter"))
    return opened(
        request,
        draft,
        token,
        "intake/code.html",
        key="overview",
        values={"code": give_code(draft=draft, now=timezone.now())},
        variant=address,
        context=lambda: {"code": slot("code"), "address": address},
    )


@cache_control(no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Type a code: on to the answers that it opens."""
    asked = request.GET.get("language", "")
    known = dict(settings.LANGUAGES)
    language = asked if asked in known else get_language_from_request(request)
    with translation.override(language):
        return _enter(request)


def _enter(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "").strip()[:40]
    problem, status = "", 200
    if request.method == "POST":
        if not ratelimit.consume(request, action="intake_code", key="everybody"):
            problem, status = _too_many(), TOO_MANY
        elif (token := token_of(code)) and draft_by_token(token):
            return HttpResponseRedirect(reverse("intake_resume", args=[token]))
        else:
            problem, status = _wrong(), INVALID
    context = {
        "problem": problem,
        "code": code,
        "start_languages": settings.LANGUAGES,
        "path": request.path,
    }
    return render(request, "intake/enter.html", context, status=status)


def _wrong() -> str:
    return gettext("This code opens nothing: a letter may be missing or wrong.")


def _too_many() -> str:
    return gettext("Too many codes were tried. Wait ten minutes and try again.")
