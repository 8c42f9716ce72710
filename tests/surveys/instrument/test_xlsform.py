"""Forms that others made, and files that somebody made to do harm."""

import io
import zipfile

import pytest
import xlsxwriter

from surveys.instrument.file import read_instrument
from surveys.instrument.parts import InvalidInstrument
from surveys.instrument.xlsform.convention import language_of
from surveys.instrument.xlsform.reading import Imported, read_xlsform
from surveys.instrument.xlsform.writing import write_xlsform
from surveys.sheets.reading import Unreadable
from surveys.sheets.words import why_unreadable
from tests.factories import SMALL

STANDARD = read_instrument(SMALL.read_text(encoding="utf-8"))
CHOICES = [
    ["list_name", "name", "label::English (en)", "label::Русский"],
    ["score", "1", "Bad", "Плохо"],
    ["score", "2", "Fair", "Средне"],
    ["score", "3", "Good", "Хорошо"],
    ["score", "98", "I don't know", "Не знаю"],
    ["sex", "f", "Woman", "Женщина"],
    ["sex", "m", "Man", "Мужчина"],
]
HEAD = ["type", "name", "label::English (en)", "label::Русский", "constraint"]
GRID = [
    ["select_one score", "laws", "Laws", "Законы"],
    ["select_one score", "money", "Money", "Деньги"],
    ["text", "why", "Why?", "Почему?"],
]


def goal(name: str, title: str) -> list[list[str]]:
    rows = [[kind, f"{name}_{code}", *rest] for kind, code, *rest in GRID]
    return [["begin_group", name, title, ""], *rows, ["end_group"]]


def book(survey, choices=CHOICES, **sheets) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as made:
        for name, rows in {"survey": survey, "choices": choices, **sheets}.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return written.getvalue()


def kobo() -> list[list[str]]:
    return [
        HEAD,
        ["start", "start"],
        ["note", "consent_note", "You agree by going on.", "Продолжая, вы согласны."],
        ["integer", "age", "Your age", "Ваш возраст", ". >= 14 and . < 111"],
        *goal("goal_5", "Goal 5: Gender"),
        *goal("goal_13", "Goal 13: Climate"),
        ["text", "anything", "Anything else?", "Что ещё?"],
        ["select_one sex", "sex", "Your sex", "Ваш пол"],
        ["geopoint", "where", "Where are you?", "Где вы?"],
    ]


def read(content: bytes) -> Imported:
    return read_xlsform(content, fallback="en", standard=STANDARD)


def problem(content: bytes) -> str:
    with pytest.raises((InvalidInstrument, Unreadable)) as refusal:
        read(content)
    if isinstance(refusal.value, Unreadable):
        return why_unreadable(refusal.value)
    return "; ".join(refusal.value.problems)


# ---------------------------------------------------------------- made elsewhere


def test_a_form_with_a_grid_for_each_goal_is_read():
    imported = read(book(kobo(), settings=[["form_title"], ["Our scorecard"]]))
    file = imported.file

    assert file.title == {"en": "Our scorecard"}
    assert file.languages == ["en", "ru"]
    assert [one.title["en"] for one in file.goals] == ["Gender", "Climate"]
    assert [(one.number, one.code, one.colour) for one in file.goals] == [
        (5, "goal_5", "#FF3A21"),
        (13, "goal_13", "#3F7E44"),
    ]
    assert [(one.code, one.name["ru"]) for one in file.indicators] == [
        ("laws", "Законы"),
        ("money", "Деньги"),
    ]
    assert [(one.score, one.label["en"]) for one in file.scale] == [
        (1, "Bad"),
        (2, "Fair"),
        (3, "Good"),
    ]
    assert file.missing["dont_know"] == {"en": "I don't know", "ru": "Не знаю"}
    assert [one.code for one in file.goal_questions] == ["why"]
    assert [one.code for one in file.cross_cutting[0].questions] == ["anything"]
    assert [one.code for one in file.profile] == ["age", "sex"]
    assert (file.profile[0].lowest, file.profile[0].highest) == (14, 110)
    assert file.consent["en"] == "You agree by going on."
    assert [words for words in imported.left_out if "geopoint" in words] == [
        "sheet survey, row 17, column type: “geopoint” has no place here and was left "
        "out"
    ]


