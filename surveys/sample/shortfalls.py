"""Who is under-represented, in plain words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from surveys.models import Scorecard
from surveys.sample.groups import Grouping

NAMED = 6


@dataclass(frozen=True)
class Missing:
    """What is said of one grouping."""

    name: str
    sentences: tuple[str, ...]


def targets_of(scorecard: Scorecard, grouping: str) -> dict[str, int]:
    """{group: wanted} of a grouping, as the coordinators set it; may be empty."""
    wanted = scorecard.targets.get(grouping, {})
    return {group: n for group, n in wanted.items() if n}


def missing_in(
    grouping: Grouping, groups: Mapping[str, int | None], wanted: Mapping[str, int]
) -> Missing | None:
    """Which groups are short, those furthest from their target first.

    Nothing that was hidden follows from it: of a group that is not shown it says only
    that. None where there is nothing to say.
    """
    sentences = tuple(_sentences(grouping, groups, wanted))
    return Missing(grouping.name, sentences) if sentences else None


def _sentences(
    grouping: Grouping, groups: Mapping[str, int | None], wanted: Mapping[str, int]
) -> Iterator[str]:
    asked = {group: wanted.get(group, 0) for group in grouping.labels}
    known = {group: groups.get(group) for group in grouping.labels}
    short = [
        (n / asked[group], group)
        for group, n in known.items()
        if n is not None and n < asked[group]
    ]
    short.sort(key=lambda one: one[0])
    for _, group in short[:NAMED]:
        yield _short(grouping.labels[group], known[group] or 0, asked[group])
    if len(short) > NAMED:
        more = len(short) - NAMED
        yield ngettext(
            "%(n)d more group is short of its target.",
            "%(n)d more groups are short of their targets.",
            more,
        ) % {"n": more}
    nobody = [g for g, n in known.items() if n == 0 and not asked[g]]
    if nobody:
        yield gettext("Nobody yet: %(groups)s.") % {"groups": _names(grouping, nobody)}
    hidden = [group for group, n in known.items() if n is None]
    if hidden and wanted:
        yield gettext(
            "Not shown, since few people are in them or could be found through them: "
            "%(groups)s. More answers from there are welcome."
        ) % {"groups": _names(grouping, hidden)}


def _short(label: str, n: int, wanted: int) -> str:
    if not n:
        return gettext("%(group)s: nobody yet, %(wanted)d wanted.") % {
            "group": label,
            "wanted": wanted,
        }
    return gettext("%(group)s: %(n)d of %(wanted)d wanted, %(more)d more needed.") % {
        "group": label,
        "n": n,
        "wanted": wanted,
        "more": wanted - n,
    }


def _names(grouping: Grouping, groups: Iterable[str]) -> str:
    return "; ".join(grouping.labels[group] for group in groups)
