"""Files that people send, and files that somebody made to do harm."""

import io
import struct
import zipfile

import pytest

from surveys.sheets import kinds, refusals
from surveys.sheets.reading import Unreadable
from surveys.sheets.words import UNREADABLE
from surveys.sheets.workbook import text_of
from tests.validation.estimates.tables import (
    HEADINGS,
    csv_of,
    row,
    workbook,
    xlsx_of,
)
from validation.estimates.reading import read_table


def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read_table(content)
    # Whatever is refused is refused in words.
    assert str(UNREADABLE[refused.value.reason])
    return refused.value


# ---------------------------------------------------------------- text files


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_is_read_with_any_delimiter_and_with_or_without_a_mark(delimiter, mark):
    lines = [HEADINGS, [row()[name] for name in HEADINGS]]
    text = "\n".join(delimiter.join(line) for line in lines)

    table = read_table(mark + text.encode())

    assert table.rows[0].number == 2
    assert table.rows[0].cells == row()
    assert table.encoding == "UTF-8"
    assert not table.is_workbook


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    content = (
        b'expert,goal,best,confidence,reason\n\nA,1,2,low,"two\nlines"\nB,1,2,low,c'
    )

    assert [one.number for one in read_table(content).rows] == [3, 4]


def test_windows_1251_is_recognised():
    content = csv_of(row(reason="Приюты закрыты, решение отложено.")).decode()

    table = read_table(content.encode("windows-1251"))

    assert table.encoding == "Windows-1251"
    assert table.rows[0].cells["reason"] == "Приюты закрыты, решение отложено."


def test_utf_16_with_a_mark_is_read():
    content = csv_of(row(reason="Приюты")).decode().encode("utf-16")

    assert read_table(content).rows[0].cells["reason"] == "Приюты"


@pytest.mark.parametrize(
    "content",
    [
        # Latin-1: é is й in Windows-1251, and stands within a Latin word
        csv_of(row(reason="José a décidé")).decode().encode("latin-1"),
        # KOI8-R read as Windows-1251 turns small letters into capitals
        csv_of(row(reason="Приюты закрыты")).decode().encode("koi8-r"),
        # the old DOS encoding
        csv_of(row(reason="Приюты закрыты")).decode().encode("cp866"),
        # a byte that Windows-1251 does not have
        csv_of(row(reason="x")) + b"\x98",
        b"\xff\xfe\x00",
    ],
)
def test_other_encodings_are_refused(content):
    assert refusal(content).reason == refusals.UNKNOWN_ENCODING


@pytest.mark.parametrize("content", [b"", b"  \n \n", b"\xef\xbb\xbf"])
def test_a_file_with_nothing_in_it(content):
    assert refusal(content).reason == kinds.EMPTY


def test_null_characters_and_endless_cells_are_no_table():
    assert refusal(csv_of(row()) + b"\x00").reason == refusals.NULL_BYTE
    endless = b"expert,goal,best,confidence,reason\n" + b'"' + b"x" * 200_000
    assert refusal(endless).reason == refusals.BROKEN_TEXT


def test_a_picture_is_no_table():
    assert refusal(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).reason in (
        refusals.UNKNOWN_ENCODING,
        kinds.NO_TEXT,
    )


def test_too_large_too_long_too_wide():
    assert refusal(b"x" * (5 * 1024**2 + 1)).reason == kinds.TOO_LARGE
    lines = [b"expert,goal,best,confidence,reason"]
    most = lines + [b"A,1,2,low,c"] * 10_000
    assert len(read_table(b"\n".join(most)).rows) == 10_000
    more = lines + [b"A,1,2,low,c"] * 10_001
    assert refusal(b"\n".join(more)).reason == refusals.TOO_MANY_ROWS
    wide = lines[0] + b",x" * 60
    assert refusal(wide).reason == refusals.TOO_MANY_COLUMNS


def test_a_million_empty_rows_are_no_rows():
    content = b";;;\n" * 200_000 + csv_of(row()) + b"\r\n" + b";;;\n" * 800_000

    assert len(read_table(content).rows) == 1


# ---------------------------------------------------------------- headings


def test_headings_are_understood_in_other_words():
    content = b"Expert E-mail,Goal Number,BEST estimate,Confidence *,Why\nA,1,2,low,c"

    assert read_table(content).rows[0].cells == {
        "email": "A",
        "goal": "1",
        "best": "2",
        "confidence": "low",
        "reason": "c",
    }


@pytest.mark.parametrize(
    ("headings", "reason", "detail"),
    [
        ("email;goal;best;best;confidence;reason", refusals.COLUMN_TWICE, "best"),
        ("email;goal;best;percent;confidence;reason", refusals.COLUMN_TWICE, "percent"),
        ("email;goal;confidence;reason", refusals.COLUMN_MISSING, "best"),
        ("goal;best;confidence;reason", refusals.COLUMN_MISSING, "expert"),
        ("Estimates of the panel", refusals.NO_HEADINGS, ""),
        ("5;1;20;25;40", refusals.NO_HEADINGS, ""),
    ],
)
def test_headings_that_do_not_fit_are_named(headings, reason, detail):
    refused = refusal(f"{headings}\n1;2;3;4;5;6".encode())

    assert refused.reason == reason
    assert detail in refused.detail


