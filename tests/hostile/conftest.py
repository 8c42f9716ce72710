"""A questionnaire all of whose labels would do harm if they were not taken for text."""

import itertools
from typing import Any

import pytest
import yaml

from surveys.instrument.file import read_instrument
from surveys.instrument.services import load_instrument
from surveys.models import Instrument, Scorecard
from tests import factories
from tests.hostile.texts import ANSWERS


def spoiled(part: Any, texts: Any) -> Any:
    """The part with something hostile before every text a person reads."""
    if isinstance(part, list):
        return [spoiled(one, texts) for one in part]
    if not isinstance(part, dict):
        return part
    if part and set(part) <= {"en", "ru"}:
        return {code: f"{next(texts)} {text}" for code, text in part.items()}
    return {key: spoiled(one, texts) for key, one in part.items()}


def spoiled_instrument() -> Instrument:
    content = yaml.safe_load(factories.SMALL.read_text("utf-8"))
    texts = itertools.cycle(ANSWERS.values())
    text = yaml.safe_dump(spoiled(content, texts), allow_unicode=True)
    return load_instrument(file=read_instrument(text))


def answer_everything(scorecard: Scorecard) -> Scorecard:
    """As many responses as there are hostile texts, through the form's services."""
    for text in ANSWERS.values():
        factories.respond(
            scorecard,
            {1: "1212", 5: "2222", 13: "5555"},
            texts={number: {"why": text[:200]} for number in (1, 5, 13)},
            cross_cutting={"who_is_left_behind": text},
        )
    return factories.close_survey(scorecard)


@pytest.fixture
def hostile_scorecard(db: None) -> Scorecard:
    """Hostile labels, hostile answers, a hostile name; closed."""
    scorecard = factories.make_scorecard(
        instrument=spoiled_instrument(),
        slug="hostile-2022",
        place={"en": ANSWERS["closing"], "ru": ANSWERS["attribute"]},
        notice={"en": ANSWERS["html"]},
    )
    return answer_everything(scorecard)
