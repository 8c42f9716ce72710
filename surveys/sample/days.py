"""When people answered: days that are over, joined until they are a group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext, ngettext

from surveys.charts import Bars
from surveys.models import Scorecard
from surveys.sample.monitor_charts import days_chart
from surveys.sample.periods import Period, periods

# From more days than these on, a bar is of about a week.
DAYS_SHOWN = 21


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
    has_ended, today = scorecard.has_ended(now), now.astimezone(scorecard.zone).date()
    shown = periods(
        {day: n for day, n in by_day.items() if has_ended or day < today},
        smallest_group=scorecard.smallest_group,
        is_final=has_ended,
    )
    if is_weekly:
        shown = _by_week(shown, None if has_ended else _monday(today))
    waiting = sum(by_day.values()) - sum(period.n for period in shown)
    if not shown:
        return Days(None, "")
    title = (
        gettext("Responses, about a week to each bar")
        if is_weekly
        else gettext("Responses per day")
    )
    bars = {_name(period, is_weekly=is_weekly): period.n for period in shown}
    return Days(days_chart(title, bars), _note(waiting))


def _by_week(shown: Iterable[Period], until: date | None) -> list[Period]:
    """Periods that end in the same week as one; `until`: of weeks before this Monday.

    Not the days counted anew by weeks: other pages and files tell of the periods, and
    the difference of two counts would be of a few.
    """
    weeks: dict[date, Period] = {}
    for one in shown:
        week = _monday(one.last)
        if until is None or week < until:
            before = weeks.get(week, Period(one.first, one.last, 0))
            weeks[week] = Period(before.first, one.last, before.n + one.n)
    return list(weeks.values())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _name(period: Period, *, is_weekly: bool) -> str:
    # "17 ноября", not "17 ноябрь": E is F in the case that a day's month stands in.
    shown = get_format(
        "SHORT_DATE_FORMAT" if is_weekly else "MONTH_DAY_FORMAT"
    ).replace("F", "E")
    days = dict.fromkeys((period.first, period.last))
    return " – ".join(date_format(day, shown) for day in days)


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
