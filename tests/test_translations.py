"""The catalogues: complete, compiled as they stand, and true to their sources."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import template

ROOT = settings.BASE_DIR
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]\b|\{\w+\}")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def catalogue(language: str) -> Catalog:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def texts(messages: Catalog) -> dict[tuple, object]:
    """(context, source) -> translation, of what is translated and not in doubt."""
    found: dict[tuple, object] = {}
    for message in messages:
        forms = message.string if message.pluralizable else [message.string]
        if message.id and all(forms) and not message.fuzzy:
            found[key(message)] = tuple(forms)
    return found


def key(message: Message) -> tuple:
    """(context, source), the source with a plural as a pair."""
    context, source = message.context, message.id
    if isinstance(context, bytes):  # so from a compiled catalogue
        context = context.decode()
    return context, source if isinstance(source, str) else tuple(source)


def placeholders(*sources: str) -> set[str]:
    return {found for source in sources for found in PLACEHOLDER.findall(source)}


def in_python(path: Path) -> Iterator[tuple[str | None, object]]:
    with path.open("rb") as source:
        for _, message, _, context in extract("python", source, KEYWORDS):
            yield context, message


def in_template(path: Path) -> Iterator[tuple[str | None, object]]:
    """As makemessages does: the template, turned into calls of gettext."""
    calls = template.templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for line in re.findall(r"n?p?gettext\([^\n]*|_\([^\n]*", calls):
        source = io.BytesIO(line.encode())
        for _, message, _, context in extract("python", source, KEYWORDS):
            yield context, message


def every_string() -> set[tuple[str | None, object]]:
    """What pages, mails and files say, wherever it stands."""
    pages = [path for path in (ROOT / "templates").rglob("*.*") if path.is_file()]
    found = {text for page in pages for text in in_template(page)}
    for app in ("surveys", "validation", "reports"):
        for module in (ROOT / app).rglob("*.py"):
            found |= set(in_python(module))
    return found


def strings_of_the_intake() -> set[tuple[str | None, object]]:
    pages = [ROOT / "templates" / "base.html", *(ROOT / "templates/intake").iterdir()]
    found = {text for page in pages for text in in_template(page)}
    for module in (ROOT / "surveys" / "intake").glob("*.py"):
        found |= set(in_python(module))
    return found


def test_the_strings_of_the_intake_are_found():
    found = strings_of_the_intake()

    assert (None, "Save and continue") in found  # in a template
    assert (None, "The survey is open until %(closes)s.") in found  # in a block
    assert (None, "Choose a score from %(lowest)d to %(highest)d.") in found
    assert ("day", "j F Y") in found
    assert len(found) > 90


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_says_what_the_readable_one_says(path):
    readable = read_po(io.BytesIO(path.read_bytes()))
    compiled = read_mo(io.BytesIO(path.with_suffix(".mo").read_bytes()))

    assert texts(compiled) == texts(readable)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_string_a_respondent_reads_is_translated(language):
    translated = texts(catalogue(language))

    assert strings_of_the_intake() - translated.keys() == set()


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_string_stands_in_the_catalogue(language):
    strings = every_string()

    assert len(strings) > 1500
    assert strings - texts(catalogue(language)).keys() == set()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_in_a_catalogue_is_untranslated_or_in_doubt(path):
    messages = catalogue(path.parts[-3])
    translated = texts(messages)

    assert len(translated) > 1000
    assert [message.id for message in messages if message.fuzzy and message.id] == []
    assert [
        message.id
        for message in messages
        if message.id and key(message) not in translated
    ] == []
    assert messages.obsolete == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_has_the_placeholders_of_its_source(path):
    for (_, source), forms in texts(catalogue(path.parts[-3])).items():
        if isinstance(source, str):
            assert placeholders(*forms) == placeholders(source), source
            continue
        # where a form is for one thing only, its number may go without saying
        for form in forms:
            assert placeholders(form) <= placeholders(*source), source
        for form in forms[1:]:
            assert placeholders(form) == placeholders(source[1]), source


def test_a_russian_form_names_its_number_as_it_is_for_21_as_well():
    for (_, source), forms in texts(catalogue("ru")).items():
        if not isinstance(source, str):
            assert placeholders(forms[0]) == placeholders(source[1]), source


def test_what_is_left_out_does_not_read_as_left_in_place_in_kazakh():
    """“қалдырылды” alone says that something stayed where it was."""
    out = re.compile("left out|passed over")
    left_in_place = re.compile(r"(?<!бос )қалдырыл", re.I)

    wrong = [
        source
        for (_, source), words in texts(catalogue("kk")).items()
        if out.search(str(source)) and left_in_place.search(str(words))
    ]

    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_begins_and_ends_with_the_spaces_of_its_source(path):
    for (_, source), forms in texts(catalogue(path.parts[-3])).items():
        if isinstance(source, str):
            for end in (str.lstrip, str.rstrip):
                assert (end(forms[0]) == forms[0]) == (end(source) == source), source
