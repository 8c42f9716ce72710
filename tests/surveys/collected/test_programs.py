"""The exports of other programs are taken in by looking the guesses over, no more."""

from datetime import date

import pytest

from surveys import ratings
from surveys.collected.tables.checking import check_sheet
from surveys.collected.tables.forms import MatchingForm, read_sheet
from surveys.intake.questionnaire import Questionnaire
from tests import factories
from tests.surveys.collected.programs import PROGRAMS, people

pytestmark = pytest.mark.django_db
TODAY = date(2022, 6, 1)
# What a program adds of its own, which is no part of an answer.
OF_NO_USE = {
    "cognito": {"Entry_Status", "Entry_DateCreated"},
    "google": set(),
    "kobo": {"start", "__version__", "_uuid", "_validation_status", "_status"}
    | {"_index", "_submission_time"},
    "limesurvey": {"lastpage", "seed", "startdate"},
    "limesurvey_in_words": {"Last page", "Последняя страница"},
}


@pytest.fixture
def card(standard_instrument):
    return factories.make_scorecard(
        instrument=standard_instrument, slug="standard", languages=["en", "ru", "kk"]
    )


@pytest.fixture
def matched(card):
    """matched("kobo", "ru") -> (the matching screen, what follows from it)"""
    by = factories.make_member(scorecard=card, role="coordinator")
    asked = Questionnaire.of(card.instrument)

    def look(program, language):
        content = PROGRAMS[program](asked, people(asked), language)
        form = MatchingForm(by, read_sheet(content), None)
        return form, check_sheet(card, form.sheet, form.matching, TODAY)

    return look


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_has_to_be_matched_by_hand(matched, program, language):
    form, checked = matched(program, language)

    left_out = {
        name
        for name, code in zip(form.names, form.columns, strict=True)
        if not code and name in OF_NO_USE[program]
    }
    unguessed = [
        name
        for name, code in zip(form.names, form.columns, strict=True)
        if not code and name not in left_out
    ]
    assert unguessed == []
    meanings = [one for values in form.values.values() for one in values.items()]
    assert [value for value, meaning in meanings if not meaning] == []
    assert [row.problems for row in checked.with_problems] == []


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_answer_comes_in_as_it_was_given(matched, card, program, language):
    form, checked = matched(program, language)

    is_in_codes = program in ("kobo", "limesurvey")
    assert form.language == ("en" if is_in_codes else language)
    goals = {goal.pk: goal.number for goal in card.instrument.goals.all()}
    by_person = zip(people(form.asked), checked.rows, strict=True)
    for person, row in by_person:
        found = row.submission
        assert found is not None
        expected = {
            goal: ratings.encode([given[n] for n in sorted(given)])
            for goal, given in person.ratings.items()
        }
        assert {goals[one.goal_id]: one.ratings for one in found.goals} == expected
        texts = {goals[one.goal_id]: one.texts for one in found.goals if one.texts}
        assert texts == person.texts
        assert found.profile == person.profile
        assert found.cross_cutting == {k: v for k, v in person.whole.items() if v}
        assert found.submitted_on == person.day
