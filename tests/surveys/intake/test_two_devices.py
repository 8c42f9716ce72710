"""One respondent, two devices on one page: no answer changes without its author."""

import re
from html import unescape

from surveys.intake.merging import marks_of
from surveys.intake.services import save_goal_answer, start_draft
from tests import factories


def test_a_save_leaves_alone_what_its_page_did_not_change(scorecard, now):
    draft, _ = start_draft(scorecard=scorecard, language="en", now=now)
    page = marks_of({})

    def save(ratings):
        return save_goal_answer(
            draft=draft,
            goal=factories.goal_of(scorecard, 1),
            ratings=ratings,
            texts={},
            base=page,
            now=now,
        )

    save({2: 4})  # one device
    save({3: 1})  # the other one, whose page is older

    assert draft.answers.get().ratings == "-41-"


def test_a_save_of_what_is_stored_already_writes_nothing(respondent):
    respondent.choose(1)
    respondent.post("goal", 1, rating_1="3")
    before = respondent.draft.answers.get()

    respondent.draft.refresh_from_db()
    saved_at = respondent.draft.saved_at
    respondent.post("goal", 1, rating_1="3")

    respondent.draft.refresh_from_db()
    assert respondent.draft.saved_at == saved_at
    assert respondent.draft.answers.get().ratings == before.ratings == "3---"


def test_the_page_is_told_what_changed_on_the_other_device(respondent):
    respondent.choose(1)
    older = respondent.base("goal", 1)
    respondent.autosave("goal", 1, rating_2="4")

    answer = respondent.autosave("goal", 1, rating_3="1", base=older).json()

    assert respondent.ratings(1) == "-41-"
    assert answer["changed"] == {"rating_2": "4"}
    assert sorted(answer["base"]) == ["rating_2", "rating_3"]
    assert "another device" in answer["notice"]


def test_of_two_ratings_of_one_key_area_the_later_stays_and_that_is_said(respondent):
    respondent.choose(1, 5)
    older = respondent.base("goal", 1)
    respondent.post("goal", 1, rating_2="4")

    told = respondent.autosave("goal", 1, rating_2="1", base=older).json()["notice"]
    moved = respondent.post("goal", 1, rating_2="5", base=older)

    assert "yours was kept" in told
    assert respondent.ratings(1) == "-5--"
    assert "yours was kept" in respondent.client.get(moved.url).content.decode()


def test_of_two_texts_neither_is_lost_without_scripts(respondent):
    respondent.choose(1)
    older = respondent.base("goal", 1)
    respondent.post("goal", 1, answer_why="From the phone")

    asked = respondent.post(
        "goal", 1, answer_why="From the desk", rating_1="2", base=older
    )

    page = asked.content.decode()
    assert asked.status_code == 409
    assert page.count("From the phone") == page.count("From the desk") == 1
    assert texts(respondent) == {"why": "From the phone"}
    assert respondent.ratings(1) == "2---"
    # Having seen both, saving the page again keeps what stands in it.
    again = respondent.post(
        "goal", 1, answer_why="From the desk", rating_1="2", base=marks_in(page)
    )
    assert again.status_code == 302
    assert texts(respondent) == {"why": "From the desk"}


def test_of_two_texts_neither_is_lost_in_a_section(respondent):
    older = respondent.base("section", "left_behind")
    respondent.autosave("section", "left_behind", answer_who_is_left_behind="Elders")

    asked = respondent.autosave(
        "section", "left_behind", answer_who_is_left_behind="Herders", base=older
    )

    assert asked.status_code == 409
    assert asked.json()["contested"] == {"answer_who_is_left_behind": "Elders"}
    respondent.draft.refresh_from_db()
    assert respondent.draft.cross_cutting == {"who_is_left_behind": "Elders"}


def test_what_the_other_device_said_about_me_stays(respondent):
    older = respondent.base("profile")
    respondent.autosave("profile", answer_sector="ngo")

    respondent.autosave("profile", answer_age="34", base=older)

    respondent.draft.refresh_from_db()
    assert respondent.draft.profile == {"sector": "ngo", "age": 34}


def test_a_goal_chosen_on_the_other_device_stays_chosen(respondent):
    respondent.choose(1)
    older = respondent.base("goals")
    respondent.post("goals", goals=[1, 5])

    respondent.post("goals", goals=[1, 13], base=older)

    chosen = respondent.draft.answers.filter(is_chosen=True)
    assert [answer.goal.number for answer in chosen] == [1, 5, 13]


def test_a_page_that_was_refused_still_knows_what_it_was_built_from(respondent):
    respondent.choose(1)
    older = respondent.base("goal", 1)
    respondent.post("goal", 1, rating_2="4")

    refused = respondent.post("goal", 1, rating_1="9", base=older).content.decode()
    respondent.post("goal", 1, rating_1="1", base=marks_in(refused))

    assert respondent.ratings(1) == "14--"


def texts(respondent) -> dict[str, str]:
    return respondent.draft.answers.get(goal__number=1).texts


def marks_in(page: str) -> str:
    return unescape(re.search(r'name="base" value="([^"]*)"', page).group(1))
