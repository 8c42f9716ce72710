"""`write_report` writes the same files as the site does."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.downloads.runner import report_and_imprint
from reports.exporters import FORMATS
from reports.models import Edition


def test_every_format_is_written(edition: Edition, tmp_path: Path) -> None:
    call_command("write_report", "kazakhstan-2022", "--to", str(tmp_path / "new"))

    report, imprint = report_and_imprint(edition, "en")
    for known in FORMATS:
        path = tmp_path / "new" / known.file_name(report, imprint)
        known.write(report, imprint, tmp_path / "again")
        assert path.read_bytes() == (tmp_path / "again").read_bytes()


@pytest.mark.django_db
def test_report_without_an_edition_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No released edition of 'nowhere-2022'"):
        call_command("write_report", "nowhere-2022", "--to", str(tmp_path))


def test_what_cannot_be_written_is_said(edition: Edition, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="its languages are en"):
        call_command(
            "write_report", "kazakhstan-2022", "--to", str(tmp_path), "--language", "xx"
        )
    with pytest.raises(CommandError, match="/dev/null/new: Not a directory"):
        call_command("write_report", "kazakhstan-2022", "--to", "/dev/null/new")
