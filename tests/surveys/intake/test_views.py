import logging
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.models import Answer, Draft, DraftAnswer, PersonalLink, Response
from tests import factories

DAY = timedelta(days=1)


def text_of(response) -> str:
    """What can be read on a page, without tags, spaces made one."""
    body = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", body.replace("&#x27;", "'"))


def submit(person, receipt):
    return person.post("review", receipt=receipt)


def shown(receipt: str) -> str:
    """The code itself, of a signed receipt."""
    return receipt.split(":")[0]


# ------------------------------------------------------------------ the whole way


def test_a_respondent_gets_from_the_open_link_to_the_receipt(scorecard, client):
    open_link = f"/answer/{scorecard.open_link}/"
    assert "I agree." in text_of(client.get(open_link))

    link = client.post(open_link, {"consent": "on"}).url
    assert f"http://testserver{link}" in client.get(link).content.decode()

    page = client.post(link + "goals/", {"goals": [5, 13]}).url
    assert page == link + "goals/5/"
    page = client.post(page, {"rating_1": "4", "rating_2": "?", "go": "next"}).url
    assert page == link + "goals/13/"
    page = client.post(page, {"rating_4": "1", "answer_why": "Dry summers."}).url
    assert page == link + "sections/left_behind/"
    page = client.post(page, {"answer_who_is_left_behind": "Herders."}).url
    assert page == link + "about-you/"
    page = client.post(page, {"answer_sector": "ngo", "answer_age": "34"}).url
    assert page == link + "review/"

    review = client.get(page).content.decode()
    receipt = re.search(r'name="receipt" value="([^"]+)"', review).group(1)
    received = client.post(page, {"receipt": receipt})

    assert received.status_code == 200
    assert shown(receipt) in text_of(received)
    response = Response.objects.get()
    assert response.profile == {"sector": "ngo", "age": 34}
    assert response.cross_cutting == {"who_is_left_behind": "Herders."}
    answers = {answer.goal.number: answer for answer in response.answers.all()}
    assert answers[5].ratings == "4?--"
    assert answers[13].ratings == "---1"
    assert answers[13].texts == {"why": "Dry summers."}


def test_the_same_link_goes_on_in_another_browser(respondent):
    respondent.choose(1)
    respondent.post("goal", 1, rating_1="3", answer_why="Half done")

    elsewhere = Client().get(respondent.url("goal", 1))

    assert 'value="3" checked' in elsewhere.content.decode()
    assert "Half done" in text_of(elsewhere)


def test_any_page_can_be_gone_to_by_its_button_and_is_saved_first(respondent):
    respondent.choose(1, 5, 13)

    moved = respondent.post("goal", 1, rating_1="3", go="goal-13")

    assert moved.url == respondent.url("goal", 13)
    assert respondent.ratings(1) == "3---"


def test_saving_for_later_leads_to_the_page_with_the_link(respondent):
    respondent.choose(1)

    later = respondent.post("goal", 1, rating_1="3", go="overview")

    assert later.url == respondent.url()
    assert "1 of 4" in text_of(respondent.get())


def test_the_review_names_gaps_and_what_is_missing(begin_on, scorecard):
    person = begin_on(scorecard, ratings={1: "21?-", 5: "----"})

    page = person.get("review")

    text = text_of(page)
    assert "Key areas answered: 3 of 4." in text
    assert f"{person.url('goal', 1)}#rating_4" in page.content.decode()
    assert "Nothing here yet. An empty goal is left out." in text
    assert "Missing before you can submit: Where do you work?" in text
    assert 'name="receipt"' not in page.content.decode()


# ------------------------------------------------------------------ saving


def test_a_page_that_is_sent_before_all_of_it_has_come_erases_nothing(
    begin_on, scorecard
):
    """A button above the form can be pressed while the rest is still under way."""
    person = begin_on(scorecard, ratings={1: "21?-"}, texts={1: {"why": "Prices."}})
    page = person.get("goal", 1).content.decode()
    assert (
        page.rindex("<textarea")
        < page.index('name="base"')
        < page.index("</form>", page.index('name="base"'))
    )

    person.client.post(person.url("goal", 1), {"go": "goals", "rating_1": "2"})

    answer = person.draft.answers.get()
    assert (answer.ratings, answer.texts) == ("21?-", {"why": "Prices."})


def test_autosave_answers_json_and_saves_the_same_as_the_button(respondent):
    respondent.choose(1)

    saved = respondent.autosave("goal", 1, rating_1="5", rating_3="/")

    answer = saved.json()
    assert (answer["saved"], answer["changed"], answer["notice"]) == (True, {}, "")
    assert sorted(answer["base"]) == ["rating_1", "rating_3"]
    assert respondent.ratings(1) == "5-/-"


