"""The coordinator erases a person, once that has been confirmed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from validation.erasure.services import AlreadyErased, LastCoordinator, erase_person
from validation.respond import page


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, slug: str, person: int) -> HttpResponse:
    """What will go and what stays, and the button that does it."""
    member = request_membership(request, slug, Role.COORDINATOR)
    found = member.scorecard.members.select_related("user").filter(
        pk=person, erasure__isnull=True
    )
    erased = found.first()
    if erased is None:
        raise Http404
    if request.method != "POST":
        return _confirm(request, member, erased)
    if request.POST.get("sure") != "yes":
        problem = _("Tick the box: what is erased cannot be brought back.")
        return _confirm(request, member, erased, problem)
    try:
        erase_person(member_id=erased.pk, by=member, now=timezone.now())
    except LastCoordinator:
        problem = _("The only coordinator of a scorecard cannot be erased.")
        return _confirm(request, member, erased, problem)
    except AlreadyErased:
        pass
    if erased.pk == member.pk:
        return redirect("/")
    messages.success(request, _("The person was erased."))
    return redirect("panel", slug)


def _confirm(
    request: HttpRequest, member: Member, person: Member, problem: str = ""
) -> HttpResponse:
    status = REFUSED if problem else 200
    return page(request, "panel_erase", member, status, person=person, problem=problem)
