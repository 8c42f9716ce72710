"""Preview and trial: the respondents' own pages, from the first to the last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from surveys.instrument.access import instrument_seen
from surveys.instrument.languages import language_names
from surveys.intake.forms import ConsentForm
from surveys.intake.responses import common_context
from surveys.intake.trials import start_trial
from surveys.members.pages import REFUSED
from surveys.models import Instrument, Scorecard


@require_http_methods(["GET", "HEAD", "POST"])
def instrument_try(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The page on which respondents begin; from there on it is their own form."""
    member, instrument = instrument_seen(request, slug, pk)
    language = _language(request, instrument)
    with translation.override(language):
        response = _start_page(request, member.scorecard, instrument, language)
        response.headers["Content-Language"] = language
    return response


def _language(request: HttpRequest, instrument: Instrument) -> str:
    asked = request.POST.get("language") or request.GET.get("language")
    codes: list[str] = instrument.languages
    return asked if asked in codes else codes[0]


def _start_page(
    request: HttpRequest, scorecard: Scorecard, instrument: Instrument, language: str
) -> HttpResponse:
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _, token = start_trial(
            scorecard=scorecard,
            instrument=instrument,
            language=language,
            now=timezone.now(),
        )
        return redirect("intake_resume", token)
    context = common_context(scorecard) | {
        "form": form,
        "instrument": instrument,
        "language": language,
        "start_languages": [
            (one.code, one.name) for one in language_names(instrument.languages)
        ],
        "is_trial": True,
    }
    status = REFUSED if form.errors else 200
    return render(request, "intake/start.html", context, status=status)
