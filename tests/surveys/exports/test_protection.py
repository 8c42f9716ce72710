"""What the file of an anonymous scorecard does not tell."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from surveys.exports.protection import TooFewResponses, protect
from surveys.instrument.file import read_instrument
from surveys.instrument.services import load_instrument
from surveys.models import Scorecard
from surveys.sample.steps import shown_sample
from tests import factories
from tests.surveys.exports.conftest import store

NOW = factories.NOW
DAY = date(2022, 4, 16)


def people(scorecard: Scorecard, n: int, **profile) -> None:
    for _ in range(n):
        store(scorecard, {1: "1212"}, profile=profile)


@pytest.fixture
def ended(scorecard: Scorecard) -> Scorecard:
    """Nobody can answer any more."""
    return factories.close_survey(scorecard)


@pytest.mark.parametrize("code", ["csv", "xlsx", "sav"])
def test_answers_of_few_people_are_not_told(
    code: str, ended: Scorecard, make: Callable
) -> None:
    people(ended, 7, sector="ngo", gender="woman", age=20)
    people(ended, 6, sector="university", gender="man", age=40)
    people(ended, 2, sector="business", age=51)

    rows = make(code).rows

    told = [row["profile_sector"] for row in rows]
    ngo, hidden = {"csv": ("ngo", "not_shown"), "xlsx": ("ngo", "not_shown")}.get(
        code, (1, 99)
    )
    # The smallest of the others goes too: what is left could be had by subtraction.
    assert (told.count(ngo), told.count(hidden)) == (7, 8)
    # Neither who gave no answer.
    assert [row["profile_gender"] for row in rows].count(hidden) == 8
    ages = [(r["profile_age_from"], r["profile_age_until"]) for r in rows]
    assert Counter(int(first) for first, _ in ages if first) == {20: 7}
    assert not any(last for first, last in ages if not first)
    assert "minutes" not in rows[0]
    assert "submitted_on" not in rows[0]


def test_spss_holds_what_is_not_told_for_missing(
    ended: Scorecard, make: Callable
) -> None:
    people(ended, 7, sector="ngo")
    people(ended, 6, sector="university")
    people(ended, 2, sector="business")

    meta = make("sav").meta

    assert meta.missing_ranges["profile_sector"] == [{"lo": 99, "hi": 99}]
    labels = meta.variable_value_labels["profile_sector"]
    assert labels[99].startswith("not shown: fewer than 5 people")
    # An option that is not told is not named as if nobody had chosen it.
    assert set(labels) == {1, 99}


def test_language_and_way_of_taking_part_of_few_are_not_told(
    ended: Scorecard, make: Callable
) -> None:
    for n, language, origin in [
        (6, "en", "form"),
        (5, "ru", "form"),
        (1, "en", "paper"),
    ]:
        for _ in range(n):
            store(ended, {1: "1212"}, language=language, origin=origin)

    rows = make("csv").rows

    assert {row["language"] for row in rows} == {"en", "ru"}
    assert {row["origin"] for row in rows} == {"not_shown"}


def test_days_are_told_as_spans(ended: Scorecard, make: Callable) -> None:
    for day, n in [(0, 3), (1, 2), (4, 5), (9, 1)]:
        for _ in range(n):
            store(ended, submitted_on=DAY + timedelta(days=day))

    rows = make("csv").rows

    spans = [(row["submitted_from"], row["submitted_until"]) for row in rows]
    assert spans.count(("2022-04-16", "2022-04-17")) == 5
    assert spans.count(("2022-04-20", "2022-04-25")) == 6


def test_who_gave_no_age_does_not_stand_alone(ended: Scorecard, make: Callable) -> None:
    for age, n in [(20, 5), (30, 5), (40, 5), (None, 1)]:
        for _ in range(n):
            store(ended, profile={} if age is None else {"age": age})

    rows = make("csv").rows

    # As on the page: the smallest of the other groups is hidden with them.
    ages = Counter(row["profile_age_from"] for row in rows)
    assert ages == {"30": 5, "40": 5, "": 6}


def test_file_of_an_open_survey_grows_by_enough_people(
    scorecard: Scorecard,
) -> None:
    def told() -> int:
        return protect(scorecard, NOW).of(scorecard).count()

    with pytest.raises(TooFewResponses):
        told()
    seen = []
    for day in range(8):
        for _ in range(2):
            store(scorecard, submitted_on=DAY + timedelta(days=day))
        try:
            seen.append(told())
        except TooFewResponses:
            seen.append(0)
    assert seen == [0, 0, 0, 0, 0, 6, 6, 6]
    # Of today nothing is told, however many answer.
    for _ in range(50):
        store(scorecard, submitted_on=NOW.date())
    assert told() == 6


def test_all_is_told_when_the_survey_has_ended(scorecard: Scorecard) -> None:
    people(scorecard, 6)
    factories.close_survey(scorecard)
    almost = scorecard.ends_at - timedelta(seconds=1)

    with pytest.raises(TooFewResponses):
        protect(scorecard, almost)
    assert protect(scorecard, scorecard.ends_at).of(scorecard).count() == 6


def test_fewer_than_the_smallest_group_are_not_told_at_all(ended: Scorecard) -> None:
    people(ended, 4)

    with pytest.raises(TooFewResponses):
        protect(ended, NOW)


def test_odd_answers_are_counted_as_none(ended: Scorecard, make: Callable) -> None:
    people(ended, 6, sector="ngo", age=30)
    people(ended, 1, sector=["ngo"], age="old")
    people(ended, 1, sector={"a": 1}, age=True)
    store(ended, {1: "1212"}, profile=["x"])

    file = make("csv")

    assert len(file.rows) == 9
    assert file.job.outcome["remarks"] >= 4


def test_options_of_a_multiple_choice_that_few_chose_are_not_told(
    make: Callable,
) -> None:
    text = factories.SMALL.read_text("utf-8").replace("code: small\n", "code: many\n")
    single = "code: gender\n    kind: single_choice"
    many = text.replace(single, single.replace("single", "multiple"))
    scorecard = factories.make_scorecard(
        instrument=load_instrument(file=read_instrument(many)), slug="many-2022"
    )
    by = factories.make_member(scorecard=scorecard, role="coordinator")
    factories.close_survey(scorecard)
    people(scorecard, 6, gender=["woman"], sector="ngo")
    people(scorecard, 2, gender=["woman", "other"], sector="ngo")

    rows = make("csv", by=by).rows

    assert [row["profile_gender__woman"] for row in rows] == ["1"] * 8
    assert [row["profile_gender__other"] for row in rows] == [""] * 8
    assert [row["profile_gender__man"] for row in rows] == ["0"] * 8


def test_groups_that_tie_are_hidden_alike_on_the_page_and_in_the_file(
    ended: Scorecard, make: Callable
) -> None:
    """One of two equal ones is hidden to protect a third: on both the same one."""
    for n, gender, language in ((6, "man", "ru"), (6, "woman", "en"), (2, "other", "")):
        for _ in range(n):
            store(
                ended,
                {1: "1212"},
                profile={"sector": "ngo", "gender": gender},
                language=language or "kk",
                origin={"man": "form", "woman": "table"}.get(gender, "api"),
            )
    ended.languages = ["ru", "en", "kk"]
    ended.save()

    rows = make("csv").rows

    shown = shown_sample(ended, ended.closes_at + timedelta(days=1)).groups
    for column, code in (
        ("profile_gender", "gender"),
        ("language", "@language"),
        ("origin", "@origin"),
    ):
        told = {row[column] for row in rows} - {"not_shown"}
        assert told == {group for group, n in shown[code].items() if n}


def test_ages_in_the_file_give_no_age_group_away(
    ended: Scorecard, make: Callable
) -> None:
    """Spans that crossed 18 and 30 would tell, with the page's ten from 18 to 29, how
    many of these are in neither 21 to 25 nor the spans beside it."""
    for age, n in [(15, 5), (19, 2), (21, 3), (25, 3), (26, 2), (32, 3), (50, 43)]:
        people(ended, n, sector="ngo", age=age)

    rows = make("csv").rows

    told = shown_sample(ended, ended.closes_at + timedelta(days=1)).groups["age"]
    # Three are from 30 to 44; the five under 18 are hidden with them.
    assert {group for group, n in told.items() if n is None} == {"from_0", "from_30"}
    assert told["from_18"] == 10
    ages = Counter((row["profile_age_from"], row["profile_age_until"]) for row in rows)
    assert ages == {("", ""): 8, ("19", "21"): 5, ("25", "26"): 5, ("50", "50"): 43}


def test_numbers_are_told_once_the_survey_is_over(scorecard: Scorecard) -> None:
    """Spans move while people answer: 20 to 25 in one file and 25 to 30 in the next
    would make somebody 25."""
    for day in range(3):
        for _ in range(5):
            store(
                scorecard,
                submitted_on=DAY + timedelta(days=day),
                profile={"sector": "ngo", "age": 30},
            )

    assert protect(scorecard, NOW).numbers == {}
    assert protect(scorecard, scorecard.ends_at).numbers == {"age": {30: (30, 30)}}
