"""The workshop as a coordinator uses it: versions, editor, files, trial, paper."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from surveys.instrument.file import write_instrument
from surveys.instrument.services import (
    InstrumentInUse,
    InstrumentLocked,
    LanguageMissing,
    change_instrument,
    new_instrument,
    remove_instrument,
    use_instrument,
)
from surveys.instrument.stored import file_of
from surveys.instrument.xlsform.writing import write_xlsform
from surveys.intake.trials import start_trial
from surveys.models import Draft, Instrument, Response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(instrument):
    """A scorecard whose survey has not opened."""
    now = timezone.now()
    return factories.make_scorecard(
        instrument=instrument,
        slug="waiting",
        opens_at=now + factories.DAY,
        closes_at=now + 2 * factories.DAY,
    )


@pytest.fixture
def by(waiting):
    return factories.make_member(scorecard=waiting, role="coordinator")


@pytest.fixture
def draft(waiting, instrument):
    return new_instrument(scorecard=waiting, file=file_of(instrument))


@pytest.fixture
def client(sign_in, by) -> Client:
    return sign_in(by)


def url(instrument: Instrument, rest: str = "") -> str:
    return f"/scorecards/waiting/questionnaires/{instrument.pk}/{rest}"


def form_of(client: Client, address: str) -> dict:
    """Everything that the page's form would send as it stands."""
    context = client.get(address).context
    fields = list(context["form"])
    if lines := context["lines"]:
        fields += [one for form in [lines.management_form, *lines] for one in form]
    values = {one.html_name: one.value() for one in fields}
    return {name: value for name, value in values.items() if value not in (None, "")}


# ------------------------------------------------------------------------- versions


def test_a_copy_is_a_draft_of_the_scorecards_own(client, instrument, waiting):
    answer = client.post(url(instrument, "copy/"))

    made = waiting.own_instruments.get()
    assert answer.url == url(made)
    assert (made.code, made.version) == ("waiting", 1)
    before = file_of(instrument)
    named = {"code": "waiting", "version": 1}
    assert file_of(made) == before.model_copy(update=named)
    client.post(url(made, "copy/"))
    assert waiting.own_instruments.filter(code="waiting", version=2).exists()


def test_the_sites_own_is_changed_by_nobody(client, instrument):
    assert client.get(url(instrument)).status_code == 200
    assert client.get(url(instrument, "parts/goal/no_poverty/")).status_code == 404
    with pytest.raises(InstrumentLocked):
        change_instrument(
            instrument_id=instrument.pk, change=lambda file: file, now=timezone.now()
        )


def test_a_version_is_locked_when_its_survey_opens_and_shows_it(
    client, draft, waiting, by
):
    now = timezone.now()
    use_instrument(scorecard_id=waiting.pk, instrument=draft, by=by, now=now)
    assert client.get(url(draft, "parts/goal/no_poverty/")).status_code == 200
    waiting.refresh_from_db()
    waiting.opens_at = now
    waiting.save()

    page = client.get(url(draft)).content.decode()

    assert "locked" in page
    assert "parts/goal" not in page
    for form in ("parts/goal/no_poverty/", "edit/scale/", "add/goal/", "replace/"):
        assert told(client.get(url(draft, form), follow=True)) == [LOCKED]
    with pytest.raises(InstrumentLocked):
        remove_instrument(instrument_id=draft.pk, now=timezone.now())


@pytest.mark.parametrize(
    ("languages", "goal"),
    [
        (["ru", "kk"], {"ru": "Первая цель", "kk": "Бірінші мақсат"}),
        (["en", "fr"], {"en": "First goal"}),
        (["fr"], {"fr": "First goal"}),
    ],
)
def test_one_can_begin_with_an_empty_one(client, waiting, by, languages, goal):
    waiting.languages = languages
    waiting.save()
    page = client.get("/scorecards/waiting/questionnaires/").content.decode()
    assert "/scorecards/waiting/questionnaires/blank/" in page

    made = client.post("/scorecards/waiting/questionnaires/blank/", follow=True)

    own = waiting.own_instruments.get()
    assert (own.languages, own.code) == (languages, "waiting")
    assert [one.title for one in own.goals.all()] == [goal]
    assert not own.questions.exists()
    assert "for you to change" in made.content.decode()
    use_instrument(scorecard_id=waiting.pk, instrument=own, by=by, now=timezone.now())


