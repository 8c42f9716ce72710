import pytest

from surveys.intake.merging import flat, mark_of, marks_of, merge, read_marks, written


def outcome(base, stored, mine, texts=()):
    """(stored afterwards, kinds of verdicts) of one field."""
    merged = merge(
        base=None if base is None else {"field": " ".join(map(mark_of, base))},
        stored={"field": stored},
        submitted={"field": mine},
        texts=texts,
    )
    kinds = ("changed", "elsewhere", "overruled", "contested")
    return merged.values["field"], {kind for kind in kinds if getattr(merged, kind)}


@pytest.mark.parametrize(
    ("base", "stored", "mine", "after", "kinds"),
    [
        ([3], 3, 3, 3, set()),
        ([3], 3, 4, 4, {"changed"}),
        ([3], 5, 3, 5, {"elsewhere"}),
        ([3], 4, 4, 4, set()),
        ([3], 5, 4, 4, {"changed", "overruled"}),
        ([3], 3, None, None, {"changed"}),
        ([3], None, 3, None, {"elsewhere"}),
        ([None], 5, None, 5, {"elsewhere"}),
        (None, 5, 4, 4, {"changed"}),
    ],
)
def test_a_field_is_taken_only_where_the_page_touched_it(
    base, stored, mine, after, kinds
):
    assert outcome(base, stored, mine) == (after, kinds)


def test_a_page_finds_its_own_words_after_an_answer_that_was_lost():
    sent_twice = ["", "Half a sent", "Half a sentence"]

    assert outcome(sent_twice, "Half a sent", "Half a sentence", ["field"]) == (
        "Half a sentence",
        {"changed"},
    )


def test_what_was_sent_in_vain_and_taken_back_is_taken_back():
    assert outcome(["", "Sent"], "Sent", "", ["field"]) == ("", {"changed"})


@pytest.mark.parametrize("mine", ["Mine", ""])
def test_of_two_texts_neither_is_given_up(mine):
    merged = merge(
        base=marks_of({"answer_why": "Old"}),
        stored={"answer_why": "Theirs"},
        submitted={"answer_why": mine},
        texts=["answer_why"],
    )

    assert merged.values == {"answer_why": "Theirs"}
    assert merged.contested == {"answer_why": mine}


def test_a_text_cleared_elsewhere_gives_way_to_one_that_was_written():
    assert outcome(["Old"], "", "Mine", ["field"]) == (
        "Mine",
        {"changed", "overruled"},
    )


def test_chosen_options_are_merged_one_by_one():
    merged = merge(
        base=marks_of({"goals": [1, 5]}),
        stored={"goals": [1, 5, 13]},  # 13 was added elsewhere
        submitted={"goals": [5, 8]},  # 1 was taken away here, and 8 added
    )

    assert merged.values == {"goals": [5, 13, 8]}
    assert merged.changed == {"goals=1", "goals=8"}
    assert merged.elsewhere == {"goals=13"}


def test_marks_survive_the_way_through_a_form():
    marks = marks_of({"rating_1": 4, "answer_why": "Дороги «»\n", "goals": [5]})

    assert read_marks(written(marks)) == marks
    assert set(marks) == {"rating_1", "answer_why", "goals=5"}


@pytest.mark.parametrize("sent", ["", "[]", "{", "[" * 99999, '{"a": 1}', "null"])
def test_marks_that_are_none_count_as_a_page_that_was_empty(sent):
    marks = read_marks(sent)

    assert marks == {}
    merged = merge(base=marks, stored={"rating_1": 4}, submitted={"rating_1": None})
    assert merged.values == {"rating_1": 4}


def test_blank_spaces_at_the_ends_are_no_change():
    assert mark_of(" Roads\n") == mark_of("Roads")
    assert mark_of("  ") == mark_of(None) == "0"
    assert flat({"a": None}) == {"a": ""}
