"""Paper: sheets by number, each typed twice, compared, taken in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.collected.access import entry_or_404, sheet_or_404, writer
from surveys.collected.paper.comparing import Difference, differences, merged
from surveys.collected.paper.forms import (
    NumberForm,
    SheetForm,
    check_values,
    field_name,
    typed_in,
)
from surveys.collected.paper.services import (
    AlreadyTaken,
    ChangedMeanwhile,
    NotTypedTwice,
    NumberTaken,
    accept_sheet,
    begin_entry,
    renumber_sheet,
    save_entry,
)
from surveys.collected.respond import page
from surveys.collected.window import NotYetOpen
from surveys.frozen import FiguresFrozen
from surveys.intake.checks import Checked
from surveys.members.pages import REFUSED
from surveys.models import Member, PaperEntry, PaperSheet

SHEETS_ON_A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheets and how far each is; a number leads to its typing."""
    member = writer(request, slug)
    form = NumberForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["number"]
        try:
            entry = begin_entry(by=member, number=number, now=timezone.now())
        except AlreadyTaken:
            form.add_error("number", _("This sheet was taken in already."))
        else:
            return redirect("paper_entry", slug, entry.sheet_id, entry.turn)
    sheets = member.scorecard.paper_sheets.all()
    waiting = sheets.filter(entries__isnull=False).distinct()
    shown = Paginator(
        waiting.order_by("-begun_at").prefetch_related("entries__entered_by"),
        SHEETS_ON_A_PAGE,
    ).get_page(request.GET.get("page"))
    return page(
        request,
        "paper",
        member,
        REFUSED if form.errors else 200,
        form=form,
        shown=shown,
        lines=[(sheet, list(sheet.entries.all())) for sheet in shown],
        taken=sheets.filter(entries__isnull=True).count(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def paper_entry(request: HttpRequest, slug: str, sheet: int, turn: int) -> HttpResponse:
    """One typing of a sheet: kept whatever it says, finished once it fits."""
    member = writer(request, slug)
    entry = entry_or_404(member, sheet, turn)
    if request.method != "POST":
        form = SheetForm(member.scorecard, _today(member), entry.typed or None)
        return _entry_page(request, member, entry, form, shows_errors=False)
    typed = typed_in(request.POST)
    form = SheetForm(member.scorecard, _today(member), typed)
    if form.is_valid():
        form.check_whole()
    wants_end = "finish" in request.POST
    is_finished = form.is_valid() and (wants_end or entry.is_finished)
    try:
        save_entry(
            entry_id=entry.pk, typed=typed, is_finished=is_finished, now=timezone.now()
        )
    except AlreadyTaken:
        messages.info(request, _("This sheet was taken in meanwhile."))
        return redirect("paper", slug)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"saved": True})
    if wants_end and not is_finished:
        return _entry_page(request, member, entry, form, shows_errors=True)
    return _after(request, member, entry, is_finished)


def _after(
    request: HttpRequest, member: Member, entry: PaperEntry, is_finished: bool
) -> HttpResponse:
    slug, number = member.scorecard.slug, entry.sheet.number
    if not is_finished:
        messages.success(
            request, _("Sheet %s is kept; go on whenever you like.") % number
        )
        return redirect("paper", slug)
    there = entry.sheet.entries.filter(is_finished=True).count()
    if there == 2:
        return redirect("paper_compare", slug, entry.sheet_id)
    words = _("Sheet %s was typed once. It counts after it was typed a second time.")
    messages.success(request, words % number)
    return redirect("paper", slug)


def _today(member: Member) -> date:
    return timezone.now().astimezone(member.scorecard.zone).date()


def _entry_page(
    request: HttpRequest,
    member: Member,
    entry: PaperEntry,
    form: SheetForm,
    *,
    shows_errors: bool,
) -> HttpResponse:
    if form.is_bound and not shows_errors:
        # What is not finished is shown as it was typed, without blame.
        form = _unblamed(member, entry)
    elif not form.is_bound:
        form.initial["language"] = _usual_language(member)
    return page(
        request,
        "paper_entry",
        member,
        REFUSED if shows_errors else 200,
        form=form,
        entry=entry,
        number_form=NumberForm(initial={"number": entry.sheet.number}),
    )


