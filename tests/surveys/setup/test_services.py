"""Setting up: everything may change until the survey opens, then only what is safe."""

from datetime import timedelta

import pytest

from surveys.models import Anonymity, Change, Role, Scorecard
from surveys.setup.rules import Refused, Wrong
from surveys.setup.services import (
    AlreadyClosed,
    AlreadyOpened,
    NotReady,
    change_scorecard,
    close_survey,
    found_scorecard,
    open_survey,
)
from tests import factories
from tests.factories import DAY, NOW

pytestmark = pytest.mark.django_db


def found(instrument, **changes):
    """Founded a month before its survey opens."""
    fields = {
        "slug": "kazakhstan-2023",
        "place": {"en": "Kazakhstan", "ru": "Казахстан"},
        "year": 2023,
        "languages": ["en", "ru"],
        "instrument": instrument,
        "opens_at": NOW + 30 * DAY,
        "closes_at": NOW + 60 * DAY,
        "time_zone": "Asia/Almaty",
        "coordinator_email": "aliya@example.org",
        "coordinator_name": "Aliya",
    }
    scorecard, _ = found_scorecard(now=NOW, **(fields | changes))
    return scorecard


@pytest.fixture
def planned(instrument) -> Scorecard:
    return found(
        instrument, opens_at=factories.FAR_AWAY - DAY, closes_at=factories.FAR_AWAY
    )


def change(scorecard, **values):
    by = scorecard.members.first()
    return change_scorecard(scorecard_id=scorecard.pk, by=by, now=NOW, **values)


def refusals(scorecard, **values) -> dict[str, Wrong]:
    with pytest.raises(Refused) as refused:
        change(scorecard, **values)
    stored = Scorecard.objects.get(pk=scorecard.pk)
    for name in values:
        assert getattr(stored, name) == getattr(scorecard, name)
    return refused.value.wrong


def test_founding_makes_a_scorecard_its_coordinator_and_a_record(instrument):
    scorecard = found(instrument)

    member = scorecard.members.get()
    assert (member.user.email, member.role) == ("aliya@example.org", Role.COORDINATOR)
    recorded = scorecard.changes.get()
    assert (recorded.what, recorded.changed_by) == (Change.What.FOUNDED, member)
    assert recorded.changed_at == NOW


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"languages": []}, {"languages": Wrong.NO_LANGUAGE}),
        (
            {"languages": ["en", "fr"], "place": {"en": "Togo", "fr": "Togo"}},
            {"languages": Wrong.NOT_ASKED_IN},
        ),
        ({"place": {"en": "Kazakhstan", "ru": " "}}, {"place_ru": Wrong.EMPTY}),
        ({"opens_at": NOW}, {"opens_at": Wrong.PAST}),
        ({"closes_at": NOW + 30 * DAY}, {"closes_at": Wrong.CLOSES_FIRST}),
        ({"opens_at": None, "closes_at": NOW}, {"closes_at": Wrong.PAST}),
        ({"time_zone": "Asia/Astana"}, {"time_zone": Wrong.UNKNOWN}),
        ({"smallest_group": 2}, {"smallest_group": Wrong.OUT_OF_RANGE}),
        ({"grace_minutes": 1441}, {"grace_minutes": Wrong.OUT_OF_RANGE}),
        ({"year": 1999}, {"year": Wrong.OUT_OF_RANGE}),
        ({"anonymity": "public"}, {"anonymity": Wrong.UNKNOWN}),
        ({"identities": "masks"}, {"identities": Wrong.UNKNOWN}),
    ],
)
def test_a_scorecard_that_cannot_work_is_not_founded(instrument, changes, wrong):
    with pytest.raises(Refused) as refused:
        found(instrument, **changes)

    assert refused.value.wrong == wrong
    assert not Scorecard.objects.exists()


def test_an_address_that_is_taken_is_refused(instrument, planned):
    with pytest.raises(Refused) as refused:
        found(instrument)

    assert refused.value.wrong == {"slug": Wrong.TAKEN}


def test_a_questionnaire_that_asks_nothing_gets_no_opening_date(instrument):
    empty = type(instrument).objects.create(
        code="empty",
        version=1,
        title={"en": "Empty"},
        languages=["en", "ru"],
        consent={},
        scale_minimum=1,
        scale_maximum=5,
        scale_labels=[],
        missing_labels={},
        bands=[],
        checksum="0" * 64,
    )

    with pytest.raises(Refused) as refused:
        found(empty)

    assert refused.value.wrong == {"opens_at": Wrong.NOTHING_ASKED}
    some_day = found(empty, opens_at=None)
    with pytest.raises(NotReady) as missing:
        open_survey(scorecard_id=some_day.pk, by=None, now=NOW)
    assert missing.value.wrong == {"instrument": Wrong.NOTHING_ASKED}


