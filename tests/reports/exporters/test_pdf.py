"""The PDF: its figures, its structure, and that nobody's words become markup."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from reports.exporters import pdf
from reports.exporters.format import Imprint
from reports.exporters.print.content import printed_report
from reports.pages import wording
from reports.pages.document import Report
from surveys.models.jobs import SILENCE
from surveys.print import glyphs, typesetting
from tests.hostile.texts import HOSTILE, RIGHT_TO_LEFT


def made(report: Report, imprint: Imprint, folder: Path) -> PdfReader:
    path = folder / "report.pdf"
    pdf.FORMAT.write(report, imprint, path)
    return PdfReader(path)


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def squeezed(text: str) -> str:
    """Without spaces and line breaks, which a page puts where it likes."""
    return re.sub(r"[\s\u200b\u00a0]+", "", text)


def with_words(report: Report, words: str) -> Report:
    """The report with these words wherever a person may have written."""
    page = report.goals[1]
    statement = page.challenges[0].model_copy(update={"text": {"en": words}})
    line = page.rounds[0]
    proposals = [
        proposal.model_copy(update={"justification": words, "by": words})
        for proposal in line.proposals
    ]
    goals = list(report.goals)
    goals[1] = page.model_copy(
        update={
            "title": {"en": words},
            "challenges": [statement],
            "rounds": [line.model_copy(update={"proposals": proposals})],
        }
    )
    meeting = report.meetings[0].model_copy(update={"minutes": words})
    chapter = report.chapters[0].model_copy(
        update={"title": {"en": words}, "blocks": {"en": [{"paragraphs": [words]}]}}
    )
    return report.model_copy(
        update={
            "notice": {"en": words},
            "goals": goals,
            "meetings": [meeting],
            "chapters": [chapter],
        }
    )


def test_figures_are_those_of_the_report(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    text = text_of(made(report, imprint, tmp_path))

    for page in report.goals:
        row = re.search(rf"{page.number}\s+{page.title['en']}[^\n]*\n?[^\n]*", text)
        assert row
        assert wording.percent(page.percent) in text
    assert wording.percent(report.overall.percent) in text
    assert "(25 + 30 + 33) / 3 = 29.33" in text


def test_title_page_names_place_year_edition_day_and_checksum(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    first = made(report, imprint, tmp_path).pages[0].extract_text()

    for words in ("Kazakhstan", "2022", "Edition 1", "July 29, 2022"):
        assert words in first
    assert report.checksum in squeezed(first)
    assert report.method.ledger_head in squeezed(first)


def test_draft_says_that_it_is_one(report: Report, tmp_path: Path, imprint) -> None:
    draft = Imprint(edition=None, day=imprint.day, language="en")

    first = made(report, draft, tmp_path).pages[0].extract_text()

    assert "Draft" in first
    assert "Edition" not in first


def test_document_is_tagged_and_says_language_and_title(
    report: Report, tmp_path: Path, imprint: Imprint
) -> None:
    reader = made(report, Imprint(1, imprint.day, "ru"), tmp_path)
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ru"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "2022" in reader.metadata.title
    assert 'pdfuaid:part="1"' in xmp(root) or "<pdfuaid:part>1" in xmp(root)


def xmp(root: DictionaryObject) -> str:
    return root["/Metadata"].get_data().decode()


def test_outline_has_every_goal_and_leads_to_it(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    reader = made(report, imprint, tmp_path)
    chapters = {
        entry.title: reader.get_destination_page_number(entry)
        for entry in reader.outline
        if not isinstance(entry, list)
    }

    for page in report.goals:
        name = f"Goal {page.number}: {page.title['en']}"
        assert name in reader.pages[chapters[name]].extract_text()


def structure(reader: PdfReader) -> list[tuple[str, DictionaryObject]]:
    """(role, element) of every element of the document's structure."""
    found, ahead = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while ahead:
        element = ahead.pop().get_object()
        if isinstance(element, list):
            ahead.extend(element)
        elif isinstance(element, DictionaryObject):
            found.append((element.get("/S", ""), element))
            if "/K" in element:
                ahead.append(element["/K"])
    return found


