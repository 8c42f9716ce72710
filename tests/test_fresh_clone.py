"""`./run demo --no-serve` on a fresh clone, with nothing but Python, makes the files.

The clone is of the last commit. Expected are the figures printed in July 2022.
"""

import os
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SURVEY = [37, 47, 45, 36, 38, 36, 30, 34, 33, 29, 28, 32, 41, 32, 29, 29, 40]
AFTER = [37, 47, 30, 30, 29, 36, 29, 34, 33, 29, 28, 32, 36, 32, 29, 20, 40]
# What a new shell on a new machine has; pip's own settings say where packages are.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> Path:
    clone = tmp_path_factory.mktemp("fresh") / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    bare = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or name.startswith(("PIP_", "UV_", "SSL_"))
    }
    subprocess.run(
        ["./run", "demo", "--no-serve"], cwd=clone, env=bare, check=True, timeout=600
    )
    return clone / "var" / "reports"


def test_xlsx_holds_the_figures_of_2022(reports):
    [path] = reports.glob("*.xlsx")
    sheet = load_workbook(path)["Figures"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header = next(row for row in rows if "Goal" in row)
    goals = [row for row in rows if isinstance(row[0], int) and 1 <= row[0] <= 17]
    columns = list(zip(*goals, strict=True))

    assert SURVEY in [list(column) for column in columns], header
    assert AFTER in [list(column) for column in columns], header


def test_pdf_prints_the_figures_of_2022(reports):
    [path] = reports.glob("*.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    words = text.split()

    for figures in (SURVEY, AFTER):
        assert all(f"{figure}%" in words for figure in figures)
    assert {"35%", "32%", "1.8"} <= set(words)
