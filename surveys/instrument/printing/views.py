"""The questionnaire as a PDF, made while one waits: about a second."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from surveys.instrument.access import instrument_seen
from surveys.instrument.printing.content import printed_questionnaire
from surveys.instrument.stored import file_of
from surveys.print.typesetting import PdfNotMade, write_pdf

TEMPLATE = Path(__file__).with_name("questionnaire.typ")


@require_safe
def instrument_pdf(
    request: HttpRequest, slug: str, pk: int, language: str
) -> HttpResponse:
    member, found = instrument_seen(request, slug, pk)
    if language not in found.languages:
        raise Http404
    with translation.override(language):
        content = printed_questionnaire(file_of(found), member.scorecard, language)
    try:
        with tempfile.TemporaryDirectory(prefix="questionnaire-") as folder:
            path = Path(folder) / "questionnaire.pdf"
            write_pdf(TEMPLATE, content, path)
            written = path.read_bytes()
    except PdfNotMade as error:
        words = gettext("The PDF could not be made: %s") % error
        messages.error(request, words)
        return redirect("instrument", slug, pk)
    response = HttpResponse(written, content_type="application/pdf")
    name = f"{found.code}-{found.version}-{language}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