def test_something_under_no_heading_is_not_lost_without_a_word():
    refused = refusal(b"expert,goal,best,confidence,reason\nA,1,2,low,c,and more")

    assert refused.reason == refusals.UNNAMED_COLUMN
    assert refused.detail == "2"


def test_columns_that_mean_nothing_are_named():
    table = read_table(b"expert,goal,best,confidence,reason,Phone\nA,1,2,low,c,123")

    assert list(table.ignored) == ["Phone"]


# ---------------------------------------------------------------- workbooks


def test_a_workbook_is_read_with_numbers_and_formulas_as_values():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, ["expert", "goal", "best", "confidence", "reason"])
        sheet.write_row(5, 1, ["Aigul", 5.0, 29.5, "low"])
        sheet.write_formula(5, 5, '="Be"&"cause"', None, "Because")
        sheet.write_row(6, 1, ["Bolat", 5])
        sheet.write_formula(6, 3, "=0.1+0.2", None, 30.000000000000004)

    table = read_table(workbook(fill))

    assert table.is_workbook
    assert [one.number for one in table.rows] == [6, 7]
    assert table.rows[0].cells["goal"] == "5"
    assert table.rows[0].cells["best"] == "29.5"
    assert table.rows[0].cells["reason"] == "Because"
    assert table.rows[1].cells["best"] == "30"


def test_the_sheet_of_estimates_is_taken_else_the_first_that_is_shown():
    def named(book):
        book.add_worksheet("Codebook").write(0, 0, "Column")
        sheet = book.add_worksheet("Estimates")
        sheet.write_row(0, 0, HEADINGS)

    def hidden(book):
        first, second = book.add_worksheet(), book.add_worksheet()
        first.write(0, 0, "lists")
        second.write_row(0, 0, HEADINGS)
        second.activate()
        first.hide()

    assert len(read_table(workbook(named)).rows) == 0
    assert len(read_table(workbook(hidden)).rows) == 0


def test_merged_headings_are_refused_merged_cells_below_are_empty():
    def title(book):
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "Estimates of the panel")
        sheet.write_row(1, 0, HEADINGS)

    def below(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.merge_range(1, 0, 2, 0, "aigul@kazakhstan-2022.example")
        sheet.write_row(1, 1, ["5", "1"])
        sheet.write_row(2, 1, ["1", "1"])

    assert refusal(workbook(title)).reason == refusals.MERGED_HEADINGS
    assert [one.cells["email"] for one in read_table(workbook(below)).rows] == [
        "aigul@kazakhstan-2022.example",
        "",
    ]


def test_a_million_rows_with_nothing_or_one_thing_in_them():
    def formats(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        bold = book.add_format({"bold": True})
        for number in range(1, 50_000):
            sheet.write_blank(number, 0, None, bold)

    def far(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write(1_048_575, 1, "5")

    assert len(read_table(workbook(formats)).rows) == 0
    assert [one.number for one in read_table(workbook(far)).rows] == [1_048_576]


def test_a_sheet_that_would_fill_the_memory_is_refused():
    def corner(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write(1_048_575, 16_383, "x")

    assert refusal(workbook(corner)).reason == refusals.UNPACKS_TOO_LARGE


def packed(**entries: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_a_zip_bomb_is_refused_by_what_it_says(monkeypatch):
    bomb = packed(a=bytes(30 * 1024**2), b=bytes(30 * 1024**2))
    assert len(bomb) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing is unpacked

    assert refusal(bomb).reason == refusals.UNPACKS_TOO_LARGE


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    content = xlsx_of(row())
    true = struct.pack("<L", 60 * 1024**2)
    bomb = packed(a=bytes(60 * 1024**2)).replace(true, struct.pack("<L", 10))
    many = packed(**{f"entry{n}": b"" for n in range(501)})

    assert refusal(bomb).reason in (kinds.BROKEN_WORKBOOK, refusals.UNPACKS_TOO_LARGE)
    assert refusal(many).reason == refusals.UNPACKS_TOO_LARGE
    assert read_table(content).rows


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and nothing else",
        xlsx_of(row())[:-200],
        xlsx_of(row())[:1000],
        packed(a=b"some other archive"),
    ],
)
def test_broken_workbooks_are_refused(content):
    assert refusal(content).reason == kinds.BROKEN_WORKBOOK


def test_old_or_locked_workbooks_are_refused():
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)

    assert refusal(content).reason == kinds.OLD_WORKBOOK


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "TRUE"), (5.0, "5"), (29.5, "29.5"), ("x", "x"), (7, "7")],
)
def test_cells_become_what_people_would_have_typed(value, text):
    assert text_of(value) == text
