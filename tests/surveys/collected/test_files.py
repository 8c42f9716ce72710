"""Files as people keep them: with a title, cut off, told how they are divided."""

import io

import pytest
import xlsxwriter

from surveys.collected.tables.forms import read_sheet
from surveys.sheets.reading import Unreadable
from surveys.sheets.words import why_unreadable

WHOLE = "id,laws,why\n1,3,Because\n2,4,So\n"


def refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_sheet(content)
    return why_unreadable(refused.value)


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_a_first_line_that_tells_excel_the_sign_is_no_heading(sign):
    content = f"sep={sign}\r\n" + WHOLE.replace(",", sign)

    assert read_sheet(content.encode("utf-8-sig")).rows[:2] == [
        (1, ["id", "laws", "why"]),
        (2, ["1", "3", "Because"]),
    ]


def test_lines_above_the_headings_are_passed_over_and_told():
    sheet = read_sheet(f"Report on the survey\n\n ,2026\n{WHOLE}".encode())

    assert sheet.above == ["Report on the survey", "2026"]
    assert sheet.rows[0] == (4, ["id", "laws", "why"])


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("title", ["Report", "Report%s%s", '"Report, a; b; c"%s%s'])
def test_the_sign_is_told_below_a_title_too(sign, title):
    """Excel writes as many signs in the title's line as in any other."""
    title = title.replace("%s", sign)

    sheet = read_sheet(f"{title}\n{WHOLE.replace(',', sign)}".encode())

    assert len(sheet.above) == 1
    assert sheet.rows[:2] == [(2, ["id", "laws", "why"]), (3, ["1", "3", "Because"])]


def test_the_sign_is_told_by_what_the_rows_have_in_common():
    """Neither by a title with commas, nor by the commas of answers and of numbers."""
    content = "Report, in short, of all, 2026\nid;laws;why\n1;3,5;One, two, three, 4\n"

    assert read_sheet(content.encode()).rows[-1][1] == [
        "1",
        "3,5",
        "One, two, three, 4",
    ]


def test_a_told_sign_is_taken_whatever_the_rows_look_like():
    sheet = read_sheet(b"sep=,\na;b;c,d\n1;2;3,4\n5;6;7,8\n")

    assert sheet.rows[0][1] == ["a;b;c", "d"]


@pytest.mark.parametrize(
    "content",
    [WHOLE, "why\nBecause\nSo\n", "id\n1,3\n2,4\n", "a,b\nonly\n1,2\n"],
)
def test_a_table_without_a_title_keeps_its_first_row(content):
    sheet = read_sheet(content.encode())

    assert not sheet.above
    assert sheet.rows[0][0] == 1


@pytest.mark.parametrize(("title", "row"), [("", 3), ("Report\n", 4)])
def test_a_file_cut_off_in_a_row_names_it(title, row):
    content = f"{title}{WHOLE}".encode()[:-4]

    assert f"in the middle of row {row}" in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[:-1],  # a person's file without a last line's end
        WHOLE + "3\n",  # Excel leaves empty cells at the end out
        "id,why\n1,a\n2",
    ],
)
def test_a_file_that_only_looks_short_is_read(content):
    assert len(read_sheet(content.encode()).rows) >= 3


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_quotation_mark_that_stays_open_names_its_row(end):
    content = f'{WHOLE}3,5,"It goes on\n4,1,No\n5,2,Yes{end}'

    assert "In row 4 a quotation mark opens" in refusal(content.encode())


def test_a_quotation_mark_within_words_is_a_letter():
    sheet = read_sheet(f'{WHOLE}3,5,The "law" and 6"\n'.encode())

    assert sheet.rows[-1][1][2] == 'The "law" and 6"'


def test_merged_headings_are_named():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 0, ["id"])
        sheet.merge_range(2, 1, 2, 27, "Goal 1")
        sheet.write_row(3, 0, range(5))

    assert "B3:AB3" in refusal(written.getvalue())


def test_a_title_merged_across_the_table_is_passed_over():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 3, "Report")
        sheet.merge_range(2, 0, 2, 3, "2026")
        sheet.write_row(4, 0, ["id", "laws", "plans", "why"])
        sheet.write_row(5, 0, [1, 3, 4, "Because"])
        sheet.merge_range(6, 0, 6, 3, "End")
    read = read_sheet(written.getvalue())

    assert read.above == ["Report", "2026"]
    assert read.rows[0] == (5, ["id", "laws", "plans", "why"])


def test_merged_headings_below_a_merged_title_are_named():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "Report")
        sheet.write(1, 0, "id")
        sheet.merge_range(1, 1, 1, 2, "Goal 1")
        sheet.merge_range(1, 3, 1, 4, "Goal 5")
        sheet.write_row(2, 1, ["laws", "plans"] * 2)

    assert "are merged: B2:C2, D2:E2." in refusal(written.getvalue())


def test_cells_with_an_error_are_named_and_not_taken_for_empty():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        other, sheet = book.add_worksheet("Other"), book.add_worksheet("Responses")
        other.hide()
        sheet.activate()
        other.write_formula(5, 5, "=1/0", None, "#DIV/0!")
        sheet.write_row(0, 0, ["id", "laws"])
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 27, "=NA()", None, "#N/A")
        sheet.write_formula(3, 1, "=1+1", None, 2)

    assert "B2, AB3." in refusal(written.getvalue())


def test_errors_of_a_sheet_that_is_not_read_do_not_matter():
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet, other = book.add_worksheet(), book.add_worksheet()
        sheet.write_row(0, 0, ["id", "laws"])
        sheet.write_row(1, 0, [1, 3])
        other.write_formula(5, 5, "=1/0", None, "#DIV/0!")

    assert len(read_sheet(written.getvalue()).rows) == 2
