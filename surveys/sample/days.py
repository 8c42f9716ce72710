"""When people answered: days and weeks that are over, joined until they are a group."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext, ngettext

from surveys.charts import Bars
from surveys.models import Scorecard
from surveys.sample.monitor_charts import days_chart
from surveys.sample.periods import Period, periods

# From more days than these on, weeks are counted.
DAYS_SHOWN = 21
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Days:
    """`chart`: None where no period may be shown. `note`: how many are in none yet."""

    chart: Bars | None
    note: str


def told_days(scorecard: Scorecard, now: datetime) -> Days:
    """How many came in when: no bar is of a few, and none grows after it was shown."""
    rows = scorecard.responses.order_by().values_list("submitted_on")
    by_day: dict[date, int] = dict(rows.annotate(n=Count("*")))
    is_weekly = bool(by_day) and (max(by_day) - min(by_day)).days >= DAYS_SHOWN
    shown = periods(
        _over(scorecard, by_day, now, is_weekly=is_weekly),
        smallest_group=scorecard.smallest_group,
        is_final=scorecard.has_ended(now),
    )
    waiting = sum(by_day.values()) - sum(period.n for period in shown)
    if not shown:
        return Days(None, "")
    title = (
        gettext("Responses per week, from Monday to Sunday")
        if is_weekly
        else gettext("Responses per day")
    )
    length = WEEK if is_weekly else timedelta(days=1)
    bars = {_name(period, length): period.n for period in shown}
    return Days(days_chart(title, bars), _note(waiting))


def _over(
    scorecard: Scorecard, by_day: Mapping[date, int], now: datetime, *, is_weekly: bool
) -> dict[date, int]:
    """Counts by day, or by the Monday of a week; of an open survey what is over."""
    today = now.astimezone(scorecard.zone).date()
    counts: Counter[date] = Counter()
    for day, n in by_day.items():
        counts[_monday(day) if is_weekly else day] += n
    if scorecard.has_ended(now):
        return counts
    current = _monday(today) if is_weekly else today
    return {day: n for day, n in counts.items() if day < current}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _name(period: Period, length: timedelta) -> str:
    first, last = period.first, period.last + length - timedelta(days=1)
    # "17 ноября", not "17 ноябрь": E is F in the case that a day's month stands in.
    shown = get_format(
        "SHORT_DATE_FORMAT" if length == WEEK else "MONTH_DAY_FORMAT"
    ).replace("F", "E")
    return " – ".join(date_format(day, shown) for day in dict.fromkeys((first, last)))


def _note(waiting: int) -> str:
    """Why newer responses are in no bar; empty where all are in one."""
    if not waiting:
        return ""
    return ngettext(
        "%(n)d newer response is not in it yet: days are shown once they are over, "
        "joined until they are a group.",
        "%(n)d newer responses are not in it yet: days are shown once they are over, "
        "joined until they are a group.",
        waiting,
    ) % {"n": waiting}
