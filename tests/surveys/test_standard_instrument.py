"""The standard instrument is complete, consistent and written in three languages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

SOURCE = Path(__file__).parents[2] / "surveys" / "instrument" / "standard.yaml"
LANGUAGES = ["en", "ru", "kk"]
GOAL_COLOURS = [
    "#E5243B",
    "#DDA63A",
    "#4C9F38",
    "#C5192D",
    "#FF3A21",
    "#26BDE2",
    "#FCC30B",
    "#A21942",
    "#FD6925",
    "#DD1367",
    "#FD9D24",
    "#BF8B2E",
    "#3F7E44",
    "#0A97D9",
    "#56C02B",
    "#00689D",
    "#19486A",
]
KAZAKH_LETTERS = re.compile("[әғқңөұүһі]", re.IGNORECASE)
LATIN_LETTERS = re.compile("[a-zçəɵʻ]", re.IGNORECASE)
CYRILLIC_LETTERS = re.compile("[а-яё]", re.IGNORECASE)
# Written with Kazakh letters in Russian too, by the decree that made the regions.
KAZAKH_NAMES_IN_RUSSIAN = re.compile("Жетісу|Ұлытау")
# A sentence this long without one Kazakh letter is Russian, or Kazakh mistyped.
LONG_ENOUGH_TO_SHOW_ITS_LANGUAGE = 20


@pytest.fixture(scope="module")
def instrument() -> dict[str, Any]:
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))


def texts_of(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every localized text below `node`, with the path that leads to it."""
    if isinstance(node, dict):
        if set(node) & set(LANGUAGES):
            yield where, node
            return
        for key, value in node.items():
            yield from texts_of(value, f"{where}/{key}")
    elif isinstance(node, list) and where != "/languages":
        for place, value in enumerate(node):
            name = value.get("code", place) if isinstance(value, dict) else place
            yield from texts_of(value, f"{where}/{name}")


def questions_of(instrument: dict[str, Any]) -> list[dict[str, Any]]:
    """Goal questions, cross-cutting questions and profile questions, in this order."""
    asked_once = [q for s in instrument["cross_cutting"] for q in s["questions"]]
    return instrument["goal_questions"] + asked_once + instrument["profile"]


def codes(items: list[dict[str, Any]]) -> list[str]:
    return [item["code"] for item in items]


def test_every_mapping_key_is_written_once():
    class Strict(yaml.SafeLoader):
        """YAML lets a later key silently replace an earlier one; this does not."""

        def construct_mapping(self, node, deep=False):
            keys = [self.construct_object(key) for key, _ in node.value]
            assert len(keys) == len(set(keys)), f"{keys} {node.start_mark}"
            return super().construct_mapping(node, deep)

    yaml.load(SOURCE.read_text(encoding="utf-8"), Loader=Strict)  # noqa: S506


def test_the_head_says_how_it_is_scored(instrument):
    assert instrument["code"] == "standard"
    assert instrument["version"] == 1
    assert instrument["languages"] == LANGUAGES
    assert instrument["percent_formula"] == "percent_of_maximum"
    assert instrument["missing_policy"] == "exclude"
    assert list(instrument["missing"]) == ["dont_know", "not_applicable"]


def test_the_scale_runs_from_one_to_five(instrument):
    assert [step["score"] for step in instrument["scale"]] == [1, 2, 3, 4, 5]


def test_bands_cover_0_to_100_without_gap_or_overlap(instrument):
    bands = instrument["bands"]

    covered = [p for b in bands for p in range(b["lowest"], b["highest"] + 1)]

    assert covered == list(range(101))
    assert [(b["code"], b["highest"]) for b in bands] == [
        ("very_low", 30),
        ("low", 50),
        ("medium", 70),
        ("high", 100),
    ]


def test_ten_indicators_stand_in_three_dimensions(instrument):
    dimensions, indicators = instrument["dimensions"], instrument["indicators"]

    assert [d["number"] for d in dimensions] == [1, 2, 3]
    assert [i["number"] for i in indicators] == list(range(1, 11))
    assert [i["dimension"] for i in indicators] == (
        ["policy_parameters"] * 2
        + ["institutional_capacity"] * 3
        + ["inclusive_governance"] * 5
    )
    assert set(codes(dimensions)) == {i["dimension"] for i in indicators}


def test_seventeen_goals_carry_the_official_colours(instrument):
    goals = instrument["goals"]

    assert [g["number"] for g in goals] == list(range(1, 18))
    assert codes(goals) == [f"sdg{number}" for number in range(1, 18)]
    assert [g["colour"] for g in goals] == GOAL_COLOURS


