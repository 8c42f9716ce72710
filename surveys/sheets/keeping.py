"""A table between its preview and the confirmation: a file that does not stay.

One for each member and purpose: the next upload replaces it. What is confirmed is named
by its checksum, so that a page left open never adds another table than it showed.
"""

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from surveys.models import Member
from surveys.sheets.reading import Row, Table

HOURS = 24


@dataclass(frozen=True)
class Kept:
    """`checksum`: SHA-256 of what is kept, in hexadecimal."""

    table: Table
    name: str
    checksum: str


def keep(purpose: str, member: Member, table: Table, name: str) -> Kept:
    """Keep the table for this member; whatever was kept before goes, and old ones.

    `purpose` is a folder's name.
    """
    folder = _folder(purpose)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_old(folder)
    written = json.dumps({"name": name[:200], "table": asdict(table)})
    with NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
        file.write(written)
    os.replace(file.name, _path(purpose, member))
    return _kept(written)


def kept_for(purpose: str, member: Member) -> Kept | None:
    """What is kept for this member, for a day at most."""
    path = _path(purpose, member)
    try:
        if time.time() - path.stat().st_mtime > HOURS * 3600:
            return None
        return _kept(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def let_go(purpose: str, member: Member) -> None:
    """Keep nothing for this member any more."""
    _path(purpose, member).unlink(missing_ok=True)


def _kept(written: str) -> Kept:
    found = json.loads(written)
    table = found["table"]
    rows = [Row(row["number"], row["cells"]) for row in table.pop("rows")]
    return Kept(
        table=Table(rows=rows, **table),
        name=found["name"],
        checksum=hashlib.sha256(written.encode()).hexdigest(),
    )


def _folder(purpose: str) -> Path:
    return Path(settings.VAR_DIR) / "sheets" / purpose


def _path(purpose: str, member: Member) -> Path:
    return _folder(purpose) / f"{member.pk}.json"


def _remove_old(folder: Path) -> None:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > HOURS * 3600:
                path.unlink()
