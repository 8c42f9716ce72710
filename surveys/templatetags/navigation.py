"""The navigation of a scorecard's pages, and which item of it one is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.members.access import STAFF
from surveys.models import Role

register = template.Library()

COORDINATOR = (Role.COORDINATOR,)
WRITERS = (Role.COORDINATOR, Role.RAPPORTEUR)
EXPERT = (Role.EXPERT,)
EVERYBODY = (*STAFF, *EXPERT)

Page = tuple[Any, str, tuple[str, ...]]
# What a group is called -> its pages: what each is called, its address, who has it.
# A group of one page is that page. Addresses of other apps are known by name only.
GROUPS: Mapping[Any, tuple[Page, ...]] = {
    _("Scorecard"): (
        (_("Overview"), "scorecard", EVERYBODY),
        (_("Set up"), "setup", COORDINATOR),
        (_("Targets"), "targets", COORDINATOR),
        (_("Changes"), "changes", STAFF),
    ),
    _("Survey"): (
        (_("Questionnaire"), "instruments", STAFF),
        (_("Invitations"), "invitations", STAFF),
        (_("Sample"), "sample", STAFF),
        (pgettext_lazy("that come in", "Responses"), "collected", WRITERS),
        (_("Exports"), "exports", COORDINATOR),
    ),
    _("Panel"): (
        (_("People"), "panel", STAFF),
        (_("Mail"), "mail", COORDINATOR),
    ),
    _("My goals"): ((_("My goals"), "my_goals", EXPERT),),
    _("Rounds"): ((_("Rounds"), "rounds", EVERYBODY),),
    _("Report"): ((_("Report"), "report", STAFF),),
    _("Editions"): ((_("Editions"), "editions", STAFF),),
}


@dataclass(frozen=True)
class Entry:
    """An item, and the pages of its group where one is in it."""

    label: Any
    href: str
    current: SafeString = SafeString("")
    pages: tuple["Entry", ...] = ()


@register.simple_tag(takes_context=True)
def scorecard_pages(context: Context) -> list[Entry]:
    """The items for this member; the group one is in has its pages below it.

    Expects `scorecard`, and `member` or `is_staff`, in the context.
    """
    member = context.get("member")
    role = getattr(member, "role", None)
    if role is None:
        role = Role.OBSERVER if context.get("is_staff") else Role.EXPERT
    entries = []
    for label, pages in GROUPS.items():
        inside = _pages(context, pages, role)
        if inside:
            entries.append(_entry(label, inside))
    return entries


def _entry(label: Any, pages: tuple[Entry, ...]) -> Entry:
    here = next((page.current for page in pages if page.current), SafeString(""))
    if here and len(pages) > 1:
        here = mark_safe(' aria-current="true"')
    shown = pages if here and len(pages) > 1 else ()
    return Entry(label, pages[0].href, here, shown)


def _pages(context: Context, pages: tuple[Page, ...], role: str) -> tuple[Entry, ...]:
    found = []
    for label, name, roles in pages:
        if role in roles:
            href = reverse(name, args=[context["scorecard"].slug])
            is_whole = name != "scorecard"
            found.append(Entry(label, href, current(context, href, is_whole)))
    return tuple(found)


@register.simple_tag(takes_context=True)
def current(context: Context, address: str, is_whole: bool = True) -> SafeString:
    """` aria-current="page"` on that very page, `"true"` on the pages below it.

    `is_whole=False` where the pages below are items of their own, or none of it.
    """
    request = context.get("request")
    if request is None or not address:
        return SafeString("")
    if request.path == address:
        return mark_safe(' aria-current="page"')
    if is_whole and request.path.startswith(address):
        return mark_safe(' aria-current="true"')
    return SafeString("")
