"""The pages of a report, as draft and as edition."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from reports.editions.services import release_edition
from reports.models import Statement
from reports.pages.build import build_report
from reports.workshop.services import add_statement, link_answer, write_chapter
from surveys.models import Scorecard
from tests import factories
from validation.models import LedgerEntry, RoundGoal

pytestmark = pytest.mark.django_db

PARTS = ("", "_computation", "_goal", "_goal_computation", "_chapter")


def address(scorecard: Scorecard, part: str, edition: int | None = None) -> str:
    where = {"_goal": [5], "_goal_computation": [5], "_chapter": ["about"]}
    name, args = ("report", []) if edition is None else ("edition", [edition])
    return reverse(name + part, args=[scorecard.slug, *args, *where.get(part, [])])


@pytest.fixture
def written(scorecard, respond, coordinator) -> Scorecard:
    """Answers, a statement that rests on one of them, a chapter, a settled goal."""
    goal = factories.goal_of(scorecard, 5)
    for ratings in factories.FIVE_RESPONSES:
        response = respond(
            scorecard, ratings, texts={5: {"why": "Nobody <b>counts</b> it."}}
        )
    factories.close_survey(scorecard)
    factories.freeze(scorecard, by=coordinator)
    statement = add_statement(
        scorecard=scorecard,
        goal=goal,
        section=Statement.Section.CHALLENGE,
        text={"en": "Too <i>little</i> is done.", "ru": "Делается слишком мало."},
    )
    link_answer(statement=statement, response=response, question_code="why")
    write_chapter(
        scorecard=scorecard,
        code="about",
        placement="front",
        title={"en": "About"},
        blocks={
            "en": [
                {
                    "heading": "Head",
                    "paragraphs": ["One <u>paragraph</u>."],
                    "bullets": ["A point."],
                    "table": {
                        "caption": "Caption",
                        "columns": ["A", "B"],
                        "rows": [["1", "2"]],
                        "note": "Noted.",
                    },
                    "terms": [{"short": "SDG", "long": "Development goal"}],
                }
            ]
        },
    )
    return scorecard


@pytest.fixture
def reader(sign_in, coordinator) -> Callable[..., Client]:
    return sign_in(coordinator)


def test_every_part_is_a_page_of_the_draft_and_of_an_edition(
    written, reader, client, coordinator
):
    release_edition(scorecard_id=written.pk, by=coordinator, now=factories.NOW)

    for part in PARTS:
        assert reader.get(address(written, part)).status_code == 200
        assert client.get(address(written, part, 1)).status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_whoever_reads_an_edition_stays_in_it(written, client, coordinator, part):
    release_edition(scorecard_id=written.pk, by=coordinator, now=factories.NOW)

    page = client.get(address(written, part, 1)).content.decode()

    own = f"/reports/{written.slug}/1/"
    paths = {urlsplit(href).path for href in re.findall(r'href="([^"]*)"', page)}
    assert any(path.startswith(own) for path in paths)
    others = {path for path in paths if not path.startswith((own, "/static/"))}
    others = {path for path in others if not path.startswith("/language/")}
    assert others <= {"", "/", reverse("account_login")}


@pytest.mark.parametrize("part", PARTS)
def test_whoever_reads_the_draft_stays_in_it(written, reader, coordinator, part):
    release_edition(scorecard_id=written.pk, by=coordinator, now=factories.NOW)

    page = reader.get(address(written, part)).content.decode()

    assert f'href="/scorecards/{written.slug}/report/' in page
    assert f"/reports/{written.slug}/" not in page


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("report_goal", [99]),
        ("report_goal_computation", [99]),
        ("report_chapter", ["unknown"]),
    ],
)
def test_unknown_goals_and_chapters_are_not_found(written, reader, name, where):
    assert reader.get(reverse(name, args=[written.slug, *where])).status_code == 404


def test_the_latest_edition_is_what_the_short_address_leads_to(
    written, client, coordinator
):
    release_edition(scorecard_id=written.pk, by=coordinator, now=factories.NOW)
    add_statement(
        scorecard=written,
        goal=factories.goal_of(written, 1),
        section="summary",
        text={"en": "More."},
    )
    release_edition(scorecard_id=written.pk, by=coordinator, now=factories.NOW)

    response = client.get(reverse("latest_edition", args=[written.slug]))

    assert response["Location"] == f"/reports/{written.slug}/2/"


def test_an_edition_shows_its_number_and_checksum(written, client, coordinator):
    edition = release_edition(
        scorecard_id=written.pk, by=coordinator, now=factories.NOW
    )

    page = client.get(address(written, "", 1)).content.decode()

    assert "edition 1, released on May 16, 2022" in page
    assert edition.checksum in page
    (link,) = LedgerEntry.objects.filter(kind="edition")
    assert link.previous in page


def test_what_people_wrote_is_text_and_never_markup(written, reader):
    goal = reader.get(address(written, "_goal")).content.decode()
    chapter = reader.get(address(written, "_chapter")).content.decode()

    assert "Nobody &lt;b&gt;counts&lt;/b&gt; it." in goal
    assert "Too &lt;i&gt;little&lt;/i&gt; is done." in goal
    assert "One &lt;u&gt;paragraph&lt;/u&gt;." in chapter
    assert "<dt>SDG</dt><dd>Development goal</dd>" in chapter


def test_a_goal_page_speaks_the_language_of_its_reader(written, reader):
    page = reader.get(address(written, "_goal"), headers={"accept-language": "ru"})

    assert "Делается слишком мало." in page.content.decode()
    assert "Гендерное равенство" in page.content.decode()


def test_a_goal_rated_by_too_few_says_so_and_shows_no_figure(written, reader):
    place = [written.slug, 13]
    goal = reader.get(reverse("report_goal", args=place)).content.decode()
    counts = reader.get(reverse("report_goal_computation", args=place))

    assert "Fewer than 5 people rated this goal" in goal
    assert "100%" not in counts.content.decode()


def test_headings_without_statements_are_left_out(written, reader):
    page = reader.get(address(written, "_goal")).content.decode()

    assert "Challenges" in page
    assert "Achievements" not in page
    assert "Recommendations" not in page


def test_a_scorecard_without_answers_has_pages_that_say_so(scorecard, reader):
    page = reader.get(address(scorecard, "")).content.decode()
    goal = reader.get(address(scorecard, "_goal")).content.decode()
    counts = reader.get(address(scorecard, "_goal_computation"))

    assert "There are no figures yet." in page
    assert "Nobody has answered yet." in page
    assert "Nothing is shown of this goal yet: nobody has rated it" in goal
    assert counts.status_code == 200


def test_of_a_goal_that_waits_nothing_is_said_but_that(scorecard, reader, respond):
    """While the survey is open "nobody rated it" would be a guess, and a wrong one."""
    respond(scorecard, {1: "1212", 5: "2222"})

    page = reader.get(address(scorecard, "")).content.decode()
    goal = reader.get(address(scorecard, "_goal")).content.decode()

    assert "Nobody rated" not in goal
    assert "or too few to tell of it while answers come in" in goal
    assert page.count("not shown yet") == 3
    assert not any(g.survey.respondents for g in build_report(scorecard).goals)


def test_once_the_survey_is_over_it_is_said_that_nobody_rated_a_goal(scorecard, reader):
    factories.close_survey(scorecard)

    goal = reader.get(address(scorecard, "_goal")).content.decode()

    assert "Nobody rated this goal." in goal


def test_what_waits_is_in_no_checksum(scorecard, respond):
    respond(scorecard, {1: "1212"})

    report = build_report(scorecard)

    assert report.goal(1).survey.is_waiting
    assert "is_waiting" not in report.canonical_json()


def test_the_computation_goes_down_to_counts_proposals_and_rule(
    written, reader, coordinator, experts
):
    factories.make_open_round(
        written, {5: "mean_of_supported"}, by=coordinator, is_blind=False
    )
    round_goal = RoundGoal.objects.get()
    first = factories.propose(round_goal, experts[0], 25, interest="Runs a shelter.")
    second = factories.propose(round_goal, experts[1], 33)
    factories.support(first, experts[2], reason="The trend is clear.")
    factories.support(second, experts[2])
    factories.settle(round_goal, by=coordinator, reason="By the rule.", dissent="Dana.")

    page = reader.get(address(written, "_goal_computation")).content.decode()

    assert "(1×2 + 2×3) / 5 = 8 / 5 = 1.600" in page
    assert "(1.600 + 2.000 + 2.000 + 2.000) / 4 = 1.900" in page
    assert "100 × 1.900 / 5 = 38.00, printed as 38%" in page
    assert "(25 + 33) / 2 = 29" in page
    for said in ("Runs a shelter.", "The trend is clear.", "By the rule.", "Dana."):
        assert said in page


def test_a_revised_proposal_is_marked_and_leads_to_its_successor(
    written, reader, coordinator, expert
):
    factories.make_open_round(written, {5: "median_of_latest"}, by=coordinator)
    round_goal = RoundGoal.objects.get()
    factories.propose(round_goal, expert, 25)
    factories.propose(round_goal, expert, 31)
    factories.settle(round_goal, by=coordinator)

    page = reader.get(address(written, "_goal_computation")).content.decode()

    assert 'href="#proposal-1-2"' in page
    assert "median of 31 = 31" in page


@pytest.mark.parametrize("part", ["", "_goal", "_goal_computation"])
def test_the_draft_takes_the_same_queries_for_many_statements_and_proposals(
    written, reader, coordinator, django_assert_num_queries, queries_of, part, experts
):
    factories.make_open_round(
        written, {5: "median_of_latest"}, by=coordinator, is_blind=False
    )
    round_goal = RoundGoal.objects.get()
    factories.support(factories.propose(round_goal, experts[0], 20), experts[1])
    few = queries_of(reader, address(written, part))

    for number in range(30):
        expert = factories.make_expert(
            scorecard=written, name=f"Expert {number}", goals=[5]
        )
        factories.support(factories.propose(round_goal, expert, number), experts[0])
        add_statement(
            scorecard=written,
            goal=factories.goal_of(written, 5),
            section=Statement.Section.ACHIEVEMENT,
            text={"en": f"Point {number}"},
        )

    with django_assert_num_queries(few):
        reader.get(address(written, part))


@pytest.mark.parametrize("part", PARTS)
def test_an_edition_is_one_query(
    written, client, coordinator, django_assert_num_queries, part
):
    release_edition(scorecard_id=written.pk, by=coordinator, now=factories.NOW)

    with django_assert_num_queries(1):
        client.get(address(written, part, 1))


def test_long_pages_have_their_contents_near_the_top(written, reader):
    page = reader.get(address(written, "")).content.decode()
    computation = reader.get(address(written, "_computation")).content.decode()
    counts = reader.get(address(written, "_goal_computation")).content.decode()

    assert page.index('class="more contents-phone') < page.index('id="goals"')
    for part in (computation, counts):
        assert part.index('class="on-this-page') < part.index('id="survey"')
        ids = set(re.findall(r'id="([^"]+)"', part))
        assert set(re.findall(r'<li><a href="#([^"]+)"', part)) <= ids