def test_three_open_questions_are_asked_for_every_goal(instrument):
    assert codes(instrument["goal_questions"]) == [
        "challenges",
        "achievements",
        "recommendations",
    ]


def test_cross_cutting_sections_follow_the_report(instrument):
    sections = {s["code"]: codes(s["questions"]) for s in instrument["cross_cutting"]}

    assert list(sections) == [
        "progress",
        "leaving_no_one_behind",
        "planetary_boundaries",
        "delivery",
    ]
    assert all(sections.values())


def test_all_marginalised_groups_are_offered(instrument):
    question = next(
        q for q in questions_of(instrument) if q["code"] == "marginalised_groups"
    )

    assert question["kind"] == "multiple_choice"
    assert len(question["options"]) == 11


def test_regions_are_seventeen_three_cities_and_the_whole_country(instrument):
    region = next(q for q in instrument["profile"] if q["code"] == "region")

    names = [option["label"]["en"] for option in region["options"]]

    assert len([name for name in names if name.endswith("Region")]) == 17
    assert [name.split()[0] for name in names[17:]] == [
        "Almaty",
        "Astana",
        "Shymkent",
        "Several",
    ]


def test_each_question_has_what_its_kind_needs(instrument):
    needed = {
        "long_text": {"max_length"},
        "single_choice": {"options"},
        "multiple_choice": {"options"},
        "number": {"lowest", "highest"},
    }

    for question in questions_of(instrument):
        limits = {"max_length", "options", "lowest", "highest"} & set(question)
        assert limits == needed[question["kind"]], question["code"]


def test_codes_are_unique_and_plain(instrument):
    questions = questions_of(instrument)
    groups = [
        codes(instrument[part])
        for part in ("bands", "dimensions", "indicators", "goals", "cross_cutting")
    ]
    groups.append(codes(questions))
    groups += [codes(q["options"]) for q in questions if "options" in q]

    for group in groups:
        assert len(group) == len(set(group)), group
        assert all(re.fullmatch("[a-z][a-z0-9_]*", code) for code in group), group


def test_every_text_is_there_in_every_language(instrument):
    found = list(texts_of(instrument))

    assert len(found) > 140
    for where, text in found:
        assert list(text) == LANGUAGES, where
        for language, words in text.items():
            assert isinstance(words, str), f"{where} {language}"
            assert words.strip(), f"{where} {language}"
            assert words == words.strip(), f"{where} {language}"
            assert "  " not in words, f"{where} {language}"


def test_each_thing_a_person_reads_has_its_text(instrument):
    asked = questions_of(instrument)
    expected = {
        "label": instrument["scale"] + [o for q in asked for o in q.get("options", [])],
        "name": instrument["bands"]
        + instrument["dimensions"]
        + instrument["indicators"],
        "description": instrument["dimensions"],
        "question": instrument["indicators"],
        "title": [instrument, *instrument["goals"], *instrument["cross_cutting"]],
        "full_title": instrument["goals"],
        "text": asked,
        "help": instrument["goal_questions"],
    }

    for key, items in expected.items():
        assert all(set(item[key]) == set(LANGUAGES) for item in items), key
    assert set(instrument["consent"]) == set(LANGUAGES)


def test_no_text_repeats_another_language(instrument):
    for where, text in texts_of(instrument):
        assert len({words.casefold() for words in text.values()}) == 3, where


def test_english_is_written_in_latin_letters(instrument):
    for where, text in texts_of(instrument):
        assert not CYRILLIC_LETTERS.search(text["en"]), where


def test_russian_and_kazakh_hold_no_latin_look_alikes(instrument):
    for where, text in texts_of(instrument):
        for language in ("ru", "kk"):
            assert not LATIN_LETTERS.search(text[language]), f"{where} {language}"


def test_kazakh_uses_kazakh_letters_and_russian_does_not(instrument):
    for where, text in texts_of(instrument):
        russian = KAZAKH_NAMES_IN_RUSSIAN.sub("", text["ru"])
        assert not KAZAKH_LETTERS.search(russian), where
        if len(text["kk"]) >= LONG_ENOUGH_TO_SHOW_ITS_LANGUAGE:
            assert KAZAKH_LETTERS.search(text["kk"]), where


def test_every_kazakh_letter_occurs(instrument):
    kazakh = " ".join(text["kk"] for _, text in texts_of(instrument)).casefold()

    assert set("әғқңөұүһі") <= set(kazakh)


def test_consent_is_short_paragraphs_of_plain_text(instrument):
    for language, words in instrument["consent"].items():
        assert len(words.split("\n\n")) == 3, language
        assert not re.search(r"[*_#<>\[\]`]", words), language
        assert len(words) < 500, language
