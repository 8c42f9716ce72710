"""A scorecard in the browser: founded, changed, opened, copied."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.instrument.services import new_instrument
from surveys.instrument.stored import file_of
from surveys.models import Change, Role, Scorecard
from surveys.setup.services import change_scorecard
from tests import factories
from tests.factories import DAY
from validation.models import MailDelivery

pytestmark = pytest.mark.django_db
REFUSED = 422


def typed(instrument, /, **changes):
    """What somebody types who founds a scorecard of two languages."""
    year = timezone.now().year + 1
    fields = {
        "place_en": "Kyrgyzstan",
        "place_ru": "Кыргызстан",
        "notice_en": "A trial.",
        "year": year,
        "slug": "",
        "instrument": instrument.pk,
        "languages": ["en", "ru"],
        "first_language": "ru",
        "time_zone": "Asia/Bishkek",
        "opens_at": f"{year}-03-01T09:00",
        "closes_at": f"{year}-04-01T18:00",
        "grace_minutes": 15,
        "anonymity": "confidential",
        "smallest_group": 10,
        "identities": "pseudonyms",
    }
    return fields | changes


@pytest.fixture
def client(sign_in, coordinator):
    return sign_in(coordinator)


def errors_of(page) -> dict[str, list[str]]:
    assert page.status_code == REFUSED
    return dict(page.context["form"].errors)


# --------------------------------------------------------------------------- founding


def test_a_coordinator_founds_a_scorecard_and_coordinates_it(
    client, coordinator, instrument
):
    answer = client.post(reverse("found"), typed(instrument))

    year = timezone.now().year + 1
    made = Scorecard.objects.get(slug=f"kyrgyzstan-{year}")
    assert answer.url == reverse("scorecard", args=[made.slug])
    assert made.languages == ["ru", "en"]
    assert made.opens_at == datetime(year, 3, 1, 3, tzinfo=UTC)
    assert made.closes_at == datetime(year, 4, 1, 12, tzinfo=UTC)
    assert (made.anonymity, made.identities) == ("confidential", "pseudonyms")
    assert (made.smallest_group, made.grace_minutes) == (10, 15)
    assert made.notice == {"en": "A trial."}
    member = made.members.get()
    assert (member.user, member.role) == (coordinator.user, Role.COORDINATOR)


def test_the_sites_own_questionnaire_is_offered_first(client, scorecard, instrument):
    new_instrument(scorecard=scorecard, file=file_of(instrument))
    field = client.get(reverse("found")).context["form"]["instrument"]
    assert field.field.queryset.first() != instrument
    assert field.value() == instrument.pk


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"place_ru": ""}, "place_ru", "Write the place in this language too."),
        ({"languages": []}, "languages", "Choose at least one language."),
        ({"year": "twenty"}, "year", "Enter a whole number."),
        ({"year": 1900}, "year", "From 2000 to 2100."),
        ({"slug": "kazakhstan-2022"}, "slug", "Another scorecard has this address."),
        ({"slug": "a b"}, "slug", "Only small letters"),
        ({"slug": "Kazakhstan-2022"}, "slug", "Only small letters"),
        ({"slug": "a_b"}, "slug", "Only small letters"),
        ({"slug": "-"}, "slug", "Only small letters"),
        ({"slug": "қазақстан"}, "slug", "Only small letters"),
        ({"opens_at": "2020-01-01T10:00"}, "opens_at", "This moment has passed."),
        ({"opens_at": "soon"}, "opens_at", "Enter a valid date/time."),
        ({"closes_at": ""}, "closes_at", "This field is required."),
        ({"closes_at": "0001-01-01T00:00"}, "closes_at", "Check the year."),
        ({"time_zone": "Moon/Sea"}, "time_zone", "Select a valid choice."),
        ({"smallest_group": 1}, "smallest_group", "From 3 to 50."),
        ({"grace_minutes": -1}, "grace_minutes", "From 0 to 1440."),
        ({"anonymity": "none"}, "anonymity", "Select a valid choice."),
        ({"anonymity": ""}, "anonymity", "This field is required."),
        ({"instrument": 0}, "instrument", "Select a valid choice."),
        ({"place_en": "x" * 101}, "place_en", "at most 100 characters"),
        ({"place_en": "a\x00b"}, "place_en", "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays_typed(
    client, instrument, changes, field, words
):
    page = client.post(reverse("found"), typed(instrument, **changes))

    errors = errors_of(page)
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert "A trial." in page.content.decode()
    assert not Scorecard.objects.filter(slug__startswith="kyrgyzstan").exists()


def test_a_moment_that_summer_time_skips_is_refused(client, instrument):
    # 28 March 2027, 02:00 to 03:00 does not exist in Berlin; nor in 2028 the 26th.
    year = timezone.now().year + 1
    last_sunday = datetime(year, 3, 31)
    while last_sunday.weekday() != 6:
        last_sunday -= timedelta(days=1)
    skipped = f"{last_sunday:%Y-%m-%d}T02:30"

    page = client.post(
        reverse("found"),
        typed(instrument, time_zone="Europe/Berlin", opens_at=skipped),
    )

    assert "opens_at" in errors_of(page)


def test_an_expert_may_found_nothing_and_is_not_told_of_it(sign_in, expert, instrument):
    client = sign_in(expert)

    assert client.get(reverse("found")).status_code == 404
    assert client.post(reverse("found"), typed(instrument)).status_code == 404
    assert "Found a scorecard" not in client.get("/").content.decode()


def test_two_of_one_place_and_year_get_addresses_of_their_own(client, instrument):
    for _ in range(2):
        client.post(reverse("found"), typed(instrument))

    year = timezone.now().year + 1
    slugs = Scorecard.objects.filter(year=year).values_list("slug", flat=True)
    assert set(slugs) == {f"kyrgyzstan-{year}", f"kyrgyzstan-{year}-2"}


def test_a_questionnaire_of_other_peoples_scorecard_cannot_be_chosen(
    client, instrument, standard_instrument, other_scorecard
):
    type(instrument).objects.filter(pk=standard_instrument.pk).update(
        owner=other_scorecard
    )

    page = client.post(
        reverse("found"), typed(instrument, instrument=standard_instrument.pk)
    )

    assert "Select a valid choice." in errors_of(page)["instrument"][0]
    assert "standard version" not in page.content.decode()


# --------------------------------------------------------------------------- changing


@pytest.fixture
def planned(client, instrument) -> Scorecard:
    client.post(reverse("found"), typed(instrument))
    return Scorecard.objects.latest("pk")


def shown_by(client, scorecard) -> dict[str, object]:
    """What a browser would send back if nothing were typed."""
    page = client.get(reverse("setup", args=[scorecard.slug]))
    form = page.context["form"]
    shown = {}
    for field in form:
        value = field.value()
        if isinstance(value, datetime):
            value = value.strftime("%Y-%m-%dT%H:%M")
        value = getattr(value, "pk", value)
        if value is not None and not form.fields[field.name].disabled:
            shown[field.name] = value
    return shown


def test_saving_what_is_shown_changes_nothing(client, planned, scorecard):
    for one in (planned, scorecard):
        before = one.changes.count()
        answer = client.post(reverse("setup", args=[one.slug]), shown_by(client, one))

        assert answer.status_code == 302
        stored = Scorecard.objects.get(pk=one.pk)
        assert stored.changes.count() == before
        assert (stored.opens_at, stored.closes_at) == (one.opens_at, one.closes_at)


def test_an_address_of_before_stays_as_it_is(client, planned):
    Scorecard.objects.filter(pk=planned.pk).update(slug="Old_Address")
    planned.refresh_from_db()

    sent = shown_by(client, planned) | {"place_en": "Kirghizia"}
    answer = client.post(reverse("setup", args=[planned.slug]), sent)

    assert answer.url == reverse("setup", args=["Old_Address"])


def test_before_it_opens_everything_may_change(client, planned):
    sent = shown_by(client, planned) | {
        "slug": "renamed",
        "anonymity": "anonymous",
        "identities": "named",
        "opens_at": "",
        "place_en": "The Kyrgyz Republic",
    }

    answer = client.post(reverse("setup", args=[planned.slug]), sent)

    assert answer.url == reverse("setup", args=["renamed"])
    stored = Scorecard.objects.get(pk=planned.pk)
    assert (stored.anonymity, stored.identities) == ("anonymous", "named")
    assert stored.opens_at is None
    fields = stored.changes.filter(what=Change.What.FIELD)
    assert set(fields.values_list("field", flat=True)) == {
        "slug",
        "anonymity",
        "identities",
        "opens_at",
        "place",
    }
    page = client.get(reverse("changes", args=["renamed"])).content.decode()
    assert "Anonymity: Confidential" in page
    assert "→ “The Kyrgyz Republic”" in page


def test_once_it_opened_what_was_promised_is_not_even_read(client, scorecard):
    sent = shown_by(client, scorecard) | {
        "anonymity": "confidential",
        "year": 2030,
        "slug": "elsewhere",
        "opens_at": "",
        "smallest_group": 10,
    }

    client.post(reverse("setup", args=[scorecard.slug]), sent)

    stored = Scorecard.objects.get(pk=scorecard.pk)
    assert (stored.anonymity, stored.year) == ("anonymous", 2022)
    assert (stored.slug, stored.opens_at) == (scorecard.slug, scorecard.opens_at)
    assert stored.smallest_group == 10


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("closes_at", "2090-01-01T00:00", "later than announced, not earlier"),
        ("smallest_group", 4, "may only become more"),
        ("languages", ["en"], "may be added, not taken away"),
    ],
)
def test_once_it_opened_promises_may_only_grow(client, scorecard, field, value, words):
    sent = shown_by(client, scorecard) | {field: value}

    page = client.post(reverse("setup", args=[scorecard.slug]), sent)

    assert words in errors_of(page)[field][0]


def test_once_a_round_opened_experts_keep_their_names(client, open_round):
    slug = open_round.scorecard.slug
    sent = shown_by(client, open_round.scorecard) | {"identities": "pseudonyms"}

    client.post(reverse("setup", args=[slug]), sent)

    assert Scorecard.objects.get(slug=slug).identities == "named"


def test_once_the_figures_are_frozen_the_survey_ends_when_it_ended(client, frozen):
    scorecard = frozen.scorecard
    sent = shown_by(client, scorecard) | {
        "closes_at": "2099-01-01T00:00",
        "smallest_group": 20,
        "place_en": "The Republic of Kazakhstan",
    }

    answer = client.post(reverse("setup", args=[scorecard.slug]), sent)

    assert answer.status_code == 302
    stored = Scorecard.objects.get(pk=scorecard.pk)
    assert (stored.closes_at, stored.smallest_group) == (scorecard.closes_at, 5)
    assert stored.place["en"] == "The Republic of Kazakhstan"


def test_experts_on_panels_hold_the_questionnaire(
    sign_in, instrument, standard_instrument
):
    planned = factories.make_scorecard(
        instrument=instrument, slug="planned", opens_at=None
    )
    member = factories.make_member(scorecard=planned, role="coordinator")
    factories.make_expert(scorecard=planned, name="Aigul", goals=[5])
    client = sign_in(member)
    sent = shown_by(client, planned) | {"instrument": standard_instrument.pk}

    client.post(reverse("setup", args=["planned"]), sent)
    page = client.get(reverse("setup", args=["planned"])).content.decode()

    assert Scorecard.objects.get(pk=planned.pk).instrument == instrument
    assert "Experts are on the panels of its goals" in page


# --------------------------------------------------------------------- targets, opening


def test_targets_are_kept_by_option_and_taken_away_again(client, planned):
    address = reverse("targets", args=[planned.slug])

    typed = {"sector__ngo": 20, "gender__woman": 30, "age__from_18": 9}
    client.post(address, {"all": 60, "@language__ru": 40, **typed})
    stored = Scorecard.objects.get(pk=planned.pk)
    assert stored.target_responses == 60
    assert stored.targets == {
        "sector": {"ngo": 20},
        "gender": {"woman": 30},
        "age": {"from_18": 9},
        "@language": {"ru": 40},
    }

    client.post(address, {"all": "", "gender__woman": 0})
    stored.refresh_from_db()
    assert (stored.target_responses, stored.targets) == (None, {"gender": {"woman": 0}})


def test_targets_that_cannot_be_are_said_at_their_field(client, planned):
    address = reverse("targets", args=[planned.slug])

    page = client.post(address, {"all": 10, "sector__ngo": 11, "gender__man": -1})

    errors = errors_of(page)
    assert "the groups want 11 in sum" in errors["all"][0]
    assert "gender__man" in errors
    assert 'value="11"' in page.content.decode()


def test_the_survey_is_opened_after_reading_what_that_locks(client, planned):
    address = reverse("survey_open", args=[planned.slug])

    asked = client.get(address).content.decode()
    assert not Scorecard.objects.get(pk=planned.pk).has_opened(timezone.now())
    client.post(address)

    assert "Open the survey now?" in asked
    assert "the promise to respondents" in asked
    assert Scorecard.objects.get(pk=planned.pk).is_open(timezone.now())
    assert "The survey has opened before" in client.get(address).content.decode()


def test_a_survey_that_could_not_be_answered_is_not_opened(client, planned):
    change_scorecard(
        scorecard_id=planned.pk, by=None, now=planned.opens_at - 60 * DAY, opens_at=None
    )
    Scorecard.objects.filter(pk=planned.pk).update(
        closes_at=timezone.now() - timedelta(minutes=1)
    )
    address = reverse("survey_open", args=[planned.slug])

    page = client.post(address, follow=True).content.decode()

    assert "The survey cannot open yet" in page
    assert "This moment has passed." in page
    assert Scorecard.objects.get(pk=planned.pk).opens_at is None


# ---------------------------------------------------------------------------- copying


def test_last_years_scorecard_is_copied_without_its_answers(
    client, coordinator, closed_scorecard, experts, observer
):
    Scorecard.objects.filter(pk=closed_scorecard.pk).update(
        targets={"sector": {"ngo": 20}}, target_responses=100
    )
    address = reverse("scorecard_copy", args=[closed_scorecard.slug])
    form = client.get(address).context["form"]
    sent = {
        field.name: getattr(field.value(), "pk", field.value())
        for field in form
        if field.value() is not None
    }
    year = timezone.now().year + 1
    sent |= {"closes_at": f"{year}-04-01T18:00", "opens_at": "", "with_members": "on"}

    client.post(address, sent)

    made = Scorecard.objects.get(slug="kazakhstan-2023")
    assert made.year == 2023
    assert made.opens_at is None
    assert made.responses.count() == 0
    assert (made.targets, made.target_responses) == ({"sector": {"ngo": 20}}, 100)
    assert made.open_link != closed_scorecard.open_link
    people = {member.name: member for member in made.members.all()}
    assert set(people) == {"Coordinator", "Observer", "Aigul", "Bolat", "Dana"}
    goals = people["Aigul"].assignments.values_list("goal__number", flat=True)
    assert list(goals) == [1, 5]
    assert not MailDelivery.objects.filter(scorecard=made).exists()
    assert made.changes.filter(what=Change.What.COPIED).exists()
    page = client.get(reverse("changes", args=[made.slug])).content.decode()
    assert "The scorecard was made of kazakhstan-2022" in page
    home = client.get(reverse("scorecard", args=[made.slug])).content.decode()
    assert "4 people were added" in home
    assert "Aigul was added" not in home


# ------------------------------------------------------------------- the record, flat


def test_the_record_of_changes_costs_the_same_for_many(
    client, coordinator, planned, queries_of, django_assert_num_queries
):
    address = reverse("changes", args=[planned.slug])
    few = queries_of(client, address)
    now = timezone.now()
    by = planned.members.get()
    for number in range(30):
        change_scorecard(
            scorecard_id=planned.pk, by=by, now=now, target_responses=number + 1
        )

    with django_assert_num_queries(few):
        page = client.get(address).content.decode()

    assert "Responses wanted in all: 29 → 30" in page
