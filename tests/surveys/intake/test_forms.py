import pytest
from django.utils.translation import override

from surveys.intake.forms import GoalForm, GoalsForm, QuestionsForm
from surveys.intake.values import goal_values
from surveys.models import DraftAnswer, Indicator, Instrument, Question


def indicators_of(instrument: Instrument) -> list[Indicator]:
    return list(instrument.indicators.select_related("dimension"))


def goal_form(
    instrument: Instrument,
    data: dict | None = None,
    written: DraftAnswer | None = None,
) -> GoalForm:
    indicators = indicators_of(instrument)
    return GoalForm(
        data,
        instrument=instrument,
        indicators=indicators,
        questions=list(instrument.questions.filter(place=Question.Place.GOAL)),
        given=goal_values(written, [indicator.number for indicator in indicators]),
    )


def profile_form(instrument: Instrument, data: dict) -> QuestionsForm:
    questions = instrument.questions.filter(place=Question.Place.PROFILE)
    return QuestionsForm(data, questions=list(questions), given={})


def test_scores_dont_know_not_applicable_and_nothing_stay_four_different_things(
    instrument,
):
    form = goal_form(instrument, {"rating_1": "5", "rating_2": "?", "rating_3": "/"})

    assert form.is_valid()
    assert form.ratings == {1: 5, 2: "?", 3: "/", 4: "-"}


def test_a_new_page_has_no_radio_button_chosen(instrument):
    rows = [row for _, rows in goal_form(instrument).grid for row in rows]

    assert [row.chosen for row in rows] == ["", "", "", ""]


def test_what_was_saved_is_chosen_again(instrument):
    form = goal_form(instrument, written=DraftAnswer(ratings="5?/-", texts={}))

    rows = [row for _, rows in form.grid for row in rows]
    assert [row.chosen for row in rows] == ["5", "?", "/", ""]


@pytest.mark.parametrize("sent", ["0", "6", "-1", "2.5", "a", "٣", "x" * 999, "\x00"])
def test_a_rating_off_the_scale_is_refused_at_its_field(instrument, sent):
    form = goal_form(instrument, {"rating_1": "2", "rating_2": sent})

    assert form.errors == {"rating_2": ["Choose a score from 1 to 5."]}


def test_the_grid_has_its_indicators_under_their_dimensions(instrument):
    grid = goal_form(instrument).grid

    assert [
        (dimension.code, [row.indicator.number for row in rows])
        for dimension, rows in grid
    ] == [("policy", [1, 2]), ("practice", [3, 4])]


def test_a_text_of_exactly_the_limit_fits_and_line_breaks_count_once(instrument):
    text = ("a" * 9 + "\r\n") * 19 + "a" * 10

    form = goal_form(instrument, {"answer_why": text})

    assert form.is_valid()
    assert len(form.answers["why"]) == 200


def test_a_text_over_the_limit_is_refused_and_kept(instrument):
    form = goal_form(instrument, {"answer_why": "a" * 201})

    assert form.errors == {"answer_why": ["Too long: 201 characters; at most 200 fit."]}
    assert form["answer_why"].value() == "a" * 201


def test_the_browser_does_not_cut_a_text_off(instrument):
    assert "maxlength" not in str(goal_form(instrument)["answer_why"])


@pytest.mark.parametrize("sent", ["abc", "13", "111", "9" * 5000, "34.5"])
def test_an_age_that_is_no_age_is_refused_with_the_limits(instrument, sent):
    form = profile_form(instrument, {"answer_age": sent})

    assert form.errors == {"answer_age": ["Enter a whole number from 14 to 110."]}


def test_an_unknown_option_is_refused(instrument):
    form = profile_form(instrument, {"answer_sector": "<script>"})

    assert form.errors == {"answer_sector": ["Choose one of the options."]}


def test_a_required_question_may_stay_open_while_one_writes(instrument):
    assert profile_form(instrument, {}).is_valid()


def test_going_on_takes_at_least_one_goal_saving_does_not(instrument):
    goals = list(instrument.goals.all())

    assert GoalsForm({}, goals=goals).is_valid()
    assert GoalsForm({}, goals=goals, needs_one=True).errors == {
        "goals": ["Choose at least one goal."]
    }


@pytest.mark.parametrize("sent", ["2", "x", "1 OR 1"])
def test_a_goal_that_is_not_asked_is_refused(instrument, sent):
    form = GoalsForm({"goals": ["1", sent]}, goals=list(instrument.goals.all()))

    assert form.errors == {"goals": ["One of these is not a goal of this survey."]}


def test_labels_speak_the_language_of_the_page(standard_instrument):
    with override("kk"):
        form = goal_form(standard_instrument)

        assert form["answer_challenges"].label.startswith("Бұл мақсатқа жетуге")
        assert form["rating_1"].label.startswith("Ұлттық жоспарлар")


def test_a_help_text_cannot_carry_a_script(instrument):
    question = instrument.questions.get(code="why")
    question.help = {"en": "<script>alert(1)</script>"}

    form = QuestionsForm(questions=[question], given={})

    assert "<script>" not in form.fields["answer_why"].help_text
