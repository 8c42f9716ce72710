"""Words that nobody can see are no words, wherever they are typed."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator

import pytest
from django import forms
from django.urls import reverse

import reports
import surveys
import validation
from surveys.instrument.file import read_instrument, write_instrument
from surveys.instrument.parts import InvalidInstrument
from surveys.instrument.services import new_instrument
from surveys.instrument.stored import file_of
from surveys.invitations.forms import PersonForm as InviteeForm
from surveys.invitations.table import check_people, read_people
from surveys.models import Goal, Instrument, Invitation, Member
from surveys.visible import is_blank
from surveys.words_field import WordsField
from tests import factories
from validation.models import Round
from validation.panel.table import read_table

INVISIBLE = {
    "zero width space": "\u200b",
    "joiners": "\u200d\u200c\u2060",
    "byte order mark": "\ufeff \ufeff",
    "soft hyphen": "\u00ad",
    "directions": "\u202e\u2066\u2069",
    "hangul filler": "\u3164",
    "braille blank": "\u2800\u2800",
    "variation selector": "\ufe0f",
    "tags": "\U000e0041\U000e007f",
    "marks on nothing": "\u0301\u034f",
    "wide spaces": "\u3000\u2003",
}
VISIBLE = [
    "a",
    "ә",
    "Қазақстан",
    "\u200bA\u200b",
    "علی‌رضا",  # with a joiner that Persian needs
    "नेहा",
    "ก็",
    "👩‍🌾",
    "❤️",
    "—",
    "7",
]


@pytest.mark.parametrize("text", INVISIBLE.values(), ids=INVISIBLE)
def test_what_nobody_sees_is_blank(text):
    assert is_blank(text)
    with pytest.raises(forms.ValidationError):
        # Spaces alone are nothing typed at all.
        WordsField(required=not text.strip()).clean(text + text)


@pytest.mark.parametrize("text", VISIBLE)
def test_what_somebody_sees_is_not(text):
    assert not is_blank(text)
    assert WordsField().clean(text) == text


# ---------------------------------------------------------------------- everywhere


def every_form() -> Iterator[type[forms.BaseForm]]:
    for app in (surveys, validation, reports):
        for module in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if module.name.endswith("forms"):
                for value in vars(importlib.import_module(module.name)).values():
                    if isinstance(value, type) and issubclass(value, forms.BaseForm):
                        yield value


# Not read by anybody as words: codes, numbers, addresses, whole tables, searches.
NO_WORDS = {"checksum", "days", "receipt", "shown", "code", "rule", "table", "q"}
NO_WORDS |= {"based_on", "link", "slug"}


def test_every_form_takes_words_by_the_one_field():
    plain = {
        f"{form.__module__}.{form.__qualname__}.{name}"
        for form in every_form()
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField and name not in NO_WORDS
    }

    assert plain == set()


# -------------------------------------------------------------- at the field, in pages

WORDS = "Only invisible characters stand here."


@pytest.fixture
def coordinating(coordinator: Member, sign_in: Callable):
    return sign_in(coordinator)


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u3164"])
def test_a_members_name(coordinating, coordinator, text):
    url = reverse("panel", args=[coordinator.scorecard.slug])
    sent = {"name": text, "email": "new@example.org", "role": "expert"}
    page = coordinating.post(url, sent)

    assert page.status_code == 422
    assert page.context["form"].errors["name"] == [WORDS]
    assert page.context["form"]["email"].value() == "new@example.org"
    assert not Member.objects.filter(user__email="new@example.org").exists()


def test_a_rounds_title(coordinating, coordinator, frozen):
    url = reverse("round_new", args=[coordinator.scorecard.slug])
    page = coordinating.post(url, {"title": "\u2060"})

    assert page.status_code == 422
    assert page.context["form"].errors["title"] == [WORDS]
    assert not Round.objects.exists()


def test_an_invitees_name_and_sector(scorecard):
    typed = {"name": "\u200b", "sector": "\u3164", "email": "a@x.org"}
    form = InviteeForm(typed, scorecard=scorecard)

    assert form.errors["name"] == form.errors["sector"] == [WORDS]


@pytest.mark.parametrize("name", ["\u200b", "\u3164"])
def test_names_in_tables(scorecard, name):
    content = f"name,mail\n{name},a@x.org\nB,b@x.org\n".encode()
    bad, good = check_people(scorecard, read_people(content)).rows
    assert set(bad.problems) == {"name"}
    assert not good.problems

    table = read_table(f"{name};a@x.org", goals={1}, languages=["en"], known={})
    assert [(one.column, one.words) for one in table.problems] == [("name", WORDS)]
    assert not Invitation.objects.exists()


def test_a_label_in_the_editor_and_in_a_file(instrument, coordinator, sign_in, now):
    waiting = factories.make_scorecard(
        instrument=instrument,
        slug="waiting",
        opens_at=now + factories.DAY,
        closes_at=now + 2 * factories.DAY,
    )
    by = factories.make_member(scorecard=waiting, role="coordinator")
    draft = new_instrument(scorecard=waiting, file=file_of(instrument))
    client, url = (
        sign_in(by),
        f"/scorecards/waiting/questionnaires/{draft.pk}/parts/goal/no_poverty/",
    )
    form = client.get(url).context["form"]
    sent = {one.html_name: one.value() for one in form if one.value() is not None}
    field = next(name for name in sent if name.startswith("title"))
    page = client.post(url, sent | {field: "\u200b\u200d"})

    assert page.status_code == 422
    assert page.context["form"].errors[field] == [WORDS]
    titles = Goal.objects.filter(instrument=draft).values_list("title", flat=True)
    assert all(not is_blank(text) for title in titles for text in title.values())

    title = next(iter(file_of(draft).goals[0].title.values()))
    text = write_instrument(file_of(draft)).replace(title, "\u200b")
    with pytest.raises(InvalidInstrument, match="is empty"):
        read_instrument(text)
    assert Instrument.objects.filter(owner=waiting).count() == 1


def test_a_scorecards_place(coordinating, instrument):
    url = reverse("found")
    form = coordinating.get(url).context["form"]
    field = next(name for name in form.fields if name.startswith("place_"))
    page = coordinating.post(url, {field: "\u2800"})

    assert page.status_code == 422
    assert page.context["form"].errors[field] == [WORDS]