def test_everything_that_has_no_place_is_named_wherever_it_stands():
    """Not only what stands loose: also in groups, and columns that are not read."""
    survey = [
        [
            *(*HEAD, "required", "relevant"),
            *("required_message::English", "media::image", "calculation"),
        ],
        ["begin_group", "about", "About you", "О вас"],
        ["select_one sex or_other", "sex", "Your sex", "Ваш пол", "", "yes"],
        ["decimal", "income", "Income", "Доход"],
        ["date", "born", "Born", "Родились", "", "", "", "When?"],
        ["calculate", "sum", *[""] * 7, "1 + 1"],
        ["integer", "age", "Age", "Возраст", "", "", "", "How old?", "age.png"],
        ["end_group"],
        *goal("goal_5", "Goal 5: Gender"),
        ["begin_group", "goal_13", "Goal 13: Climate", "", "", "", "${age} > 3"],
        ["select_one score", "goal_13_laws", "Laws", "Законы", "", "yes"],
        ["select_one score", "goal_13_money", "Money", "Деньги", "", "yes"],
        ["text", "goal_13_why", "Why?", "Почему?"],
        ["image", "goal_13_photo", "Photo", "Фото"],
        ["end_group"],
        ["begin_repeat", "projects", "Projects", "Проекты"],
        ["text", "project", "Name", "Имя"],
        ["end_repeat"],
    ]

    assert [words.removeprefix("sheet survey, ") for words in left_out(survey)] == [
        "row 3, column type: “or_other” is not taken over: nothing can be written "
        "there",
        "row 4, column type: “decimal” has no place here and was left out",
        "row 5, column type: “date” has no place here and was left out",
        "row 6, column type: “calculate” has no place here and was left out",
        "row 7, column required_message::English: is not read here",
        "row 7, column media::image: pictures, sounds and films are not taken over",
        "row 14, column relevant: is not taken over: everybody is asked everything",
        "rows 15, 16, column required: is not taken over: a rating can always be left "
        "open",
        "row 18, column type: “image” has no place here and was left out",
        "row 20, column type: what is asked several times has no place here and was "
        "left out, with everything in it",
    ]


def test_what_many_rows_have_in_common_is_named_once():
    survey = kobo() + [["geopoint", f"at_{n}", "At", "Где"] for n in range(9)]

    assert left_out(survey) == [
        "sheet survey, rows 17, 18, 19, 20, 21 …, column type: “geopoint” has no place "
        "here and was left out"
    ]


def left_out(survey: list[list[str]]) -> list[str]:
    return list(read(book(survey)).left_out)


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        (
            "title",
            ["column label names no language; its texts were taken for English"],
        ),
        ("default_language", []),
    ],
)
def test_labels_without_a_language_are_told_for_which_they_were_taken(heading, said):
    survey = [[*HEAD[:2], "label"], *(row[:3] for row in goal("g1", "Goal 1: Poverty"))]
    choices = [["list_name", "name", "label"], *(row[:3] for row in CHOICES[1:5])]

    imported = read(book(survey, choices, settings=[[heading], ["Russian (ru)"]]))

    assert imported.left_out == [f"sheet survey: {words}" for words in said]
    assert imported.file.languages == (["en"] if said else ["ru"])


def test_a_rating_as_kobos_own_form_builder_writes_it_is_read():
    survey = [
        [*HEAD[:4], "required", "kobo--score-choices", "$kuid"],
        ["begin_score", "g5", "Goal 5: Gender", "Цель 5. Гендер", "", "score", "abc"],
        ["score__row", "g5_laws", "Laws", "Законы"],
        ["score__row", "g5_money", "Money", "Деньги"],
        ["end_score"],
        ["begin_score", "g13", "Goal 13: Climate", "", "", "score", "abd"],
        ["score__row", "g13_laws", "Laws", "Законы"],
        ["score__row", "g13_money", "Money", "Деньги"],
        ["end_score"],
        ["begin_rank", "order", "Order", "Порядок"],
        ["rank__level", "first", "First", "Первое"],
        ["end_rank"],
    ]
    imported = read(book(survey))

    assert [(one.number, one.title["en"]) for one in imported.file.goals] == [
        (5, "Gender"),
        (13, "Climate"),
    ]
    assert [one.name["ru"] for one in imported.file.indicators] == ["Законы", "Деньги"]
    assert imported.left_out == [
        *(
            f"sheet survey, row 10, column {column}: is not taken over: this group has "
            "no name of its own here"
            for column in HEAD[2:4]
        ),
        "sheet survey, row 11, column type: “rank__level” has no place here and was "
        "left out",
    ]


