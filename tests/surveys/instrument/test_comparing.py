"""What differs between two questionnaires, and which words of a text."""

import doctest
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.instrument.comparing import matching, wording
from surveys.instrument.comparing.changes import Comparison, Effect, Fate
from surveys.instrument.comparing.matching import compare, moves
from surveys.instrument.comparing.wording import Pen
from surveys.instrument.editing import (
    digest,
    with_moved_part,
    with_part,
    without_part,
)
from surveys.instrument.file import STANDARD, read_instrument
from surveys.instrument.parts import InstrumentFile, checked, every_text
from tests import factories
from tests.surveys.instrument.whole import instruments, words


@pytest.fixture(scope="module")
def small() -> InstrumentFile:
    return read_instrument(factories.SMALL.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def standard() -> InstrumentFile:
    return read_instrument(STANDARD.read_text(encoding="utf-8"))


def changed(file: InstrumentFile, change) -> InstrumentFile:
    """The file after `change` was made to its content."""
    content: dict[str, Any] = file.model_dump()
    change(content)
    return checked(content)


def came_and_went(comparison: Comparison, fate: Fate) -> set[tuple[str, str]]:
    """(kind, code) of the parts with this fate; a question's code is its own."""
    return {(one.kind, one.code) for one in comparison.changes if one.fate == fate}


# -------------------------------------------------------------------- in every case


@settings(max_examples=25)
@given(instruments())
def test_a_version_compared_with_itself_finds_nothing(file):
    found = compare(file, file)

    assert found.is_empty
    assert found.is_comparable
    assert list(found.changes) == []


def test_every_text_counts_and_counts_once(standard):
    """Nothing that respondents read can change unseen."""
    places = [place for place, _ in every_text(standard.model_dump())]
    assert len(places) > 100

    for place in places:
        content = standard.model_dump()
        part: Any = content
        for step in place:
            part = part[step]
        part["ru"] += " и ещё"

        found = compare(standard, checked(content))

        [text] = [text for one in found.changes for text in one.texts]
        assert (text.field, text.language) == (place[-1], "ru")
        assert found.counts.texts == 1, place


@settings(max_examples=15)
@given(instruments(), instruments())
def test_what_came_one_way_went_the_other_way(one, other):
    there, back = compare(one, other), compare(other, one)

    assert came_and_went(there, Fate.ADDED) == came_and_went(back, Fate.REMOVED)
    assert came_and_went(there, Fate.REMOVED) == came_and_went(back, Fate.ADDED)
    assert came_and_went(there, Fate.CHANGED) == came_and_went(back, Fate.CHANGED)
    assert there.effects == back.effects
    assert there.counts.texts == back.counts.texts


# ------------------------------------------------------------------------- the parts


def test_a_reworded_question_is_one_text_in_each_language(small):
    now = changed(
        small,
        lambda c: c["goals"][0]["title"].update(en="No misery", ru="Без нищеты"),
    )

    found = compare(small, now)

    [goal] = found.goals.changes
    assert [(t.field, t.language, t.before) for t in goal.texts] == [
        ("title", "en", "No poverty"),
        ("title", "ru", "Ликвидация нищеты"),
    ]
    assert found.counts.texts == 1
    assert found.is_comparable
    assert found.effects == []


def test_a_goal_with_another_number_is_the_same_goal(small):
    found = compare(small, changed(small, lambda c: c["goals"][2].update(number=14)))

    assert found.goals.changes == []
    [one] = found.goals.renumbered
    assert (one.code, one.before, one.now) == ("climate_action", 13, 14)
    assert found.effects == [Effect.NUMBERS]


def test_a_goal_with_another_code_went_and_came(small):
    now = changed(small, lambda c: c["goals"][0].update(code="poverty"))

    found = compare(small, now)

    assert came_and_went(found, Fate.ADDED) == {("goal", "poverty")}
    assert came_and_went(found, Fate.REMOVED) == {("goal", "no_poverty")}
    assert found.effects == [Effect.GOALS]
    assert not found.is_comparable


def test_a_key_area_that_goes_renumbers_those_after_it(small):
    found = compare(small, without_part(small, "indicator", "plans"))

    assert [one.code for one in found.indicators.renumbered] == [
        "money",
        "participation",
    ]
    assert found.effects == [Effect.INDICATORS, Effect.NUMBERS]


@pytest.mark.parametrize(
    ("change", "effect", "is_comparable"),
    [
        (lambda c: c["scale"].pop(), Effect.SCALE, False),
        (
            lambda c: c.update(percent_formula="percent_of_range"),
            Effect.FORMULA,
            False,
        ),
        (lambda c: c["indicators"].pop(), Effect.INDICATORS, False),
        (
            lambda c: (
                c["bands"][0].update(highest=20),
                c["bands"][1].update(lowest=21),
            ),
            Effect.BANDS,
            True,
        ),
        (
            lambda c: c["indicators"][3].update(dimension="policy"),
            Effect.DIMENSIONS,
            True,
        ),
    ],
)
def test_what_breaks_a_comparison_of_figures_is_told(
    small, change, effect, is_comparable
):
    found = compare(small, changed(small, change))

    assert found.effects == [effect]
    assert found.is_comparable == is_comparable


def test_words_questions_and_languages_break_nothing(small):
    def change(content):
        content["consent"]["en"] = "Other words."
        content["profile"].pop()
        content["languages"].append("kk")
        content["title"]["kk"] = "Шағын бағалау"

    found = compare(small, changed(small, change))

    assert found.is_comparable
    assert found.effects == []


def test_a_language_that_came_is_told_once_and_not_for_each_text(small):
    def change(content):
        content["languages"].append("kk")
        for goal in content["goals"]:
            goal["title"]["kk"] = "Мақсат"

    found = compare(small, changed(small, change))

    [general] = found.changes
    assert [fact.field for fact in general.facts] == ["languages"]


def test_a_translation_that_came_is_no_changed_text(small):
    before = changed(small, lambda c: c["goals"][0]["title"].pop("ru"))

    counts = compare(before, small).counts

    assert (counts.texts, counts.translations) == (0, {Fate.ADDED: 1})


def test_a_help_that_came_is_a_changed_text(small):
    now = changed(small, lambda c: c["goal_questions"][0].update(help={"en": "Say."}))

    assert compare(small, now).counts.texts == 1


def test_a_question_is_followed_to_another_place_with_its_limits(small):
    asked = small.goal_questions[0]

    def change(content):
        moved = content["goal_questions"].pop(0)
        content["profile"].append(moved | {"max_length": 300, "required": True})

    found = compare(small, changed(small, change))

    [question] = found.questions["profile"].changes
    assert (question.code, question.fate) == (asked.code, Fate.CHANGED)
    assert [(f.field, f.before, f.now) for f in question.facts] == [
        ("place", "goal", "profile"),
        ("required", asked.required, True),
        ("max_length", asked.max_length, 300),
    ]
    assert not came_and_went(found, Fate.REMOVED)


def test_options_are_matched_by_their_codes(small):
    code = next(q.code for q in small.profile if len(q.options) > 1)

    def change(content):
        [question] = [q for q in content["profile"] if q["code"] == code]
        first = question["options"].pop(0)
        first["label"]["en"] = "Renamed"
        question["options"] += [first, {"code": "new", "label": {"en": "New"}}]

    found = compare(small, changed(small, change))

    [question] = found.questions["profile"].changes
    assert [one.fate for one in question.options.changes] == [Fate.CHANGED, Fate.ADDED]
    assert len(question.options.moves) == 1
    assert found.counts.parts == {("option", Fate.ADDED): 1}


def test_a_question_before_its_neighbour_has_moved_and_nothing_else(standard):
    codes = [one.code for one in standard.profile]

    found = compare(standard, with_moved_part(standard, "question", codes[0], up=False))

    [move] = found.questions["profile"].moves
    assert {move.code, *filter(None, [move.after])} <= set(codes)
    assert found.counts.elsewhere == 1
    assert list(found.changes) == []


def test_one_that_goes_from_first_to_last_is_the_one_that_moved():
    [move] = moves(["a", "b", "c", "d"], ["b", "c", "d", "a"])

    assert (move.code, move.after) == ("a", "d")


def test_who_comes_between_moves_nobody():
    assert moves(["a", "b"], ["a", "x", "b"]) == []
    assert moves(["a", "x", "b"], ["a", "b"]) == []


# ------------------------------------------------------------------------- the words


def marked(before: str, now: str) -> tuple[list[str], list[str]]:
    old, new = Pen().mark(before, now)
    return (
        [piece.text for piece in old if piece.is_changed],
        [piece.text for piece in new if piece.is_changed],
    )


@pytest.mark.parametrize(
    ("before", "now", "gone", "come"),
    [
        ("How well do laws serve?", "How well do plans serve?", ["laws"], ["plans"]),
        ("End it", "End it now", [], ["now"]),
        ("now end it", "end it", ["now"], []),
        ("Қалай бағалайсыз?", "Қалай көресіз?", ["бағалайсыз?"], ["көресіз?"]),
        ("a b c d", "a x y d", ["b c"], ["x y"]),
        ("all of it", "nothing like that", ["all of it"], ["nothing like that"]),
        ("two  spaces", "two spaces", ["spaces"], ["spaces"]),
        ("a b a", "a b", ["a"], []),
    ],
)
def test_changed_words_are_marked(before, now, gone, come):
    assert marked(before, now) == (gone, come)


@given(
    st.lists(words | st.sampled_from(["a", "b", " ", "\n"])),
    st.lists(words | st.sampled_from(["a", "b", " ", "\n"])),
)
def test_pieces_are_the_texts_and_a_difference_is_marked(one, other):
    before, now = " ".join(one), " ".join(other)

    old, new = Pen().mark(before, now)

    assert "".join(piece.text for piece in old) == before
    assert "".join(piece.text for piece in new) == now
    is_marked = any(piece.is_changed for piece in (*old, *new))
    assert is_marked == (before != now)


def test_what_is_too_much_to_compare_is_marked_as_a_whole():
    pen = Pen(pairs_left=5)

    _, first = pen.mark("x a y b z", "x c y d z")
    _, second = pen.mark("x a y z", "x c y z")

    assert [piece.text for piece in first] == ["x ", "c y d", " z"]
    assert pen.pairs_left == 4
    assert [piece.text for piece in second] == ["x ", "c", " y z"]


def test_two_words_of_a_long_text_are_two_words_of_a_long_text():
    said = ("На местах эту цель исполняют так же полно. " * 80).split()
    now = [*said[:40], "НОВОЕ", *said[41:500], "ДРУГОЕ", *said[501:]]

    assert marked(" ".join(said), " ".join(now)) == (
        [said[40], said[500]],
        ["НОВОЕ", "ДРУГОЕ"],
    )


def test_texts_made_to_be_slow_are_not():
    """Every word of one occurs all over the other, never beside the same word."""
    pen = Pen()
    before = " ".join("q" if n % 2 else f"{n}" for n in range(199))
    now = " ".join("q" if n % 2 else f"-{n}" for n in range(199))

    started = time.process_time()
    for _ in range(100):
        pen.mark(before, now)

    assert time.process_time() - started < 30
    assert pen.pairs_left >= 0


def test_changing_a_part_back_finds_nothing(small):
    goal = small.goals[0].model_dump()
    other = goal | {"title": {"en": "Another"}}
    there = with_part(small, "goal", goal["code"], other, digest(goal))
    back = with_part(there, "goal", goal["code"], goal, digest(other))

    assert not compare(small, there).is_empty
    assert compare(small, back).is_empty


@pytest.mark.parametrize("module", [matching, wording])
def test_the_examples_in_the_docstrings_hold(module):
    result = doctest.testmod(module)

    assert result.attempted
    assert result.failed == 0
