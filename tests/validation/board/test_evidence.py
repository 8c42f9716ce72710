"""The evidence: groups that may be shown, respondents' words, official figures."""

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from validation.board.groups import chart_of, compare_groups
from validation.board.written import written_on
from validation.models import OfficialFigure

SLUG = "kazakhstan-2022"
BOARD = reverse("board", args=[SLUG, 1, 5])
WRITTEN = reverse("board_written", args=[SLUG, 1, 5])
FIGURE = {
    "name": "Women in parliament",
    "value": "27 % (2022)",
    "source": "Bureau of National Statistics",
    "link": "https://stat.gov.kz/",
}


def answered(scorecard, gender, ratings, times, text=""):
    for _ in range(times):
        factories.respond(
            scorecard,
            {5: ratings},
            profile={"sector": "ngo", "gender": gender}
            if gender
            else {"sector": "ngo"},
            texts={5: {"why": text}} if text else None,
        )


def groups_of(scorecard, question="Your gender"):
    comparisons = compare_groups(scorecard, factories.goal_of(scorecard, 5))
    found = next(one for one in comparisons if one.question == question)
    return {group.label: (group.n, group.percent) for group in found.groups}


def test_groups_have_the_goal_mean_of_their_own_answers(scorecard):
    answered(scorecard, "woman", "1111", 3)
    answered(scorecard, "woman", "22-?", 2)
    answered(scorecard, "man", "5555", 5)
    # Women: laws and plans (3·1 + 2·2)/5 = 1.4, money and participation 1: mean 1.2.
    assert groups_of(scorecard) == {
        "Woman": (5, Fraction(24)),
        "Man": (5, Fraction(100)),
    }


def test_a_small_group_takes_along_the_one_it_could_be_subtracted_with(scorecard):
    answered(scorecard, "woman", "1111", 7)
    answered(scorecard, "man", "3333", 6)
    answered(scorecard, "other", "5555", 2)
    shown = groups_of(scorecard)
    assert shown["Woman"] == (7, Fraction(20))
    assert shown["Man"] == shown["Another"] == (None, None)


def test_who_did_not_say_is_a_group_that_can_be_subtracted_too(scorecard):
    answered(scorecard, "woman", "1111", 9)
    answered(scorecard, None, "5555", 1)
    assert set(groups_of(scorecard).values()) == {(None, None)}


def test_nothing_is_compared_where_too_few_rated_the_goal(scorecard):
    answered(scorecard, "woman", "1111", 4)
    answered(scorecard, "man", "????", 9)
    goal = factories.goal_of(scorecard, 5)
    assert compare_groups(scorecard, goal) == ()
    assert chart_of(goal, ()) is None


def test_hidden_groups_are_in_no_chart(scorecard):
    answered(scorecard, "woman", "1111", 7)
    answered(scorecard, "man", "3333", 6)
    answered(scorecard, "other", "5555", 2)
    goal = factories.goal_of(scorecard, 5)
    chart = chart_of(goal, compare_groups(scorecard, goal))
    labels = [bar.label for bar in chart.bars()]
    assert "Woman (n = 7)" in labels
    assert not [label for label in labels if label.startswith(("Man", "Another"))]


def test_a_hundred_answers_cost_as_many_queries_as_ten(scorecard):
    goal = factories.goal_of(scorecard, 5)
    counts = []
    for times in (5, 20):
        answered(scorecard, "woman", "1234", times, "Words.")
        with CaptureQueriesContext(connection) as queries:
            compare_groups(scorecard, goal)
            list(written_on(scorecard, goal, page="1").page)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.fixture
def words(scorecard, coordinator, experts):
    """Twelve texts on goal 5, frozen, and a round that is open."""
    answered(scorecard, "woman", "1234", 11, "Женщины не знают о законе (100% так).")
    answered(scorecard, "man", "2222", 1, "<b>Money</b> never arrives.")
    factories.close_survey(scorecard)
    factories.freeze(scorecard, by=coordinator)
    return factories.make_open_round(scorecard, {5: "agreed"}, by=coordinator)


def test_words_are_paged_and_nobody_is_named(words, expert, sign_in, scorecard):
    client = sign_in(expert)
    first = client.get(WRITTEN).content.decode()
    second = client.get(WRITTEN + "?page=2").content.decode()
    assert "12 texts" in first
    assert first.count("<blockquote") == 10
    assert second.count("<blockquote") == 2
    assert "&lt;b&gt;Money" in first + second
    for response in scorecard.responses.all():
        assert str(response.pk) not in first + second
    assert "woman" not in (first + second).lower().replace("women", "")


@pytest.mark.parametrize(
    ("search", "found"),
    [("ЖЕНЩИНЫ", 11), ("money", 1), ("100% так)", 11), (".*", 0), ("shelter", 0)],
)
def test_words_are_found_in_any_script_and_as_they_stand(
    words, expert, sign_in, search, found
):
    page = sign_in(expert).get(WRITTEN, {"q": search})
    assert page.context["written"].page.paginator.count == found
    assert f'value="{search}"' in page.content.decode()


def test_words_of_too_few_are_not_shown(frozen, expert, coordinator, sign_in):
    factories.make_open_round(frozen.scorecard, {13: "agreed"}, by=coordinator)
    page = sign_in(coordinator).get(reverse("board_written", args=[SLUG, 1, 13]))
    assert page.context["written"] is None


class TestOfficialFigures:
    @pytest.fixture
    def new(self, round_goal):
        return reverse("figure_new", args=[SLUG, 1, 5])

    def test_rapporteurs_attach_and_take_off(self, new, rapporteur, expert, sign_in):
        client = sign_in(rapporteur)
        assert client.post(new, FIGURE).status_code == 302
        board = sign_in(expert).get(BOARD).content.decode()
        assert "27 % (2022)" in board
        assert 'href="https://stat.gov.kz/"' in board
        figure = OfficialFigure.objects.get()
        remove = reverse("figure_remove", args=[SLUG, 1, 5, figure.pk])
        assert sign_in(expert).post(remove).status_code == 404
        assert client.post(remove).status_code == 302
        assert not OfficialFigure.objects.exists()

    @pytest.mark.parametrize(
        "link",
        ["javascript:alert(1)", "ftp://stat.kz/x", "data:text/html,x", "stat.kz"],
    )
    def test_only_web_links_are_taken(self, new, coordinator, sign_in, link):
        page = sign_in(coordinator).post(new, {**FIGURE, "link": link})
        assert page.status_code == 422
        assert list(page.context["figure_form"].errors) == ["link"]
        assert link in page.content.decode()
        assert not OfficialFigure.objects.exists()

    def test_open_boards_are_told(self, new, coordinator, sign_in, round_goal):
        before = round_goal.changes
        sign_in(coordinator).post(new, FIGURE)
        round_goal.refresh_from_db()
        assert round_goal.changes == before + 1
