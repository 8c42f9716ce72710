"""A meeting as a calendar file (RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from validation.models import Meeting, RoundGoal


def calendar_file(
    meeting: Meeting, agenda: Iterable[RoundGoal], *, page: str, now: datetime
) -> bytes:
    """One event in universal time; every calendar shows it in its reader's zone.

    `page`: full address of the meeting's page. `agenda`: what the reader may know of.
    The file names the same event whenever it is fetched, so that a calendar that has
    it moves it instead of adding another.
    """
    round_ = meeting.round
    scorecard = round_.scorecard
    event = Event()
    event.add(
        "uid",
        f"{scorecard.slug}-{round_.number}-{meeting.number}@{urlsplit(page).hostname}",
    )
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("duration", timedelta(minutes=meeting.minutes_long))
    title = _("%(scorecard)s: meeting %(meeting)d of round %(round)d") % {
        "scorecard": scorecard,
        "meeting": meeting.number,
        "round": round_.number,
    }
    event.add("summary", title)
    event.add("location", meeting.place)
    lines = [*(str(one.goal) for one in agenda), meeting.joining_link, page]
    event.add("description", "\n".join(filter(None, lines)))
    event.add("url", meeting.joining_link or page)
    calendar = Calendar()
    calendar.add("prodid", "-//People's Scorecard//meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar.to_ical()