def test_before_it_opens_everything_may_change_and_is_recorded(
    planned, standard_instrument
):
    values = {
        "slug": "kz-2024",
        "year": 2024,
        "languages": ["kk", "ru"],
        "place": {"kk": "Қазақстан", "ru": "Казахстан"},
        "instrument": standard_instrument,
        "opens_at": None,
        "closes_at": factories.FAR_AWAY - 2 * DAY,
        "time_zone": "UTC",
        "anonymity": Anonymity.CONFIDENTIAL,
        "smallest_group": 4,
        "grace_minutes": 0,
        "target_responses": 200,
        "notice": {"ru": "Проба"},
    }

    records = change(planned, **values)

    stored = Scorecard.objects.get()
    assert {name: getattr(stored, name) for name in values} == values
    assert {one.field for one in records} == set(values)
    by_field = {one.field: one for one in records}
    assert (by_field["year"].before, by_field["year"].after) == (2023, 2024)
    assert by_field["instrument"].after == "standard 1"
    assert by_field["opens_at"].after is None
    assert change(stored, **values) == []


def test_targets_of_options_that_another_questionnaire_lacks_are_dropped(
    planned, standard_instrument
):
    wanted = {"sector": {"ngo": 30, "moon": 5}, "shoe": {"left": 1}}
    change(planned, targets=wanted | {"age": {"from_18": 9, "from_7": 2}})

    change(planned, instrument=standard_instrument)

    assert Scorecard.objects.get().targets == {
        "sector": {"ngo": 30},
        "age": {"from_18": 9},
    }


def test_targets_of_languages_that_are_given_up_are_dropped(planned):
    change(planned, languages=["en", "ru"])
    change(planned, targets={"@language": {"en": 10, "ru": 20}})

    change(planned, languages=["en"])

    assert Scorecard.objects.get().targets == {"@language": {"en": 10}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slug", "elsewhere"),
        ("year", 2030),
        ("opens_at", None),
        ("time_zone", "UTC"),
        ("anonymity", Anonymity.CONFIDENTIAL),
    ],
)
def test_what_respondents_were_promised_is_locked(scorecard, coordinator, name, value):
    assert refusals(scorecard, **{name: value}) == {name: Wrong.LOCKED}


def test_the_questionnaire_is_locked(scorecard, coordinator, standard_instrument):
    wrong = refusals(scorecard, instrument=standard_instrument)

    assert wrong == {"instrument": Wrong.LOCKED}


def test_after_it_opened_a_promise_may_only_grow(scorecard, coordinator):
    scorecard.grace_minutes = 20
    assert refusals(scorecard, smallest_group=4) == {"smallest_group": Wrong.SMALLER}
    scorecard.refresh_from_db()
    assert refusals(scorecard, grace_minutes=29) == {"grace_minutes": Wrong.SMALLER}
    assert refusals(scorecard, languages=["en"]) == {"languages": Wrong.LANGUAGE_TAKEN}
    earlier = scorecard.closes_at - timedelta(seconds=1)
    assert refusals(scorecard, closes_at=earlier) == {"closes_at": Wrong.EARLIER}

    later = scorecard.closes_at + DAY
    change(scorecard, smallest_group=10, grace_minutes=60, closes_at=later)

    stored = Scorecard.objects.get(pk=scorecard.pk)
    assert (stored.smallest_group, stored.grace_minutes) == (10, 60)
    assert stored.closes_at == later


def test_what_was_wrong_before_stands_in_nobodys_way(planned):
    Scorecard.objects.filter(pk=planned.pk).update(place={"en": "Kazakhstan"})

    change(planned, target_responses=10)

    assert Scorecard.objects.get().target_responses == 10


def test_opening_is_for_now_and_for_good(planned):
    by = planned.members.get()
    open_survey(scorecard_id=planned.pk, by=by, now=NOW)

    stored = Scorecard.objects.get()
    assert stored.is_open(NOW)
    assert stored.changes.first().what == Change.What.OPENED
    with pytest.raises(AlreadyOpened):
        open_survey(scorecard_id=planned.pk, by=by, now=NOW + DAY)


def test_a_survey_without_a_date_opens_only_by_hand(instrument):
    scorecard = found(instrument, opens_at=None)

    assert not scorecard.is_open(NOW + 31 * DAY)
    assert not scorecard.has_closed(NOW + 61 * DAY)
    with pytest.raises(NotReady):
        open_survey(scorecard_id=scorecard.pk, by=None, now=NOW + 61 * DAY)
    with pytest.raises(AlreadyClosed):
        close_survey(scorecard_id=scorecard.pk, now=NOW)


def test_closing_early_is_recorded_with_what_was_announced(scorecard, coordinator):
    announced = scorecard.closes_at
    close_survey(scorecard_id=scorecard.pk, by=coordinator, now=NOW)

    recorded = scorecard.changes.get()
    assert (recorded.what, recorded.changed_by) == (Change.What.CLOSED, coordinator)
    assert recorded.before == announced.isoformat()
