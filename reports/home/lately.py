"""What happened lately on a scorecard, for those who may see everything.

From each source only the newest are read, so that it costs the same after years.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reports.home.next_steps import address_of
from reports.setup.history import change_lines
from surveys.models import Change, Job, Member, Response
from surveys.sample.periods import Period, periods
from validation.models import Baseline, Settlement

MOST = 12
# Told in one line a day: so many are read for the last few days.
SETTLEMENTS = 100
CHANGES = 100
ADDED_BY_NAME = 3


@dataclass(frozen=True)
class Event:
    """`at` sorts; the day is what is shown. `who` is "" where nobody did it."""

    at: datetime
    words: str
    who: str = ""
    href: str = ""


def lately(member: Member, now: datetime) -> list[Event]:
    """The newest events, newest first; for members other than experts."""
    events = [
        *_changes(member),
        *_survey(member, now),
        *_responses(member, now),
        *_rounds(member),
        *_frozen(member),
        *_settlements(member),
        *_editions(member),
        *_failures(member),
    ]
    events.sort(key=lambda event: event.at, reverse=True)
    return events[:MOST]


def _changes(member: Member) -> Iterator[Event]:
    """Many who were added at one moment, as by copying, are one line."""
    rows = member.scorecard.changes.select_related("changed_by")[:CHANGES]
    href = address_of("changes", member)
    lines = zip(rows, change_lines(member.scorecard, rows), strict=True)
    for (at, what), group in groupby(lines, lambda row: (row[1].at, row[0].what)):
        together = list(group)
        n, who = len(together), together[0][1].who
        if what == Change.What.MEMBER_ADDED and n > ADDED_BY_NAME:
            words = ngettext("%(n)d person was added", "%(n)d people were added", n)
            yield Event(at, words % {"n": n}, who, href)
            continue
        for _, line in together:
            yield Event(line.at, line.words, line.who, href)


def _survey(member: Member, now: datetime) -> Iterator[Event]:
    """That it opened or closed by its date; by hand, it is among the changes."""
    scorecard = member.scorecard
    by_hand = set(
        Change.objects.filter(
            scorecard=scorecard, what__in=[Change.What.OPENED, Change.What.CLOSED]
        ).values_list("changed_at", flat=True)
    )
    if scorecard.has_opened(now) and scorecard.opens_at not in by_hand:
        assert scorecard.opens_at is not None
        yield Event(scorecard.opens_at, gettext("The survey opened"))
    if scorecard.has_closed(now) and scorecard.closes_at not in by_hand:
        yield Event(scorecard.closes_at, gettext("The survey closed"))


def _responses(member: Member, now: datetime) -> Iterator[Event]:
    """Days that are over, joined until they are a group large enough to be shown."""
    scorecard = member.scorecard
    today = now.astimezone(scorecard.zone).date()
    by_day = dict(
        Response.objects.filter(scorecard=scorecard, submitted_on__lt=today)
        .values("submitted_on")
        .annotate(n=Count("pk"))
        .values_list("submitted_on", "n")
    )
    shown = periods(
        by_day,
        smallest_group=scorecard.smallest_group,
        is_final=scorecard.has_ended(now),
    )
    href = address_of("sample", member)
    for period in shown[-MOST:]:
        end = datetime.combine(period.last, time.max, tzinfo=scorecard.zone)
        yield Event(end, _response_words(period), href=href)


def _response_words(period: Period) -> str:
    words = ngettext("%(n)d response", "%(n)d responses", period.n) % {"n": period.n}
    if period.first == period.last:
        return words
    return gettext("%(responses)s since %(day)s") % {
        "responses": words,
        "day": date_format(period.first),
    }


def _frozen(member: Member) -> Iterator[Event]:
    found = Baseline.objects.filter(scorecard=member.scorecard).defer("tallies")
    for baseline in found.select_related("frozen_by"):
        words = gettext("The survey averages were frozen")
        href = address_of("report_computation", member)
        yield Event(baseline.frozen_at, words, baseline.frozen_by.name, href)


def _rounds(member: Member) -> Iterator[Event]:
    rounds = member.scorecard.rounds.filter(opened_at__isnull=False)
    for round_ in rounds.order_by("-opened_at")[:MOST]:
        href = reverse("round", args=[member.scorecard.slug, round_.number])
        what = {"number": round_.number, "title": round_.title}
        if round_.opened_at:
            words = gettext("Round %(number)d opened: %(title)s") % what
            yield Event(round_.opened_at, words, href=href)
        if round_.closed_at:
            words = gettext("Round %(number)d closed: %(title)s") % what
            yield Event(round_.closed_at, words, href=href)


def _settlements(member: Member) -> Iterator[Event]:
    """One line a day."""
    moments = (
        Settlement.objects.filter(round_goal__scorecard=member.scorecard)
        .order_by("-settled_at")
        .values_list("settled_at", flat=True)[:SETTLEMENTS]
    )
    latest: dict[date, datetime] = {}
    by_day: Counter[date] = Counter()
    for moment in moments:
        day = moment.astimezone(member.scorecard.zone).date()
        latest.setdefault(day, moment)
        by_day[day] += 1
    href = address_of("rounds", member)
    for day, n in by_day.items():
        words = ngettext("%(n)d goal settled", "%(n)d goals settled", n) % {"n": n}
        yield Event(latest[day], words, href=href)


def _editions(member: Member) -> Iterator[Event]:
    editions = member.scorecard.editions.defer("report").order_by("-number")[:MOST]
    for edition in editions:
        yield Event(
            edition.released_at,
            gettext("Edition %(number)d was released") % {"number": edition.number},
            href=reverse("edition", args=[member.scorecard.slug, edition.number]),
        )


def _failures(member: Member) -> Iterator[Event]:
    """Long work that failed, and why."""
    failed = member.scorecard.jobs.filter(
        state=Job.State.FAILED, finished_at__isnull=False
    ).order_by("-finished_at")[:MOST]
    for job in failed:
        if job.finished_at:
            words = gettext("Failed: %(error)s") % {"error": job.error[:200]}
            yield Event(job.finished_at, words)