def test_a_button_pressed_with_scripts_is_told_where_to_go(respondent):
    respondent.choose(1, 5)

    saved = respondent.autosave("goal", 1, rating_1="5", go="next")

    assert saved.json()["next"] == respondent.url("goal", 5)


def test_the_three_markers_stay_distinct_on_the_way_to_the_response(
    begin_on, scorecard
):
    person = begin_on(scorecard, profile={"sector": "ngo"})
    person.choose(1)
    person.post("goal", 1, rating_1="?", rating_2="/", rating_3="1")

    submit(person, person.receipt())

    assert Answer.objects.get().ratings == "?/1-"


def test_a_rating_can_be_cleared_without_a_script(respondent):
    respondent.choose(1)
    respondent.post("goal", 1, rating_1="3", rating_2="4")

    respondent.post("goal", 1, rating_1="-", rating_2="4")

    assert respondent.ratings(1) == "-4--"


def test_clearing_everything_is_saved_too(respondent):
    respondent.choose(1)
    respondent.post("goal", 1, rating_1="3")

    assert respondent.post("goal", 1).status_code == 302

    assert respondent.ratings(1) == "----"


def test_a_goal_put_aside_and_chosen_again_keeps_what_was_written(respondent):
    respondent.choose(1, 5)
    respondent.post("goal", 1, rating_1="2", answer_why="Prices rose.")

    respondent.choose(5)
    assert respondent.url("goal", 1) not in respondent.get("review").content.decode()
    respondent.choose(1, 5)

    assert respondent.ratings(1) == "2---"
    assert "Prices rose." in text_of(respondent.get("goal", 1))


def test_two_tabs_on_different_pages_lose_nothing(respondent):
    respondent.choose(1, 5)
    respondent.get("goal", 1)
    respondent.get("goal", 5)

    respondent.autosave("goal", 1, rating_1="1")
    respondent.autosave("goal", 5, rating_1="5")
    respondent.autosave("section", "left_behind", answer_who_is_left_behind="Elders")
    respondent.autosave("profile", answer_sector="business")

    respondent.draft.refresh_from_db()
    assert (respondent.ratings(1), respondent.ratings(5)) == ("1---", "5---")
    assert respondent.draft.cross_cutting == {"who_is_left_behind": "Elders"}
    assert respondent.draft.profile == {"sector": "business"}


def test_two_devices_on_one_page_the_last_save_wins(respondent):
    respondent.choose(1)

    respondent.autosave("goal", 1, rating_1="1", rating_2="2")
    respondent.autosave("goal", 1, rating_1="5", base="")

    assert respondent.ratings(1) == "52--"


# ------------------------------------------------------------------ bad input


def test_consent_is_needed_to_start(scorecard, client):
    page = client.post(f"/answer/{scorecard.open_link}/")

    assert page.status_code == 422
    assert "Tick this box if you want to take part." in text_of(page)
    assert not Draft.objects.exists()


def test_going_on_without_a_goal_is_refused(respondent):
    page = respondent.client.post(respondent.url("goals"))

    assert page.status_code == 422
    assert "Choose at least one goal." in text_of(page)


def test_a_foreign_goal_is_refused(respondent):
    assert respondent.choose(1, 2).status_code == 422
    assert not respondent.draft.answers.exists()


def test_a_rating_off_the_scale_has_its_message_and_the_rest_is_kept(respondent):
    respondent.choose(1)

    page = respondent.post(
        "goal", 1, rating_1="9", rating_2="4", answer_why="Typed text"
    )

    assert page.status_code == 422
    html = page.content.decode()
    assert 'data-error-for="rating_1">Choose a score from 1 to 5.</p>' in html
    assert 'href="#rating_1"' in html
    assert 'name="rating_2" value="4" checked' in html
    assert "Typed text" in html
    assert respondent.ratings(1) == "----"


def test_a_text_that_is_too_long_is_kept_on_the_page_with_the_limit(respondent):
    respondent.choose(1)
    text = "Long. " * 50

    page = respondent.post("goal", 1, answer_why=text)

    assert page.status_code == 422
    assert "at most 200 fit" in text_of(page)
    assert text in page.content.decode()


def test_a_number_that_is_none_is_kept_on_the_page(respondent):
    page = respondent.post("profile", answer_age="<b>old", answer_sector="ngo")

    assert page.status_code == 422
    assert "Enter a whole number from 14 to 110." in text_of(page)
    assert 'value="&lt;b&gt;old"' in page.content.decode()


