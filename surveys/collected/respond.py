"""What every page about responses from elsewhere is sent with."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from surveys.collected.window import NotYetOpen, check_window
from surveys.frozen import FiguresFrozen
from surveys.members.pages import member_page
from surveys.models import Member, Scorecard


def page(
    request: HttpRequest, template: str, member: Member, status: int = 200, **more: Any
) -> HttpResponse:
    """The template `collected/<template>.html` for this member, never stored."""
    more = {"window": window_of(member.scorecard), **more}
    answer = member_page(request, f"collected/{template}.html", member, status, **more)
    add_never_cache_headers(answer)
    return answer


def window_of(scorecard: Scorecard) -> str:
    """ "open", "before" the survey opened, or "frozen"."""
    try:
        check_window(scorecard, timezone.now())
    except NotYetOpen:
        return "before"
    except FiguresFrozen:
        return "frozen"
    return "open"
