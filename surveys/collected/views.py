"""Where responses from elsewhere come in, and the keys of programs."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from surveys.collected.access import coordinator, key_or_404, writer
from surveys.collected.forms import KeyForm
from surveys.collected.keys import MOST_KEYS, TooManyKeys, make_key, revoke_key
from surveys.collected.respond import page
from surveys.members.pages import REFUSED
from surveys.models import Member


@require_safe
def collected(request: HttpRequest, slug: str) -> HttpResponse:
    """The ways in: a table, a program, paper; and how many came by each."""
    member = writer(request, slug)
    rows = member.scorecard.responses.values_list("origin").annotate(n=Count("*"))
    return page(request, "collected", member, counts=dict(rows.order_by()))


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys there are; a new one is shown once, on the page that made it."""
    member = coordinator(request, slug)
    if request.method != "POST":
        return _keys(request, member, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _keys(request, member, form, REFUSED)
    try:
        name = form.cleaned_data["name"]
        key, secret = make_key(by=member, name=name, now=timezone.now())
    except TooManyKeys:
        words = _("There are %(n)d keys in use: revoke one first.") % {"n": MOST_KEYS}
        form.add_error(None, words)
        return _keys(request, member, form, REFUSED)
    return _keys(request, member, KeyForm(), made=key, secret=secret)


def _keys(
    request: HttpRequest,
    member: Member,
    form: KeyForm,
    status: int = 200,
    **made: object,
) -> HttpResponse:
    there = member.scorecard.api_keys.select_related("made_by")
    address = request.build_absolute_uri("/api/v1/")
    return page(
        request, "keys", member, status, form=form, keys=there, address=address, **made
    )


def key_revoke(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """From now on the key opens nothing."""
    member = coordinator(request, slug)
    found = key_or_404(member, key)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    revoke_key(key_id=found.pk, now=timezone.now())
    words = _("The key “%(name)s” opens nothing any more.") % {"name": found.name}
    messages.success(request, words)
    return redirect("collected_keys", slug)
