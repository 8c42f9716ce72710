"""While answers come in, tables and averages move in steps that tell of nobody."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.averages import survey_averages
from surveys.models import Draft
from surveys.sample.description import describe_sample
from surveys.sample.exclusions import exclude_response
from surveys.sample.held_back import draw
from surveys.sample.steps import released, released_tallies, shown_sample, step_length
from surveys.sample.stopping import STOPPED, count_stages
from surveys.tallies import Tallies, fold_tallies, read_tallies
from tests import factories
from tests.factories import DAY, NOW

K = 5


@pytest.fixture
def scorecard(instrument):
    """One in which nobody is left out by lot: the steps alone."""
    return factories.make_scorecard(instrument=instrument, anonymity="confidential")


@pytest.fixture
def anonymous(instrument):
    return factories.make_scorecard(instrument=instrument, slug="anonymous-2022")


def answer(scorecard, times=1, ratings=None, **profile):
    return [
        factories.respond(
            scorecard, ratings or {1: "3333"}, profile={"sector": "ngo"} | profile
        )
        for _ in range(times)
    ]


def groups(scorecard, code="gender", now=NOW):
    return shown_sample(scorecard, now).groups.get(code)


def test_nothing_is_told_before_as_many_answered_as_the_smallest_group(scorecard):
    answer(scorecard, 4, gender="woman")
    shown = shown_sample(scorecard, NOW)
    assert (shown.groups, shown.tallies) == ({}, None)

    answer(scorecard, 1, gender="woman")
    assert groups(scorecard) == {"woman": 5, "man": 0, "other": 0}


@pytest.mark.parametrize("newcomer", ["woman", "man", "other"])
def test_two_looks_one_answer_apart_are_the_same(scorecard, newcomer):
    answer(scorecard, 9, gender="woman")
    answer(scorecard, 6, gender="man")
    before = shown_sample(scorecard, NOW)

    for _ in range(K - 1):
        answer(scorecard, 1, gender=newcomer, ratings={1: "5555"})
        assert shown_sample(scorecard, NOW) == before


def test_a_step_tells_of_no_group_that_only_a_few_joined(scorecard):
    answer(scorecard, 9, gender="woman")
    answer(scorecard, 6, gender="man")
    shown_sample(scorecard, NOW)
    answer(scorecard, 4, gender="woman")
    answer(scorecard, 1, gender="other")

    shown = shown_sample(scorecard, NOW)

    assert shown.number == 2
    assert shown.groups["gender"] == {"woman": 9, "man": 6, "other": None}
    assert shown.waiting("gender") == 5


def test_what_waited_is_told_once_it_is_many(scorecard):
    answer(scorecard, 6, gender="woman")
    shown_sample(scorecard, NOW)
    answer(scorecard, 3, gender="woman")
    answer(scorecard, 2, gender="man")
    shown_sample(scorecard, NOW)
    answer(scorecard, 2, gender="woman")
    answer(scorecard, 3, gender="man")

    shown = shown_sample(scorecard, NOW)

    assert shown.groups["gender"] == {"woman": 11, "man": 5, "other": 0}
    assert shown.waiting("gender") == 0


def test_when_the_survey_is_over_everything_is_told_that_may_be(scorecard):
    answer(scorecard, 9, gender="woman")
    answer(scorecard, 6, gender="man")
    shown_sample(scorecard, NOW)
    answer(scorecard, 1, gender="woman")
    over = scorecard.closes_at + timedelta(minutes=scorecard.grace_minutes)

    assert groups(scorecard, now=over - timedelta(seconds=1))["woman"] == 9
    assert groups(scorecard, now=over) == {"woman": 10, "man": 6, "other": 0}


def test_excluding_a_response_does_not_tell_its_groups(anonymous):
    """Not even after the survey: who looks before and after sees the same table."""
    scorecard = anonymous
    coordinator = factories.make_member(scorecard=scorecard, role="coordinator")
    first, *_ = answer(scorecard, 6, gender="woman", age=70)
    answer(scorecard, 7, gender="man", age=31)
    over = scorecard.closes_at + DAY
    before = shown_sample(scorecard, NOW), shown_sample(scorecard, over)

    exclude_response(
        response_id=first.pk, cause="other", reason="A trial.", by=coordinator, now=NOW
    )

    after = shown_sample(scorecard, NOW), shown_sample(scorecard, over)
    assert [one.groups for one in after] == [one.groups for one in before]
    # The averages of an open survey wait for the next step as well.
    assert after[0] == before[0]
    assert after[1].tallies.responses == 12


def test_where_respondents_are_no_secret_an_excluded_one_leaves_its_groups(
    scorecard,
):
    coordinator = factories.make_member(scorecard=scorecard, role="coordinator")
    first, *_ = answer(scorecard, 6, gender="woman")
    over = scorecard.closes_at + DAY

    exclude_response(
        response_id=first.pk, cause="other", reason="A trial.", by=coordinator, now=NOW
    )

    assert groups(scorecard, now=over) == {"woman": 5, "man": 0, "other": 0}


def test_age_language_origin_and_minutes_are_groups_too(scorecard):
    answer(scorecard, 5, age=17)
    answer(scorecard, 5, age=45)
    answer(scorecard, 5)

    shown = shown_sample(scorecard, NOW)

    ages = shown.groups["age"]
    assert (ages["from_0"], ages["from_45"], ages["unanswered"]) == (5, 5, 5)
    assert shown.groups["@language"] == {"en": 15, "ru": 0}
    assert shown.groups["@origin"]["form"] == 15
    assert shown.groups["@minutes"]["from_0"] == 15


def test_averages_of_a_goal_wait_while_only_a_few_more_rated_it(scorecard):
    answer(scorecard, 5, ratings={1: "1111", 5: "1111"})
    shown_sample(scorecard, NOW)
    answer(scorecard, 4, ratings={1: "5555"})
    answer(scorecard, 1, ratings={1: "5555", 5: "5555"})

    tallies = shown_sample(scorecard, NOW).tallies

    assert tallies.responses == 10
    assert tallies.cells[1, 1] == {"1": 5, "5": 5}
    assert tallies.cells[5, 1] == {"1": 5}


def test_a_key_area_that_a_few_scored_keeps_its_goal_waiting():
    one = {(1, 1): {"1": 9}, (1, 2): {"1": 9}}
    two = {(1, 1): {"1": 15}, (1, 2): {"1": 10, "?": 5}}

    assert released_tallies(Tallies(9, one), Tallies(15, two), K).cells == one
    assert released_tallies(Tallies(), Tallies(15, two), K).cells == two


def test_the_first_step_tells_all_tallies_of_many(scorecard):
    answer(scorecard, 4, ratings={1: "12?/", 5: "3333"})
    assert shown_sample(scorecard, NOW).tallies is None

    answer(scorecard, 5, ratings={1: "1234", 5: "3333"})
    assert shown_sample(scorecard, NOW).tallies == read_tallies(scorecard)


def test_flagged_responses_are_shown_with_the_step(scorecard):
    straight = {1: "2222", 5: "2222", 13: "2222"}
    answer(scorecard, 5, ratings=straight)
    fold_tallies(scorecard)
    flags = scorecard.responses.filter(flagged__is_shown=True)
    assert flags.count() == 0
    shown_sample(scorecard, NOW)
    assert flags.count() == 5

    answer(scorecard, 1, ratings=straight)
    fold_tallies(scorecard)
    shown_sample(scorecard, NOW)
    assert flags.count() == 5


def test_those_who_were_not_folded_yet_are_flagged_with_the_step(scorecard):
    """As after a table was taken in, when the coordinator looks at once."""
    answer(scorecard, 5, ratings={1: "2222", 5: "2222", 13: "2222"})

    shown_sample(scorecard, NOW)

    assert scorecard.responses.filter(flagged__is_shown=True).count() == 5


def test_a_big_survey_is_counted_through_less_often(scorecard):
    assert [step_length(scorecard, n) for n in (0, 61, 1000, 10**6)] == [
        5,
        5,
        20,
        20_000,
    ]


tables = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=1)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(tables, min_size=1, max_size=6))
def test_no_change_that_can_be_seen_is_of_a_few(growth):
    """Whoever keeps every table sees no group change by 1 to k - 1 people."""
    there = dict.fromkeys("abcdef", 0)
    shown: dict[str, int] = {}
    for arrivals in growth:
        for group, n in arrivals.items():
            there[group] += n
        following = released(shown, there, K)
        changes = {group: following[group] - shown.get(group, 0) for group in there}
        assert all(n == 0 or n >= K for n in changes.values())
        waiting = {group: there[group] - following[group] for group in there}
        assert all(n >= 0 for n in waiting.values())
        # What waits cannot be had by subtraction: it is of several groups, or of all
        # in which anything changed.
        if sum(bool(n) for n in waiting.values()) == 1:
            assert not any(changes.values())
        shown = following


def test_drafts_count_where_they_stopped(scorecard):
    early = NOW - 2 * DAY
    start = {"scorecard": scorecard, "profile": {}, "now": early}
    factories.write_draft(ratings={}, **start)
    factories.write_draft(ratings={1: "----"}, **start)
    factories.write_draft(ratings={1: "1---"}, **start)
    factories.write_draft(ratings={1: "1---", 5: "?---", 13: "----"}, **start)
    factories.write_draft(
        ratings={1: "1---"}, cross_cutting={"who_is_left_behind": "All."}, **start
    )
    factories.write_draft(**start | {"profile": {"age": 30}}, ratings={1: "1111"})
    factories.write_draft(**start | {"now": NOW - DAY / 2}, ratings={1: "1111"})

    stages = {stage: n for stage, n in count_stages(scorecard, NOW).items() if n}

    assert stages == {
        "goals_0": 2,
        "goals_1": 1,
        "goals_2": 1,
        "cross_cutting": 1,
        "profile": 1,
    }


def test_where_people_stop_is_told_of_many_and_with_the_steps(scorecard):
    for _ in range(6):
        factories.write_draft(
            scorecard=scorecard, ratings={1: "1111"}, profile={}, now=NOW - 3 * DAY
        )
    assert groups(scorecard, STOPPED) is None
    answer(scorecard, 5)
    assert groups(scorecard, STOPPED)["goals_1"] == 6


def test_drafts_of_those_who_try_the_form_are_not_counted(scorecard):
    draft, _ = factories.write_draft(
        scorecard=scorecard, ratings={1: "1111"}, profile={}, now=NOW - 3 * DAY
    )
    Draft.objects.update(is_test=True, tried=scorecard.instrument)
    assert not any(count_stages(scorecard, NOW).values())


# -------------------------------------------------------- what the end adds to a step


def test_what_the_end_adds_is_about_as_many_as_a_group(anonymous):
    """Nobody learns from the last look before the end and the first one after it what
    the one said who answered in between."""
    answer(anonymous, 14, gender="woman", ratings={1: "1111", 5: "2222"})
    answer(anonymous, 9, gender="man", ratings={1: "1111"})
    before = shown_sample(anonymous, NOW)
    answer(anonymous, 1, gender="man", ratings={1: "5555", 5: "5555"})

    assert shown_sample(anonymous, NOW) == before
    after = shown_sample(anonymous, anonymous.closes_at + DAY)

    assert after.groups["gender"] == {"woman": 14, "man": 10, "other": 0}
    told = before.groups["gender"]
    assert told["woman"] + told["man"] == 23 - K
    assert before.waiting("gender") == K
    for goal, answered in ((1, 24), (5, 15)):
        assert people_on(after, goal) == answered
        assert people_on(before, goal) == answered - 1 - K


def people_on(shown, goal):
    return sum(shown.tallies.respondents[goal].values())


def test_nobody_is_said_to_be_missing_who_may_be_left_out(anonymous):
    answer(anonymous, 2 * K, gender="woman")

    told = groups(anonymous)

    assert told == {"woman": K, "man": None, "other": None}


def test_a_goal_that_too_few_have_answered_to_leave_any_out_waits(anonymous):
    answer(anonymous, K - 1, ratings={1: "1111", 5: "5555"})
    answer(anonymous, 2 * K, ratings={1: "1111"})

    shown = shown_sample(anonymous, NOW)

    assert people_on(shown, 1) == 2 * K - 1
    assert 5 not in shown.tallies.respondents


def test_nothing_is_told_before_there_are_twice_as_many(anonymous):
    answer(anonymous, 2 * K - 1, gender="woman")
    assert shown_sample(anonymous, NOW).number == 0
    assert step_length(anonymous, 0) == 2 * K

    answer(anonymous, 1, gender="woman")
    assert shown_sample(anonymous, NOW).number == 1


def test_others_are_left_out_at_each_step(anonymous):
    """Were they always the same, two steps would tell what they had answered."""
    drawn = {frozenset(draw(anonymous).responses) for _ in range(3)}
    assert drawn == {frozenset()}
    answer(anonymous, 60)

    drawn = {frozenset(draw(anonymous).responses) for _ in range(6)}

    assert len(drawn) > 1
    assert {len(one) for one in drawn} == {K}


def test_a_goal_of_which_nothing_is_told_yet_is_not_said_to_have_no_answers(anonymous):
    """It may wait; once the survey is over, what nobody rated is said to be that."""
    answer(anonymous, K - 1, ratings={1: "1111", 5: "5555"})
    answer(anonymous, 2 * K, ratings={1: "1111"})

    def goals(now):
        return survey_averages(anonymous, shown_sample(anonymous, now).tallies).goals

    so_far, after = goals(NOW), goals(anonymous.closes_at + DAY)

    assert not so_far[1].is_suppressed
    assert all(so_far[n].is_suppressed and so_far[n].is_waiting for n in (5, 13))
    assert after[5].is_suppressed
    assert not after[5].is_waiting
    assert not after[13].is_suppressed
    assert after[13].respondents == 0


@pytest.mark.parametrize(
    ("given", "none", "hidden", "told"),
    [
        # Two gave no age: hidden, like the few under 18, and no n beside the average.
        (((3, 16), (9, 20), (12, 30)), 2, {"from_0", "unanswered"}, None),
        # Nine gave none, but they protect the few under 18.
        (((3, 16), (10, 20), (12, 30)), 9, {"from_0", "unanswered"}, None),
        (((6, 16), (9, 20), (12, 30)), 9, set(), 27),
        (((6, 16), (9, 20), (12, 30)), 0, set(), 27),
    ],
)
def test_how_many_gave_an_age_is_told_where_the_page_tells_who_gave_none(
    scorecard, given, none, hidden, told
):
    for n, age in given:
        answer(scorecard, n, age=age)
    answer(scorecard, none)

    groups = shown_sample(scorecard, scorecard.closes_at + DAY).groups["age"]
    (summary,) = describe_sample(scorecard).numbers

    assert {group for group, n in groups.items() if n is None} == hidden
    assert summary.n == told
    # The fraction of an average tells of how many it is, too.
    assert told or summary.mean.denominator == 1
