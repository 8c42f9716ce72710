"""Spans hold enough people, and what is told later differs by enough of them."""

from collections import Counter
from fractions import Fraction
from itertools import product
from operator import mul

from hypothesis import given
from hypothesis import strategies as st

from surveys.exports.coarsening import complete_before, spans, spans_beside
from surveys.sample.ranges import AGES, UNKNOWN, people_by_range, range_of
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


@given(
    st.dictionaries(st.integers(14, 70), st.integers(1, 9), min_size=1, max_size=7),
    st.integers(0, 9),
    st.integers(3, 7),
    st.sampled_from([AGES, ()]),
)
def test_page_report_and_file_together_tell_of_no_few(
    counts, missing, smallest, starts
):
    """Whoever has all three knows some sums over cells (a group of the page, a span of
    the file) and hence every combination of them: none may be of a few people."""
    if sum(counts.values()) + missing < smallest:
        return
    cells: Counter = Counter({(UNKNOWN, None): missing} if missing else {})
    spans_told = spans_beside(counts, missing, smallest, starts)
    for value, n in counts.items():
        cells[range_of(value, starts), spans_told.get(value)] += n
    shown = suppress(people_by_range(counts, missing, starts), smallest)
    sums = [[1] * len(cells)]
    sums += [[g == group for group, _ in cells] for g in shown if shown[g] is not None]
    sums += [[s == span for _, span in cells] for s in {span for _, span in cells}]

    rows = independent(sums)
    people = list(cells.values())
    for factors in product((0, 1), repeat=len(rows)):
        # A row has a 1 where all others have 0, so that other factors give no subset.
        subset = [sum(map(mul, factors, column)) for column in zip(*rows, strict=True)]
        if set(subset) <= {0, 1}:
            assert not 0 < sum(map(mul, subset, people)) < smallest


def without(pivot: list, row: list, times: Fraction) -> list[Fraction]:
    return [x - times * y for x, y in zip(row, pivot, strict=True)]


def independent(rows: list[list[int]]) -> list[list[Fraction]]:
    """The reduced row echelon form, without rows of zeros."""
    left = [[Fraction(x) for x in row] for row in rows]
    found: list[list[Fraction]] = []
    for column in range(len(rows[0])):
        if pivot := next((row for row in left if row[column]), None):
            left.remove(pivot)
            pivot = [x / pivot[column] for x in pivot]
            found, left = (
                [without(pivot, row, row[column]) for row in some]
                for some in (found, left)
            )
            found.append(pivot)
    return found


@given(COUNTS, st.integers(0, 12), SMALLEST)
def test_a_group_that_is_shown_is_told_in_spans_and_no_other(counts, missing, smallest):
    found = spans_beside(counts, missing, smallest, AGES)

    shown = suppress(people_by_range(counts, missing, AGES), smallest)
    told = {value for value in counts if shown[range_of(value, AGES)] is not None}
    assert found.keys() == told
