"""The questionnaire on paper, whatever its scale and its words."""

import tempfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from surveys.instrument.parts import checked
from surveys.instrument.printing.content import printed_questionnaire
from surveys.instrument.printing.views import TEMPLATE
from surveys.instrument.stored import file_of
from surveys.print.typesetting import write_pdf

pytestmark = pytest.mark.django_db
# In points.
A4_WIDTH, MARGIN = 595, 51


@pytest.mark.parametrize(
    ("scores", "label"),
    [
        (5, "Unübertrefflichkeitsgrad"),
        (11, "Қанағаттанарлықтай"),
        (36, "Level"),
    ],
)
def test_long_words_and_long_scales_stay_on_the_paper(
    instrument, scorecard, scores, label
):
    content = file_of(instrument).model_dump()
    labels = [f"{label} {n}" for n in range(scores)]
    content["scale"] = [
        {"score": n, "label": {"en": words}} for n, words in enumerate(labels)
    ]
    pages = paper(checked(content), scorecard)

    printed = " ".join(words for words, _ in pages)
    assert [words for words in labels if words not in printed] == []
    assert all(MARGIN - 1 < left < A4_WIDTH - MARGIN for _, left in pages)


def paper(file, scorecard) -> list[tuple[str, float]]:
    """(words, points from the left edge) of everything that is printed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        write_pdf(TEMPLATE, printed_questionnaire(file, scorecard, "en"), path)
        found: list[tuple[str, float]] = []
        for page in PdfReader(path).pages:
            page.extract_text(
                visitor_text=lambda text, cm, tm, *_: (
                    found.append((" ".join(text.split()), tm[4] * cm[0] + cm[4]))
                    if text.strip()
                    else None
                )
            )
        return found


def test_what_only_says_its_name_again_is_printed_once(instrument, scorecard):
    content = file_of(instrument).model_dump()
    for part in content["indicators"]:
        part["question"] = part["name"]
    for part in content["goals"]:
        part["full_title"] = part["title"]
    for part in content["dimensions"]:
        part["description"] = part["name"]
    printed = printed_questionnaire(checked(content), scorecard, "en")

    assert {one["full_title"] for one in printed["goals"]} == {""}
    assert {one["description"] for one in printed["dimensions"]} == {""}
    assert {
        row["question"] for one in printed["dimensions"] for row in one["rows"]
    } == {""}
