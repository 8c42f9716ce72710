"""A round in which goals 1 and 5 are open, and a way to send tables to it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from surveys.models import Member
from surveys.sheets.checked import Checked
from tests import factories
from tests.validation.estimates.tables import csv_of
from validation.estimates.checking import check_table
from validation.estimates.reading import Table, read_table
from validation.estimates.services import Added, add_estimates


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Where tables wait for their confirmation."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "sheets" / "estimates"


@pytest.fixture
def table() -> Callable[..., Table]:
    """table({…}, {…}) -> a table of these rows."""
    return lambda *rows: read_table(csv_of(*rows))


@pytest.fixture
def check(open_round, experts, table) -> Callable[..., Checked]:
    """check({…}) -> the rows, held against the open round."""
    return lambda *rows: check_table(open_round.scorecard, table(*rows))


@pytest.fixture
def add(open_round, coordinator: Member, table) -> Callable[..., Added]:
    """add({…}) adds these rows, entered by the coordinator."""

    def added(*rows: dict[str, Any], by: Member = coordinator) -> Added:
        return add_estimates(by=by, table=table(*rows), now=factories.NOW)

    return added
