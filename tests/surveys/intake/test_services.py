from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from surveys.intake.access import scorecard_or_404
from surveys.intake.checks import InvalidAnswer, NothingToSubmit
from surveys.intake.codes import give_code
from surveys.intake.merging import marks_of
from surveys.intake.progress import progress_of
from surveys.intake.rows import read_draft
from surveys.intake.services import (
    AlreadySubmitted,
    SurveyNotOpen,
    change_language,
    choose_goals,
    draft_by_token,
    hash_of,
    save_cross_cutting,
    save_goal_answer,
    save_profile,
    start_draft,
)
from surveys.intake.submitting import submit_response
from surveys.intake.values import has_content
from surveys.models import (
    Answer,
    Draft,
    DraftAnswer,
    Goal,
    PersonalLink,
    Response,
    UnfoldedResponse,
)
from tests import factories

CROSS = {"who_is_left_behind": "Herders"}


@pytest.fixture
def draft(scorecard, now) -> Draft:
    return start_draft(scorecard=scorecard, language="en", now=now)[0]


@pytest.fixture
def written(scorecard, now) -> Draft:
    """Ready to submit: goals 1 and 5 rated."""
    draft, _ = factories.write_draft(
        scorecard=scorecard, ratings={1: "21?-", 5: "5///"}, now=now
    )
    return draft


def goals(scorecard, *numbers) -> list[Goal]:
    return list(scorecard.instrument.goals.filter(number__in=numbers))


def rate(draft, number, ratings, now, **texts) -> DraftAnswer:
    goal = factories.goal_of(draft.scorecard, number)
    save_goal_answer(draft=draft, goal=goal, ratings=ratings, texts=texts, now=now)
    return draft.answers.get(goal=goal)


def test_a_link_opens_its_draft_and_only_a_hash_is_stored(scorecard, now):
    draft, token = start_draft(scorecard=scorecard, language="ru", now=now)

    assert draft_by_token(token) == draft
    assert draft.token_hash == hash_of(token)
    assert token not in draft.token_hash
    assert draft_by_token(token + "x") is None


def test_only_the_right_open_link_leads_to_a_survey(scorecard):
    other = factories.make_scorecard(instrument=scorecard.instrument, slug="other")

    assert scorecard_or_404(other.open_link) == other
    with pytest.raises(Http404):
        scorecard_or_404(other.open_link[:-1])

    other.notice = {"en": "Changed"}
    other.save()
    assert scorecard_or_404(other.open_link).notice == {"en": "Changed"}
    other.has_open_link = False
    other.save()
    with pytest.raises(Http404):
        scorecard_or_404(other.open_link)


def test_no_draft_is_made_while_the_survey_is_not_open(scorecard):
    for moment in (scorecard.opens_at - timedelta(seconds=1), scorecard.closes_at):
        with pytest.raises(SurveyNotOpen):
            start_draft(scorecard=scorecard, language="en", now=moment)


def test_a_goal_put_aside_keeps_its_answer(draft, scorecard, now):
    choose_goals(draft=draft, goals=goals(scorecard, 1, 5), now=now)
    rate(draft, 1, {1: 4}, now, why="Because")

    choose_goals(draft=draft, goals=goals(scorecard, 5), now=now)
    aside = draft.answers.get(goal__number=1)
    choose_goals(draft=draft, goals=goals(scorecard, 1, 5), now=now)
    again = draft.answers.get(goal__number=1)

    assert not aside.is_chosen
    assert again.is_chosen
    assert (again.ratings, again.texts) == ("4---", {"why": "Because"})


def test_a_goal_of_another_questionnaire_cannot_be_chosen(
    draft, standard_instrument, now
):
    foreign = standard_instrument.goals.get(number=2)

    with pytest.raises(InvalidAnswer, match="goals"):
        choose_goals(draft=draft, goals=[foreign], now=now)


def test_ratings_are_kept_by_indicator_with_the_rest_skipped(draft, now):
    assert rate(draft, 1, {1: 5, 3: "?", 4: "/"}, now).ratings == "5-?/"


@pytest.mark.parametrize("rating", [0, 6, 35])
def test_a_rating_off_the_scale_names_its_field(draft, now, rating):
    with pytest.raises(InvalidAnswer) as refused:
        rate(draft, 1, {2: rating}, now)

    assert refused.value.field == "rating_2"


def test_an_indicator_that_is_not_asked_is_refused(draft, now):
    with pytest.raises(InvalidAnswer, match="rating_9"):
        rate(draft, 1, {9: 3}, now)


def test_the_database_itself_refuses_a_rating_off_the_scale(draft, now):
    rate(draft, 1, {1: 5}, now)

    with pytest.raises(IntegrityError), transaction.atomic():
        draft.answers.update(ratings="9---")


@pytest.mark.parametrize("text", ["a" * 201, "a\x00"])
def test_a_text_that_does_not_fit_names_its_question(draft, now, text):
    with pytest.raises(InvalidAnswer) as refused:
        rate(draft, 1, {}, now, why=text)

    assert refused.value.field == "why"


