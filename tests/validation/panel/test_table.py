"""A table of experts: everybody or nobody, and every problem by row and column."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.models import Member, Role
from tests import factories
from validation.models import MailDelivery
from validation.panel.table import MOST_ROWS, read_table

TABLE = reverse("panel_table", args=["kazakhstan-2022"])


def read(text, known=()):
    return read_table(text, goals={1, 5, 13}, languages=["en", "ru"], known=dict(known))


def workbook(*rows):
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return written.getvalue()


def problems(text, **more):
    return [(one.row, one.column) for one in read(text, **more).problems]


class TestReading:
    @pytest.mark.parametrize("sign", [";", ",", "\t"])
    def test_cells_are_parted_as_spreadsheets_do(self, sign):
        cells = ["Айгүл", "A@Example.org", '"1, 5; 13"', "Water", "ru"]
        (row,) = read(sign.join(cells)).rows
        assert (row.name, row.email, row.goals) == (
            "Айгүл",
            "a@example.org",
            (1, 5, 13),
        )
        assert (row.expertise, row.language) == ("Water", "ru")

    @pytest.mark.parametrize(
        "heading",
        ["E-mail;Goals;Name", "почта;цели;имя", "\ufeffEMAIL;goal;name;"],
    )
    def test_with_a_heading_columns_stand_in_any_order(self, heading):
        (row,) = read(f"{heading}\n\na@b.org;5;Aigul").rows
        assert (row.number, row.name, row.goals) == (3, "Aigul", (5,))

    def test_the_last_three_may_be_missing(self):
        (row,) = read("Aigul;a@b.org").rows
        assert (row.goals, row.expertise, row.language) == ((), "", "")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", [(1, "")]),
            (" \n;;\n", [(1, "")]),
            ("name;e-mail\n", [(1, "")]),
            ("name;goals\nAigul;1", [(1, "email")]),
            ("name;e-mail;shoe size\nA;a@b.org;40", [(1, "shoe size")]),
            ("name;e-mail;name\nA;a@b.org;B", [(1, "name")]),
            (";a@b.org", [(1, "name")]),
            ("Aigul;nobody", [(1, "email")]),
            ("Aigul;", [(1, "email")]),
            (f"Aigul;{'a' * 60}@{'b.' * 120}org", [(1, "email")]),
            (f"{'x' * 201};a@b.org", [(1, "name")]),
            ("Aigul;a@b.org;4", [(1, "goals")]),
            ("Aigul;a@b.org;1 and 99999999999", [(1, "goals")]),
            ("Aigul;a@b.org;one", [(1, "goals")]),
            ("Aigul;a@b.org;¹", [(1, "goals")]),
            (f"Aigul;a@b.org;1;{'x' * 201}", [(1, "expertise")]),
            ("Aigul;a@b.org;1;;de", [(1, "language")]),
            ("Aigul;a@b.org;1;;ru;more", [(1, "")]),
            ("A;a@b.org\nB;A@B.ORG", [(2, "email")]),
            (
                "A;a@b.org;9\n;x;1\nC;c@b.org;13",
                [(1, "goals"), (2, "name"), (2, "email")],
            ),
            ('A;a@b.org\n"B;b@b.org', [(2, "")]),
            ("A\x00;a@b.org", [(1, "name")]),
        ],
    )
    def test_what_is_wrong_is_named_by_row_and_column(self, text, expected):
        assert problems(text) == expected

    def test_who_is_here_already_is_named(self):
        table = read("A;a@b.org", known={"a@b.org": "Aigul"})
        assert "Aigul has this address" in table.problems[0].words

    def test_there_is_an_end_to_it(self):
        rows = [f"A;a{n}@b.org" for n in range(MOST_ROWS + 1)]
        assert problems("\n".join(rows)) == [(MOST_ROWS + 1, "")]
        assert len(read("\n".join(rows[:-1])).rows) == MOST_ROWS


@pytest.mark.django_db
class TestAdding:
    @pytest.fixture
    def coordinating(self, coordinator, sign_in):
        return sign_in(coordinator)

    def test_everybody_is_added_with_goals_and_language(self, coordinating):
        text = "Айгүл;a@b.org;1,5;Су;ru\nBolat;b@b.org;13"
        assert coordinating.post(TABLE, {"table": text}).status_code == 302
        aigul, bolat = Member.objects.filter(role=Role.EXPERT).order_by("-name")
        assert [one.goal.number for one in aigul.assignments.all()] == [1, 5]
        assert aigul.mail_preference.language == "ru"
        assert [one.goal.number for one in bolat.assignments.all()] == [13]
        assert not MailDelivery.objects.exists()

    def test_all_are_invited_at_once_if_asked(self, coordinating):
        text = "Aigul;a@b.org;1\nBolat;b@b.org;13"
        coordinating.post(TABLE, {"table": text, "invite": "on"})
        assert MailDelivery.objects.filter(kind="invitation").count() == 2

    def test_one_problem_and_nobody_is_added(self, coordinating):
        text = "Aigul;a@b.org;1\nBolat;b@b.org;99"
        page = coordinating.post(TABLE, {"table": text})
        assert page.status_code == 422
        said = page.content.decode()
        assert "There is no goal “99”" in said
        assert "Aigul;a@b.org;1" in said
        assert not Member.objects.filter(role=Role.EXPERT).exists()

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_a_file_is_read_and_stands_in_the_box_if_it_is_wrong(
        self, coordinating, encoding
    ):
        content = "Айгүл;a@b.org;99".encode(encoding)
        page = coordinating.post(
            TABLE, {"file": SimpleUploadedFile("experts.csv", content)}
        )
        assert page.status_code == 422
        assert "Айгүл;a@b.org;99" in page.content.decode()
        content = "Айгүл;a@b.org;5".encode(encoding)
        sent = {"file": SimpleUploadedFile("experts.csv", content)}
        assert coordinating.post(TABLE, sent).status_code == 302
        assert Member.objects.get(role=Role.EXPERT).name == "Айгүл"

    def test_a_workbook_is_read_and_stands_in_the_box_if_it_is_wrong(
        self, coordinating
    ):
        heading, nothing = ["name", "e-mail", "goals"], [None]
        wrong = ["Айгүл", "a@b.org", "99"]
        content = workbook(heading, nothing, ["Bolat, head", "b@b.org", 5], wrong)
        sent = {"file": SimpleUploadedFile("experts.xlsx", content)}
        page = coordinating.post(TABLE, sent)
        assert page.status_code == 422
        (said,) = page.context["form"].read.problems
        # As the spreadsheet counts its rows.
        assert said.row == 4
        box = page.context["form"]["table"].value()
        assert box.splitlines()[1:] == ["", '"Bolat, head",b@b.org,5', ",".join(wrong)]
        put_right = {"table": box.replace("99", "5")}
        assert coordinating.post(TABLE, put_right).status_code == 302
        names = Member.objects.filter(role=Role.EXPERT).values_list("name", flat=True)
        assert set(names) == {"Bolat, head", "Айгүл"}

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({}, "table"),
            ({"table": "A;a@b.org", "file": b"A;a@b.org"}, "file"),
            ({"file": "Айгуль;a@b.org".encode("koi8-r")}, "file"),
            ({"file": b"x" * (1024**2 + 1)}, "file"),
        ],
    )
    def test_what_cannot_be_read_is_said_at_its_field(self, coordinating, sent, field):
        if "file" in sent:
            sent = {**sent, "file": SimpleUploadedFile("a.csv", sent["file"])}
        page = coordinating.post(TABLE, sent)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert not Member.objects.filter(role=Role.EXPERT).exists()

    def test_somebody_added_meanwhile_is_named_and_nobody_added(
        self, scorecard, coordinating, monkeypatch
    ):
        from validation.panel import forms

        monkeypatch.setattr(
            forms,
            "read_table",
            lambda text, known, **more: read_table(text, known={}, **more),
        )
        factories.make_expert(scorecard=scorecard, name="Bolat")
        text = "Aigul;a@b.org\nBolat;bolat@kazakhstan-2022.example"
        page = coordinating.post(TABLE, {"table": text})
        assert page.status_code == 422
        (problem,) = page.context["form"].read.problems
        assert (problem.row, problem.column) == (2, "email")
        assert Member.objects.filter(role=Role.EXPERT).count() == 1