def test_charts_have_words_and_tables_have_headers(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    elements = structure(made(report, imprint, tmp_path))
    pictures = [element for role, element in elements if role == "/Figure"]
    charts = [
        block
        for chapter in printed_report(report, imprint)["chapters"]
        for block in chapter["blocks"]
        if block["kind"] == "chart"
    ]

    assert len(charts) >= 4
    alternatives = {str(picture.get("/Alt", "")) for picture in pictures}
    assert {chart["alternative"] for chart in charts} <= alternatives
    roles = [role for role, _ in elements]
    assert roles.count("/TH") >= roles.count("/Table") > 0
    assert {"/H1", "/H2", "/L", "/LI"} <= set(roles)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_words_come_out_as_they_went_in(
    words: str, report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    text = text_of(made(with_words(report, words), imprint, tmp_path))

    wanted, found = squeezed(words), squeezed(text)
    for invisible in "\ufe0f\u200d":
        wanted, found = wanted.replace(invisible, ""), found.replace(invisible, "")
    # title, statement, proposal, minutes, chapter and notice
    assert found.count(wanted) >= 6


@pytest.mark.parametrize("words", RIGHT_TO_LEFT.values(), ids=RIGHT_TO_LEFT.keys())
def test_words_from_right_to_left_are_all_there(
    words: str, report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    reader = made(with_words(report, words), imprint, tmp_path)

    text = text_of(reader)
    for word in words.split():
        assert word in text or word[::-1] in text


def test_characters_without_a_picture_are_printed_as_numbers(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    words = "中 \ue000 a\x00b\x07c \ufeffd"

    text = text_of(made(with_words(report, words), imprint, tmp_path))

    assert "[U+4E2D] [U+E000] abc d" in text


def test_printable_keeps_what_the_fonts_can_show() -> None:
    assert (
        glyphs.printable("Қазақ қыздары: 54 % – “ия”") == "Қазақ қыздары: 54 % – “ия”"
    )
    assert glyphs.printable("e\u0301") == "é"
    assert glyphs.printable("one\ttwo\nthree") == "one two\nthree"


def test_hidden_goal_shows_no_figure(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    hidden = report.goals[2]
    assert hidden.survey.is_suppressed

    text = text_of(made(report, imprint, tmp_path))

    assert re.search(rf"{hidden.number}\s+{hidden.title['en']}\s+no figure\s+< 5", text)


def test_typst_that_refuses_is_named(
    report: Report, imprint: Imprint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {**printed_report(report, imprint), "chapters": [{"blocks": []}]}
    monkeypatch.setattr(pdf, "printed_report", lambda *_: broken)

    with pytest.raises(typesetting.PdfNotMade, match="typst: .*title"):
        pdf.FORMAT.write(report, imprint, tmp_path / "report.pdf")

    assert not (tmp_path / "report.pdf").exists()


def test_typst_that_takes_too_long_is_ended_and_named(
    report: Report, imprint: Imprint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "LONGEST", 0.01)

    with pytest.raises(typesetting.PdfNotMade, match=r"longer than 0\.01 seconds"):
        pdf.FORMAT.write(report, imprint, tmp_path / "report.pdf")


def test_typst_that_was_killed_is_named(
    report: Report, imprint: Imprint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(command: list, **_: object) -> subprocess.CompletedProcess:
        suicide = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"
        return real_run([sys.executable, "-c", suicide], capture_output=True, text=True)

    real_run = subprocess.run
    monkeypatch.setattr(typesetting.subprocess, "run", killed)

    with pytest.raises(typesetting.PdfNotMade, match="SIGKILL"):
        pdf.FORMAT.write(report, imprint, tmp_path / "report.pdf")


def test_typst_is_given_up_before_its_job_counts_as_left_behind() -> None:
    assert SILENCE.total_seconds() > typesetting.LONGEST + 10


def test_no_font_of_the_machine_is_used(
    report: Report, imprint: Imprint, tmp_path: Path
) -> None:
    reader = made(report, imprint, tmp_path)
    used = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }

    known = {
        path.stem for folder in glyphs.font_folders() for path in folder.glob("*.ttf")
    }
    assert used
    assert {name.removesuffix("-Identity-H") for name in used} <= known, os.linesep
