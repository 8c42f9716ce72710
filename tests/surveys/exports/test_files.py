"""What stands in the three kinds of file, read back with the readers people use."""

from collections.abc import Callable
from datetime import datetime

import openpyxl
import pytest

from surveys.exports.rows import Rows
from surveys.models import Instrument, Scorecard
from surveys.sample.exclusions import exclude_response, readmit_response
from tests import factories
from tests.surveys.exports import conftest
from tests.surveys.exports.conftest import store

CODES = ("csv", "xlsx", "sav")
ALL = pytest.mark.parametrize("code", CODES)
TEXTS = {
    "formula": "=cmd|'/c calc'!A1",
    "minus": "-2+3",
    "apostrophe": "'tis",
    "script": "<script>alert(1)</script>",
    "emoji": "👩‍🌾🇰🇿",
    "right to left": "\u202eمرحبا",
    "lines": 'one\n"two"\r\nthree, four; five',
    "escape": "_x0041_",
    "blank": "  spaces  ",
    "number": "007",
}


@pytest.fixture
def scorecard(instrument: Instrument) -> Scorecard:
    """A confidential one, of which a file tells all there is."""
    return factories.make_scorecard(instrument=instrument, anonymity="confidential")


def by_key(rows: list[dict]) -> dict[str, dict]:
    return {row["response"]: row for row in rows}


@ALL
def test_ratings_and_the_three_missing_answers_are_told_apart(
    code: str, scorecard: Scorecard, make: Callable
) -> None:
    factories.respond(scorecard, {1: "12?/", 5: "-555"})

    (row,) = make(code).rows

    wanted = {
        "csv": ["1", "2", "dont_know", "not_applicable"],
        "xlsx": [1, 2, "dont_know", "not_applicable"],
        "sav": [1, 2, 97, 98],
    }[code]
    skipped = {"csv": "skipped", "xlsx": "skipped", "sav": 99}[code]
    assert [row[f"g01_i0{n}"] for n in (1, 2, 3, 4)] == wanted
    assert row["g05_i01"] == skipped
    # A goal that was not chosen is none of the three.
    assert row["g13_i01"] in ("", None)


def test_spss_knows_labels_and_missing_values(
    scorecard: Scorecard, make: Callable
) -> None:
    factories.respond(scorecard, {1: "12?/"})

    meta = make("sav", language="ru").meta

    labels = meta.variable_value_labels
    assert labels["g01_i01"] == {
        1: "Очень плохо",
        2: "Плохо",
        3: "Средне",
        4: "Хорошо",
        5: "Очень хорошо",
        97: "Не знаю",
        98: "Не относится",
        99: "Без ответа",
    }
    codes = [{"lo": n, "hi": n} for n in (97, 98, 99)]
    assert meta.missing_ranges["g01_i01"] == codes
    assert "Законы" in meta.column_names_to_labels["g01_i01"]
    assert labels["profile_gender"] == {1: "Женщина", 2: "Мужчина", 3: "Другой"}
    assert meta.variable_measure["g01_i01"] == "ordinal"
    assert meta.original_variable_types["submitted_on"] == "SDATE10"


@ALL
def test_profile_day_and_minutes_of_a_confidential_scorecard_are_all_told(
    code: str, scorecard: Scorecard, make: Callable
) -> None:
    factories.respond(scorecard, {1: "1212"})

    (row,) = make(code).rows

    assert str(row["submitted_on"])[:10] == "2022-04-16"
    age, sector = row["profile_age"], row["profile_sector"]
    assert (age, sector) == {
        "csv": ("34", "ngo"),
        "xlsx": (34, "ngo"),
        "sav": (34, 1),
    }[code]
    assert "minutes" in row


@ALL
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_is_told_untouched_and_runs_nowhere(
    code: str,
    text: str,
    scorecard: Scorecard,
    make: Callable,
) -> None:
    store(scorecard, {1: "1212"}, {1: {"why": text}})

    file = make(code)

    told = file.rows[0]["g01_why"]
    if code == "csv":
        assert not told.startswith(("=", "+", "-", "@"))
        told = told.removeprefix("'") if text[0] in "=+-@'" else told
    if code == "sav":
        # SPSS fills up with spaces, so that those at the end say nothing.
        text = text.rstrip()
    assert told == text
    assert file.remarks == []
    assert file.job.outcome["remarks"] == 0


@pytest.mark.parametrize(
    ("code", "kept"), [("csv", 100_000), ("xlsx", 32_767), ("sav", 1_000)]
)
@pytest.mark.parametrize("letter", ["ы", "👩"])
def test_very_long_text_is_cut_only_where_it_must_be_and_named(
    code: str,
    kept: int,
    letter: str,
    scorecard: Scorecard,
    make: Callable,
) -> None:
    response = store(scorecard, {1: "1212"}, {1: {"why": letter * 100_000}})

    file = make(code)

    units = len(file.rows[0]["g01_why"].encode("utf-16-le")) // 2
    if code == "csv":
        assert file.rows[0]["g01_why"] == letter * 100_000
        assert file.job.outcome["remarks"] == 0
        return
    assert kept - 1 <= units <= kept
    assert file.rows[0]["g01_why"].endswith("…")
    ((where, column, words),) = file.job.outcome["first_remarks"]
    assert (where, column) == (str(response.pk), "g01_why")
    assert "100000" in words
    if code == "xlsx":
        assert file.remarks == [[where, column, words]]
        assert "32,767" in file.about
    else:
        assert str(response.pk) in file.about


