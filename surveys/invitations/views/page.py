"""What every page on invitees is sent with."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from surveys.intake.moments import moment_text
from surveys.members.pages import member_page
from surveys.models import Anonymity, Member


def page(
    request: HttpRequest, template: str, member: Member, status: int = 200, **more: Any
) -> HttpResponse:
    """The template `invitations/<template>.html` for this member."""
    scorecard = member.scorecard
    opens = scorecard.opens_at
    more = {
        "is_anonymous": scorecard.anonymity == Anonymity.ANONYMOUS,
        "opens": moment_text(opens, scorecard) if opens else "",
        "closes": moment_text(scorecard.closes_at, scorecard),
        **more,
    }
    return member_page(request, f"invitations/{template}.html", member, status, **more)
