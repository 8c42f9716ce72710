"""Who answered, said without showing small groups."""

from datetime import UTC, date, datetime
from fractions import Fraction

from surveys.models import Scorecard
from surveys.sample.description import SampleDescription, describe_sample
from tests import factories


def answer_as(scorecard: Scorecard, times: int, **profile) -> None:
    for _ in range(times):
        factories.respond(scorecard, {1: "3333"}, profile={"sector": "ngo"} | profile)


def shown(scorecard: Scorecard, question: str) -> dict[str, int | None]:
    (breakdown,) = (
        breakdown
        for breakdown in describe_sample(scorecard).breakdowns
        if breakdown.code == question
    )
    return {group.code: group.n for group in breakdown.groups}


def test_groups_are_counted_by_option(scorecard):
    answer_as(scorecard, 6, gender="woman")
    answer_as(scorecard, 5, gender="man")
    assert shown(scorecard, "gender") == {"woman": 6, "man": 5, "other": 0}


def test_a_small_group_is_hidden_with_the_one_that_would_give_it_away(scorecard):
    answer_as(scorecard, 9, gender="woman")
    answer_as(scorecard, 7, gender="man")
    answer_as(scorecard, 2, gender="other")
    assert shown(scorecard, "gender") == {"woman": 9, "man": None, "other": None}


def test_who_did_not_say_is_a_group_of_its_own(scorecard):
    answer_as(scorecard, 6, gender="woman")
    answer_as(scorecard, 8)
    assert shown(scorecard, "gender") == {
        "woman": 6,
        "man": 0,
        "other": 0,
        "unanswered": 8,
    }


def test_under_the_smallest_group_only_the_count_is_shown(scorecard):
    answer_as(scorecard, 4, gender="woman", age=30)
    assert describe_sample(scorecard) == SampleDescription(4, 4, None, None, (), ())


def test_numbers_are_summed_up_once_enough_people_gave_one(scorecard):
    for age in (20, 30, 40, 50):
        answer_as(scorecard, 1, age=age)
    answer_as(scorecard, 3)
    assert describe_sample(scorecard).numbers == ()
    answer_as(scorecard, 1, age=61)
    (summary,) = describe_sample(scorecard).numbers
    # Three gave no age: 5 of 8 would tell so, and so would 201 fifths.
    assert (summary.code, summary.n, summary.mean) == ("age", None, 40)
    answer_as(scorecard, 2)
    (summary,) = describe_sample(scorecard).numbers
    assert summary.n == 5
    assert summary.mean == Fraction(20 + 30 + 40 + 50 + 61, 5)


def test_days_are_the_days_where_the_study_takes_place(scorecard):
    # 20:00 in London is 02:00 of the next day in Almaty, in May 2022.
    late = datetime(2022, 5, 9, 20, tzinfo=UTC)
    for _ in range(5):
        factories.respond(scorecard, {1: "3333"}, now=late)
    assert describe_sample(scorecard).first_day == date(2022, 5, 10)
    assert describe_sample(scorecard).last_day == date(2022, 5, 10)


def test_another_scorecard_is_another_sample(scorecard, other_scorecard):
    answer_as(scorecard, 5)
    answer_as(other_scorecard, 6)
    assert describe_sample(scorecard).responses == 5


def test_describing_costs_the_same_for_many_as_for_few(
    scorecard, django_assert_num_queries
):
    answer_as(scorecard, 5, gender="woman", age=30)
    scorecard.instrument.pk  # noqa: B018  loaded before anything is counted
    with django_assert_num_queries(7):
        describe_sample(scorecard)
    answer_as(scorecard, 25, gender="man", age=40)
    with django_assert_num_queries(7):
        describe_sample(scorecard)


def test_lowest_and_highest_number_are_told_of_many_people_only(scorecard):
    answer_as(scorecard, 48, age=40)
    answer_as(scorecard, 1, age=81)
    (few,) = describe_sample(scorecard).numbers
    answer_as(scorecard, 1, age=20)
    (many,) = describe_sample(scorecard).numbers

    assert (few.lowest, few.highest) == (None, None)
    assert (many.lowest, many.highest) == (20, 81)