@ALL
def test_odd_record_breaks_nothing_and_is_named(
    code: str, scorecard: Scorecard, make: Callable
) -> None:
    good = factories.respond(scorecard, {1: "1212"})
    profile = {"sector": ["ngo"], "gender": "robot", "age": "thirty"}
    odd = store(scorecard, {1: "1212"}, {1: {"why": {"a": 1}}}, profile=profile)
    worse = store(scorecard, {1: "3333"}, {1: []}, profile=["x"], cross_cutting=7)

    file = make(code)

    rows = by_key(file.rows)
    assert len(rows) == file.job.outcome["responses"] == 3
    assert rows[str(good.pk)]["g01_i02"] in ("2", 2)
    assert rows[str(odd.pk)]["profile_age"] in ("", None)
    assert rows[str(worse.pk)]["g01_i01"] in ("3", 3)
    named = {(where, column) for where, column, _ in file.job.outcome["first_remarks"]}
    assert named == {
        (str(odd.pk), "profile_sector"),
        (str(odd.pk), "profile_gender"),
        (str(odd.pk), "profile_age"),
        (str(odd.pk), "g01_why"),
        (str(worse.pk), "profile_sector"),
        (str(worse.pk), "q_who_is_left_behind"),
        (str(worse.pk), "g01_why"),
    }


@pytest.mark.parametrize("code", CODES)
def test_letters_that_no_file_can_hold_are_replaced_and_named(
    code: str, scorecard: Scorecard, make, monkeypatch
) -> None:
    """PostgreSQL cannot store them, SQLite can: so they are put into what is read."""
    store(scorecard, {1: "1212"}, {1: {"why": "TEXT"}})
    answers = Rows._answers

    def spoiled(self, *span):
        found = answers(self, *span)
        for goals in found.values():
            for _, texts in goals.values():
                texts["why"] = "a\x00b\ud800c"
        return found

    monkeypatch.setattr(Rows, "_answers", spoiled)

    file = make(code)

    assert file.rows[0]["g01_why"] == "a\ufffdb\ufffdc"
    assert file.job.outcome["remarks"] == 1


@ALL
def test_excluded_response_is_in_the_file_and_marked(
    code: str,
    scorecard: Scorecard,
    coordinator,
    make: Callable,
    now: datetime,
) -> None:
    responses = [factories.respond(scorecard, {1: "1212"}) for _ in range(3)]
    exclusions = [
        exclude_response(
            response_id=response.pk,
            cause="duplicate",
            reason="Sent twice.",
            by=coordinator,
            now=now,
        )
        for response in responses[:2]
    ]
    readmit_response(
        exclusion_id=exclusions[1].pk, reason="No, it was not.", by=coordinator, now=now
    )

    file = make(code)

    rows = by_key(file.rows)
    told = [rows[str(response.pk)] for response in responses]
    assert [int(row["excluded"]) for row in told] == [1, 0, 0]
    assert [row["excluded_reason"] or "" for row in told] == ["Sent twice.", "", ""]
    assert file.job.outcome | {"first_remarks": []} == {
        "responses": 3,
        "excluded": 1,
        "remarks": 0,
        "first_remarks": [],
    }


@ALL
def test_codebook_explains_every_column_in_the_language_asked_for(
    code: str, scorecard: Scorecard, make: Callable
) -> None:
    factories.respond(scorecard, {1: "1212"})

    file = make(code, language="ru")

    columns = list(file.rows[0])
    if code == "sav":
        assert all(file.meta.column_labels)
        return
    explained = {line[0]: line for line in file.codebook[1:]}
    assert list(explained) == columns
    assert "Насколько хороши законы?" in explained["g01_i01"][2]
    assert "1 = Очень плохо" in explained["g01_i01"][3]
    assert "dont_know = Не знаю" in explained["g01_i01"][3]


@ALL
def test_file_of_the_shipped_questionnaire_has_a_column_for_every_question(
    code: str, standard_instrument, make: Callable
) -> None:
    scorecard = factories.make_scorecard(
        instrument=standard_instrument, slug="all-2022", anonymity="confidential"
    )
    by = factories.make_member(scorecard=scorecard, role="coordinator")
    store(scorecard, profile={}, cross_cutting={})

    file = make(code, by=by)

    names = list(file.rows[0])
    assert sum("_i" in name and name.startswith("g") for name in names) == 170
    assert sum(name.startswith("g") for name in names) == 170 + 17 * 3
    assert all(len(name) <= 64 and name.isidentifier() for name in names)


def test_full_sheet_is_followed_by_another(
    scorecard: Scorecard, make: Callable, monkeypatch
) -> None:
    monkeypatch.setattr("surveys.exports.workbook.MOST_ROWS", 2)
    for _ in range(5):
        store(scorecard)

    monkeypatch.setitem(conftest.READERS, "xlsx", lambda made: None)
    book = openpyxl.load_workbook(make("xlsx").path)

    assert [sheet.title for sheet in book] == [
        "About",
        "Responses",
        "Responses 2",
        "Responses 3",
        "Codebook",
        "Remarks",
    ]
    rows = [sheet.max_row - 1 for sheet in list(book)[1:4]]
    assert rows == [2, 2, 1]


def test_rows_are_read_in_pieces_without_losing_one(
    scorecard: Scorecard, make: Callable, monkeypatch
) -> None:
    stored = {str(store(scorecard, {1: "1234"}).pk) for _ in range(7)}
    monkeypatch.setattr("surveys.exports.rows.AT_ONCE", 3)

    rows = make("csv").rows

    assert [row["response"] for row in rows] == sorted(stored)
    assert all(row["g01_i04"] == "4" for row in rows)