LOCKED = (
    "This version is locked: a survey that uses it has opened. Make a new version to "
    "change it."
)


def told(page) -> list[str]:
    return [str(one) for one in page.context["messages"]]


def test_what_was_typed_while_the_survey_opened_comes_back(client, draft, waiting, by):
    address = url(draft, "parts/goal/no_poverty/")
    typed = form_of(client, address) | {"title__en": "Poverty, reworded"}
    use_instrument(scorecard_id=waiting.pk, instrument=draft, by=by, now=timezone.now())
    waiting.refresh_from_db()
    waiting.opens_at = timezone.now()
    waiting.save()

    answer = client.post(address, typed)
    moved = client.post(url(draft, "parts/indicator/laws/move/"), {"to": "down"})

    assert answer.status_code == 422
    assert LOCKED in answer.content.decode()
    assert "Poverty, reworded" in answer.content.decode()
    assert told(client.get(moved.url)) == [LOCKED]
    assert file_of(draft).goals[0].title["en"] == "No poverty"


def test_the_survey_asks_the_version_that_was_chosen(client, draft, waiting):
    client.post(url(draft, "use/"))

    waiting.refresh_from_db()
    assert waiting.instrument == draft
    assert waiting.changes.filter(field="instrument").exists()
    assert client.post(url(draft, "remove/"), follow=True).status_code == 200
    assert Instrument.objects.filter(pk=draft.pk).exists()


def test_experts_who_know_other_goals_stand_in_the_way(waiting, draft, by):
    factories.make_expert(scorecard=waiting, name="Early", goals=[5])

    with pytest.raises(InstrumentInUse):
        use_instrument(
            scorecard_id=waiting.pk, instrument=draft, by=by, now=timezone.now()
        )


def test_the_languages_of_the_scorecard_stay(waiting, draft, by, client):
    use_instrument(scorecard_id=waiting.pk, instrument=draft, by=by, now=timezone.now())
    sent = form_of(client, url(draft, "edit/general/"))

    answer = client.post(url(draft, "edit/general/"), sent | {"languages_asked": "en"})

    assert answer.status_code == 422
    assert "Русский" in answer.content.decode()
    other = file_of(draft).model_copy(update={"languages": ["en"]})
    with pytest.raises(LanguageMissing):
        change_instrument(
            instrument_id=draft.pk, change=lambda _: other, now=timezone.now()
        )


# --------------------------------------------------------------------------- editor


@pytest.mark.parametrize(
    "part",
    [
        "edit/general/",
        "edit/scale/",
        "edit/bands/",
        "parts/goal/gender_equality/",
        "parts/dimension/policy/",
        "parts/indicator/money/",
        "parts/section/left_behind/",
        "parts/question/sector/",
        "parts/question/age/",
        "parts/question/why/",
        "parts/question/who_is_left_behind/",
    ],
)
def test_saving_a_form_as_it_stands_changes_nothing(client, draft, part):
    before = file_of(draft)

    answer = client.post(url(draft, part), form_of(client, url(draft, part)))

    assert answer.status_code == 302, answer.context["problems"]
    assert file_of(Instrument.objects.get(pk=draft.pk)) == before


def test_a_text_is_reworded_and_the_gap_shown(client, draft):
    address = url(draft, "parts/goal/no_poverty/")
    checksum = draft.checksum
    sent = form_of(client, address)

    client.post(address, sent | {"title__en": "<b>None poor</b>", "title__ru": ""})

    draft.refresh_from_db()
    assert draft.goals.get(number=1).title == {"en": "<b>None poor</b>"}
    assert draft.checksum != checksum
    page = client.get(url(draft)).content.decode()
    assert "not translated" in page
    assert "&lt;b&gt;None poor" in page
    assert "1 text missing" in page


def test_a_text_is_needed_in_one_language_and_nothing_typed_is_lost(client, draft):
    address = url(draft, "parts/goal/no_poverty/")
    sent = form_of(client, address) | {"full_title__en": "Typed with care"}

    answer = client.post(address, sent | {"title__en": "", "title__ru": ""})

    assert answer.status_code == 422
    assert "Typed with care" in answer.content.decode()


