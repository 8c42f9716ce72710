"""One navigation: every page of a scorecard that a role has is reachable from it."""

import re

import pytest
from django.template import Context, Template
from django.urls import reverse

from surveys.templatetags.navigation import GROUPS
from tests.test_access import TABLE

pytestmark = pytest.mark.django_db

TEMPLATE = Template("{% include 'scorecard/navigation.html' %}")
# Where each group leads, for a coordinator.
FIRST = ["scorecard", "instruments", "panel", "rounds", "report", "editions"]


def links(rf, scorecard, path: str, **who) -> dict[str, str]:
    """{address: its mark} of the items on that page."""
    context = {"scorecard": scorecard, "request": rf.get(path), **who}
    html = TEMPLATE.render(Context(context))
    return dict(re.findall(r'<a href="([^"]*)"( aria-current="\w+")?>', html))


def test_every_page_in_the_navigation_exists_and_is_theirs_who_are_led_there():
    for pages in GROUPS.values():
        for _, name, roles in pages:
            assert set(roles) == set(TABLE[name].may), name
            assert TABLE[name].where == ("slug",)


def test_the_pages_of_a_group_show_where_one_is_in_it(rf, scorecard, coordinator):
    setup = reverse("setup", args=[scorecard.slug])
    home = reverse("scorecard", args=[scorecard.slug])
    panel = reverse("panel", args=[scorecard.slug])

    inside = links(rf, scorecard, setup, member=coordinator)
    outside = links(rf, scorecard, panel, member=coordinator)

    assert inside[setup] == ' aria-current="page"'
    assert inside[panel] == ""
    assert setup not in outside
    assert outside[home] == ""
    assert outside[panel] == ' aria-current="page"'


def test_nobody_is_led_where_they_may_not_go(rf, scorecard, observer, expert):
    home = reverse("scorecard", args=[scorecard.slug])
    setup = reverse("setup", args=[scorecard.slug])
    panel = reverse("panel", args=[scorecard.slug])

    assert setup not in links(rf, scorecard, home, member=observer)
    assert panel in links(rf, scorecard, home, member=observer)
    seen = links(rf, scorecard, home, member=expert)
    assert set(seen) == {
        reverse(name, args=[scorecard.slug])
        for name in ("scorecard", "my_goals", "rounds")
    }
    assert set(seen) == set(links(rf, scorecard, home, is_staff=False))


def groups(page) -> list[tuple[str, str]]:
    """(address, mark) of a page's groups, the pages of the one it is in left out."""
    bar = re.search(r'<nav class="site-nav".*?</nav>', page.content.decode(), re.S)
    assert bar
    above = re.sub(r'<ul class="site-pages".*?</ul>', "", bar[0], flags=re.S)
    return re.findall(r'<a href="([^"]*)"(?: aria-current="(\w+)")?', above)


@pytest.mark.parametrize(
    ("name", "arguments", "group", "mark"),
    [
        ("scorecard", [], "scorecard", "true"),
        ("round_new", [], "rounds", "true"),
        ("rounds", [], "rounds", "page"),
        ("panel", [], "panel", "true"),
        ("editions", [], "editions", "page"),
        ("board", [1, 5], "rounds", "true"),
        ("statements", [5], "report", "true"),
    ],
)
def test_the_groups_are_the_same_everywhere_and_one_is_marked(
    name, arguments, group, mark, open_round, coordinator, sign_in
):
    slug = open_round.scorecard.slug
    page = sign_in(coordinator).get(reverse(name, args=[slug, *arguments]))
    assert groups(page) == [
        (reverse(one, args=[slug]), mark if one == group else "") for one in FIRST
    ]
