"""Estimates from elsewhere: a table is sent, looked through, and taken as a whole."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from surveys.sheets.checked import Checked
from surveys.sheets.keeping import Kept, keep, let_go
from surveys.sheets.previews import is_confirmed, kept_or_told, rows_shown
from validation.estimates.checking import check_table
from validation.estimates.columns import READ
from validation.estimates.forms import EstimatesForm
from validation.estimates.services import TableRefused, add_estimates
from validation.estimates.writing import (
    as_csv,
    as_xlsx,
    codebook,
    estimates_of,
    missing_estimates,
)
from validation.respond import page

WRITERS = (Role.COORDINATOR, Role.RAPPORTEUR)
PURPOSE = "estimates"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def estimates(request: HttpRequest, slug: str) -> HttpResponse:
    """Files to fetch, and a table to send."""
    member = request_membership(request, slug, *WRITERS)
    form = EstimatesForm()
    if request.method == "POST":
        form = EstimatesForm(request.POST, request.FILES)
        if form.is_valid():
            keep(PURPOSE, member, form.table, form.cleaned_data["file"].name)
            return redirect("estimates_preview", slug)
    return page(
        request,
        "estimates/estimates",
        member,
        REFUSED if form.is_bound else 200,
        form=form,
        codebook=list(codebook()),
    )


def estimates_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Every row with what it adds or what is wrong; then all of them, or none."""
    member = request_membership(request, slug, *WRITERS)
    kept = kept_or_told(request, PURPOSE, member)
    if kept is None:
        return redirect("estimates", slug)
    if request.method != "POST":
        return _preview(
            request, member, kept, check_table(member.scorecard, kept.table)
        )
    if not is_confirmed(request, kept):
        return redirect("estimates_preview", slug)
    try:
        added = add_estimates(by=member, table=kept.table, now=timezone.now())
    except TableRefused as refusal:
        return _preview(request, member, kept, refusal.checked, REFUSED)
    let_go(PURPOSE, member)
    messages.success(request, _added(len(added.proposals)))
    return redirect("estimates", slug)


def _added(count: int) -> str:
    if not count:
        return _("Everything was on record already; nothing was added.")
    return ngettext(
        "%(n)d estimate was added.", "%(n)d estimates were added.", count
    ) % {"n": count}


def _preview(
    request: HttpRequest,
    member: Member,
    kept: Kept,
    checked: Checked,
    status: int = 200,
) -> HttpResponse:
    shown = rows_shown(request, checked)
    return page(
        request,
        "estimates/preview",
        member,
        status,
        kept=kept,
        checked=checked,
        rows=shown,
        columns=_columns(kept),
        lines=[
            (one, [(code, one.row.cells.get(code, "")) for code in _columns(kept)])
            for one in shown
        ],
    )


def _columns(kept: Kept) -> list[str]:
    """The columns that the table has, in the order of the codebook; whose estimate it
    is stands at the head of the row."""
    present = {code for row in kept.table.rows for code in row.cells}
    present -= {"expert", "email"}
    return [column.code for column in READ if column.code in present]


def estimates_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every current estimate as CSV."""
    member = request_membership(request, slug, *WRITERS)
    written = as_csv(estimates_of(member))
    return _file(member, written, "estimates.csv", "text/csv; charset=utf-8")


def estimates_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """Every current estimate as XLSX, with its codebook."""
    member = request_membership(request, slug, *WRITERS)
    return _file(member, as_xlsx(estimates_of(member)), "estimates.xlsx", XLSX)


def estimates_blank(request: HttpRequest, slug: str) -> HttpResponse:
    """A workbook to fill in: a line for every estimate that is missing."""
    member = request_membership(request, slug, *WRITERS)
    written = as_xlsx(missing_estimates(member))
    return _file(member, written, "estimates-to-fill-in.xlsx", XLSX)


def _file(member: Member, content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    full = f"{member.scorecard.slug}-{name}"
    answer["Content-Disposition"] = f'attachment; filename="{full}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