def test_an_unknown_question_is_refused(draft, now):
    with pytest.raises(InvalidAnswer, match="who"):
        rate(draft, 1, {}, now, who="me")


@pytest.mark.parametrize(
    "profile", [{"sector": "pirate"}, {"age": 13}, {"age": "34"}, {"age": True}]
)
def test_a_profile_answer_that_does_not_fit_is_refused(draft, now, profile):
    with pytest.raises(InvalidAnswer):
        save_profile(draft=draft, profile=profile, now=now)


def test_cross_cutting_answers_of_other_sections_are_kept(scorecard, now):
    standard = factories.make_standard_instrument()
    scorecard = factories.make_scorecard(instrument=standard, slug="standard")
    draft, _ = start_draft(scorecard=scorecard, language="en", now=now)
    for answers in (
        {"progress_change": "Much"},
        {"delivery_plans": "Many", "delivery_cases": "One"},
        {"delivery_plans": "", "delivery_cases": "Two"},
    ):
        save_cross_cutting(draft=draft, answers=answers, now=now)

    draft.refresh_from_db()
    assert draft.cross_cutting == {"progress_change": "Much", "delivery_cases": "Two"}


def test_submitting_copies_what_was_chosen_and_written(written, scorecard, now):
    rate(written, 13, {1: 5}, now)
    choose_goals(draft=written, goals=goals(scorecard, 1, 5), now=now)

    response = submit_response(draft=written, receipt="AAAA", now=now)

    answers = {answer.goal.number: answer for answer in response.answers.all()}
    assert set(answers) == {1, 5}
    assert (answers[1].ratings, answers[1].answered, answers[1].total) == ("21?-", 2, 3)
    assert (answers[5].ratings, answers[5].answered, answers[5].total) == ("5///", 1, 5)
    assert response.profile == factories.PROFILE
    assert UnfoldedResponse.objects.get().response == response


def test_a_response_knows_its_day_in_the_scorecards_time_zone(written, now):
    late = now.replace(hour=20)  # 02:00 of the next day in Almaty

    response = submit_response(draft=written, receipt="AAAA", now=late)

    assert response.submitted_on.isoformat() == "2022-05-17"


def test_submitting_empties_the_draft_and_leaves_no_way_back(written, now):
    response = submit_response(draft=written, receipt="AAAA", now=now)

    assert not Draft.objects.exists()
    assert not DraftAnswer.objects.exists()
    link = PersonalLink.objects.values().get()
    assert set(link) == {"id", "scorecard_id", "token_hash", "language"}
    of_response = {response.pk.hex, str(response.pk), response.receipt_hash}
    assert not of_response & {str(value) for value in link.values()}


@pytest.mark.django_db(transaction=True)
def test_not_even_the_database_knows_which_link_a_response_came_by(scorecard, respond):
    """PostgreSQL keeps with each row the transaction that wrote it."""
    if connection.vendor != "postgresql":
        return
    for _ in range(3):
        respond(scorecard, {1: "1212"})

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM surveys_response r"
            " JOIN surveys_personallink l ON l.xmin = r.xmin OR l.xmax = r.xmin"
        )
        assert cursor.fetchone() == (0,)


def test_the_same_receipt_gives_the_same_response(written, now):
    first = submit_response(draft=written, receipt="AAAA", now=now)
    again = submit_response(draft=written, receipt="AAAA", now=now)

    assert again == first
    assert Response.objects.count() == 1
    assert Answer.objects.count() == 2


def test_another_receipt_is_refused_once_submitted(written, now):
    submit_response(draft=written, receipt="AAAA", now=now)

    with pytest.raises(AlreadySubmitted):
        submit_response(draft=written, receipt="BBBB", now=now)


def test_after_submission_nothing_can_be_written(written, now):
    """Not even by a page that was read before."""
    writes = (
        lambda read: choose_goals(draft=read, goals=[], now=now),
        lambda read: rate(read, 1, {1: 1}, now),
        lambda read: save_profile(draft=read, profile={"age": 70}, now=now),
        lambda read: save_cross_cutting(draft=read, answers=CROSS, now=now),
        lambda read: change_language(draft=read, language="ru", now=now),
        lambda read: give_code(draft=read, now=now),
    )
    reads = [(write, read_draft(id=written.pk)) for write in writes]
    submit_response(draft=written, receipt="AAAA", now=now)

    for write, read in reads:
        with pytest.raises(AlreadySubmitted):
            write(read)


