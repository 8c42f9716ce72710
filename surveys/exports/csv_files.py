"""A folder of CSV files: the responses, the codebook, the remarks, what it all is."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext, gettext_noop

from surveys.exports import words
from surveys.exports.coding import CODES
from surveys.exports.export import Export, Format
from surveys.exports.texts import for_csv


def write(export: Export, path: Path) -> None:
    """Write the folder, a row at a time."""
    with ZipFile(path, "w") as folder:
        names = [column.name for column in export.columns]
        _table(folder, export, "responses", names, export.contained(for_csv))
        _table(
            folder,
            export,
            "codebook",
            words.codebook_head(),
            _safe(words.codebook_lines(export)),
        )
        _table(
            folder,
            export,
            "remarks",
            words.remark_head(),
            _safe(words.remark_lines(export)),
        )
        with _opened(folder, export, "read-me.txt") as file:
            for what, content in [*words.about(export), _formulas()]:
                file.write(f"{what}: {content}\r\n")


def _formulas() -> tuple[str, str]:
    return gettext("Formulas"), gettext(
        "A text that begins with =, +, -, @, a tab, a line break or an apostrophe has "
        "an apostrophe before it, so that no program runs it. Take it away to have "
        "what was written."
    )


def _safe(lines: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    return ([for_csv(text)[0] for text in line] for line in lines)


def _table(
    folder: ZipFile,
    export: Export,
    name: str,
    head: Sequence[str],
    lines: Iterable[Sequence[Any]],
) -> None:
    with _opened(folder, export, f"{name}.csv") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(lines)


@contextmanager
def _opened(folder: ZipFile, export: Export, name: str) -> Iterator[io.TextIOWrapper]:
    """A file in the folder; with a byte order mark, so that letters are read right."""
    moment = export.asked_at.astimezone(export.scorecard.zone)
    entry = ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with (
        folder.open(entry, "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file,
    ):
        yield file


FORMAT = Format(
    code="csv",
    suffix="zip",
    label=gettext_noop("CSV files in a ZIP folder, for any program"),
    content_type="application/zip",
    coding=CODES,
    writer=write,
)
