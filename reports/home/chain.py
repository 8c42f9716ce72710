"""The chain from answers to editions as a path with counts."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reports.home.phases import Counts, Phase, Standing
from reports.models import Edition
from surveys.models import Member, Role
from validation.models import Baseline


def steps_done(standing: Standing) -> int:
    """How many of the five steps of the path are done."""
    if standing.phase == Phase.PUBLISHED:
        return 5
    if standing.phase == Phase.REPORTING:
        return 4
    if standing.phase == Phase.CONSULTING:
        return 2 if standing.is_in_round else 3
    if standing.phase == Phase.CLOSED:
        return 2 if standing.is_frozen else 1
    return 0


@dataclass(frozen=True)
class Link:
    """One link of the chain; `state` is done, now or ahead."""

    name: str
    detail: str
    state: str
    href: str = ""


def chain_of(
    member: Member,
    standing: Standing,
    *,
    responses: int,
    baseline: Baseline | None,
    edition: Edition | None,
    counts: Counts | None,
) -> list[Link]:
    """The path of a scorecard. Experts have no `counts`: those may still be blind."""
    names = (
        gettext("Answers"),
        gettext("Survey averages"),
        gettext("Consultation"),
        gettext("Settlements"),
        gettext("Edition"),
    )
    zone = member.scorecard.zone
    details = (
        ngettext("%(n)d response", "%(n)d responses", responses) % {"n": responses},
        gettext("frozen on %(day)s")
        % {"day": date_format(baseline.frozen_at.astimezone(zone))}
        if baseline
        else gettext("not frozen yet"),
        _consultation(counts),
        _settlements(counts),
        gettext("edition %(number)d, %(day)s")
        % {
            "number": edition.number,
            "day": date_format(edition.released_at.astimezone(zone)),
        }
        if edition
        else gettext("not released yet"),
    )
    done = steps_done(standing)
    return [
        Link(name, detail, _state(place, done), href)
        for place, (name, detail, href) in enumerate(
            zip(names, details, _hrefs(member, edition), strict=True)
        )
    ]


def _state(place: int, done: int) -> str:
    if place < done:
        return "done"
    return "now" if place == done else "ahead"


def _hrefs(member: Member, edition: Edition | None) -> tuple[str, ...]:
    slug = member.scorecard.slug
    released = reverse("latest_edition", args=[slug]) if edition else ""
    if member.role == Role.EXPERT:
        return ("", "", "", "", released)
    report = reverse("report", args=[slug])
    rounds = reverse("rounds", args=[slug])
    return (
        f"{report}#sample",
        reverse("report_computation", args=[slug]),
        rounds,
        f"{report}#goals",
        released,
    )


def _consultation(counts: Counts | None) -> str:
    if counts is None:
        return ""
    if not counts.rounds:
        return gettext("no round opened yet")
    rounds = ngettext("%(n)d round", "%(n)d rounds", counts.rounds)
    proposals = ngettext("%(n)d proposal", "%(n)d proposals", counts.proposals)
    supports = ngettext("%(n)d support", "%(n)d supports", counts.supports)
    return ", ".join(
        (
            rounds % {"n": counts.rounds},
            proposals % {"n": counts.proposals},
            supports % {"n": counts.supports},
        )
    )


def _settlements(counts: Counts | None) -> str:
    if counts is None:
        return ""
    settled = ngettext("%(n)d goal settled", "%(n)d goals settled", counts.settled) % {
        "n": counts.settled
    }
    if not counts.unsettled:
        return settled
    not_yet = ngettext("%(n)d not yet", "%(n)d not yet", counts.unsettled)
    return f"{settled}, {not_yet % {'n': counts.unsettled}}"