def test_one_comes_back_to_the_part_that_was_changed(client, draft):
    changed = url(draft, "parts/question/why/")
    moved = url(draft, "parts/indicator/money/move/")

    places = [
        client.post(changed, form_of(client, changed)).url,
        client.post(moved, {"to": "up"}).url,
    ]

    assert [place.partition("#")[2] for place in places] == [
        "question-why",
        "indicator-money",
    ]
    page = client.get(url(draft)).content.decode()
    assert all(f'id="{place.partition("#")[2]}"' in page for place in places)


def test_what_is_wrong_names_its_field_and_leads_there(client, draft):
    address = url(draft, "edit/scale/")
    sent = form_of(client, address) | {"lines-1-label__en": "a\x07b"}

    page = client.post(address, sent).content.decode()

    assert '<a href="#id_lines-1-label__en">2. Label (English)</a>' in page
    assert 'aria-describedby="id_lines-1-label__en_error"' in page
    assert 'id="id_lines-1-label__en_error"' in page


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice"])
def test_a_question_with_options_but_none_says_what_is_missing(client, draft, kind):
    address = url(draft, "add/question/?in=profile")
    sent = form_of(client, address) | {"text__en": "Who are you?", "kind": kind}

    page = client.post(address, sent).content.decode()

    assert "a question answered with options needs some" in page
    assert "Who are you?" in page


def test_two_who_change_one_part_are_told(client, draft):
    address = url(draft, "parts/goal/no_poverty/")
    mine, theirs = form_of(client, address), form_of(client, address)
    client.post(address, theirs | {"title__en": "Theirs"})

    answer = client.post(address, mine | {"title__en": "Mine"})
    assert answer.status_code == 422
    assert draft.goals.get(number=1).title["en"] == "Theirs"
    again = answer.context["form"]["shown"].value()
    client.post(address, mine | {"title__en": "Mine", "shown": again})

    assert draft.goals.get(number=1).title["en"] == "Mine"


def test_parts_are_added_moved_and_removed(client, draft):
    added = url(draft, "add/indicator/")
    client.post(
        added, {"name__en": "Courts", "question__en": "How?", "dimension": "policy"}
    )
    assert [one.code for one in draft.indicators.all()] == [
        *("laws", "plans", "courts"),
        *("money", "participation"),
    ]
    client.post(url(draft, "parts/indicator/courts/move/"), {"to": "up"})
    client.post(url(draft, "parts/indicator/money/remove/"))
    assert [(one.number, one.code) for one in draft.indicators.all()] == [
        (1, "laws"),
        (2, "courts"),
        (3, "plans"),
        (4, "participation"),
    ]
    client.post(
        url(draft, "add/goal/"),
        {
            "title__en": "Clean water",
            "full_title__en": "Clean water for all",
            "number": 6,
            "colour": "#26bde2",
        },
    )
    assert [one.number for one in draft.goals.all()] == [1, 5, 6, 13]
    client.post(url(draft, "add/section/"), {"title__en": "More", "text__en": "What?"})
    assert draft.questions.get(code="what").section.code == "more"
    question = {"text__en": "Which?", "kind": "single_choice", "lines-TOTAL_FORMS": 2}
    question |= {"lines-INITIAL_FORMS": 0, "lines-0-label__en": "This"}
    question |= {"lines-1-label__ru": "То"}
    client.post(url(draft, "add/question/?in=profile"), question)
    assert [one["label"] for one in draft.questions.get(code="which").options] == [
        {"en": "This"},
        {"ru": "То"},
    ]


def test_bands_that_end_early_are_refused_in_words(client, draft):
    address = url(draft, "edit/bands/")

    answer = client.post(address, form_of(client, address) | {"lines-3-highest": 99})

    assert answer.status_code == 422
    assert "they end before 100" in answer.content.decode()


def test_a_goal_with_experts_is_not_removed(client, draft, waiting, by):
    use_instrument(scorecard_id=waiting.pk, instrument=draft, by=by, now=timezone.now())
    waiting.refresh_from_db()
    factories.make_expert(scorecard=waiting, name="Early", goals=[5])

    answer = client.post(url(draft, "parts/goal/gender_equality/remove/"), follow=True)

    assert draft.goals.filter(number=5).exists()
    assert "experts are assigned" in answer.content.decode()