def test_who_was_slower_saves_on_what_is_stored_now(written, scorecard, now):
    slower = read_draft(id=written.pk)
    rate(written, 1, {1: 2, 2: 2}, now, why="First")
    save_profile(
        draft=written, profile={**factories.PROFILE, "sector": "business"}, now=now
    )
    page = marks_of({"rating_1": 2, "rating_2": 1, "rating_3": "?"})

    merged = save_goal_answer(
        draft=slower,
        goal=factories.goal_of(scorecard, 1),
        ratings={1: 2, 2: 1, 3: "?", 4: 5},
        texts={},
        base=page,
        now=now,
    )

    assert merged.elsewhere == {"rating_2", "rating_3"}
    assert slower.answers.get(goal__number=1).ratings == "22-5"
    assert slower.answers.get(goal__number=1).texts == {"why": "First"}
    assert slower.profile["sector"] == "business"
    assert read_draft(id=written.pk).revision == slower.revision


def test_nothing_can_be_submitted_after_the_survey_closed(written, scorecard):
    with pytest.raises(SurveyNotOpen):
        submit_response(draft=written, receipt="AAAA", now=scorecard.ends_at)
    assert not Response.objects.exists()


def test_an_empty_draft_has_nothing_to_submit(draft, scorecard, now):
    save_profile(draft=draft, profile=factories.PROFILE, now=now)
    choose_goals(draft=draft, goals=goals(scorecard, 1), now=now)

    with pytest.raises(NothingToSubmit):
        submit_response(draft=draft, receipt="AAAA", now=now)


def test_a_required_profile_question_left_open_is_named(draft, now):
    rate(draft, 1, {1: 1}, now)

    with pytest.raises(InvalidAnswer, match="sector"):
        submit_response(draft=draft, receipt="AAAA", now=now)


@pytest.mark.parametrize(
    ("ratings", "texts", "expected"),
    [
        ("----", {}, False),
        ("----", {"why": ""}, False),
        ("---?", {}, True),
        ("/---", {}, True),
        ("----", {"why": "Because"}, True),
    ],
)
def test_a_goal_has_content_once_rated_marked_or_written_on(ratings, texts, expected):
    assert has_content(DraftAnswer(ratings=ratings, texts=texts)) is expected


# ------------------------------------------------------------------------------ grace


def test_who_began_in_time_may_save_and_submit_until_the_grace_is_over(scorecard, now):
    draft, token = factories.write_draft(scorecard=scorecard, ratings={1: "1111"})
    factories.close_survey(scorecard, at=now)
    draft = draft_by_token(token)
    last = scorecard.ends_at - timedelta(seconds=1)

    save_profile(draft=draft, profile={"sector": "business"}, now=last)
    response = submit_response(draft=draft, receipt="kept", now=last)

    assert response.profile["sector"] == "business"
    assert scorecard.ends_at == now + timedelta(minutes=30)


def test_after_the_grace_nothing_is_taken(scorecard, now):
    draft, token = factories.write_draft(scorecard=scorecard, ratings={1: "1111"})
    factories.close_survey(scorecard, at=now)
    draft = draft_by_token(token)

    with pytest.raises(SurveyNotOpen):
        save_profile(draft=draft, profile={}, now=scorecard.ends_at)
    with pytest.raises(SurveyNotOpen):
        submit_response(draft=draft, receipt="kept", now=scorecard.ends_at)
    assert not Response.objects.exists()


def test_nobody_begins_in_the_grace(scorecard, now):
    factories.close_survey(scorecard, at=now)

    with pytest.raises(SurveyNotOpen):
        start_draft(scorecard=scorecard, language="en", now=now)


def test_without_grace_closing_is_the_end(scorecard, now):
    draft, token = factories.write_draft(scorecard=scorecard, ratings={1: "1111"})
    scorecard.grace_minutes = 0
    factories.close_survey(scorecard, at=now)
    draft = draft_by_token(token)

    with pytest.raises(SurveyNotOpen):
        save_profile(draft=draft, profile={}, now=now)


# ------------------------------------------------------------------------ own order


@pytest.mark.rotated
def test_goals_come_in_an_order_of_ones_own_that_stays(scorecard, now):
    """Each goal comes first for some; the numbers run on from there."""
    orders = set()
    for _ in range(40):
        draft, token = factories.write_draft(
            scorecard=scorecard, ratings={1: "1111", 5: "2222", 13: "3333"}
        )
        order, again = (
            tuple(page.goal_number for page in progress_of(one).goal_pages)
            for one in (draft, draft_by_token(token))
        )
        assert order == again
        orders.add(order)
    assert orders == {(1, 5, 13), (5, 13, 1), (13, 1, 5)}


@pytest.mark.rotated
def test_answers_are_stored_in_the_order_of_the_goals_whatever_was_shown(
    scorecard, now
):
    """Else the order of the rows would lead back to a link."""
    for _ in range(5):
        factories.respond(scorecard, {13: "3333", 5: "2222", 1: "1111"})
    rows = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.response_id, g.number FROM surveys_answer a "
            f"JOIN surveys_goal g ON g.id = a.goal_id ORDER BY a.{rows}"
        )
        stored = [number for _, number in cursor.fetchall()]
    assert stored == [1, 5, 13] * 5
