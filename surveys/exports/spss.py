"""An SPSS file: labels, codes and missing values stand in it.

A file of SPSS states the width of every text before the first row, so that the rows are
put aside on disk while the longest texts are found, and then handed to pyreadstat one
after the other.
"""

import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyreadstat
from django.utils.translation import gettext, gettext_noop

from surveys.exports import words
from surveys.exports.coding import NUMBERS, Cell
from surveys.exports.columns import CHOICE, DAY, FLAG, NUMBER, SCORE, TEXT, Column
from surveys.exports.export import Export, Format
from surveys.exports.frame import Frame, Series
from surveys.exports.texts import LONGEST_IN_SPSS, for_spss
from surveys.jobs.files import new_file

MEASURES = {
    SCORE: "ordinal",
    CHOICE: "nominal",
    FLAG: "nominal",
    NUMBER: "scale",
    DAY: "scale",
    TEXT: "nominal",
}
# Bytes that SPSS takes for the label of a variable, of a value, and a line of a note.
VARIABLE_LABEL, VALUE_LABEL, NOTE_LINE = 255, 120, 80
WRITTEN_AT_ONCE = 1000


def write(export: Export, path: Path) -> None:
    """Write the file in two passes over the rows, holding one row at a time."""
    aside = new_file("rows-", ".pickle")
    try:
        with aside.open("wb") as file:
            widths = _put_aside(export, file)
        with aside.open("rb") as file:
            _write(export, widths, _put_back(export, file), path)
    finally:
        aside.unlink()


def _put_aside(export: Export, file: BinaryIO) -> list[int]:
    """The bytes of the longest text of each column."""
    texts = [n for n, column in enumerate(export.columns) if column.kind == TEXT]
    widths = [0] * len(export.columns)
    for row in export.contained(for_spss):
        for place in texts:
            if row[place] is not None:
                length = len(str(row[place]).encode())
                widths[place] = max(widths[place], length)
        pickle.dump(row, file, pickle.HIGHEST_PROTOCOL)
    return widths


def _put_back(export: Export, file: BinaryIO) -> Iterator[Sequence[Cell]]:
    for number in range(1, export.rows.n + 1):
        yield pickle.load(file)
        if number % WRITTEN_AT_ONCE == 0:
            export.wrote(number)


def _write(
    export: Export, widths: Sequence[int], rows: Iterator[Sequence[Cell]], path: Path
) -> None:
    columns = export.columns
    series = [
        Series(column.name, width if column.kind == TEXT else None)
        for column, width in zip(columns, widths, strict=True)
    ]
    pyreadstat.write_sav(
        Frame(series, export.rows.n, rows),
        path,
        file_label=_bytes(str(export.scorecard), 64),
        column_labels={c.name: _bytes(c.label, VARIABLE_LABEL) for c in columns},
        row_compress=True,
        note=list(_notes(export)),
        variable_value_labels={c.name: _labels(c) for c in columns if c.values},
        missing_ranges=_missing(columns),
        variable_measure={c.name: MEASURES[c.kind] for c in columns},
        variable_format=_formats(columns),
    )


def _labels(column: Column) -> dict[Any, str]:
    return {cell: _bytes(text, VALUE_LABEL) for cell, text in column.values.items()}


def _missing(columns: Sequence[Column]) -> dict[str, list[Any]]:
    return {column.name: list(column.missing) for column in columns if column.missing}


def _formats(columns: Sequence[Column]) -> dict[str, str]:
    formats = {DAY: "SDATE10", TEXT: ""}
    named = {column.name: formats.get(column.kind, "F8.0") for column in columns}
    return {name: form for name, form in named.items() if form}


def _notes(export: Export) -> Iterator[str]:
    """What is said about the file, in lines as short as SPSS wants them."""
    remarks = [": ".join(filter(None, line)) for line in words.remark_lines(export)]
    about = [f"{what}: {content}" for what, content in words.about(export)]
    for text in [*about, _limit(), *remarks]:
        yield from _in_lines(text)


def _limit() -> str:
    return gettext(
        "Texts are cut after %(most)d characters here, and named below; the CSV files "
        "hold all of them."
    ) % {"most": LONGEST_IN_SPSS}


def _in_lines(text: str) -> Iterator[str]:
    line = ""
    for word in text.replace("\n", " ").split(" "):
        longer = f"{line} {word}" if line else word
        if len(longer.encode()) > NOTE_LINE:
            yield _bytes(line, NOTE_LINE)
            longer = word
        line = longer
    yield _bytes(line, NOTE_LINE)


def _bytes(text: str, most: int) -> str:
    """As many letters as fit into so many bytes.

    >>> _bytes("Цель", 5)
    'Це'
    """
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


FORMAT = Format(
    code="sav",
    suffix="sav",
    label=gettext_noop("SPSS file (SAV), with labels and missing values"),
    content_type="application/x-spss-sav",
    coding=NUMBERS,
    writer=write,
)
