"""What every kind of file of responses is made from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from surveys.exports.coding import Coding
from surveys.exports.columns import TEXT, Column
from surveys.exports.protection import Protection
from surveys.exports.rows import Row, Rows
from surveys.exports.texts import Contain
from surveys.models import Scorecard


@dataclass(frozen=True)
class Export:
    """`rows` are read once; what is said about them (`about`) is known after that.

    `asked_at` is the moment at which the file was asked for. `wrote` is called with the
    number of rows that stand in the file, where that is after all were read.
    """

    scorecard: Scorecard
    columns: list[Column]
    rows: Rows
    protection: Protection
    asked_at: datetime
    language: str
    wrote: Callable[[int], None]

    def contained(self, contain: Contain) -> Iterator[Row]:
        """The rows, each text as `contain` makes it; what that changes is remarked."""
        places = [n for n, column in enumerate(self.columns) if column.kind == TEXT]
        for row in self.rows:
            for place in places:
                text = row[place]
                if text is None:
                    continue
                row[place], words = contain(str(text))
                if words:
                    column = self.columns[place].name
                    self.rows.remarks.add(str(row[0]), column, words)
            yield row


@dataclass(frozen=True)
class Format:
    """A kind of file. `suffix` is that of its name; `label` says it in gettext's words.

    `writer` writes an export, in the active language, into a path.
    """

    code: str
    suffix: str
    label: str
    content_type: str
    coding: Coding
    writer: Callable[[Export, Path], None]

    def file_name(self, scorecard: Scorecard, language: str) -> str:
        """The name under which the file is downloaded."""
        return f"{scorecard.slug}-responses-{language}.{self.suffix}"
