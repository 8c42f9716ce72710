"""A way to have a file made and to read it back."""

import csv
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pyreadstat
import pytest
from django.utils import timezone
from openpyxl.utils.escape import unescape

from surveys.exports.formats import format_called
from surveys.exports.services import request_export
from surveys.models import Answer, Job, Member, Response, Scorecard
from tests import factories

Row = dict[str, Any]


@dataclass
class Made:
    """A finished file, read back: a row a response, by column."""

    job: Job
    path: Path
    rows: list[Row] = field(default_factory=list)
    codebook: list[list[str]] = field(default_factory=list)
    remarks: list[list[str]] = field(default_factory=list)
    about: str = ""
    meta: Any = None


def read_csv(made: Made) -> None:
    with ZipFile(made.path) as folder:

        def table(name: str) -> list[list[str]]:
            text = folder.read(f"{name}.csv").decode("utf-8-sig")
            return list(csv.reader(io.StringIO(text, newline="")))

        head, *rows = table("responses")
        made.rows = [dict(zip(head, row, strict=True)) for row in rows]
        made.codebook = table("codebook")
        made.remarks = table("remarks")[1:]
        made.about = folder.read("read-me.txt").decode("utf-8-sig")


def read_xlsx(made: Made) -> None:
    book = openpyxl.load_workbook(made.path)
    about, responses, codebook, remarks = (
        [
            [_unescaped(cell) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    )
    head, *rows = responses
    made.rows = [dict(zip(head, row, strict=True)) for row in rows]
    made.codebook, made.remarks = codebook, remarks[1:]
    made.about = "\n".join(f"{what}: {content}" for what, content in about)


def _unescaped(cell: Any) -> Any:
    """As spreadsheet programs read it; openpyxl leaves that to its callers."""
    return unescape(cell) if isinstance(cell, str) else cell


def read_sav(made: Made) -> None:
    columns, made.meta = pyreadstat.read_sav(
        str(made.path), output_format="dict", user_missing=True
    )
    values = [list(column) for column in columns.values()]
    made.rows = [
        dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)
    ]
    made.about = "\n".join(made.meta.notes)


READERS = {"csv": read_csv, "xlsx": read_xlsx, "sav": read_sav}


@pytest.fixture
def make(coordinator: Member, work_off: Callable) -> Callable[..., Made]:
    """make("csv", language="ru") -> the file, asked for now and read back."""

    def made(code: str, language: str = "en", by: Member | None = None) -> Made:
        wanted = format_called(code)
        assert wanted
        job = request_export(
            by=by or coordinator, wanted=wanted, language=language, now=timezone.now()
        )
        work_off()
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error
        file = Made(job, Path(job.file.path))
        READERS[code](file)
        return file

    return made


def store(
    scorecard: Scorecard,
    ratings: dict[int, str] | None = None,
    texts: dict[int, Any] | None = None,
    **fields: Any,
) -> Response:
    """A response as no door of the site would take it, straight into the tables."""
    response = Response.objects.create(
        **{
            "scorecard": scorecard,
            "language": "en",
            "submitted_on": date(2022, 4, 16),
            "profile": dict(factories.PROFILE),
            "receipt_hash": secrets.token_hex(32),
            **fields,
        }
    )
    for number, codes in (ratings or {}).items():
        Answer.objects.create(
            response=response,
            goal=factories.goal_of(scorecard, number),
            ratings=codes,
            texts=(texts or {}).get(number, {}),
            answered=0,
            total=0,
        )
    return response
