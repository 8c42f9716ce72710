"""Texts of people in tables that spreadsheets open."""

import pytest

from surveys.table_text import in_a_cell, out_of_a_cell


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_what_would_run_as_a_formula_gets_an_apostrophe(sign):
    assert in_a_cell(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


@pytest.mark.parametrize("text", ["", "1+1", "=1+1", "'=1+1", "''", "it's"])
def test_what_was_written_comes_back(text):
    assert out_of_a_cell(in_a_cell(text)) == text
