"""Spans hold enough people, and what is told later differs by enough of them."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.exports.coarsening import complete_before, spans

COUNTS = st.dictionaries(st.integers(0, 60), st.integers(1, 9), max_size=25)
SMALLEST = st.integers(1, 12)


@given(COUNTS, SMALLEST)
def test_each_span_holds_enough_people_and_none_overlap(counts, smallest):
    found = spans(counts, smallest)

    assert bool(found) == (sum(counts.values()) >= smallest)
    people: dict = {}
    for value, span in found.items():
        assert span[0] <= value <= span[1]
        people[span] = people.get(span, 0) + counts[value]
    assert all(n >= smallest for n in people.values())
    edges = [edge for span in sorted(people) for edge in span]
    assert edges == sorted(edges)
    assert not found or found.keys() == counts.keys()


@given(COUNTS, COUNTS, SMALLEST)
def test_files_of_different_days_differ_by_nobody_or_by_enough(first, more, smallest):
    """The later days come after; each file holds all up to its own last day."""
    later = {day + 100: n for day, n in more.items()}

    def held(counts):
        until = complete_before(counts, smallest)
        days = {d: n for d, n in counts.items() if until is not None and d <= until}
        return sum(days.values()), spans(days, smallest)

    early, early_spans = held(first)
    late, late_spans = held({**first, **later})
    in_all = sum(first.values()) + sum(later.values())

    for more_people in (late - early, in_all - early, in_all - late):
        assert more_people == 0 or more_people >= smallest or early == 0
    assert early_spans.items() <= late_spans.items()
    assert early_spans.items() <= spans({**first, **later}, smallest).items()
