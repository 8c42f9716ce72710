"""Which instruments somebody may see, take over and change.

An instrument belongs to a scorecard, whose coordinators may change it until it is
locked, or to the site: then everybody may use and copy it and nobody changes it. Who
works on a scorecard sees its own instruments and the one it uses.
"""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from surveys.instrument.services import is_locked
from surveys.members.access import STAFF, request_membership
from surveys.models import Instrument, Member, Role, Scorecard, User


def instruments_seen(scorecard: Scorecard) -> QuerySet[Instrument]:
    """The scorecard's own and the one it uses, newest version first."""
    return Instrument.objects.filter(
        Q(owner=scorecard) | Q(pk=scorecard.instrument_id)
    ).order_by("-pk")


def instruments_to_take(user: User | AnonymousUser) -> QuerySet[Instrument]:
    """What a coordinator may found a scorecard on or copy.

    The site's own, and those of the scorecards that they coordinate.
    """
    mine = Scorecard.objects.filter(
        members__user=user.pk, members__role=Role.COORDINATOR
    )
    return (
        Instrument.objects.filter(
            Q(owner=None) | Q(owner__in=mine) | Q(scorecards__in=mine)
        )
        .distinct()
        .order_by("code", "-version")
    )


def instruments_compared(
    member: Member, instrument: Instrument
) -> QuerySet[Instrument]:
    """What a version may be compared with, newest version of each code first.

    What the member sees on the scorecard and, as its coordinator, may take over.
    """
    seen = Q(pk__in=instruments_seen(member.scorecard).order_by().values("pk"))
    if member.role == Role.COORDINATOR:
        taken = instruments_to_take(member.user).order_by()
        seen |= Q(pk__in=taken.values("pk"))
    return (
        Instrument.objects.filter(seen)
        .exclude(pk=instrument.pk)
        .order_by("code", "-version")
    )


def instrument_seen(
    request: HttpRequest, slug: str, pk: int
) -> tuple[Member, Instrument]:
    """An instrument as staff of the scorecard may read it; Http404 otherwise."""
    member = request_membership(request, slug, *STAFF)
    instrument = get_object_or_404(instruments_seen(member.scorecard), pk=pk)
    return member, instrument


def instrument_changed(
    request: HttpRequest, slug: str, pk: int
) -> tuple[Member, Instrument]:
    """An instrument that belongs to the scorecard, for a coordinator; else Http404.

    Whether it is locked is for the page to say.
    """
    member = request_membership(request, slug, Role.COORDINATOR)
    instrument = get_object_or_404(Instrument, owner=member.scorecard, pk=pk)
    return member, instrument


def instrument_taken(
    request: HttpRequest, slug: str, pk: int
) -> tuple[Member, Instrument]:
    """An instrument that a coordinator may use or copy for the scorecard."""
    member = request_membership(request, slug, Role.COORDINATOR)
    instrument = get_object_or_404(instruments_to_take(member.user), pk=pk)
    return member, instrument


def may_change(member: Member, instrument: Instrument, now: datetime) -> bool:
    """Whether this member can change it now."""
    return (
        member.role == Role.COORDINATOR
        and instrument.owner_id == member.scorecard_id
        and not is_locked(instrument, now)
    )
