"""What is wrong with a row is named by its row and its column, one by one."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from surveys.models import Role
from tests import factories
from tests.validation.estimates.tables import csv_of, row, xlsx_of
from validation.estimates.checking import check_table
from validation.estimates.reading import read_table
from validation.estimates.services import TableRefused
from validation.models import Proposal
from validation.rounds.services import close_round

pytestmark = pytest.mark.django_db


def test_a_good_row_says_what_it_adds(check, experts, round_goal):
    (one,) = check(row()).rows

    assert one.problems == {}
    assert one.adds
    assert one.expert == experts[0]
    assert one.round_goal == round_goal
    assert (one.said.kind, one.said.percent) == ("change", 25)
    assert (one.said.lower, one.said.upper, one.said.sureness) == (20, 40, 70)
    assert one.said.confidence == "medium"


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"email": "nobody@x.example"}, "email", "Nobody of this name"),
        ({"email": ""}, "expert", "Say whose"),
        ({"email": "coordinator@kazakhstan-2022.example"}, "email", "not an expert"),
        ({"goal": "13", "round": ""}, "goal", "not open"),
        ({"goal": "13"}, "goal", "not in round 1"),
        ({"goal": "99"}, "goal", "no goal 99"),
        ({"goal": ""}, "goal", "by its number"),
        ({"goal": "five"}, "goal", "by its number"),
        ({"goal": "-5"}, "goal", "by its number"),
        ({"goal": "5.5"}, "goal", "by its number"),
        ({"round": "7"}, "round", "no round 7"),
        ({"round": "one"}, "round", "by its number"),
        ({"best": "101"}, "best", "from 0 to 100"),
        ({"best": "-1"}, "best", "from 0 to 100"),
        ({"best": "−1"}, "best", "from 0 to 100"),
        ({"best": "about 30"}, "best", "is no number"),
        ({"best": "nan"}, "best", "is no number"),
        ({"best": "Infinity"}, "best", "is no number"),
        ({"best": "1e1"}, "best", "is no number"),
        ({"best": "25-30"}, "best", "is no number"),
        ({"best": "1,000.5"}, "best", "is no number"),
        ({"best": "29.123"}, "best", "Two decimals"),
        ({"best": "٣٠.١٢٣"}, "best", "decimals"),
        ({"best": "", "lower": "", "upper": "", "sureness": ""}, "best", "0 to 100"),
        ({"best": "", "keep_or_change": ""}, "best", "keep in the column"),
        ({"keep_or_change": "perhaps"}, "keep_or_change", "keep or change"),
        ({"keep_or_change": "keep"}, "best", "needs no percentage"),
        ({"keep_or_change": "keep", "best": "", "lower": "39"}, "lower", "outside"),
        ({"keep_or_change": "keep", "best": "", "upper": "37"}, "upper", "outside"),
        ({"lower": "30"}, "lower", "Above the best"),
        ({"lower": "60"}, "lower", "Above the upper"),
        ({"upper": "24.99"}, "upper", "Below the best"),
        ({"upper": "140"}, "upper", "from 0 to 100"),
        ({"lower": "low"}, "lower", "is no number"),
        ({"lower": ""}, "lower", "need lower, upper and sureness"),
        ({"upper": ""}, "upper", "need lower, upper and sureness"),
        ({"sureness": ""}, "sureness", "need lower, upper and sureness"),
        ({"lower": "", "upper": ""}, "sureness", "Bounds are missing"),
        ({"sureness": "49"}, "sureness", "from 50 to 99"),
        ({"sureness": "100"}, "sureness", "from 50 to 99"),
        ({"sureness": "80.5"}, "sureness", "from 50 to 99"),
        ({"confidence": ""}, "confidence", "how sure"),
        ({"confidence": "so so"}, "confidence", "low, medium or high"),
        ({"confidence": "30"}, "confidence", "from 50 to 99"),
        ({"reason": ""}, "reason", "Say why"),
        ({"reason": "  \n "}, "reason", "Say why"),
        ({"reason": "x" * 20_001}, "reason", "Longer than"),
    ],
)
def test_each_problem_is_named_by_its_column(
    check, coordinator, changes, column, words
):
    (one,) = check(row(**changes)).rows

    assert list(one.problems) == [column]
    assert words in one.problems[column]
    assert not one.adds


def test_every_problem_of_a_row_is_named_at_once(check):
    (one,) = check(row(email="x@y", goal="77", best="200", reason="")).rows

    assert list(one.problems) == ["email", "goal", "best", "reason"]


def test_somebody_who_is_not_on_the_panel(check, climate_expert):
    (one,) = check(row(email=climate_expert.user.email)).rows

    assert one.problems == {"email": "Not on the panel of goal 5."}


def test_somebody_of_another_scorecard_is_nobody_here(check, other_scorecard):
    factories.make_expert(scorecard=other_scorecard, name="Zarina")

    (one,) = check(row(email="zarina@uzbekistan-2023.example")).rows

    assert "Nobody" in one.problems["email"]


@pytest.mark.parametrize(
    ("written", "percent"),
    [("29,5", "29.5"), ("29.5 %", "29.5"), (" 30% ", "30"), ("0", "0"), ("100", "100")],
)
def test_percentages_are_read_as_people_write_them(check, written, percent):
    changes = {"lower": "", "upper": "", "sureness": ""}
    (one,) = check(row(best=written, **changes)).rows

    assert one.said.percent == Decimal(percent)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("keep", "keep"),
        ("KEEP", "keep"),
        ("change", "change"),
        ("", "change"),
    ],
)
def test_keep_and_change(check, written, kind):
    best = "" if kind == "keep" else "25"
    (one,) = check(row(keep_or_change=written, best=best)).rows

    assert one.problems == {}
    assert one.said.kind == kind


@pytest.mark.parametrize(
    ("written", "confidence"),
    [("High", "high"), ("высокая", "high"), ("55", "low"), ("70%", "medium"),
     ("99", "high")],
)  # fmt: skip
def test_confidence_in_words_of_any_language_or_as_a_number(check, written, confidence):
    (one,) = check(row(confidence=written, sureness="")).rows

    if written.isalpha():
        (one,) = check(row(confidence=written)).rows
    assert one.said.confidence == confidence
    if not written.isalpha():
        assert one.said.sureness == int(written.strip("%"))


def test_experts_are_found_by_name_too_unless_two_have_it(
    open_round, experts, coordinator
):
    def problems(name):
        headings = ("expert", "goal", "best", "confidence", "reason")
        content = csv_of(row(expert=name), headings=headings)
        (one,) = check_table(open_round.scorecard, read_table(content)).rows
        return one.problems

    assert problems(" aigul ") == {}
    assert problems("AIGUL@kazakhstan-2022.example") == {}
    twin = factories.make_member(
        scorecard=open_round.scorecard,
        role=Role.EXPERT,
        name="Aigul",
        email="second@kazakhstan-2022.example",
    )
    assert twin.name == "Aigul"
    assert "Several experts" in problems("Aigul")["expert"]
    assert "not an expert" in problems("Coordinator")["expert"]


def test_a_name_and_the_e_mail_of_somebody_else_do_not_pass(open_round, experts):
    headings = ("expert", "email", "goal", "best", "confidence", "reason")
    content = csv_of(row(expert="Bolat"), headings=headings)

    (one,) = check_table(open_round.scorecard, read_table(content)).rows

    assert "somebody else" in one.problems["expert"]


def test_a_row_that_stands_twice_names_the_first(check):
    checked = check(row(), row(goal="1"), row(best="30"), row(round=""))

    assert [one.row.number for one in checked.with_problems] == [4, 5]
    assert "Row 2 is on the same" in checked.rows[2].problems["goal"]


def test_a_closed_goal_takes_nothing(open_round, check, coordinator, experts):
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)

    (one,) = check(row()).rows

    assert one.problems == {"goal": "Goal 5 takes no estimates in round 1."}


def test_what_is_on_record_already_adds_nothing_even_when_the_goal_has_closed(
    open_round, add, check, coordinator, experts
):
    add(row())
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)

    (one,) = check(row()).rows

    assert one.is_known
    assert one.problems == {}


def test_what_an_expert_said_before_is_shown_as_replaced(check, round_goal, experts):
    mine = factories.propose(round_goal, experts[0], 90)

    (one,) = check(row()).rows

    assert one.replaces == mine


def test_a_percent_cell_of_a_workbook_is_not_taken_for_a_third_of_a_percent(
    open_round, experts
):
    none = {"lower": "", "upper": "", "sureness": ""}
    content = xlsx_of(row(best=0.295, **none), row(best="0.5%", goal=1, **none))

    first, second = check_table(open_round.scorecard, read_table(content)).rows

    assert "formatted as percent" in first.problems["best"]
    assert second.said.percent == Decimal("0.5")


def test_an_apostrophe_before_a_formula_is_taken_off(check):
    (one,) = check(row(reason="'=1+1 is what they said")).rows

    assert one.said.justification == "=1+1 is what they said"


def test_the_number_of_queries_does_not_grow_with_the_rows(
    frozen, coordinator, django_assert_num_queries
):
    scorecard = frozen.scorecard
    factories.make_open_round(scorecard, {1: "keep", 5: "keep"}, by=coordinator)
    for number in range(30):
        factories.make_expert(
            scorecard=scorecard, name=f"Person {number}", goals=[1, 5]
        )

    def table(count):
        return read_table(
            csv_of(
                *(
                    row(email=f"person.{n}@kazakhstan-2022.example", goal=goal)
                    for n in range(count)
                    for goal in (1, 5)
                )
            )
        )

    with CaptureQueriesContext(connection) as one:
        check_table(scorecard, table(1))
    with django_assert_num_queries(len(one)):
        checked = check_table(scorecard, table(30))
    assert len(checked.adding) == 60


# ---------------------------------------------------------------- adding


def test_rows_become_proposals_of_their_experts_entered_by_somebody(
    add, coordinator, experts
):
    added = add(row(), row(email="bolat@kazakhstan-2022.example", best="29,5"))

    first, second = Proposal.objects.order_by("pk")
    assert added.proposals == [first, second]
    assert (first.expert, second.expert) == (experts[0], experts[1])
    assert second.percent == Decimal("29.50")
    assert {first.entered_by, second.entered_by} == {coordinator}
    assert (first.lower, first.upper, first.sureness) == (20, 40, 70)


def test_the_same_table_again_adds_nothing(add):
    add(row(), row(goal="1"))

    again = add(row(), row(goal="1"))

    assert again.proposals == []
    assert again.known == 2
    assert Proposal.objects.count() == 2


def test_another_estimate_revises_the_first_and_keeps_the_declared_interest(
    add, round_goal, experts
):
    mine = factories.propose(
        round_goal, experts[0], 90, interest="Works there.", justification="a\r\nb"
    )

    (revised,) = add(row()).proposals

    assert revised.revises == mine
    assert revised.interest == "Works there."


def test_what_an_expert_typed_in_a_form_is_the_same_with_other_line_ends(
    add, round_goal, experts
):
    factories.propose(round_goal, experts[0], 25, justification="one\r\ntwo")
    none = {"lower": "", "upper": "", "sureness": ""}

    assert add(row(reason="one\ntwo", **none)).known == 1


def test_one_bad_row_keeps_all_out(add):
    with pytest.raises(TableRefused) as refused:
        add(row(), row(goal="1", best="200"))

    assert [one.row.number for one in refused.value.checked.with_problems] == [3]
    assert Proposal.objects.count() == 0


def test_neither_experts_nor_observers_enter_for_others(add, expert, observer):
    from validation.estimates.services import MayNotEnter

    for member in (expert, observer):
        with pytest.raises(MayNotEnter):
            add(row(), by=member)
    assert Proposal.objects.count() == 0