def test_autosave_of_bad_input_names_the_fields(respondent):
    respondent.choose(1)

    refused = respondent.autosave("goal", 1, rating_1="9", answer_why="a" * 201)

    assert refused.status_code == 422
    assert refused.json() == {
        "saved": False,
        "errors": {
            "answer_why": ["Too long: 201 characters; at most 200 fit."],
            "rating_1": ["Choose a score from 1 to 5."],
        },
    }


def test_null_characters_are_refused_not_an_error(respondent):
    respondent.choose(1)

    assert respondent.post("goal", 1, answer_why="a\x00b").status_code == 422
    page = respondent.post("section", "left_behind", answer_who_is_left_behind="\x00")
    assert page.status_code == 422


def test_what_was_written_is_shown_as_text_never_as_markup(respondent):
    respondent.choose(1)
    respondent.post("goal", 1, answer_why="</textarea><script>alert(1)</script>")

    assert "<script>alert" not in respondent.get("goal", 1).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/answer/nobody/",
        "/answer/%00/",
        "/answer/a b/",
        "/respond/nobody/",
        "/respond/%00/",
        "/respond/ünknown/",
        "/respond/" + "x" * 3000 + "/",
        "/respond/nobody/goals/",
        "/respond/nobody/goals/1/",
        "/respond/nobody/sections/left_behind/",
        "/respond/nobody/about-you/",
        "/respond/nobody/review/",
    ],
)
def test_an_unknown_or_malformed_link_is_not_found(scorecard, client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in (404, 405)


def test_every_wrong_link_leads_to_one_and_the_same_page(scorecard, client):
    """It speaks to respondents, not to those who sign in."""
    paths = ["/answer/nobody/", "/respond/nobody/", "/respond/nobody/goals/1/"]
    paths += ["/respond/zzz.,/", "/answer/%00/", f"/respond/{scorecard.open_link}/"]
    pages = [client.get(path) for path in paths]

    assert len({page.content for page in pages}) == 1
    assert "Copy the whole link again" in text_of(pages[0])
    assert "sign in" not in text_of(pages[0]).lower()
    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}


@pytest.mark.parametrize("page", ["goals/2/", "goals/99999999999/", "sections/no/"])
def test_an_unknown_goal_or_section_is_not_found(respondent, page):
    assert respondent.client.get(respondent.url() + page).status_code == 404


# ------------------------------------------------------------------ not open


@pytest.fixture
def soon(instrument):
    return factories.make_scorecard(
        instrument=instrument, opens_at=timezone.now() + 3 * DAY
    )


def test_before_it_opens_the_survey_says_when_in_its_time_zone(soon, client):
    page = client.get(f"/answer/{soon.open_link}/")

    there = soon.opens_at.astimezone(soon.zone)
    assert page.status_code == 200
    assert f"It opens on {there.day} {there:%B %Y, %H:%M}" in text_of(page)
    assert "(time zone Asia/Almaty, UTC+0" in text_of(page)
    refused = client.post(f"/answer/{soon.open_link}/", {"consent": "on"})
    assert refused.status_code == 403
    assert not Draft.objects.exists()


def test_before_anybody_has_decided_when_it_opens_the_survey_says_so(
    instrument, client
):
    some_day = factories.make_scorecard(instrument=instrument, opens_at=None)

    page = client.get(f"/answer/{some_day.open_link}/")

    assert "When it opens has not been decided yet." in text_of(page)
    refused = client.post(f"/answer/{some_day.open_link}/", {"consent": "on"})
    assert refused.status_code == 403


def test_after_it_closed_nothing_is_taken_in_and_the_page_says_when(ready, scorecard):
    receipt = ready.receipt()
    factories.close_survey(scorecard)

    for page in ("resume", "goals", "review"):
        assert "It closed on 16 May 2022, 14:30" in text_of(ready.get(page))
    assert ready.post("goal", 1, rating_1="1").status_code == 403
    assert ready.autosave("goal", 1, rating_1="1").json()["saved"] is False
    assert submit(ready, receipt).status_code == 403
    assert ready.ratings(1) == "21?-"
    assert not Response.objects.exists()


def test_who_is_in_the_middle_when_it_closes_is_told_until_when_to_go_on(
    ready, scorecard
):
    factories.close_survey(scorecard, at=timezone.now())

    page = ready.get("goal", 1)

    there = scorecard.ends_at.astimezone(scorecard.zone)
    assert "You had begun before, so you can save and submit until" in text_of(page)
    assert f"{there:%H:%M} (time zone Asia/Almaty" in text_of(page)
    assert ready.autosave("goal", 1, rating_1="5").json()["saved"] is True
    assert "Thank you" in text_of(submit(ready, ready.receipt()))
    start = ready.client.get(f"/answer/{scorecard.open_link}/")
    assert "It closed on" in text_of(start)


