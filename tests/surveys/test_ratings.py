"""The string one respondent's ratings for one goal are kept in."""

import doctest
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import ratings
from surveys.ratings import (
    DONT_KNOW,
    MARKERS,
    NOT_APPLICABLE,
    SKIPPED,
    NotARating,
    answered,
    code_of,
    decode,
    encode,
    score_of,
    total,
)

any_rating = st.one_of(st.integers(0, 35), st.sampled_from(MARKERS))


def test_scores_and_markers_stand_in_indicator_order():
    assert encode([0, 5, 10, 35, DONT_KNOW, NOT_APPLICABLE, SKIPPED]) == "05az?/-"


def test_decoding_gives_scores_as_numbers_and_markers_as_themselves():
    assert decode("05az?/-") == (0, 5, 10, 35, "?", "/", "-")


def test_nothing_rated_is_the_empty_string():
    assert encode([]) == ""
    assert decode("") == ()
    assert (answered(""), total("")) == (0, 0)


@given(st.lists(any_rating))
def test_what_was_encoded_decodes_to_the_same(given_ratings):
    codes = encode(given_ratings)

    assert list(decode(codes)) == given_ratings
    assert len(codes) == len(given_ratings)


@given(st.lists(any_rating))
def test_answered_and_total_look_at_scores_only(given_ratings):
    scores = [rating for rating in given_ratings if isinstance(rating, int)]

    assert answered(encode(given_ratings)) == len(scores)
    assert total(encode(given_ratings)) == sum(scores)


def test_every_score_has_its_own_code_and_comes_back():
    codes = [code_of(score) for score in range(36)]

    assert len(set(codes)) == 36
    assert [score_of(code) for code in codes] == list(range(36))


def test_a_zero_counts_as_answered_and_no_marker_does():
    assert answered("0") == 1
    assert [answered(marker) for marker in MARKERS] == [0, 0, 0]


def test_the_three_markers_differ_and_none_is_a_score():
    assert len(set(MARKERS)) == 3
    assert [score_of(marker) for marker in MARKERS] == [None, None, None]


@pytest.mark.parametrize("score", [-1, 36, 2.0, True, "3", None])
def test_what_is_not_a_score_has_no_code(score):
    with pytest.raises(NotARating, match="not a score"):
        code_of(score)


@pytest.mark.parametrize("code", ["A", " ", "", "10", "٣", "ß", None, 3, ["?"]])
def test_what_is_not_a_code_is_refused(code):
    with pytest.raises(NotARating, match="not the code of a rating"):
        score_of(code)


@pytest.mark.parametrize("rating", ["3", "a", "", "?/", None, 36, -1, 2.5, False])
def test_encoding_names_the_place_of_what_is_not_a_rating(rating):
    with pytest.raises(NotARating, match="rating 2"):
        encode([1, rating])


@pytest.mark.parametrize("read", [decode, answered, total])
def test_reading_refuses_an_unknown_character(read):
    with pytest.raises(NotARating, match="'Z'"):
        read("12Z")


def test_examples_in_the_docstrings_are_true():
    result = doctest.testmod(ratings)

    assert result.failed == 0
    assert result.attempted > 0


def test_every_public_function_carries_an_example():
    without = [
        name
        for name, function in inspect.getmembers(ratings, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == ratings.__name__
        and ">>>" not in (function.__doc__ or "")
    ]

    assert without == []
