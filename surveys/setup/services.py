"""Setting a scorecard up, opening its survey, and ending it."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db import transaction

from surveys.members.services import add_member
from surveys.models import (
    Anonymity,
    Change,
    Identities,
    Instrument,
    Member,
    Role,
    Scorecard,
)
from surveys.sample.groups import groupings_with_targets
from surveys.setup.changes import record_change, value_of
from surveys.setup.rules import Refused, Wrong, missing_to_open, wrong_with


class AlreadyClosed(Exception):
    """The survey has closed, or never opened."""


class AlreadyOpened(Exception):
    """The survey has opened before."""


class NotReady(Exception):
    """Something without which nobody can answer. `wrong`: {name of a field: why}."""

    def __init__(self, wrong: dict[str, Wrong]) -> None:
        super().__init__(", ".join(f"{name}: {why}" for name, why in wrong.items()))
        self.wrong = wrong


@transaction.atomic
def create_scorecard(
    *,
    slug: str,
    place: Mapping[str, str],
    year: int,
    languages: Sequence[str],
    instrument: Instrument,
    opens_at: datetime | None,
    closes_at: datetime,
    time_zone: str,
    coordinator_email: str,
    coordinator_name: str,
    smallest_group: int = 5,
    notice: Mapping[str, str] | None = None,
    identities: str = Identities.NAMED,
    anonymity: str = Anonymity.ANONYMOUS,
    grace_minutes: int = 30,
    target_responses: int | None = None,
    targets: Mapping[str, Mapping[str, int]] | None = None,
) -> tuple[Scorecard, Member]:
    """A new scorecard and its first coordinator, as they are.

    `opens_at`: None where it will be opened by hand. `grace_minutes`: how long whoever
    has begun may go on. `targets`: {grouping: {group: n wanted}}
    (surveys.sample.groups).
    `identities`: how experts appear to one another and in the report. It can be chosen
    anew until the first round opens (validation.identities.choose_identities).
    """
    scorecard = Scorecard.objects.create(
        slug=slug,
        place=dict(place),
        year=year,
        languages=list(languages),
        instrument=instrument,
        opens_at=opens_at,
        closes_at=closes_at,
        time_zone=time_zone,
        smallest_group=smallest_group,
        notice=dict(notice or {}),
        identities=identities,
        anonymity=anonymity,
        grace_minutes=grace_minutes,
        target_responses=target_responses,
        targets=dict(targets or {}),
    )
    coordinator = add_member(
        scorecard=scorecard,
        email=coordinator_email,
        name=coordinator_name,
        role=Role.COORDINATOR,
    )
    return scorecard, coordinator


@transaction.atomic
def found_scorecard(
    *, now: datetime, copied_from: Scorecard | None = None, **fields: Any
) -> tuple[Scorecard, Member]:
    """A new scorecard as somebody filled it in; arguments as for `create_scorecard`.

    Raises Refused with everything that is wrong.
    """
    scorecard_fields = {
        name: value
        for name, value in fields.items()
        if not name.startswith("coordinator_")
    }
    wrong = wrong_with(Scorecard(**scorecard_fields), now)
    if Scorecard.objects.filter(slug=fields["slug"]).exists():
        wrong["slug"] = Wrong.TAKEN
    if wrong:
        raise Refused(wrong)
    scorecard, coordinator = create_scorecard(**fields)
    record_change(
        Change.What.COPIED if copied_from else Change.What.FOUNDED,
        scorecard=scorecard,
        by=coordinator,
        now=now,
        before=copied_from.slug if copied_from else None,
    )
    return scorecard, coordinator


@transaction.atomic
def change_scorecard(
    *, scorecard_id: int, by: Member | None, now: datetime, **values: Any
) -> list[Change]:
    """Change fields of a scorecard; what was changed, a record for each field.

    Raises Refused, and changes nothing, where that makes something wrong; what was
    wrong before stands in nobody's way.
    How experts appear is chosen elsewhere (validation.identities).
    """
    before = (
        Scorecard.objects.select_for_update(of=("self",))
        .select_related("instrument")
        .get(pk=scorecard_id)
    )
    after = copy(before)
    for name, value in values.items():
        setattr(after, name, value)
    if (after.instrument_id, after.languages) != (
        before.instrument_id,
        before.languages,
    ):
        after.targets = targets_that_fit(
            after.targets, after.instrument, after.languages
        )
        values["targets"] = after.targets
    was_wrong = wrong_with(before, now, before)
    wrong = {
        name: why
        for name, why in wrong_with(after, now, before).items()
        if name not in was_wrong
    }
    if Scorecard.objects.filter(slug=after.slug).exclude(pk=before.pk).exists():
        wrong["slug"] = Wrong.TAKEN
    if wrong:
        raise Refused(wrong)
    changed = [name for name in values if getattr(after, name) != getattr(before, name)]
    if changed:
        after.save(update_fields=changed)
    return [
        record_change(
            Change.What.FIELD,
            scorecard=after,
            by=by,
            now=now,
            field=name,
            before=value_of(before, name),
            after=value_of(after, name),
        )
        for name in changed
    ]


def targets_that_fit(
    targets: Mapping[str, Mapping[str, int]],
    instrument: Instrument,
    languages: Sequence[str],
) -> dict[str, dict[str, int]]:
    """Those of groups that there are: options of the profile, ages, languages."""
    fitting: dict[str, dict[str, int]] = {}
    for grouping in groupings_with_targets(instrument, languages):
        wanted = targets.get(grouping.code, {})
        kept = {code: n for code, n in wanted.items() if code in grouping.labels}
        if kept:
            fitting[grouping.code] = kept
    return fitting


@transaction.atomic
def open_survey(*, scorecard_id: int, by: Member | None, now: datetime) -> Scorecard:
    """Open the survey now, whatever was planned. Raises AlreadyOpened or NotReady."""
    scorecard = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    if scorecard.has_opened(now):
        raise AlreadyOpened
    if wrong := missing_to_open(scorecard, now):
        raise NotReady(wrong)
    scorecard.opens_at = now
    scorecard.save(update_fields=["opens_at"])
    record_change(Change.What.OPENED, scorecard=scorecard, by=by, now=now)
    return scorecard


@transaction.atomic
def close_survey(
    *, scorecard_id: int, now: datetime, by: Member | None = None
) -> Scorecard:
    """End an open survey now instead of at its announced time. Raises AlreadyClosed."""
    scorecard = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    if not scorecard.is_open(now):
        raise AlreadyClosed
    announced = value_of(scorecard, "closes_at")
    scorecard.closes_at = now
    scorecard.save(update_fields=["closes_at"])
    record_change(
        Change.What.CLOSED, scorecard=scorecard, by=by, now=now, before=announced
    )
    return scorecard
