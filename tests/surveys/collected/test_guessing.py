"""What other programs call their columns and values is understood by itself."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from surveys.collected.tables.forms import read_sheet
from surveys.collected.tables.matching import first_guess
from surveys.collected.tables.targets import RATINGS, targets_of
from surveys.collected.tables.values import NotADay, ValueGuesser, day_of, orders_of
from surveys.intake.questionnaire import Questionnaire
from tests.surveys.collected import sheets
from tests.surveys.collected.sheets import GOALS, INDICATORS

pytestmark = pytest.mark.django_db
RATED = [f"rating.{goal}.{code}" for goal in GOALS for code in INDICATORS]
ALMATY = ZoneInfo("Asia/Almaty")


@pytest.fixture
def asked(instrument):
    return Questionnaire.of(instrument)


def guessed(asked, headings):
    sheet = read_sheet(sheets.csv_of(headings, ["x"] * len(headings)))
    return dict(enumerate(first_guess(sheet, asked, targets_of(asked), None)))


def guess(asked, heading):
    return guessed(asked, ["something", heading])[1]


def test_plain_codes(asked):
    found = list(guessed(asked, sheets.PLAIN).values())

    assert found == [
        "id",
        "",
        *RATED,
        "text.5.why",
        "profile.sector",
        "profile.gender",
        "profile.age",
        "whole.who_is_left_behind",
    ]


def test_google_forms_with_the_same_question_after_each_goal(asked):
    found = list(guessed(asked, sheets.GOOGLE).values())

    expected = ["day", "profile.sector"]
    for goal in GOALS:
        expected += [f"rating.{goal}.{code}" for code in INDICATORS]
        expected.append(f"text.{goal}.why")
    assert found == [*expected, "whole.who_is_left_behind"]


def test_kobo_with_groups(asked):
    found = guessed(asked, sheets.KOBO)

    assert [found[n] for n in range(2, 14)] == RATED
    assert found[14] == "text.5.why"
    assert found[1] == "day"  # end
    assert found[17] == "id"


def test_kobo_with_labels_and_without_groups(asked):
    """The same headings once for each goal, in the order of the goals."""
    found = guessed(asked, [*sheets.NAMES, "Why do you rate it so?"] * len(GOALS))

    expected = []
    for goal in GOALS:
        expected += [f"rating.{goal}.{code}" for code in INDICATORS]
        expected.append(f"text.{goal}.why")
    assert list(found.values()) == expected


@pytest.mark.parametrize("n", [1, 2, 4])
def test_labels_that_do_not_stand_there_once_for_each_goal_say_nothing(asked, n):
    assert set(guessed(asked, ["Laws"] * n).values()) == {""}


def test_limesurvey_with_codes(asked):
    found = list(guessed(asked, sheets.LIMESURVEY).values())

    assert found == ["id", "day", "language", *RATED, "profile.sector", "profile.age"]


def test_cognito_forms(asked):
    found = list(guessed(asked, sheets.COGNITO).values())

    assert found[1:13] == RATED
    assert found[13:] == ["profile.sector", "day"]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Goal 1 [Laws]", "rating.1.laws"),
        ("goal1_laws", "rating.1.laws"),
        ("Цель 5: Законы", "rating.5.laws"),
        ("ЦУР 13 – Деньги", "rating.13.money"),
        ("SDG 13: money", "rating.13.money"),
        ("5.3", "rating.5.money"),
        ("g5_i3", "rating.5.money"),
        ("Gender equality: Laws", "rating.5.laws"),
        ("Goal 5: How well do the plans serve it?", "rating.5.plans"),
        ("Goal 5 - Why do you rate it so?", "text.5.why"),
        ("Где вы работаете?", "profile.sector"),
        ("Отметка времени", "day"),
        ("Goal 6 [Laws]", ""),
        ("Goal 1 [Lawz]", ""),
        ("Goal 15 [Laws]", ""),
        ("", ""),
        ("Comment", ""),
    ],
)
def test_headings_in_many_ways(asked, heading, code):
    assert guess(asked, heading) == code


def test_no_question_is_guessed_for_two_columns(asked):
    found = guessed(asked, ["goal1_laws", "Goal 1 [Laws]"])

    assert list(found.values()) == ["rating.1.laws", ""]


# ------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("03", "3"),
        (" 3 ", "3"),
        ("A3", "3"),
        ("3 - Moderately", "3"),
        ("3. Moderately", "3"),
        ("3 = moderately well", "3"),
        ("Moderately", "3"),
        ("ОЧЕНЬ ХОРОШО", "5"),
        ("Don't know", "?"),
        ("I don’t know", "?"),
        ("Не знаю", "?"),
        ("?", "?"),
        ("N/A", "/"),
        ("n.a.", "/"),
        ("Does not apply", "/"),
        ("-", "-"),
        ("no answer", "-"),
        ("0", ""),
        ("6", ""),
        ("-1", ""),
        ("3.5", ""),
        ("3-4", ""),
        ("34", ""),
        ("three", ""),
        ("=1+1", ""),
    ],
)
def test_ratings_in_many_ways(asked, scorecard, value, meaning):
    guesser = ValueGuesser(RATINGS, targets_of(asked), asked, scorecard, {})

    assert guesser.guess(value) == meaning


def test_what_was_told_before_comes_first(asked, scorecard):
    told = {"three": "3", "3": "4", "five": "9"}
    guesser = ValueGuesser(RATINGS, targets_of(asked), asked, scorecard, told)

    assert [guesser.guess(one) for one in ("three", "3", "five")] == ["3", "4", ""]


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2022-05-10", "", date(2022, 5, 10)),
        ("2022-05-10T23:30:00", "", date(2022, 5, 10)),
        ("2022-05-10 23:30:00", "", date(2022, 5, 10)),
        ("2022-05-10T20:30:00Z", "", date(2022, 5, 11)),
        ("10.05.2022", "mdy", date(2022, 5, 10)),
        ("10.05.2022 14:31", "", date(2022, 5, 10)),
        ("10/05/2022", "dmy", date(2022, 5, 10)),
        ("10/05/2022 2:31 PM", "mdy", date(2022, 10, 5)),
        ("5/31/22", "mdy", date(2022, 5, 31)),
        ("44691", "", date(2022, 5, 10)),
        ("44691.604", "", date(2022, 5, 10)),
        ("May 10, 2022", "", date(2022, 5, 10)),
        ("10 May 2022 14:31", "", date(2022, 5, 10)),
    ],
)
def test_days_in_many_ways(text, order, day):
    assert day_of(text, order, ALMATY) == day


@pytest.mark.parametrize(
    "text", ["", "soon", "2022-13-01", "31/31/2022", "2022", "5", "99999", "10/05"]
)
def test_what_is_no_day(text):
    with pytest.raises(NotADay):
        day_of(text, "dmy", ALMATY)


@pytest.mark.parametrize(
    ("values", "orders"),
    [
        (["2022-05-10", "10.05.2022"], set()),
        (["03/04/2022"], {"dmy", "mdy"}),
        (["03/04/2022", "31/04/2022"], {"dmy"}),
        (["03/04/2022", "04/31/2022"], {"mdy"}),
        (["31/04/2022", "04/31/2022"], set()),
        ([""], set()),
    ],
)
def test_the_order_of_day_and_month_is_asked_only_where_nothing_decides(values, orders):
    assert orders_of(values) == orders
