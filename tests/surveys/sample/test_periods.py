"""Counts by day never tell of fewer people than may be shown."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from surveys.sample.periods import Period, periods

FIRST = date(2022, 5, 1)
SMALLEST = 5
days = st.lists(st.integers(0, 9), max_size=25).map(
    lambda counts: {FIRST + timedelta(days=i): n for i, n in enumerate(counts) if n}
)


@given(days, st.booleans())
def test_no_period_is_smaller_than_the_smallest_group(by_day, is_final):
    shown = periods(by_day, smallest_group=SMALLEST, is_final=is_final)

    assert all(one.n >= SMALLEST for one in shown)
    assert all(one.last < two.first for one, two in zip(shown, shown[1:], strict=False))
    for one in shown:
        inside = [n for day, n in by_day.items() if one.first <= day <= one.last]
        assert one.n == sum(inside)


@given(days, st.integers(1, 9))
def test_a_period_stays_as_it_was_shown_when_another_day_comes(by_day, n):
    before = periods(by_day, smallest_group=SMALLEST, is_final=False)
    later = {FIRST + timedelta(days=50): n}
    after = periods(by_day | later, smallest_group=SMALLEST, is_final=False)

    assert after[: len(before)] == before


@given(days)
def test_at_the_end_everybody_is_counted_or_nobody_is(by_day):
    shown = periods(by_day, smallest_group=SMALLEST, is_final=True)

    assert sum(one.n for one in shown) in (0, sum(by_day.values()))


def test_a_large_enough_day_stands_alone():
    by_day = {FIRST: 5, FIRST + timedelta(days=3): 7}

    assert periods(by_day, smallest_group=5, is_final=False) == [
        Period(FIRST, FIRST, 5),
        Period(FIRST + timedelta(days=3), FIRST + timedelta(days=3), 7),
    ]
