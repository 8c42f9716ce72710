"""The scorecard as this user may see it. Strangers and wrong roles get the same 404."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from surveys.models import Member, Role, User

EVERYBODY = (Role.COORDINATOR, Role.RAPPORTEUR, Role.OBSERVER, Role.EXPERT)
STAFF = (Role.COORDINATOR, Role.RAPPORTEUR, Role.OBSERVER)


def membership(user: User | AnonymousUser, slug: str, *roles: str) -> Member:
    """The user's membership of the scorecard `slug`, with its scorecard loaded.

    Raises Http404 unless the user is a member in one of `roles` (any, if none given).
    """
    if not user.is_authenticated:
        raise Http404
    return get_object_or_404(
        Member.objects.select_related("scorecard__instrument", "user"),
        user=user,
        scorecard__slug=slug,
        role__in=roles or EVERYBODY,
    )


def request_membership(request: HttpRequest, slug: str, *roles: str) -> Member:
    """`membership` of whoever sent the request."""
    return membership(request.user, slug, *roles)


def scorecards_of(user: User | AnonymousUser) -> list[Member]:
    """Every membership of the user, newest scorecard first."""
    if not user.is_authenticated:
        return []
    return list(
        Member.objects.select_related("scorecard")
        .filter(user=user)
        .order_by("-scorecard__year", "scorecard__slug")
    )


def may_found(user: User | AnonymousUser) -> bool:
    """Whether this person may found a scorecard: whoever coordinates one already."""
    return (
        user.is_authenticated
        and user.memberships.filter(role=Role.COORDINATOR).exists()
    )
