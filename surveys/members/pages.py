"""What every page of a scorecard is sent with, to one of its members."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from surveys.models import Member, Role

# What was sent does not fit: the page comes back with what was typed.
REFUSED = 422


def member_page(
    request: HttpRequest, template: str, member: Member, status: int = 200, **more: Any
) -> HttpResponse:
    """The template for this member: who they are, what their role may, and `more`."""
    context = {
        "member": member,
        "scorecard": member.scorecard,
        "is_coordinator": member.role == Role.COORDINATOR,
        "is_expert": member.role == Role.EXPERT,
        "is_staff": member.role != Role.EXPERT,
        "is_writer": member.role in (Role.COORDINATOR, Role.RAPPORTEUR),
        **more,
    }
    return render(request, template, context, status=status)
