"""What every page of the consultation is sent with."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from surveys.members.pages import member_page
from surveys.models import Member
from validation.identities import names_of


def page(
    request: HttpRequest, template: str, member: Member, status: int = 200, **more: Any
) -> HttpResponse:
    """The template `validation/<template>.html` for this member."""
    more = {
        "instrument": member.scorecard.instrument,
        "part": "panel" if template.startswith("panel") else "rounds",
        # {{ proposal.expert_id|named:names }}; asked for by pages that name somebody.
        "names": SimpleLazyObject(lambda: names_of(member.scorecard)),
        **more,
    }
    return member_page(request, f"validation/{template}.html", member, status, **more)
