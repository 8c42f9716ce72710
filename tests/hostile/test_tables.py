"""Every page that takes a file, given files that are none: refused, with a reason."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from surveys.models import Instrument, Member, Response
from validation.models import Proposal

DOORS = (
    "estimates",
    "invitation_table",
    "collected_tables",
    "instrument_import",
    "panel_table",
)
# A file that holds no table at all: every page must say so at once.
XLSX, CSV = "table.xlsx", "table.csv"


def workbook(*rows: Sequence[object], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if merge:
        book.active.merge_cells(merge)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def packed(name: str, content: bytes) -> bytes:
    """A zip that calls itself a workbook."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, content)
    return whole.getvalue()


def entities() -> bytes:
    """Each entity is ten of the one before: ten letters become a billion."""
    lines = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    head = f'<!DOCTYPE x [<!ENTITY a0 "lollollolo">{lines}]>'
    return packed("xl/workbook.xml", f"<?xml version='1.0'?>{head}<x>&a9;</x>".encode())


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": (CSV, lambda: b""),
    "spaces": (CSV, lambda: b" \n \n"),
    "zeros": (CSV, lambda: b"\x00" * 5000),
    "random bytes": (XLSX, lambda: bytes(range(256)) * 40),
    "a picture": (XLSX, lambda: b"\x89PNG\r\n\x1a\n" + b"\x01" * 500),
    "another encoding": (CSV, lambda: "имя,почта\nАйгуль,a@x.org".encode("utf-32")),
    "a workbook cut off": (XLSX, lambda: workbook(["name"], ["A"])[:900]),
    "an old workbook": (XLSX, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 900),
    "a zip of something else": (XLSX, lambda: packed("readme.txt", b"Hello")),
    "a zip bomb": (
        XLSX,
        lambda: packed("xl/worksheets/sheet1.xml", b"0" * 120 * 1024**2),
    ),
    "entities": (XLSX, entities),
    "merged headings": (
        XLSX,
        lambda: workbook(["name", "name", "mail"], ["A", "B", "c"], merge="A1:B1"),
    ),
    "one name twice": (XLSX, lambda: workbook(["name", "name"], ["A", "B"])),
    "markup": (CSV, lambda: b"<script>alert(1)</script>,=cmd|'/c calc'!A0\n1,2\n"),
    "too large": (CSV, lambda: b"name\n" + b"a" * (21 * 1024**2)),
}


@pytest.fixture
def door(frozen, coordinator: Member, sign_in: Callable) -> Callable:
    client = sign_in(coordinator)

    def send(name: str, file: str, content: bytes):
        url = reverse(name, args=[coordinator.scorecard.slug])
        return client.post(url, {"file": SimpleUploadedFile(file, content)})

    return send


def everything() -> tuple[int, ...]:
    counted = (Response, Proposal, Member, Instrument)
    return tuple(model._default_manager.count() for model in counted)


@pytest.mark.parametrize("name", DOORS)
def test_file_that_is_no_table_is_refused_and_nothing_comes_of_it(
    name: str, door: Callable
) -> None:
    before, wrong = everything(), []
    for title, (file, content) in FILES.items():
        answer = door(name, file, content())
        html = answer.content.decode()
        # Two columns of one name are matched by hand where columns are matched.
        taken = answer.status_code == 302 and title in ("markup", "one name twice")
        if answer.status_code >= 500 or not (taken or answer.status_code == 422):
            wrong.append(f"{title}: {answer.status_code}")
        elif not taken and not re.search(r"invalid-feedback|alert-danger", html):
            wrong.append(f"{title}: no reason is given")
        if "<script>alert(1)" in html:
            wrong.append(f"{title}: markup")

    assert not wrong, "\n".join(wrong)
    assert everything() == before


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
NO_WORKBOOK = "This file is not a readable workbook: it is damaged, or another kind"
NO_TEXT = "This file is neither text nor a workbook, but another kind of file"


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("list.xlsx", PDF, NO_WORKBOOK),
        ("LIST.XLSX", b"name,mail\nA,a@x.org\n", NO_WORKBOOK),
        ("list.xlsx", workbook(["name"], ["A"])[:900], NO_WORKBOOK),
        ("list.xlsx", workbook(["name"], ["A"])[:-300], NO_WORKBOOK),
        ("list.xlsx", packed("word/document.xml", b"<w/>"), NO_WORKBOOK),
        ("list.csv", PDF, NO_TEXT),
    ],
    ids=["a PDF", "a CSV", "cut off", "without its end", "a letter", "a PDF as CSV"],
)
def test_what_kind_of_file_it_is_not_is_told_at_its_field(
    name: str, file: str, content: bytes, words: str, door: Callable
) -> None:
    answer = door(name, file, content)

    assert answer.status_code == 422
    (said,) = answer.context["form"].errors["file"]
    assert said.startswith(words)
    assert "CSV" not in said


@pytest.mark.parametrize("file", ["questions.yaml", "questions.xlsx", "questions"])
def test_a_questionnaire_that_is_another_kind_of_file_is_told_so(
    file: str, door: Callable
) -> None:
    content = PDF if "." not in file else workbook(["name"], ["A"])[:900]
    (said,) = door("instrument_import", file, content).context["form"].errors["file"]

    assert "another kind of file under this name" in said


@pytest.mark.parametrize("name", DOORS)
def test_name_of_a_file_is_nothing_but_shown(name: str, door: Callable) -> None:
    for file in ("<script>alert(1)</script>.csv", "../../etc/passwd", "a\u202evsc.exe"):
        answer = door(name, file, b"\x00\x01")

        assert answer.status_code == 422
        assert "<script>alert(1)" not in answer.content.decode()


@pytest.mark.parametrize("name", ["invitation_table", "collected_tables"])
def test_million_empty_rows_are_no_rows(name: str, door: Callable) -> None:
    content = b"name,mail\nA,a@x.org\n" + b",\n" * 1_000_000

    assert door(name, "people.csv", content).status_code == 302
