"""The list of formats, and what is asked of each of them."""

from datetime import date
from pathlib import Path

import pytest

from reports.exporters import FORMATS, format_called
from reports.exporters.format import Format, Imprint
from reports.pages.document import Report


def test_formats_have_codes_of_their_own() -> None:
    assert [known.code for known in FORMATS] == ["pdf", "xlsx"]


def test_format_called_finds_by_code_and_nothing_else() -> None:
    assert format_called("pdf") is FORMATS[0]
    assert format_called("exe") is None


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.code)
def test_the_same_report_gives_the_same_bytes(
    known: Format, report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    again = Report.model_validate_json(report.canonical_json())
    first, second = tmp_path / "first", tmp_path / "second"

    known.write(report, imprint, first)
    known.write(again, imprint, second)

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.code)
def test_no_query_is_needed(
    known: Format,
    report: Report,
    imprint: Imprint,
    tmp_path: Path,
    django_assert_num_queries,
) -> None:
    with django_assert_num_queries(0):
        known.write(report, imprint, tmp_path / "file")


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.code)
def test_every_language_can_be_written(
    known: Format, language: str, report: Report, tmp_path: Path
) -> None:
    imprint = Imprint(edition=None, day=date(2022, 7, 1), language=language)

    known.write(report, imprint, tmp_path / "file")

    assert (tmp_path / "file").stat().st_size > 5_000


def test_file_name_says_what_is_inside(report: Report, imprint: Imprint) -> None:
    draft = Imprint(edition=None, day=imprint.day, language="ru")

    assert FORMATS[0].file_name(report, imprint) == "kazakhstan-2022-edition-1-en.pdf"
    assert FORMATS[1].file_name(report, draft) == "kazakhstan-2022-draft-ru.xlsx"
