"""What the links in a letter lead to, without signing in."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.intake.access import draft_or_404, slug_or_404
from surveys.intake.forms import ConsentForm
from surveys.intake.pages import common_context, languages_of
from surveys.intake.responses import (
    INVALID,
    language_to_start_in,
    not_found_page,
    not_open_page,
    submitted_page,
)
from surveys.intake.services import AlreadySubmitted, SurveyNotOpen
from surveys.invitations.letters import language_of, who_asks_to_leave
from surveys.invitations.links import invited_by, start_invited
from surveys.invitations.people import opt_in, opt_out
from surveys.models import Invitation

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@cache_control(no_store=True)
@page_methods
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The personal link in a letter: begin, go on where one stopped, or the truth."""
    try:
        invitation = invited_by(slug_or_404(token))
        if invitation is None:
            return _used_up(request, token)
    except Http404:
        return not_found_page(request)
    if hasattr(invitation.ticket, "draft"):
        return _go_on(token)
    language = _language(request, invitation)
    with translation.override(language):
        response = _start(request, invitation, token, language)
        response.headers["Content-Language"] = language
    return response


def _used_up(request: HttpRequest, token: str) -> HttpResponse:
    """Their answers were submitted. Http404 for a link that was never given out."""
    draft = draft_or_404(token)
    if not draft.is_submitted:
        # The link of somebody who came by the open link.
        return _go_on(token)
    language = draft.language or language_to_start_in(request, draft.scorecard)
    with translation.override(language):
        response = submitted_page(request, draft)
        response.headers["Content-Language"] = language
    return response


def _go_on(token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("intake_resume", args=[token]))


def _language(request: HttpRequest, invitation: Invitation) -> str:
    asked = request.POST.get("language") or request.GET.get("language")
    languages = invitation.scorecard.languages
    return str(asked) if asked in languages else language_of(invitation)


def _start(
    request: HttpRequest, invitation: Invitation, token: str, language: str
) -> HttpResponse:
    scorecard, now = invitation.scorecard, timezone.now()
    form = ConsentForm(request.POST if request.method == "POST" else None)
    context = {"start_languages": languages_of(scorecard), "language": language}
    if not scorecard.is_open(now):
        return not_open_page(request, scorecard, **context)
    if form.is_valid():
        try:
            start_invited(token=token, language=language, now=now)
        except SurveyNotOpen:
            return not_open_page(request, scorecard, **context)
        except AlreadySubmitted:
            return _used_up(request, token)
        return _go_on(token)
    context |= common_context(scorecard) | {
        "form": form,
        "instrument": scorecard.instrument,
        "is_invited": True,
        "path": request.path,
    }
    status = INVALID if form.errors else 200
    return render(request, "intake/start.html", context, status=status)


# The button of a mail program sends no token against forged requests; the link is one.
@csrf_exempt
@never_cache
@page_methods
def no_letters(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link of a letter gets no more of them, or some again."""
    invitation = who_asks_to_leave(token)
    if invitation is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("letters") == "yes":
            opt_in(invitation_id=invitation.pk)
        else:
            opt_out(invitation_id=invitation.pk, now=timezone.now())
        invitation.refresh_from_db(fields=["opted_out_at"])
    with translation.override(language_of(invitation)):
        context = {"scorecard": invitation.scorecard, "invitation": invitation}
        return render(request, "invitations/no_letters.html", context)
