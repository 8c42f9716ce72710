"""The list of invitees: who is on it, adding, correcting and erasing people."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HTMX_STOP_POLLING

from surveys.invitations.access import invitation_for
from surveys.invitations.counts import counts_of
from surveys.invitations.forms import PeopleForm, PersonForm
from surveys.invitations.lists import filters_of, invitees, line_of
from surveys.invitations.people import (
    AlreadyErased,
    AlreadyInvited,
    add_people,
    add_person,
    change_person,
    erase_invitee,
    opt_in,
    opt_out,
)
from surveys.invitations.services import JOB_KIND, wake_if_open
from surveys.invitations.table import check_people
from surveys.invitations.views.page import page
from surveys.mailing.standing import standing_of
from surveys.members.access import STAFF, request_membership
from surveys.members.pages import REFUSED
from surveys.models import Invitation, InvitationLetter, Member, Role
from surveys.sheets.checked import Checked
from surveys.sheets.keeping import Kept, keep, let_go
from surveys.sheets.previews import is_confirmed, kept_or_told, rows_shown

PEOPLE_ON_A_PAGE = 50
PURPOSE = "invitees"


@never_cache
@require_http_methods(["GET", "HEAD"])
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """How many were invited; to the coordinator also who, and what became of letters.

    Only that for htmx, while letters are on their way.
    """
    member = request_membership(request, slug, *STAFF)
    scorecard, now = member.scorecard, timezone.now()
    context: dict[str, Any] = {"counts": counts_of(scorecard)}
    is_open = scorecard.is_open(now)
    if member.role != Role.COORDINATOR:
        return page(request, "counts", member, **context)
    first = InvitationLetter.objects.filter(scorecard=scorecard, run=None)
    standing = standing_of(first, scorecard, JOB_KIND, now)
    context |= {
        "standing": standing,
        "is_open": is_open,
        "has_closed": scorecard.has_closed(now),
        "is_polling": is_open and standing.is_under_way,
        "open_link": request.build_absolute_uri(
            reverse("intake_start", args=[scorecard.open_link])
        ),
        **_list(request, member),
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return page(request, "list", member, **context)
    if request.GET.get("seen") == standing.seen:
        # Nothing to swap in, and nothing for a screen reader to say once more.
        return HttpResponse(status=204)
    status = 200 if context["is_polling"] else HTMX_STOP_POLLING
    return page(request, "list_moved", member, status, **context)


def _list(request: HttpRequest, member: Member) -> dict[str, Any]:
    scorecard, now = member.scorecard, timezone.now()
    search = request.GET.get("q", "").replace("\x00", "")[:200]
    state = request.GET.get("state", "")
    found = invitees(scorecard, search=search, state=state)
    shown = Paginator(found, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "search": search,
        "state": state,
        "filters": filters_of(scorecard),
        "people": shown,
        "lines": [line_of(one, scorecard, now) for one in shown],
    }


# ------------------------------------------------------------------------ one person


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Put one person on the list by hand."""
    member = request_membership(request, slug, Role.COORDINATOR)
    sent = request.POST if request.method == "POST" else None
    form = PersonForm(sent, scorecard=member.scorecard)
    if form.is_valid():
        try:
            added = add_person(scorecard=member.scorecard, person=form.person())
        except AlreadyInvited:
            form.add_error("email", _already())
        else:
            text = _("%(name)s is on the list.") % {"name": added.name}
            messages.success(request, text)
            goes_on = "more" in request.POST
            return redirect("invitation_add" if goes_on else "invitations", slug)
    return page(request, "add", member, REFUSED if form.errors else 200, form=form)


def _already() -> str:
    return _("Somebody with this address is on the list, or was erased from it.")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Correct one person's particulars."""
    member = request_membership(request, slug, Role.COORDINATOR)
    # Whoever is invited anew at another address is taken off; Save may be sent twice.
    may_be_done = request.method == "POST"
    person = invitation_for(member, number, erased_too=may_be_done)
    sent = request.POST if request.method == "POST" else None
    form = PersonForm(sent, scorecard=member.scorecard, invitation=person)
    if form.is_valid():
        try:
            goes_out = change_person(
                invitation_id=person.pk, person=form.person(), now=timezone.now()
            )
        except AlreadyErased:
            raise Http404 from None
        except AlreadyInvited:
            form.add_error("email", _already())
        else:
            if goes_out:
                wake_if_open(member.scorecard, timezone.now())
            messages.success(
                request,
                _("Saved. A letter with a new link goes to the new address.")
                if goes_out
                else _("Saved."),
            )
            return redirect("invitations", slug)
    if person.erased_at:
        raise Http404
    status = REFUSED if form.errors else 200
    return page(request, "person", member, status, form=form, person=person)


def invitation_letters(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Stop letters to a person who asked for that some other way, or allow them."""
    member = request_membership(request, slug, Role.COORDINATOR)
    person = invitation_for(member, number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.POST.get("letters") == "yes":
        opt_in(invitation_id=person.pk)
    else:
        opt_out(invitation_id=person.pk, now=timezone.now())
    return redirect("invitation", slug, number)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_erase(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What goes and what stays, and the button that does it."""
    member = request_membership(request, slug, Role.COORDINATOR)
    person = invitation_for(member, number)
    problem = ""
    if request.method == "POST":
        if request.POST.get("sure") == "yes":
            erase_invitee(invitation_id=person.pk, now=timezone.now())
            messages.success(request, _("The person was erased."))
            return redirect("invitations", slug)
        problem = _("Tick the box: what is erased cannot be brought back.")
    status = REFUSED if problem else 200
    return page(request, "erase", member, status, person=person, problem=problem)


# --------------------------------------------------------------------------- a table


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a table of people."""
    member = request_membership(request, slug, Role.COORDINATOR)
    form = PeopleForm()
    if request.method == "POST":
        form = PeopleForm(request.POST, request.FILES)
        if form.is_valid():
            keep(PURPOSE, member, form.table, form.cleaned_data["file"].name)
            return redirect("invitation_preview", slug)
    status = REFUSED if form.is_bound else 200
    return page(request, "table", member, status, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Every row with what it adds or what is wrong; then all of them, or none."""
    member = request_membership(request, slug, Role.COORDINATOR)
    kept = kept_or_told(request, PURPOSE, member)
    if kept is None:
        return redirect("invitation_table", slug)
    checked = check_people(member.scorecard, kept.table)
    if request.method != "POST":
        return _preview(request, member, kept, checked)
    if not is_confirmed(request, kept):
        return redirect("invitation_preview", slug)
    if checked.with_problems:
        return _preview(request, member, kept, checked, REFUSED)
    people = [one.person for one in checked.rows]
    count = add_people(scorecard=member.scorecard, people=people, replaced_too=True)
    let_go(PURPOSE, member)
    messages.success(request, _added(count))
    return redirect("invitations", slug)


def _added(count: int) -> str:
    if not count:
        return _("Everybody was on the list already; nobody was added.")
    text = ngettext("%(n)d person was added.", "%(n)d people were added.", count)
    return text % {"n": count}


def _preview(
    request: HttpRequest,
    member: Member,
    kept: Kept,
    checked: Checked,
    status: int = 200,
) -> HttpResponse:
    shown = rows_shown(request, checked)
    return page(
        request, "preview", member, status, kept=kept, checked=checked, rows=shown
    )


def person_of_example(member: Member) -> Invitation:
    """Somebody to address an example of a letter to."""
    found = member.scorecard.invitations.reachable().first()
    example = found or Invitation(name=_("Aigul Seitova"), email="aigul@example.org")
    example.scorecard = member.scorecard
    return example
