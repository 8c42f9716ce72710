"""The chart of days shows nobody alone, and none of a day that is not over."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import translation

from surveys.sample.days import told_days
from surveys.sample.periods import periods
from tests import factories
from tests.factories import DAY, NOW

pytestmark = pytest.mark.django_db


def answer(scorecard, *counts):
    """So many today, yesterday, the day before …"""
    for ago, n in enumerate(counts):
        for _ in range(n):
            factories.respond(scorecard, {1: "1111"}, now=NOW - ago * DAY)


def shown(days):
    return {bar.label: bar.value for bar in days.chart.bars()}


def test_days_of_few_are_joined_and_today_waits(scorecard):
    answer(scorecard, 6, 1, 0, 2, 4, 5)

    days = told_days(scorecard, NOW)

    assert shown(days) == {"May 11": 5, "May 12 – May 13": 6}
    assert "7 newer responses" in days.note


def test_another_answer_today_changes_nothing_that_is_shown(scorecard):
    answer(scorecard, 1, 0, 5)
    before = shown(told_days(scorecard, NOW))

    answer(scorecard, 4)

    assert shown(told_days(scorecard, NOW)) == before == {"May 14": 5}


def test_when_the_survey_is_over_everybody_is_in_it(scorecard):
    answer(scorecard, 1, 0, 5)

    days = told_days(scorecard, scorecard.closes_at + DAY)

    assert (shown(days), days.note) == ({"May 14 – May 16": 6}, "")


def test_nothing_is_shown_of_too_few(scorecard):
    answer(scorecard, 0, 4)
    assert told_days(scorecard, NOW).chart is None


def test_a_long_survey_is_shown_by_weeks_that_are_over(scorecard):
    for weeks, n in ((0, 5), (1, 3), (2, 4), (4, 5)):
        for _ in range(n):
            factories.respond(scorecard, {1: "1111"}, now=NOW - timedelta(weeks=weeks))

    days = told_days(scorecard, NOW)

    assert list(shown(days).values()) == [5, 7]
    assert "5 newer responses" in days.note


def test_weeks_are_made_of_the_periods_that_other_pages_tell_of(scorecard):
    """The home page and files tell of days joined to groups. Counted anew by weeks the
    two who answered on Monday could be subtracted."""
    monday = NOW - 28 * DAY
    for day, n in ((0, 5), (4, 1), (6, 2), (7, 2), (8, 5), (20, 5), (26, 5)):
        for _ in range(n):
            factories.respond(scorecard, {1: "1111"}, now=monday + day * DAY)
    by_day = Counter(scorecard.responses.values_list("submitted_on", flat=True))
    told = {p.last for p in periods(by_day, smallest_group=5, is_final=True)}

    for now in (NOW, scorecard.closes_at + DAY):
        with translation.override("ru"):
            names = list(shown(told_days(scorecard, now)))
        ends = {datetime.strptime(name[-10:], "%d.%m.%Y").date() for name in names}
        assert ends
        assert ends <= told
    assert names[:2] == ["18.04.2022", "22.04.2022 – 26.04.2022"]


def test_months_stand_in_the_case_of_a_day(scorecard):
    answer(scorecard, 0, 5)
    with translation.override("ru"):
        assert list(shown(told_days(scorecard, NOW))) == ["15 мая"]
