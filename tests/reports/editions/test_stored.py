"""Editions that were released by earlier versions still open, with their checksum."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse
from pypdf import PdfReader

from reports.access import report_of
from reports.downloads.runner import report_and_imprint
from reports.exporters import FORMATS
from reports.models import Edition
from tests import factories

pytestmark = pytest.mark.django_db
STORED = Path(__file__).parent / "stored"


@pytest.fixture
def stored(scorecard, coordinator) -> Callable[[str], Edition]:
    def edition(name: str) -> Edition:
        text = (STORED / name).read_text(encoding="utf-8")
        return Edition.objects.create(
            scorecard=scorecard,
            number=1,
            report=text,
            checksum=hashlib.sha256(text.encode()).hexdigest(),
            released_at=factories.NOW,
            released_by=coordinator,
        )

    return edition


@pytest.mark.parametrize("name", sorted(path.name for path in STORED.iterdir()))
def test_a_stored_edition_still_opens(stored, client, name):
    edition = stored(name)
    slug = edition.scorecard.slug
    report = report_of(edition)

    pages = [
        client.get(reverse(part, args=[slug, 1, *where])).content.decode()
        for part, where in (
            ("edition", []),
            ("edition_computation", []),
            ("edition_goal", [5]),
            ("edition_goal_computation", [5]),
            ("edition_chapter", ["frame"]),
            ("edition_downloads", []),
        )
    ]

    assert report.overall.percent is not None
    assert all(edition.checksum in page for page in pages)


def test_the_first_schema_counted_the_panels(stored, client):
    edition = stored("schema_1.json")

    page = client.get(reverse("edition", args=[edition.scorecard.slug, 1]))

    assert report_of(edition).schema_version == 1
    assert "Experts on the panels" in page.content.decode()


def test_files_bear_the_checksum_that_was_frozen(stored, tmp_path):
    edition = stored("schema_1.json")
    report, imprint = report_and_imprint(edition, "en")
    assert report.checksum != edition.checksum

    for known in FORMATS:
        known.write(report, imprint, tmp_path / f"file.{known.code}")

    about = openpyxl.load_workbook(tmp_path / "file.xlsx")["About"]
    first = PdfReader(tmp_path / "file.pdf").pages[0].extract_text()
    assert edition.checksum in [row[1] for row in about.iter_rows(values_only=True)]
    assert edition.checksum in "".join(first.split())
