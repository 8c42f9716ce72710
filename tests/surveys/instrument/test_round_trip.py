"""What goes out as a file comes back as it was."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyxform.xls2xform import convert

from surveys.instrument.file import STANDARD, read_instrument, write_instrument
from surveys.instrument.parts import InstrumentFile
from surveys.instrument.services import load_instrument
from surveys.instrument.stored import file_of
from surveys.instrument.xlsform.reading import read_xlsform
from surveys.instrument.xlsform.writing import write_xlsform
from tests.factories import SMALL
from tests.surveys.instrument.whole import instruments

pytestmark = pytest.mark.slow

OFTEN = settings(max_examples=40, deadline=None)
# Each reads a workbook in a process of its own.
SELDOM = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def shipped(path=STANDARD) -> InstrumentFile:
    return read_instrument(path.read_text(encoding="utf-8"))


def from_xlsx(content: bytes) -> InstrumentFile:
    imported = read_xlsform(content, fallback="en", standard=shipped(SMALL))
    assert not imported.left_out
    return imported.file


@OFTEN
@given(instruments())
def test_yaml_gives_back_what_it_was_given(file):
    again = read_instrument(write_instrument(file))

    assert again == file
    assert again.checksum == file.checksum


@SELDOM
@given(instruments())
def test_a_workbook_gives_back_what_it_was_given(file):
    again = from_xlsx(write_xlsform(file))

    assert again == file
    assert again.checksum == file.checksum


@SELDOM
@given(instruments())
def test_pyxform_makes_a_form_of_every_workbook(file):
    made = convert(io.BytesIO(write_xlsform(file)), file_type=".xlsx")

    assert made.xform.startswith("<?xml")


@pytest.mark.parametrize("path", [STANDARD, SMALL])
def test_the_shipped_ones_come_back_from_both(path):
    file = shipped(path)

    assert read_instrument(write_instrument(file)) == file
    assert from_xlsx(write_xlsform(file)) == file


def test_pyxform_has_nothing_to_say_about_the_standard_one():
    made = convert(io.BytesIO(write_xlsform(shipped())), file_type=".xlsx")

    assert made.warnings == []


@pytest.mark.django_db
def test_the_database_gives_back_what_it_was_given(standard_instrument):
    assert file_of(standard_instrument) == shipped()
    assert file_of(load_instrument(file=shipped(SMALL))) == shipped(SMALL)


def test_a_key_area_is_reworded_once_for_all_goals():
    """From the second goal on a text is a formula that points to the first."""
    book = openpyxl.load_workbook(io.BytesIO(write_xlsform(shipped(SMALL))))
    sheet = book["survey"]
    labels = [row[2].value for row in sheet.iter_rows(min_row=2)]

    first = labels.index("Laws") + 2
    assert labels.count("Laws") == 1
    assert labels.count(f'=C{first}&""') == 2
