"""A tagged, accessible PDF, set by typst from a template and plain values.

What people wrote goes in as data, never as markup. typst runs in a process that ends.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surveys.print.glyphs import font_folders, printable

COMPILE = Path(__file__).with_name("compile.py")
# In seconds; a report of a hundred pages takes two. Below the silence after which a
# job counts as left behind, so that a hanging one is named and not begun again.
LONGEST = 45


class PdfNotMade(Exception):
    """typst refused, was killed or took too long; the message says which."""


def write_pdf(template: Path, content: Mapping[str, Any], path: Path) -> None:
    """Write the PDF of a template that reads its content from `<its name>.json`.

    Letters that no font shows are printed as their numbers. Raises PdfNotMade.
    """
    name = template.stem
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as made:
        folder = Path(made)
        shutil.copy(template, folder)
        (folder / f"{name}.json").write_text(
            json.dumps(in_print(content), ensure_ascii=False), encoding="utf-8"
        )
        _compile(folder, name)
        shutil.move(folder / f"{name}.pdf", path)


def in_print(value: Any) -> Any:
    """The same values with every text printable (`surveys.print.glyphs`)."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: in_print(part) for key, part in value.items()}
    if isinstance(value, list):
        return [in_print(part) for part in value]
    return value


def _compile(folder: Path, name: str) -> None:
    command = [sys.executable, str(COMPILE), str(folder), name]
    try:
        ended = subprocess.run(
            [*command, *map(str, font_folders())],
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfNotMade(f"typst took longer than {LONGEST} seconds") from error
    if ended.returncode < 0:
        raise PdfNotMade(f"typst was ended by {signal.Signals(-ended.returncode).name}")
    if ended.returncode:
        raise PdfNotMade(ended.stderr.strip()[-1000:] or "typst gave no reason")
