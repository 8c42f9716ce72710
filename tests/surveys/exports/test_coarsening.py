"""Spans hold enough people, and what is told later differs by enough of them."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.exports.coarsening import complete_before, spans, spans_beside
from surveys.sample.suppression import suppress

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


STARTS = (10, 20, 30, 45)


@given(COUNTS, st.integers(0, 9), SMALLEST)
def test_beside_counts_by_group_spans_tell_of_no_few(counts, missing, smallest):
    """Whatever lies between two values at which both are cut can be subtracted; how
    many gave a value is printed in the report."""
    found = spans_beside(counts, missing, smallest, STARTS)

    groups = dict.fromkeys((-1, *STARTS), 0)
    for value, n in counts.items():
        groups[max(start for start in groups if start <= value)] += n
    shown = suppress(groups, smallest)
    # The uppermost span may stand for empty cells: it is what the others leave.
    spans_told = sorted(set(found.values()))
    left = {value for value in counts if value not in found}
    if left:
        spans_told.append((min(left), max(left)))
    cuts = [
        start
        for start in (*groups, 1000)
        if not any(first < start <= last for first, last in spans_told)
    ]
    for low, high in zip(cuts, cuts[1:], strict=False):
        hidden = sum(
            n for g, n in groups.items() if low <= g < high and shown[g] is None
        )
        assert not 0 < hidden < smallest or sum(counts.values()) < smallest
    people = dict.fromkeys(found.values(), 0)
    for value, span in found.items():
        people[span] += counts[value]
    assert all(n >= smallest for n in people.values())
    if 0 < missing < smallest and found:
        assert sum(counts[value] for value in left) >= smallest
