"""Small groups are hidden, and what could be subtracted to get them."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from surveys.sample import suppression
from surveys.sample.suppression import suppress

groups = st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=6)


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(suppression).failed == 0


def test_groups_of_the_smallest_size_are_shown():
    assert suppress({"women": 5, "men": 6}, smallest=5) == {"women": 5, "men": 6}


def test_one_small_group_takes_the_next_smallest_with_it():
    assert suppress({"a": 4, "b": 20, "c": 9}, smallest=5) == {
        "a": None,
        "b": 20,
        "c": None,
    }


def test_two_small_groups_that_are_small_together_take_a_third_with_them():
    hidden = suppress({"a": 1, "b": 2, "c": 20, "d": 30}, smallest=5)
    assert hidden == {"a": None, "b": None, "c": None, "d": 30}


def test_two_small_groups_that_are_enough_together_hide_nobody_else():
    hidden = suppress({"a": 3, "b": 2, "c": 20}, smallest=5)
    assert hidden == {"a": None, "b": None, "c": 20}


def test_an_empty_group_is_shown_and_hides_nothing():
    assert suppress({"a": 0, "b": 20}, smallest=5) == {"a": 0, "b": 20}
    assert suppress({"a": 3, "b": 0, "c": 20}, smallest=5) == {
        "a": None,
        "b": 0,
        "c": None,
    }


def test_of_equal_groups_the_one_named_first_is_hidden():
    assert suppress({"a": 2, "b": 9, "c": 9}, smallest=5) == {
        "a": None,
        "b": None,
        "c": 9,
    }


@given(groups, st.integers(1, 10))
def test_what_is_hidden_cannot_be_subtracted(counts, smallest):
    shown = suppress(counts, smallest)
    assert list(shown) == list(counts)
    assert all(n is None or n == counts[key] for key, n in shown.items())
    assert all(n is None or n == 0 or n >= smallest for n in shown.values())
    hidden = [key for key, n in shown.items() if n is None]
    others = [key for key, n in shown.items() if n]
    # Whoever knows the total knows how many the hidden are together.
    if hidden and others:
        assert len(hidden) > 1
        assert sum(counts[key] for key in hidden) >= smallest
