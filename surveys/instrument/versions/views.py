"""The versions of a questionnaire: look at them, copy, use, take in and give out."""

from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from surveys.instrument.access import (
    instrument_changed,
    instrument_seen,
    instrument_taken,
    instruments_seen,
    instruments_to_take,
    may_change,
)
from surveys.instrument.blank import blank_instrument
from surveys.instrument.editing import ChangedMeanwhile
from surveys.instrument.file import write_instrument
from surveys.instrument.parts import InstrumentFile
from surveys.instrument.services import (
    InstrumentInUse,
    InstrumentLocked,
    LanguageMissing,
    change_instrument,
    is_locked,
    new_instrument,
    remove_instrument,
    use_instrument,
)
from surveys.instrument.stored import file_of
from surveys.instrument.versions.forms import ImportForm
from surveys.instrument.versions.shown import Shown, state_of
from surveys.instrument.words import why_refused
from surveys.instrument.xlsform.writing import write_xlsform
from surveys.members.access import STAFF, request_membership
from surveys.members.pages import REFUSED, member_page
from surveys.models import Instrument, Member, Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSALS = (InstrumentInUse, InstrumentLocked, LanguageMissing)


def _page(
    request: HttpRequest, member: Member, template: str, status: int = 200, **more: Any
) -> HttpResponse:
    return member_page(request, f"instrument/{template}.html", member, status, **more)


@require_safe
def instruments(request: HttpRequest, slug: str) -> HttpResponse:
    """The scorecard's versions, and those it could start from."""
    member = request_membership(request, slug, *STAFF)
    now = timezone.now()
    seen = list(instruments_seen(member.scorecard))
    others = []
    if member.role == Role.COORDINATOR:
        known = {one.pk for one in seen}
        others = [o for o in instruments_to_take(member.user) if o.pk not in known]
    lines = [(one, state_of(one, member.scorecard, now)) for one in seen]
    return _page(request, member, "instruments", lines=lines, others=others)


@require_safe
def instrument(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Everything a version asks, in all its languages."""
    member, found = instrument_seen(request, slug, pk)
    now = timezone.now()
    return _page(
        request,
        member,
        "instrument",
        instrument=found,
        state=state_of(found, member.scorecard, now),
        may_change=may_change(member, found, now),
        may_be_used=_may_be_used(member, found),
        shown=Shown(file_of(found)),
    )


def _may_be_used(member: Member, found: Instrument) -> bool:
    card = member.scorecard
    is_free = not card.has_opened(timezone.now())
    return (
        member.role == Role.COORDINATOR and is_free and card.instrument_id != found.pk
    )


# ------------------------------------------------------------------------- what it does


def _to(member: Member, found: Instrument | None = None) -> HttpResponse:
    slug = member.scorecard.slug
    if found is None:
        return redirect("instruments", slug)
    return redirect("instrument", slug, found.pk)


def instrument_copy(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A new draft version with the same content."""
    try:
        member, found = instrument_taken(request, slug, pk)
    except Http404:
        # The one in use may belong to a scorecard that one does not coordinate.
        member, found = instrument_seen(request, slug, pk)
        if member.role != Role.COORDINATOR:
            raise
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    made = new_instrument(scorecard=member.scorecard, file=file_of(found))
    messages.success(request, gettext("This is a new version, for you to change."))
    return _to(member, made)


def instrument_use(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask these questions in the scorecard's survey."""
    member, found = instrument_taken(request, slug, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        use_instrument(
            scorecard_id=member.scorecard_id,
            instrument=found,
            by=member,
            now=timezone.now(),
        )
    except LanguageMissing as error:
        for words in why_refused(error):
            messages.error(request, words)
    except InstrumentLocked:
        messages.error(request, gettext("The survey has opened with its questions."))
    except InstrumentInUse:
        messages.error(
            request,
            gettext(
                "Experts are assigned to goals of the questionnaire in use, or a round "
                "is prepared for them. Take that back first."
            ),
        )
    else:
        messages.success(request, gettext("The survey will ask these questions."))
    return _to(member, found)


def instrument_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    member, found = instrument_changed(request, slug, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        remove_instrument(instrument_id=found.pk, now=timezone.now())
    except REFUSALS as error:
        for words in why_refused(error):
            messages.error(request, words)
        return _to(member, found)
    messages.success(request, gettext("The version was removed."))
    return _to(member)


# -------------------------------------------------------------------------- in and out


@require_http_methods(["GET", "HEAD", "POST"])
def instrument_import(request: HttpRequest, slug: str) -> HttpResponse:
    """A file becomes a new draft version, whole or not at all."""
    member = request_membership(request, slug, Role.COORDINATOR)
    form = _import_form(request, member)
    if form.is_valid():
        imported = form.imported
        made = new_instrument(
            scorecard=member.scorecard, file=imported.file, left_out=imported.left_out
        )
        messages.success(request, gettext("The file was taken in as a new version."))
        return _to(member, made)
    return _import_page(request, member, form)


def instrument_blank(request: HttpRequest, slug: str) -> HttpResponse:
    """A new draft version in which nothing is asked yet."""
    member = request_membership(request, slug, Role.COORDINATOR)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    file = blank_instrument(member.scorecard.languages)
    made = new_instrument(scorecard=member.scorecard, file=file)
    messages.success(request, gettext("This is a new version, for you to change."))
    return _to(member, made)


@require_http_methods(["GET", "HEAD", "POST"])
def instrument_replace(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A file takes the place of all that a draft version asks."""
    member, found = instrument_changed(request, slug, pk)
    if request.method != "POST" and is_locked(found, timezone.now()):
        messages.error(request, *why_refused(InstrumentLocked()))
        return _to(member, found)
    form = _import_form(request, member)
    problems: list[str] = []
    if form.is_valid():
        shown = request.POST.get("shown", "")

        def change(now: InstrumentFile) -> InstrumentFile:
            if now.checksum != shown:
                raise ChangedMeanwhile
            return form.imported.file

        try:
            change_instrument(
                instrument_id=found.pk,
                change=change,
                now=timezone.now(),
                left_out=form.imported.left_out,
            )
        except (*REFUSALS, ChangedMeanwhile) as error:
            problems = why_refused(error)
        else:
            messages.success(request, gettext("The version is now what the file says."))
            return _to(member, found)
    return _import_page(request, member, form, instrument=found, refused=problems)


def _import_form(request: HttpRequest, member: Member) -> ImportForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return ImportForm(*sent, language=member.scorecard.languages[0])


def _import_page(
    request: HttpRequest, member: Member, form: ImportForm, **more: Any
) -> HttpResponse:
    status = REFUSED if form.errors or more.get("refused") else 200
    return _page(request, member, "import", status, form=form, **more)


def _download(content: bytes | str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def instrument_xlsx(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    _, found = instrument_seen(request, slug, pk)
    content = write_xlsform(file_of(found))
    return _download(content, f"{found.code}-{found.version}.xlsx", XLSX)


@require_safe
def instrument_yaml(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    _, found = instrument_seen(request, slug, pk)
    content = write_instrument(file_of(found))
    name = f"{found.code}-{found.version}.yaml"
    return _download(content, name, "application/yaml; charset=utf-8")
