"""The charts of the sample monitor, and the words below them."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from django.utils.translation import gettext, ngettext

from surveys.charts import Axis, Bar, BarGroup, Bars
from surveys.sample.groups import Grouping


class Row(Protocol):
    """A goal, and how many rated it."""

    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def n(self) -> int | None: ...


def _bars(title: str, rows: Iterable[Bar], *, row_name: str, value_name: str) -> Bars:
    bars = tuple(rows)
    return Bars(
        title=title,
        groups=(BarGroup("", bars),),
        row_name=row_name,
        value_name=value_name,
        target_name=gettext("Wanted"),
        axis=Axis(
            highest=max([int(bar.value or 0) for bar in bars] or [0]) or 1, unit=""
        ),
    )


def groups_chart(
    title: str,
    labels: Mapping[str, str],
    groups: Mapping[str, int | None],
    wanted: Mapping[str, int],
) -> Bars:
    """How many are in each group, with a line where it has a target."""
    return _bars(
        title,
        (
            Bar(
                label,
                groups.get(group),
                _text(groups.get(group), wanted.get(group)),
                target=wanted.get(group),
            )
            for group, label in labels.items()
        ),
        row_name=gettext("Group"),
        value_name=gettext("Responses"),
    )


def _text(n: int | None, wanted: int | None) -> str:
    if n is None:
        return gettext("not shown")
    if not wanted:
        return ""
    return gettext("%(n)d of %(wanted)d") % {"n": n, "wanted": wanted}


def days_chart(title: str, days: Mapping[str, int]) -> Bars:
    """How many came in on each day or in each week."""
    return _bars(
        title,
        (Bar(day, n) for day, n in days.items()),
        row_name=gettext("Day"),
        value_name=gettext("Responses"),
    )


def goals_chart(goals: Iterable[Row]) -> Bars:
    """How many rated each goal."""
    return _bars(
        gettext("How many rated each goal"),
        (
            Bar(f"{goal.number}. {goal.name}", goal.n, _text(goal.n, None))
            for goal in goals
        ),
        row_name=gettext("Goal"),
        value_name=gettext("Respondents"),
    )


def stages_chart(stages: Grouping, groups: Mapping[str, int | None]) -> Bars:
    """How far the drafts got that nobody has touched for a day."""
    return _bars(
        gettext("How far those got who stopped"),
        (
            Bar(label, groups.get(stage), _text(groups.get(stage), None))
            for stage, label in stages.labels.items()
        ),
        row_name=gettext("Stopped"),
        value_name=gettext("Drafts"),
    )


def target_note() -> str:
    return gettext("The line across a bar is the number wanted.")


def waiting_note(n: int) -> str:
    """Why some newer ones are in no group yet; empty where all are in one."""
    if not n:
        return ""
    return ngettext(
        "%(n)d is in no group here yet: it will be once enough others have joined.",
        "%(n)d are in no group here yet: they will be once enough others have joined.",
        n,
    ) % {"n": n}