def _usual_language(member: Member) -> str:
    """Of the sheet that this member typed last, else the page's: one has many alike."""
    last = (
        PaperEntry.objects.filter(entered_by=member)
        .exclude(typed={})
        .order_by("-saved_at")
        .first()
    )
    languages = member.scorecard.languages
    guesses = (last.typed.get("language") if last else "", get_language())
    return next((one for one in guesses if one in languages), languages[0])


def _unblamed(member: Member, entry: PaperEntry) -> SheetForm:
    form = SheetForm(member.scorecard, _today(member))
    form.initial = {
        name: value if not _takes_many(form, name) else _as_list(value)
        for name, value in entry.typed.items()
    }
    return form


def _takes_many(form: SheetForm, name: str) -> bool:
    field = form.fields.get(name)
    return field is not None and getattr(field.widget, "allow_multiple_selected", False)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def paper_number(request: HttpRequest, slug: str, sheet: int) -> HttpResponse:
    """Correct the number of a sheet."""
    member = writer(request, slug)
    found = sheet_or_404(member, sheet)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = NumberForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter the number that stands on the sheet."))
        return redirect("paper", slug)
    try:
        renumber_sheet(sheet_id=found.pk, number=form.cleaned_data["number"])
    except NumberTaken:
        messages.error(request, _("Another sheet has this number."))
    return redirect("paper", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def paper_compare(request: HttpRequest, slug: str, sheet: int) -> HttpResponse:
    """What the two typings say differently, to be decided; then it is one response."""
    member = writer(request, slug)
    found = sheet_or_404(member, sheet)
    entries = list(found.entries.select_related("entered_by"))
    if len(entries) < 2 or not all(one.is_finished for one in entries):
        return redirect("paper", slug)
    decided = {
        name.removeprefix("decide_"): str(value)
        for name, value in request.POST.items()
        if name.startswith("decide_")
    }
    forms = [_read(member, one) for one in entries]
    first, second = (form.cleaned_data for form in forms)
    found_differences = differences(forms[0].asked, first, second, decided)
    if request.method != "POST":
        return _compare_page(request, member, found, entries, found_differences)
    if not all(one.chosen for one in found_differences):
        problem = _("Decide every difference first.")
        return _compare_page(
            request, member, found, entries, found_differences, problem
        )
    values = merged(forms[0].asked, first, second, decided)
    checked = check_values(forms[0].asked, values)
    problem = _problem(forms[0], checked) or _accept(found, entries, values, checked)
    if problem:
        return _compare_page(
            request, member, found, entries, found_differences, problem
        )
    messages.success(
        request, _("Sheet %s was taken in as one response.") % found.number
    )
    return redirect("paper", slug)


def _read(member: Member, entry: PaperEntry) -> SheetForm:
    form = SheetForm(member.scorecard, _today(member), entry.typed)
    form.is_valid()
    return form


def _problem(form: SheetForm, checked: Checked) -> str:
    """The first thing that does not fit of what was decided; "" if all does."""
    for one in checked.problems:
        field = form.fields.get(field_name(form.asked, one))
        return f"{field.label if field else one.field}: {one.reason}"
    return _("No goal has been rated or commented.") if checked.is_empty else ""


def _accept(
    sheet: PaperSheet,
    entries: Sequence[PaperEntry],
    values: Mapping[str, Any],
    checked: Checked,
) -> str:
    """Take it in; what keeps it out, in words."""
    try:
        accept_sheet(
            sheet=sheet,
            seen={one.turn: one.saved_at for one in entries},
            language=values["language"],
            day=values.get("day"),
            checked=checked,
            now=timezone.now(),
        )
    except FiguresFrozen:
        return _("The figures of this survey are frozen: it takes no further response.")
    except NotYetOpen:
        return _("The survey has not opened yet.")
    except (AlreadyTaken, NotTypedTwice, ChangedMeanwhile):
        return _("The sheet was changed meanwhile: look at it again.")
    return ""


def _compare_page(
    request: HttpRequest,
    member: Member,
    sheet: PaperSheet,
    entries: Sequence[PaperEntry],
    found: Sequence[Difference],
    problem: str = "",
) -> HttpResponse:
    return page(
        request,
        "paper_compare",
        member,
        REFUSED if problem else 200,
        sheet=sheet,
        entries=entries,
        differences=found,
        problem=problem,
    )