def test_the_closing_time_is_given_for_the_readers_own_clock_too(respondent):
    page = respondent.get().content.decode()

    moment = respondent.draft.scorecard.closes_at.isoformat()
    assert f'<time datetime="{moment}" data-zone="Asia/Almaty"' in page
    assert "local-times.js" in page
    assert "Whoever is in the middle then has 30 more minutes" in page


# ------------------------------------------------------------------ submitting


def test_every_review_shows_another_receipt_of_sixty_bits(ready):
    receipts = {shown(ready.receipt()) for _ in range(5)}

    assert len(receipts) == 5
    assert all(
        re.fullmatch("([A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}", r) for r in receipts
    )


def test_the_same_receipt_sent_twice_is_one_response_and_the_same_page(ready):
    receipt = ready.receipt()

    pages = [submit(ready, receipt), submit(ready, receipt)]

    assert [page.status_code for page in pages] == [200, 200]
    assert all(shown(receipt) in text_of(page) for page in pages)
    assert Response.objects.count() == 1


def test_the_same_receipt_is_known_after_the_survey_closed(ready, scorecard):
    receipt = ready.receipt()
    submit(ready, receipt)
    factories.close_survey(scorecard)

    assert shown(receipt) in text_of(submit(ready, receipt))


def test_another_receipt_from_another_tab_is_told_the_truth(ready):
    first, second = ready.receipt(), ready.receipt()
    submit(ready, first)

    page = submit(ready, second)

    assert page.status_code == 409
    assert "These answers were already submitted" in text_of(page)
    assert shown(second) not in text_of(page)
    assert Response.objects.count() == 1


def test_after_submission_every_page_says_that_it_was_submitted(ready):
    submit(ready, ready.receipt())

    for page in ("resume", "goals", "profile", "review"):
        response = ready.get(page)
        assert response.status_code == 200
        assert "These answers were already submitted" in text_of(response)
    assert ready.post("goal", 1, rating_1="5").status_code == 409
    assert ready.autosave("goal", 1, rating_1="5").json()["saved"] is False
    assert (
        ready.client.post(ready.url("language"), {"language": "ru"}).status_code == 409
    )


@pytest.mark.parametrize("receipt", ["", "ABCD-EFGH-JKLM", "ABCD-EFGH-JKLM:forged"])
def test_a_receipt_that_was_not_made_here_submits_nothing(ready, receipt):
    page = submit(ready, receipt)

    assert page.status_code == 422
    assert "Nothing was submitted yet." in text_of(page)
    assert not Response.objects.exists()


def test_a_receipt_of_another_draft_submits_nothing(ready, begin_on, scorecard):
    other = begin_on(scorecard, ratings={1: "1111"}, profile={"sector": "ngo"})

    assert submit(ready, other.receipt()).status_code == 422


def test_an_empty_draft_cannot_be_submitted(begin_on, scorecard, ready):
    person = begin_on(scorecard, ratings={1: "21?-"}, profile={"sector": "ngo"})
    receipt = person.receipt()
    person.post("goal", 1, rating_1="-")

    page = submit(person, receipt)

    assert page.status_code == 422
    assert "Rate or write something on at least one goal" in text_of(page)


def test_a_required_profile_question_is_asked_for_before_submission(ready):
    receipt = ready.receipt()
    ready.post("profile")

    page = submit(ready, receipt)

    assert page.status_code == 422
    assert "Missing before you can submit: Where do you work?" in text_of(page)


def test_submitting_severs_the_draft_from_the_response(ready):
    receipt = ready.receipt()

    submit(ready, receipt)

    response = Response.objects.get()
    assert not Draft.objects.exists()
    assert not DraftAnswer.objects.exists()
    link = PersonalLink.objects.values().get()
    kept = " ".join(str(value) for value in link.values())
    assert response.pk.hex not in kept.replace("-", "")
    assert response.receipt_hash not in kept
    assert shown(receipt) not in kept


# ------------------------------------------------------------------ languages


def test_the_start_page_speaks_the_language_that_was_chosen(scorecard, client):
    page = client.get(f"/answer/{scorecard.open_link}/?language=ru")

    assert '<html lang="ru">' in page.content.decode()
    assert page.headers["Content-Language"] == "ru"
    assert "Я согласен." in text_of(page)
    assert "Начать" in text_of(page)


