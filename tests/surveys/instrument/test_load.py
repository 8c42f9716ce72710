"""An instrument goes from a readable file into the database, whole or not at all."""

import pytest
import yaml
from django.core.management import CommandError, call_command

from surveys.instrument.file import InvalidInstrument, read_instrument
from surveys.instrument.services import VersionTaken, load_instrument
from surveys.models import Instrument, Question
from tests.factories import SMALL


@pytest.fixture
def content() -> dict:
    return yaml.safe_load(SMALL.read_text(encoding="utf-8"))


def read(content: dict):
    return read_instrument(yaml.safe_dump(content, allow_unicode=True))


def problems_of(content: dict) -> str:
    with pytest.raises(InvalidInstrument) as refusal:
        read(content)
    return "; ".join(refusal.value.problems)


def test_everything_in_the_file_is_in_the_database(instrument):
    assert [goal.number for goal in instrument.goals.all()] == [1, 5, 13]
    assert [indicator.code for indicator in instrument.indicators.all()] == [
        "laws",
        "plans",
        "money",
        "participation",
    ]
    assert [
        [indicator.number for indicator in dimension.indicators.all()]
        for dimension in instrument.dimensions.all()
    ] == [[1, 2], [3, 4]]
    assert instrument.scale[0] == (1, "Very poorly")
    assert instrument.scale[-1] == (5, "Very well")
    assert [band.highest for band in instrument.score_bands] == [30, 50, 70, 100]
    questions = instrument.questions.filter(place=Question.Place.PROFILE)
    assert [question.code for question in questions] == ["sector", "gender", "age"]
    assert questions.get(code="sector").is_required
    assert instrument.questions.get(code="who_is_left_behind").section.number == 1


def test_loading_twice_changes_nothing(instrument, content):
    assert load_instrument(file=read(content)) == instrument
    assert Instrument.objects.count() == 1


def test_another_content_needs_another_version(instrument, content):
    content["title"]["en"] = "Another title"
    with pytest.raises(VersionTaken):
        load_instrument(file=read(content))
    content["version"] = 2
    assert load_instrument(file=read(content)) != instrument


def test_the_standard_instrument_loads(standard_instrument):
    assert standard_instrument.goals.count() == 17
    assert standard_instrument.indicators.count() == 10


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda c: c["indicators"][1].update(number=3), "indicators: [1, 3, 3, 4]"),
        (lambda c: c["indicators"][0].update(dimension="x"), "unknown dimension x"),
        (lambda c: c["goals"][1].update(number=1), "goals.1: 1 stands twice"),
        (lambda c: c["profile"][1].update(code="sector"), "sector stands twice"),
        (lambda c: c["bands"][1].update(lowest=32), "low does not follow on 30"),
        (lambda c: c["bands"].pop(), "they end before 100"),
        (lambda c: c["scale"].pop(1), "scale: [1, 3, 4, 5]"),
        (lambda c: c["profile"][0].pop("options"), "profile.0"),
        (lambda c: c["goals"][0]["title"].update(ru="  "), "goals.0.title"),
        (lambda c: c.update(colour="red"), "colour: is not known here"),
        (lambda c: c.pop("consent"), "consent: is missing"),
    ],
)
def test_a_mistake_is_named_with_its_place(content, change, problem):
    change(content)
    assert problem in problems_of(content)


@pytest.mark.parametrize("text", ["- a list", "{", "!!python/object:os.system {}", ""])
def test_what_is_no_mapping_is_refused(text):
    with pytest.raises(InvalidInstrument):
        read_instrument(text)


@pytest.mark.django_db
def test_the_command_loads_a_file_and_names_what_is_wrong(tmp_path, content, capsys):
    call_command("load_instrument", str(SMALL))
    assert "small 1" in capsys.readouterr().out
    content["bands"].pop()
    bad = tmp_path / "bad.yaml"
    bad.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(CommandError, match="they end before 100"):
        call_command("load_instrument", str(bad))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_instrument", str(tmp_path / "nothing.yaml"))
    bad.write_bytes(b"code: \xe4")
    with pytest.raises(CommandError, match="not YAML|UTF-8"):
        call_command("load_instrument", str(bad))
