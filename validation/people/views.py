"""One person on a scorecard: their role, and taking them off it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.members.services import LastCoordinator, StillNeeded
from surveys.models import Member, Role
from validation.people.forms import RoleForm
from validation.people.services import OnPanels, SawPanels, change_role, remove_person
from validation.respond import page


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, slug: str, person: int) -> HttpResponse:
    """The coordinator gives somebody another role."""
    member = request_membership(request, slug, Role.COORDINATOR)
    found = _person(member, person)
    form = RoleForm(
        request.POST if request.method == "POST" else None, initial={"role": found.role}
    )
    if form.is_valid() and _changed(member, found, form):
        messages.success(request, _("The role of %(name)s was saved.") % _name(found))
        # Whoever gave up their own role is sent where every member may be.
        return redirect("scorecard" if found == member else "panel", slug)
    status = REFUSED if form.is_bound else 200
    return page(request, "person", member, status, person=found, form=form)


def _changed(member: Member, found: Member, form: RoleForm) -> bool:
    role = form.cleaned_data["role"]
    try:
        change_role(member_id=found.pk, role=role, by=member, now=timezone.now())
    except OnPanels:
        form.add_error("role", _("They are on the panel of a goal: take them off it."))
    except SawPanels:
        words = _("A round has opened, and they could read what its panels say.")
        form.add_error("role", words)
    except LastCoordinator:
        form.add_error("role", _("Nobody else coordinates this scorecard."))
    else:
        return True
    return False


def person_remove(request: HttpRequest, slug: str, person: int) -> HttpResponse:
    """The coordinator takes somebody off on whom nothing rests."""
    member = request_membership(request, slug, Role.COORDINATOR)
    found = _person(member, person)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        remove_person(member_id=found.pk, by=member, now=timezone.now())
    except LastCoordinator:
        problem = _("Nobody else coordinates this scorecard.")
    except StillNeeded:
        problem = _(
            "Something rests on this person: goals, mail about a round, or what they "
            "did here. They can get another role, or be erased."
        )
    else:
        messages.success(request, _("%(name)s was removed.") % _name(found))
        return redirect("home") if found == member else redirect("panel", slug)
    form = RoleForm(initial={"role": found.role})
    return page(
        request, "person", member, REFUSED, person=found, form=form, problem=problem
    )


def _person(member: Member, key: int) -> Member:
    """Somebody on the member's scorecard who was not erased, or Http404."""
    return get_object_or_404(
        Member.objects.select_related("user"),
        pk=key,
        scorecard=member.scorecard_id,
        erasure__isnull=True,
    )


def _name(person: Member) -> dict[str, Any]:
    return {"name": person.name}
