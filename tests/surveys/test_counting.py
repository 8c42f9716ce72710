"""Many respondents' ratings for one goal, counted at once."""

import doctest
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import counting
from surveys.counting import count_codes, count_sums
from surveys.ratings import DIGITS, MARKERS, NotARating, answered, total

# Up to 60 indicators, every score and every marker: what a rating string may hold.
strings = st.integers(0, 60).flatmap(
    lambda width: st.lists(
        st.text(alphabet=[*DIGITS, *MARKERS], min_size=width, max_size=width),
        min_size=1,
        max_size=12,
    )
)


@given(strings)
def test_codes_are_those_found_one_by_one(people):
    counted = Counter(
        (place, code) for codes in people for place, code in enumerate(codes, start=1)
    )

    found = [((place, code), n) for place, code, n in count_codes(" ".join(people))]

    assert dict(found) == counted
    assert len(found) == len(counted)


@given(strings)
def test_sums_are_those_found_one_by_one(people):
    counted = Counter((answered(codes), total(codes)) for codes in people)

    assert count_sums(" ".join(people)) == counted


@pytest.mark.parametrize(
    "ratings", ["123 12", "12 123", "1 23 4", "12  12", "123 45 67"]
)
def test_strings_of_different_length_are_refused(ratings):
    with pytest.raises(NotARating, match="length"):
        list(count_codes(ratings))


@pytest.mark.parametrize("ratings", ["1A3 123", "12\n 123", "é11 123"])
def test_what_is_no_rating_is_refused(ratings):
    with pytest.raises(NotARating, match="no rating"):
        list(count_codes(ratings))


def test_examples_in_the_docstrings_are_true():
    result = doctest.testmod(counting)

    assert result.failed == 0
    assert result.attempted > 0