def test_a_question_in_a_group_of_its_own_within_a_goal_is_asked_on_each_goal():
    survey = [
        HEAD,
        *(
            row
            for name, title in (("a", "Goal 1: Poverty"), ("b", "Goal 2: Hunger"))
            for row in (
                ["begin_group", name, title, ""],
                ["begin_group", f"{name}_grid", "Areas", "Области"],
                ["select_one score", f"{name}_laws", "Laws", "Законы"],
                ["end_group"],
                ["begin_group", f"{name}_words", "In words", "Словами"],
                ["text", f"{name}_why", "Why?", "Почему?"],
                ["end_group"],
                ["end_group"],
            )
        ),
    ]
    imported = read(book(survey))

    assert [one.text["en"] for one in imported.file.goal_questions] == ["Why?"]
    assert imported.left_out == [
        f"sheet survey, rows 6, 14, column {column}: is not taken over: this group has "
        "no name of its own here"
        for column in HEAD[2:4]
    ]


def test_texts_and_conditions_of_groups_that_have_no_place_are_named():
    survey = [
        [*HEAD[:3], "hint::English (en)", "relevant", "media::image"],
        ["note", "consent_note", "You agree by going on.", "Read this."],
        ["begin_group", "about", "About you", "As you like."],
        ["integer", "age", "Your age", "In years."],
        ["end_group"],
        ["begin_group", "more", "More about you", "Or not.", "${age} > 3", "you.png"],
        ["select_one sex", "sex", "Your sex", "As you like."],
        ["end_group"],
        ["begin_group", "all", "All goals", ""],
        *(
            row
            for name, title in (("g1", "Goal 1: Poverty"), ("g5", "Goal 5: Gender"))
            for row in (
                ["begin_group", name, title, f"All of {name}"],
                ["begin_group", f"{name}_grid", "Key areas", "How far are they?"],
                ["select_one score", f"{name}_laws", "Laws", "Are they good?"],
                ["end_group"],
                ["end_group"],
            )
        ),
        ["end_group"],
        ["begin_group", "last", "At the end", "Say all."],
        ["text", "anything", "Anything else?", "At all."],
        ["end_group"],
    ]
    imported = read(book(survey))

    name = "is not taken over: this group has no name of its own here"
    hint = "is not taken over: there is no place for a hint here"
    assert [
        words.removeprefix("sheet survey, row").removeprefix("s")
        for words in imported.left_out
    ] == [
        f" 2, 3, 6, 21, column hint::English (en): {hint}",
        " 6, column relevant: is not taken over: everybody is asked everything",
        " 6, column media::image: pictures, sounds and films are not taken over",
        f" 6, 9, column label::English (en): {name}",
    ]
    assert imported.file.goals[0].full_title == {"en": "All of g1"}
    assert imported.file.dimensions[0].description == {"en": "How far are they?"}


def test_goals_that_differ_in_their_rows_name_the_place():
    survey = kobo()
    del survey[10]  # the second goal's second key area

    assert "sheet survey, row 10: each goal needs the same rows" in problem(
        book(survey)
    )


def test_a_form_without_goals_says_so():
    assert "no goals were found" in problem(book([HEAD, ["text", "why", "Why?", ""]]))


def test_a_language_that_is_none_names_its_column():
    survey = [[*HEAD[:3], "label::Klingonisch", "constraint"], *kobo()[1:]]

    assert "sheet survey, row 1, column label::Klingonisch" in problem(book(survey))


