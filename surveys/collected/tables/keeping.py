"""A table on its way in: a file that does not stay, under a name nobody can guess.

What is confirmed is named by its checksum, so that a page left open never takes in
another table, or another matching, than the one whose preview was read.
"""

import hashlib
import json
import os
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from django.conf import settings

from surveys.collected.tables.matching import Matching
from surveys.models import Member
from surveys.sheets.reading import Sheet

HOURS = 24


@dataclass(frozen=True)
class Kept:
    """`checksum`: SHA-256 of what is kept, in hexadecimal."""

    key: UUID
    name: str
    sheet: Sheet
    matching: Matching | None
    checksum: str


def keep(member: Member, sheet: Sheet, name: str) -> Kept:
    """Keep a new table for a day, for the member's scorecard; old ones go."""
    _remove_old()
    return _write(uuid.uuid4(), member.scorecard_id, name[:200], sheet, None)


def keep_matching(kept: Kept, scorecard_id: int, matching: Matching) -> Kept:
    """The same table with how it is read."""
    return _write(kept.key, scorecard_id, kept.name, kept.sheet, matching)


def kept_table(scorecard_id: int, key: UUID) -> Kept | None:
    """The table of this key, if it is kept and belongs to this scorecard."""
    path = _path(key)
    try:
        if time.time() - path.stat().st_mtime > HOURS * 3600:
            return None
        written = path.read_text(encoding="utf-8")
        found = json.loads(written)
        return _kept(key, written, found) if found["of"] == scorecard_id else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def let_go(key: UUID) -> None:
    """Keep this table no longer."""
    _path(key).unlink(missing_ok=True)


def _write(
    key: UUID, scorecard_id: int, name: str, sheet: Sheet, matching: Matching | None
) -> Kept:
    found: dict[str, Any] = {
        "of": scorecard_id,
        "name": name,
        "sheet": asdict(sheet),
        "matching": matching.as_json() if matching else None,
    }
    written = json.dumps(found)
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=_folder(), delete=False, encoding="utf-8") as file:
        file.write(written)
    os.replace(file.name, _path(key))
    return _kept(key, written, json.loads(written))


def _kept(key: UUID, written: str, found: dict[str, Any]) -> Kept:
    sheet = found["sheet"]
    rows = [(number, cells) for number, cells in sheet.pop("rows")]
    return Kept(
        key=key,
        name=found["name"],
        sheet=Sheet(rows=rows, **sheet),
        matching=Matching(**found["matching"]) if found["matching"] else None,
        checksum=hashlib.sha256(written.encode(errors="replace")).hexdigest(),
    )


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "sheets" / "responses"


def _path(key: UUID) -> Path:
    return _folder() / f"{key}.json"


def _remove_old() -> None:
    if not _folder().is_dir():
        return
    for path in _folder().iterdir():
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > HOURS * 3600:
                path.unlink()