def test_the_start_page_takes_the_language_of_the_browser(scorecard, client):
    path = f"/answer/{scorecard.open_link}/"

    russian = client.get(path, headers={"accept-language": "ru"})
    kazakh = client.get(path, headers={"accept-language": "kk"})

    assert russian.headers["Content-Language"] == "ru"
    assert kazakh.headers["Content-Language"] == "en"  # not a language of this survey


def test_the_language_button_saves_what_was_typed(respondent):
    respondent.choose(1)

    moved = respondent.post("goal", 1, rating_1="4", answer_why="Typed", language="ru")

    assert moved.url == respondent.url("goal", 1)
    page = respondent.get("goal", 1)
    assert "Typed" in text_of(page)
    assert 'name="rating_1" value="4" checked' in page.content.decode()
    assert "Почему такая оценка?" in text_of(page)
    assert '<html lang="ru">' in page.content.decode()


def test_the_language_button_keeps_text_that_does_not_fit(respondent):
    respondent.choose(1)
    text = "Long. " * 50

    page = respondent.post("goal", 1, answer_why=text, language="ru")

    assert page.status_code == 422
    assert text in page.content.decode()
    assert "Слишком длинно" in text_of(page)


def test_the_language_of_a_page_without_a_form_leads_back_to_it(respondent):
    moved = respondent.post("language", language="ru", page=respondent.url("review"))

    assert moved.url == respondent.url("review")
    assert "Проверить и отправить" in text_of(respondent.get("review"))


def test_the_language_button_leads_nowhere_else(respondent):
    moved = respondent.post(
        "language", language="ru", page="https://elsewhere.example/"
    )

    assert moved.url == respondent.url()


@pytest.mark.parametrize("sent", ["kk", "xx", "../../etc"])
def test_a_language_the_survey_does_not_have_changes_nothing(respondent, sent):
    respondent.post("language", language=sent)

    respondent.draft.refresh_from_db()
    assert respondent.draft.language == "en"


# ------------------------------------------------------------------ privacy and cost


def test_no_page_is_stored_by_browsers_on_the_way(ready, scorecard):
    pages = [ready.client.get(f"/answer/{scorecard.open_link}/")]
    pages += [ready.get(page) for page in ("resume", "goals", "profile", "review")]
    pages += [ready.get("goal", 1), ready.autosave("goal", 1, rating_1="1")]
    pages += [submit(ready, ready.receipt()), ready.get()]

    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}


def test_no_log_names_a_link_or_a_receipt(ready, caplog):
    receipt = ready.receipt()
    with caplog.at_level(logging.DEBUG):
        ready.post("goal", 1, rating_1="9")
        ready.client.get(ready.url("goal", 2))
        ready.client.put(ready.url("goal", 1))
        Client(enforce_csrf_checks=True).post(ready.url("goal", 1))
        submit(ready, receipt)
        submit(ready, ready.token)

    requests = [r for r in caplog.records if r.name.startswith("django.")]
    assert any("/respond/…/goals/2/" in record.getMessage() for record in requests)
    written = " ".join(
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith("django.db")
    )
    assert ready.token not in written
    assert shown(receipt) not in written


def cost(work) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert work().status_code == 200
    return len(queries)


def costs(person) -> list[int]:
    """Queries of every page, of saving one and of submitting."""
    pages = [("resume",), ("goals",), ("goal", 1), ("profile",), ("review",)]
    pages.append(("section", "leaving_no_one_behind"))
    counts = [cost(lambda page=page: person.get(*page)) for page in pages]
    counts.append(cost(lambda: person.autosave("goal", 1, rating_1="3")))
    receipt = person.receipt()
    return [*counts, cost(lambda: submit(person, receipt))]


def test_pages_cost_the_same_for_one_goal_and_for_seventeen(
    standard_instrument, begin_on
):
    scorecard = factories.make_scorecard(instrument=standard_instrument)
    codes, profile = "123451234?", {"sector": "ngo"}
    few = begin_on(scorecard, ratings={1: codes}, profile=profile)
    everything = dict.fromkeys(range(1, 18), codes)
    many = begin_on(scorecard, ratings=everything, profile=profile)

    of_few, of_many = costs(few), costs(many)

    assert of_few == of_many
    assert of_many[:6] == [1] * 6


def test_a_text_that_says_the_same_twice_is_shown_once(begin_on, instrument):
    """After an import a goal has no other full title, a key area no other question."""
    instrument.goals.update(full_title=F("title"))
    instrument.indicators.filter(number=1).update(question=F("name"))
    scorecard = factories.make_scorecard(instrument=instrument)
    person = begin_on(scorecard, ratings={1: "----"})

    page = person.get("goal", 1).content.decode()

    assert 'class="lede"' not in page
    assert "rating_1_help" not in page
    assert "rating_2_help" in page