@pytest.mark.parametrize(
    "name", ["kk", "Kazakh", "Қазақ", "Қазақша", "қазақша", "Anything (kk)"]
)
def test_a_language_is_known_by_its_code_and_its_names(name):
    assert language_of(name) == "kk"


def test_what_pyxform_refuses_is_said_in_its_words():
    survey = [*kobo(), ["select_one nothing", "x", "X", "X"]]

    assert "nothing" in problem(book(survey))
    assert "row" in problem(book([*kobo(), ["begin_group", "g", "G", ""]])).lower()


# ------------------------------------------------- our own, changed in a spreadsheet


def changed(change) -> bytes:
    import openpyxl

    made = openpyxl.load_workbook(io.BytesIO(write_xlsform(STANDARD)))
    change(made)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def cell(made, sheet: str, heading: str, text: str):
    """The cell under a heading in the row that has this text anywhere."""
    rows = list(made[sheet].iter_rows())
    place = [one.value for one in rows[0]].index(heading)
    return next(row for row in rows if text in [one.value for one in row])[place]


@pytest.mark.parametrize(
    ("sheet", "heading", "row", "value", "said"),
    [
        ("survey", "scorecard_colour", "g_no_poverty", "red", "is not a colour"),
        ("survey", "scorecard_number", "g_no_poverty", "one", "is not a whole number"),
        ("survey", "scorecard_part", "g_no_poverty", "goel", "is none of"),
        ("survey", "constraint", "q_age", "regex(., 'a')", "only limits of numbers"),
        ("choices", "scorecard_highest", "very_low", "29", "does not follow"),
        ("survey", "label::Russian (ru)", "g_climate_action__laws", "Иное", "differs"),
    ],
)
def test_a_mistake_is_named_by_sheet_row_and_column(sheet, heading, row, value, said):
    def change(made):
        cell(made, sheet, heading, row).value = value

    words = problem(changed(change))

    assert said in words
    assert f"sheet {sheet}, row" in words
    assert heading in words or said == "does not follow"


# ------------------------------------------------------------------------- hostile


def test_a_formula_is_never_run_and_comes_as_its_last_value():
    def fill(made):
        cell(made, "survey", "label::English (en)", "g_no_poverty").value = "=1+1"

    # openpyxl keeps no last values: the goal has no English title then.
    assert read(changed(fill)).file.goals[0].title == {"ru": "Ликвидация нищеты"}


@pytest.mark.parametrize(
    "content",
    [b"", b"type,name\ntext,a", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0old"],
)
def test_what_is_no_workbook_is_refused(content):
    assert problem(content)


def test_a_truncated_workbook_is_refused():
    assert problem(write_xlsform(STANDARD)[:-2000])


def test_a_zip_bomb_is_refused():
    packed = io.BytesIO(write_xlsform(STANDARD))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"\0" * 60 * 1024**2)

    assert "memory" in problem(packed.getvalue())


def test_two_columns_of_one_name_are_refused():
    survey = [[*HEAD[:3], HEAD[2], *HEAD[4:]], *kobo()[1:]]

    said = problem(book(survey))
    assert "sheet survey, row 1, column label::English (en): stands twice" in said


def test_a_million_empty_rows_cost_nothing():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as made:
        for name, rows in {"survey": kobo(), "choices": CHOICES}.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        made.get_worksheet_by_name("survey").write_blank(
            1_048_575, 0, None, made.add_format({"bold": True})
        )

    assert len(read(written.getvalue()).file.goals) == 2


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ud800b"])
def test_control_characters_are_refused(text):
    file = SMALL.read_text(encoding="utf-8")
    quoted = {"a\x00b": "a\\0b", "a\x1bb": "a\\eb", "a\ud800b": "a\\uD800b"}[text]

    with pytest.raises(InvalidInstrument):
        read_instrument(file.replace("A small scorecard", f'"{quoted}"'))


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: [*x, *x]",
        "[" * 5000,
        "code: a\ncode: b",
        "x: " + "y" * 1_000_001,
        "? [1, 2]\n: 3",
        b"\x98\x81\xff",
        b"\xff\xfe\x00\xd8",
    ],
)
def test_hostile_yaml_is_refused_at_once(text):
    with pytest.raises(InvalidInstrument):
        read_instrument(text)
