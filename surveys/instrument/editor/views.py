"""Changing a draft version in the browser: one part on one page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from surveys.instrument import editing
from surveys.instrument.access import instrument_changed
from surveys.instrument.editing import ChangedMeanwhile, NoSuchPart, digest
from surveys.instrument.editor import forms
from surveys.instrument.editor.lines import lines_of, with_lines
from surveys.instrument.parts import InstrumentFile, InvalidInstrument
from surveys.instrument.services import (
    InstrumentInUse,
    InstrumentLocked,
    LanguageMissing,
    change_instrument,
    is_locked,
)
from surveys.instrument.stored import file_of
from surveys.instrument.words import kind_words, why_refused
from surveys.localized import text_in
from surveys.members.pages import REFUSED, member_page
from surveys.models import Instrument, Member

PARTS: dict[str, type[forms.PartForm]] = {
    "goal": forms.GoalForm,
    "dimension": forms.DimensionForm,
    "indicator": forms.IndicatorForm,
    "section": forms.SectionForm,
    "question": forms.QuestionForm,
}
WHOLE: dict[str, type[forms.PartForm]] = {
    "general": forms.GeneralForm,
    "scale": forms.ScaleForm,
    "bands": forms.BandsForm,
}
REFUSALS = (
    InvalidInstrument,
    ChangedMeanwhile,
    InstrumentInUse,
    LanguageMissing,
    InstrumentLocked,
)
page_methods = require_http_methods(["GET", "HEAD", "POST"])
Change = Callable[[InstrumentFile], InstrumentFile]
Found = tuple[Member, Instrument]


def _of_a_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a view the version; Http404 for who may never change it.

    Whoever asks for a form once it is locked is told so on its page. What is sent then
    comes back with the reason: somebody typed it while it was a draft.
    """

    @wraps(view)
    def checked(
        request: HttpRequest, slug: str, pk: int, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        found = instrument_changed(request, slug, pk)
        if request.method != "POST" and is_locked(found[1], timezone.now()):
            messages.error(request, *why_refused(InstrumentLocked()))
            return redirect("instrument", slug, pk)
        return view(request, found, *args, **kwargs)

    return checked


def _extra(kind: str, file: InstrumentFile, place: str) -> dict[str, Any]:
    """What the form of a kind needs beside the part."""
    if kind == "question":
        return {"is_profile": place == "profile"}
    if kind == "indicator":
        return {
            "dimensions": [(one.code, text_in(one.name)) for one in file.dimensions]
        }
    return {}


def _edit(
    request: HttpRequest,
    found: Found,
    kind: str,
    form_class: type[forms.PartForm],
    file: InstrumentFile,
    part: editing.Content,
    change: Callable[[editing.Content, str], Change],
    place: str = "",
    **page: Any,
) -> HttpResponse:
    """Show a part's form; take what was sent, or say what is wrong, losing nothing."""
    data = request.POST if request.method == "POST" else None
    form = form_class(
        data,
        languages=file.languages,
        part=part,
        initial={"shown": digest(part)},
        **_extra(kind, file, place),
    )
    lines = lines_of(kind, data, file.languages, part)
    problems: list[str] = []
    if data is not None and form.is_valid() and (lines is None or lines.is_valid()):
        values = with_lines(kind, form, lines)
        try:
            change_instrument(
                instrument_id=found[1].pk,
                change=change(values, form.cleaned_data["shown"]),
                now=timezone.now(),
            )
        except REFUSALS as error:
            problems = why_refused(error)
            if isinstance(error, ChangedMeanwhile):
                # Sent once more, what stands in the form now is meant to stay.
                form.data = request.POST.copy()
                form.data["shown"] = digest(part)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(_overview(found, kind, page.get("code", ""), place))
    context = {
        "instrument": found[1],
        "form": form,
        "lines": lines,
        "kind": kind,
        "what": kind_words(kind),
        "problems": problems,
        **page,
    }
    is_wrong = bool(problems or (data is not None))
    status = REFUSED if is_wrong else 200
    return member_page(request, "instrument/edit.html", found[0], status, **context)


def _overview(found: Found, kind: str, code: str = "", place: str = "") -> str:
    """The version's page, at the part; without a code where its kind stands."""
    member, instrument = found
    page = reverse("instrument", args=[member.scorecard.slug, instrument.pk])
    if code:
        return f"{page}#{kind}-{code}"
    return f"{page}#{f'place-{place}' if place else f'{kind}s'}"


@page_methods
@_of_a_draft
def edit_whole(request: HttpRequest, found: Found, kind: str) -> HttpResponse:
    """The general part, the scale, or the bands."""
    if kind not in WHOLE:
        raise Http404
    file = file_of(found[1])

    def change(values: editing.Content, shown: str) -> Change:
        return lambda now: editing.with_whole(now, kind, values, shown)

    part = editing.whole_of(file, kind)
    return _edit(request, found, kind, WHOLE[kind], file, part, change)


@page_methods
@_of_a_draft
def edit_part(request: HttpRequest, found: Found, kind: str, code: str) -> HttpResponse:
    if kind not in PARTS:
        raise Http404
    file = file_of(found[1])
    try:
        part = editing.part_of(file, kind, code)
        place = editing.place_of_question(file, code) if kind == "question" else ""
    except NoSuchPart as error:
        raise Http404 from error

    def change(values: editing.Content, shown: str) -> Change:
        return lambda now: editing.with_part(now, kind, code, values, shown)

    page = {"code": code, "can_move": kind in editing.MOVABLE}
    return _edit(request, found, kind, PARTS[kind], file, part, change, place, **page)


@page_methods
@_of_a_draft
def add_part(request: HttpRequest, found: Found, kind: str) -> HttpResponse:
    """A new part; `?in=` says where a question is asked."""
    place = request.GET.get("in", "")
    file = file_of(found[1])
    if kind not in PARTS or (kind == "question" and not _is_place(file, place)):
        raise Http404
    form_class = forms.NewSectionForm if kind == "section" else PARTS[kind]

    def change(values: editing.Content, shown: str) -> Change:
        def add(now: InstrumentFile) -> InstrumentFile:
            code = forms.code_for(values, kind, editing.code_taken(now, kind))
            return editing.with_new_part(
                now, kind, _new_values(now, kind, code, values), place
            )

        return add

    part = _blank(file, kind)
    return _edit(
        request, found, kind, form_class, file, part, change, place, is_new=True
    )


def _is_place(file: InstrumentFile, place: str) -> bool:
    return place in ("goal", "profile") or place in {
        section.code for section in file.cross_cutting
    }


def _new_values(
    file: InstrumentFile, kind: str, code: str, values: editing.Content
) -> editing.Content:
    if kind == "section":
        asked = {"kind": "long_text", "text": values["text"]}
        asked["code"] = forms.code_for(
            {"text": values["text"]}, "question", editing.code_taken(file, "question")
        )
        return {"code": code, "title": values["title"], "questions": [asked]}
    if kind == "indicator":
        return {**values, "code": code, "number": len(file.indicators) + 1}
    return {**values, "code": code}


def _blank(file: InstrumentFile, kind: str) -> editing.Content:
    """What a new part starts from."""
    if kind in ("goal", "dimension"):
        parts = getattr(file, editing.KINDS[kind])
        number = max(part.number for part in parts) + 1
        return {"number": number, "colour": "#575146"}
    if kind == "question":
        return {"kind": "long_text"}
    return {}


# -------------------------------------------------------------------- move and remove


def move_part(
    request: HttpRequest, slug: str, pk: int, kind: str, code: str
) -> HttpResponse:
    """One place up or down, by the button that was pressed."""
    if kind not in editing.MOVABLE:
        raise Http404
    up = request.POST.get("to") == "up"
    return _at_once(
        request,
        instrument_changed(request, slug, pk),
        kind,
        lambda now: editing.with_moved_part(now, kind, code, up=up),
        gettext("Moved."),
        code,
    )


def remove_part(
    request: HttpRequest, slug: str, pk: int, kind: str, code: str
) -> HttpResponse:
    if kind not in PARTS:
        raise Http404
    return _at_once(
        request,
        instrument_changed(request, slug, pk),
        kind,
        lambda now: editing.without_part(now, kind, code),
        gettext("Removed."),
    )


def _at_once(
    request: HttpRequest,
    found: Found,
    kind: str,
    change: Change,
    done: str,
    code: str = "",
) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        change_instrument(instrument_id=found[1].pk, change=change, now=timezone.now())
    except NoSuchPart as error:
        raise Http404 from error
    except REFUSALS as error:
        for words in why_refused(error):
            messages.error(request, words)
        return redirect("instrument", found[0].scorecard.slug, found[1].pk)
    messages.success(request, done)
    return redirect(_overview(found, kind, code))