# -------------------------------------------------------------------- files and paper


@pytest.mark.parametrize("kind", ["xlsx", "yaml"])
def test_a_file_goes_out_and_replaces_another_version(client, draft, waiting, kind):
    other = new_instrument(scorecard=waiting, file=file_of(draft))
    client.post(url(other, "parts/goal/no_poverty/remove/"))
    content = client.get(url(draft, f"questionnaire.{kind}")).content
    file = SimpleUploadedFile(f"any.{kind}", content)
    other.refresh_from_db()

    answer = client.post(
        url(other, "replace/"), {"file": file, "shown": other.checksum}
    )

    assert answer.status_code == 302
    other.refresh_from_db()
    named = {"version": other.version}
    assert file_of(other) == file_of(draft).model_copy(update=named)


def test_a_bad_file_makes_no_version_and_names_its_problems(client, draft, waiting):
    text = write_instrument(file_of(draft)).replace("number: 5", "number: 1")
    file = SimpleUploadedFile("bad.yaml", text.encode())

    answer = client.post("/scorecards/waiting/questionnaires/import/", {"file": file})

    assert answer.status_code == 422
    assert "1 stands twice" in answer.content.decode()
    assert waiting.own_instruments.count() == 1


def test_an_imported_file_gets_a_code_of_the_scorecards_own(
    client, instrument, waiting
):
    file = SimpleUploadedFile("any.xlsx", write_xlsform(file_of(instrument)))

    client.post("/scorecards/waiting/questionnaires/import/", {"file": file})

    assert waiting.own_instruments.get().code == "waiting"


def test_the_paper_form_is_tagged_and_has_every_question(client, draft):
    answer = client.get(url(draft, "print/ru.pdf"))
    reader = PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "ru"
    for question in draft.questions.all():
        assert question.text["ru"] in text
    assert text.count("Насколько хороши законы?") == 3


# ---------------------------------------------------------------------------- trial


def test_a_trial_goes_from_the_start_page_to_the_end(client, draft):
    start = client.get(url(draft, "try/") + "?language=ru").content.decode()
    assert "Я согласен." in start

    # As in a browser: what comes without the page's own token is refused.
    client.handler.enforce_csrf_checks = True
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', start)[1]
    sent = {"consent": "on", "language": "ru", "csrfmiddlewaretoken": token}
    link = client.post(url(draft, "try/"), sent).url
    page = Client().get(link + "goals/5/").content.decode()

    assert "Гендерное равенство" in page
    assert Draft.objects.get().is_test
    assert not Response.objects.exists()


def test_a_trial_never_shows_a_page_from_before_a_change(client, draft, waiting):
    def page() -> str:
        _, token = start_trial(
            scorecard=waiting, instrument=draft, language="en", now=timezone.now()
        )
        return Client().get(f"/respond/{token}/goals/1/").content.decode()

    assert "No poverty" in page()
    address = url(draft, "parts/goal/no_poverty/")
    client.post(address, form_of(client, address) | {"title__en": "None is poor"})
    draft.refresh_from_db()

    assert "None is poor" in page()
    assert "No poverty" not in page()


# ------------------------------------------------------------------------- counts


def test_the_page_of_a_version_costs_the_same_however_long_it_is(
    client, draft, waiting, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    long = new_instrument(
        scorecard=waiting, file=file_of(factories.make_standard_instrument())
    )
    client.get(url(draft))
    with CaptureQueriesContext(
        connection,
    ) as short:
        client.get(url(draft))

    with django_assert_num_queries(len(short)):
        assert client.get(url(long)).status_code == 200


def test_a_scorecard_is_founded_on_what_its_founder_may_take(
    sign_in, by, draft, instrument, other_scorecard
):
    """Not on what another scorecard has in the making."""
    theirs = new_instrument(scorecard=other_scorecard, file=file_of(instrument))

    page = sign_in(by).get("/scorecards/waiting/setup/")

    offered = set(page.context["form"].fields["instrument"].queryset)
    assert offered == {draft, instrument}
    assert theirs not in offered
