"""Where people stop: drafts that nobody has touched for a day, by how far they got."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.utils.translation import gettext

from surveys.models import Draft, Scorecard
from surveys.ratings import SKIPPED

STOPPED = "@stopped"
STOPPED_AFTER = timedelta(days=1)
# The lowest number of goals begun of each stage but the first.
GOALS_BEGUN = (1, 2, 6, 12)


def stages() -> dict[str, str]:
    """Stage -> its name, in the order of the form."""
    return {
        "goals_0": gettext("Before rating a goal"),
        "goals_1": gettext("After beginning 1 goal"),
        "goals_2": gettext("After beginning 2 to 5 goals"),
        "goals_6": gettext("After beginning 6 to 11 goals"),
        "goals_12": gettext("After beginning 12 goals or more"),
        "cross_cutting": gettext("At the questions across all goals"),
        "profile": gettext("At the questions about themselves"),
    }


def drafts_of(scorecard: Scorecard) -> QuerySet[Draft]:
    """Those begun and not submitted; trying the form out is not counted."""
    return Draft.objects.filter(scorecard=scorecard, is_test=False)


def count_stages(scorecard: Scorecard, now: datetime) -> dict[str, int]:
    """{stage: drafts} of those untouched for a day. One query.

    A goal is begun once one of its key areas is rated or marked.
    """
    unrated = Func(
        F("answers__ratings"),
        Value(SKIPPED),
        function="LTRIM",
        output_field=CharField(),
    )
    rows = (
        drafts_of(scorecard)
        .filter(saved_at__lt=now - STOPPED_AFTER)
        .annotate(rest=unrated)
        .values("pk")
        .annotate(
            begun=Count("answers", filter=~Q(rest="")),
            crossed=Count("pk", filter=~Q(cross_cutting={})),
            described=Count("pk", filter=~Q(profile={})),
        )
        .values_list("begun", "crossed", "described")
    )
    found = Counter(_stage(*row) for row in rows)
    return {stage: found[stage] for stage in stages()}


def _stage(begun: int, crossed: int, described: int) -> str:
    if described:
        return "profile"
    if crossed:
        return "cross_cutting"
    return f"goals_{max((start for start in GOALS_BEGUN if start <= begun), default=0)}"
