"""Counts: exact whether they are folded not at all, in part or whole."""

import json
from collections import Counter

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from surveys.models import (
    Answer,
    RespondentTally,
    Response,
    Scorecard,
    Tally,
    UnfoldedResponse,
)
from surveys.ratings import answered, total
from surveys.tallies import Tallies, count_responses, fold_tallies, read_tallies
from tests import factories
from tests.together import failures, successes, together

CODES = "12345?/-"
PEOPLE = 12

codes = st.text(alphabet="12345?/-", min_size=4, max_size=4)
counts = st.dictionaries(
    st.tuples(st.integers(1, 17), st.integers(1, 10)),
    st.dictionaries(st.sampled_from(CODES), st.integers(1, 999), min_size=1),
)
sums = st.dictionaries(
    st.integers(1, 17),
    st.dictionaries(
        st.tuples(st.integers(0, 10), st.integers(0, 50)),
        st.integers(1, 999),
        min_size=1,
    ),
)


def some_ratings(person: int, goal: int) -> str:
    """Four codes that differ from person to person and use every code."""
    return "".join(
        CODES[(person * 7 + goal * 3 + place * 5 + person // 3) % len(CODES)]
        for place in range(4)
    )


def fill(scorecard: Scorecard, people: int = PEOPLE) -> None:
    """Everybody answers goal 1, every second person goal 5, every third goal 13."""
    for person in range(people):
        factories.respond(
            scorecard,
            {
                goal: some_ratings(person, goal)
                for goal, every in ((1, 1), (5, 2), (13, 3))
                if person % every == 0
            },
        )


def naive_count(scorecard: Scorecard) -> Tallies:
    """The same counts, by going through the answers one by one."""
    cells: dict[tuple[int, int], Counter[str]] = {}
    respondents: dict[int, Counter[tuple[int, int]]] = {}
    for answer in Answer.objects.filter(response__scorecard=scorecard):
        goal, ratings = answer.goal.number, answer.ratings
        for indicator, code in enumerate(ratings, start=1):
            cells.setdefault((goal, indicator), Counter())[code] += 1
        sum_of = (answered(ratings), total(ratings))
        respondents.setdefault(goal, Counter())[sum_of] += 1
    return Tallies(
        responses=Response.objects.filter(scorecard=scorecard).count(),
        cells=cells,
        respondents=respondents,
    )


@pytest.mark.parametrize(
    ("at_once", "times"), [(1, 0), (5, 1), (1, PEOPLE - 1), (PEOPLE, 1), (2, PEOPLE)]
)
def test_reading_equals_a_naive_count_however_much_is_folded(
    scorecard: Scorecard, other_scorecard: Scorecard, at_once: int, times: int
):
    fill(scorecard)
    fill(other_scorecard, people=3)
    for _ in range(times):
        fold_tallies(scorecard, at_once=at_once)
    waiting = UnfoldedResponse.objects.filter(response__scorecard=scorecard).count()
    assert waiting == max(0, PEOPLE - at_once * times)
    assert read_tallies(scorecard) == naive_count(scorecard)
    assert read_tallies(other_scorecard) == naive_count(other_scorecard)


def test_every_code_is_counted_by_itself(scorecard: Scorecard):
    factories.respond(scorecard, {1: "1?/-"})
    factories.respond(scorecard, {1: "5?/-"})
    tallies = read_tallies(scorecard)
    assert tallies.cells == {
        (1, 1): {"1": 1, "5": 1},
        (1, 2): {"?": 2},
        (1, 3): {"/": 2},
        (1, 4): {"-": 2},
    }
    assert tallies.respondents == {1: {(1, 1): 1, (1, 5): 1}}


def test_a_response_after_the_fold_is_added_to_what_is_folded(scorecard: Scorecard):
    factories.respond(scorecard, {1: "1111"})
    fold_tallies(scorecard)
    factories.respond(scorecard, {1: "1122"})
    assert read_tallies(scorecard).cells[1, 1] == {"1": 2}
    fold_tallies(scorecard)
    assert Tally.objects.get(indicator__number=1).n == 2
    assert read_tallies(scorecard) == naive_count(scorecard)


def test_folding_says_how_many_responses_it_counted(scorecard: Scorecard):
    fill(scorecard)
    assert fold_tallies(scorecard, at_once=8) == 8
    assert fold_tallies(scorecard, at_once=8) == 4
    assert fold_tallies(scorecard, at_once=8) == 0


def test_folding_twice_counts_once(scorecard: Scorecard):
    fill(scorecard)
    fold_tallies(scorecard)
    before = list(Tally.objects.order_by("pk").values_list("pk", "n"))
    fold_tallies(scorecard)
    assert list(Tally.objects.order_by("pk").values_list("pk", "n")) == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_folding_at_once_count_once(scorecard: Scorecard):
    fill(scorecard)

    def fold() -> int:
        return fold_tallies(scorecard, at_once=5)

    outcomes = together(fold, fold, fold, fold)
    assert failures(outcomes) == []
    assert sum(successes(outcomes)) == PEOPLE
    assert not UnfoldedResponse.objects.exists()
    assert read_tallies(scorecard) == naive_count(scorecard)


@pytest.mark.django_db(transaction=True)
def test_a_reader_beside_a_folder_sees_each_response_once(scorecard: Scorecard):
    fill(scorecard)
    expected = naive_count(scorecard)

    def fold() -> None:
        while fold_tallies(scorecard, at_once=1):
            pass

    def read() -> list[Tallies]:
        return [read_tallies(scorecard) for _ in range(40)]

    _, first, second = together(fold, read, read)
    assert all(tallies == expected for tallies in [*first, *second])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_tallies_and_tail_are_of_one_snapshot(scorecard: Scorecard, moment: str):
    """Another connection folds right before, or right after, each statement of a read:
    what is read in one statement is the same either way."""
    fill(scorecard)
    expected = naive_count(scorecard)

    def fold_elsewhere() -> None:
        (outcome,) = together(lambda: fold_tallies(scorecard, at_once=5))
        assert outcome in (5, 2, 0)

    def interrupted(execute, *statement):
        if moment == "before":
            fold_elsewhere()
        result = execute(*statement)
        if moment == "after":
            fold_elsewhere()
        return result

    for _ in range(3):
        with connection.execute_wrapper(interrupted):
            assert read_tallies(scorecard) == expected
    assert not UnfoldedResponse.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fold_that_is_not_committed_is_not_seen(scorecard: Scorecard):
    """One connection folds and waits; another one reads meanwhile, and afterwards."""
    fill(scorecard)
    expected = naive_count(scorecard)
    with transaction.atomic():
        fold_tallies(scorecard)
        assert read_tallies(scorecard) == expected
        (elsewhere,) = together(lambda: read_tallies(scorecard))
    assert elsewhere == expected
    assert read_tallies(scorecard) == expected


@pytest.mark.parametrize("people", [0, 1, PEOPLE])
def test_reading_is_one_statement(
    scorecard: Scorecard, people: int, django_assert_num_queries
):
    fill(scorecard, people)
    fold_tallies(scorecard, at_once=people // 2 + 1)
    with django_assert_num_queries(1):
        read_tallies(scorecard)


def test_counting_responses_is_exact_and_one_statement(
    scorecard: Scorecard, other_scorecard: Scorecard, django_assert_num_queries
):
    fill(scorecard)
    fill(other_scorecard, people=3)
    for folded in (0, 5, 5, 5):
        if folded:
            fold_tallies(scorecard, at_once=folded)
        with django_assert_num_queries(1):
            assert count_responses(scorecard) == PEOPLE


def test_an_empty_scorecard_has_empty_tallies(scorecard: Scorecard):
    assert read_tallies(scorecard) == Tallies()
    assert fold_tallies(scorecard) == 0
    assert not RespondentTally.objects.exists()


@given(counts, sums, st.integers(0, 10**6))
def test_tallies_come_back_from_json_unchanged(cells, respondents, responses):
    tallies = Tallies(responses=responses, cells=cells, respondents=respondents)
    written = json.dumps(tallies.as_json())
    assert Tallies.from_json(json.loads(written)) == tallies


def test_the_same_counts_give_the_same_json_in_whatever_order_they_came():
    one = Tallies(2, {(1, 1): {"1": 1, "2": 1}, (1, 2): {"?": 2}}, {1: {(1, 1): 2}})
    two = Tallies(2, {(1, 2): {"?": 2}, (1, 1): {"2": 1, "1": 1}}, {1: {(1, 1): 2}})
    assert json.dumps(one.as_json()) == json.dumps(two.as_json())
