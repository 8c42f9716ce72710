"""Putting an instrument into the database, and changing it until it is locked.

An instrument is locked by what happened, not by a mark: from the moment a survey that
uses it opens, or somebody answers it. The database refuses the same (migrations,
`surveys_instrument_locked_…`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import (
    Exists,
    F,
    Max,
    OuterRef,
    ProtectedError,
    Q,
    RestrictedError,
)

from surveys.instrument.parts import InstrumentFile, QuestionPart
from surveys.instrument.stored import file_of
from surveys.models import (
    Dimension,
    Draft,
    Goal,
    Indicator,
    Instrument,
    Member,
    Question,
    Response,
    Scorecard,
    Section,
)
from surveys.setup.rules import Refused
from surveys.setup.services import change_scorecard

LONGEST_CODE = 50
# Numbers are moved out of the way here while others take their place.
ASIDE = 10_000
Numbered = TypeVar("Numbered", Dimension, Indicator, Goal, Section)


class VersionTaken(Exception):
    """This version is in the database with another content: raise the version."""


class InstrumentLocked(Exception):
    """A survey that uses this version has opened, or the version is the site's own."""


class InstrumentInUse(Exception):
    """A scorecard uses it, or something else was made that refers to a part of it."""


class LanguageMissing(Exception):
    """The scorecard has languages that the instrument has not: `languages`."""

    def __init__(self, languages: Sequence[str]) -> None:
        super().__init__(", ".join(languages))
        self.languages = list(languages)


# --------------------------------------------------------------------------- new ones


@transaction.atomic
def load_instrument(*, file: InstrumentFile) -> Instrument:
    """The site's own instrument of `file`; made if it is not there, never changed.

    Raises VersionTaken if the same code and version exist with another content.
    """
    known = Instrument.objects.filter(code=file.code, version=file.version).first()
    if known:
        if known.checksum != file.checksum:
            raise VersionTaken(f"{file.code} {file.version} exists and is different")
        return known
    return _create(file)


@transaction.atomic
def new_instrument(
    *, scorecard: Scorecard, file: InstrumentFile, left_out: Sequence[str] = ()
) -> Instrument:
    """A draft version that belongs to the scorecard, with the content of `file`.

    It keeps the file's code if that is the scorecard's already, and gets the next
    version of it; a foreign code is replaced by one of the scorecard's own.
    """
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    own = Instrument.objects.filter(owner=scorecard)
    is_own = own.filter(code=file.code).exists()
    code = file.code if is_own else _own_code(scorecard)
    latest = Instrument.objects.filter(code=code).aggregate(n=Max("version"))["n"]
    file = file.model_copy(update={"code": code, "version": (latest or 0) + 1})
    return _create(file, owner=scorecard, left_out=list(left_out))


def _own_code(scorecard: Scorecard) -> str:
    """A code that no other scorecard and not the site uses."""
    stem = scorecard.slug.lower().replace("-", "_")[: LONGEST_CODE - 8]
    stem = stem if stem[:1].isalpha() else f"s_{stem}"
    others = Instrument.objects.exclude(owner=scorecard)
    taken = set(others.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code
        for code in (stem, *(f"{stem}_{n}" for n in range(2, 10_000)))
        if code not in taken
    )


def _create(file: InstrumentFile, **fields: Any) -> Instrument:
    instrument = Instrument.objects.create(**_own_values(file), **fields)
    _write_parts(instrument, file)
    return instrument


def _own_values(file: InstrumentFile) -> dict[str, Any]:
    return {
        "code": file.code,
        "version": file.version,
        "title": file.title,
        "languages": file.languages,
        "consent": file.consent,
        "percent_formula": file.percent_formula,
        "missing_policy": file.missing_policy,
        "scale_minimum": file.scale[0].score,
        "scale_maximum": file.scale[-1].score,
        "scale_labels": [part.label for part in file.scale],
        "missing_labels": file.missing,
        "bands": [band.model_dump() for band in file.bands],
        "checksum": file.checksum,
    }


# ----------------------------------------------------------------------------- changing


def is_locked(instrument: Instrument, now: datetime) -> bool:
    """Whether it may no longer change: see the module."""
    return (
        Scorecard.objects.filter(instrument=instrument)
        .filter(
            Q(opens_at__lte=now)
            | Exists(Draft.objects.filter(scorecard=OuterRef("pk"), is_test=False))
            | Exists(Response.objects.filter(scorecard=OuterRef("pk")))
        )
        .exists()
    )


def change_instrument(
    *,
    instrument_id: int,
    change: Callable[[InstrumentFile], InstrumentFile],
    now: datetime,
    left_out: Sequence[str] | None = None,
) -> Instrument:
    """Give a draft version what `change` makes of its content; code and version stay.

    Trials of it are cleared away. Raises InstrumentLocked, LanguageMissing where a
    scorecard uses a language that would go, InstrumentInUse where something refers to
    a goal that would go, and what `change` raises.
    """
    try:
        with transaction.atomic():
            return _change(instrument_id, change, now, left_out)
    except (ProtectedError, RestrictedError) as error:
        raise InstrumentInUse from error
    except IntegrityError as error:
        # A trigger: the survey opened between the question and the answer.
        if "locked" not in str(error):
            raise
        raise InstrumentLocked from error


def _change(
    instrument_id: int,
    change: Callable[[InstrumentFile], InstrumentFile],
    now: datetime,
    left_out: Sequence[str] | None,
) -> Instrument:
    instrument = _hold(instrument_id, now)
    before = file_of(instrument)
    file = change(before).model_copy(
        update={"code": before.code, "version": before.version}
    )
    if left_out is not None:
        instrument.left_out = list(left_out)
    if file != before:
        _check_languages(instrument, file)
        instrument.trials.all().delete()
        for name, value in _own_values(file).items():
            setattr(instrument, name, value)
        _write_parts(instrument, file)
    instrument.save()
    return instrument


def _check_languages(instrument: Instrument, file: InstrumentFile) -> None:
    """Raises LanguageMissing where a scorecard uses a language that would go."""
    for scorecard in instrument.scorecards.all():
        lacking = [code for code in scorecard.languages if code not in file.languages]
        if lacking:
            raise LanguageMissing(lacking)


def _hold(instrument_id: int, now: datetime) -> Instrument:
    instrument = Instrument.objects.select_for_update(no_key=True).get(pk=instrument_id)
    if instrument.owner_id is None or is_locked(instrument, now):
        raise InstrumentLocked
    return instrument


@transaction.atomic
def remove_instrument(*, instrument_id: int, now: datetime) -> None:
    """Remove a draft version that no scorecard uses.

    Raises InstrumentLocked, InstrumentInUse.
    """
    instrument = _hold(instrument_id, now)
    if instrument.scorecards.exists():
        raise InstrumentInUse
    instrument.trials.all().delete()
    for parts in (Question, Section, Indicator, Dimension, Goal):
        parts._default_manager.filter(instrument=instrument).delete()
    instrument.delete()


def use_instrument(
    *, scorecard_id: int, instrument: Instrument, by: Member | None, now: datetime
) -> None:
    """Ask these questions in the scorecard's survey, which has not opened yet.

    Raises InstrumentLocked if it has, LanguageMissing, and InstrumentInUse where
    experts are assigned to goals of the one before.
    """
    try:
        change_scorecard(
            scorecard_id=scorecard_id, by=by, now=now, instrument=instrument
        )
    except Refused as error:
        if "languages" in error.wrong:
            wanted = Scorecard.objects.get(pk=scorecard_id).languages
            raise LanguageMissing(
                [code for code in wanted if code not in instrument.languages]
            ) from error
        if "instrument" not in error.wrong:
            raise
        raise InstrumentLocked from error
    except IntegrityError as error:
        if "has opened" in str(error):
            raise InstrumentLocked from error
        if "experts" in str(error):
            raise InstrumentInUse from error
        raise


# ---------------------------------------------------------------------------- its parts


def _write_parts(instrument: Instrument, file: InstrumentFile) -> None:
    """Rows for the parts of `file`: those with a code that is known are kept."""
    dimensions = _match(Dimension, instrument, file.dimensions)
    # Indicators that stay may be of a dimension that goes.
    indicators = _match(
        Indicator,
        instrument,
        file.indicators,
        lambda part: {"dimension": dimensions[part.dimension]},
    )
    goals = _match(Goal, instrument, file.goals)
    _drop_others(Goal, instrument, goals)
    _drop_others(Indicator, instrument, indicators)
    _drop_others(Dimension, instrument, dimensions)
    instrument.questions.all().delete()
    instrument.sections.all().delete()
    _create_questions(instrument, file)


def _match(
    model: type[Numbered],
    instrument: Instrument,
    parts: Iterable[Any],
    links: Callable[[Any], dict[str, Any]] = lambda _: {},
) -> dict[str, Numbered]:
    """{code: row} in the state of `parts`; the others keep a number out of the way."""
    rows = model._default_manager.filter(instrument=instrument)
    known = {row.code: row for row in rows}
    rows.update(number=F("number") + ASIDE)
    written = {}
    for part in parts:
        row = known.get(part.code) or model(instrument=instrument, code=part.code)
        values = part.model_dump(exclude={"dimension"}) | links(part)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        written[part.code] = row
    return written


def _drop_others(
    model: type[Numbered], instrument: Instrument, kept: Iterable[str]
) -> None:
    model._default_manager.filter(instrument=instrument).exclude(
        code__in=list(kept)
    ).delete()


def _create_questions(instrument: Instrument, file: InstrumentFile) -> None:
    questions = [
        _question(instrument, Question.Place.GOAL, number, part)
        for number, part in enumerate(file.goal_questions, start=1)
    ]
    for number, part in enumerate(file.cross_cutting, start=1):
        section = Section.objects.create(
            instrument=instrument, number=number, code=part.code, title=part.title
        )
        questions += [
            _question(instrument, Question.Place.CROSS_CUTTING, place, inside, section)
            for place, inside in enumerate(part.questions, start=1)
        ]
    questions += [
        _question(instrument, Question.Place.PROFILE, number, part)
        for number, part in enumerate(file.profile, start=1)
    ]
    Question.objects.bulk_create(questions)


def _question(
    instrument: Instrument,
    place: str,
    number: int,
    part: QuestionPart,
    section: Section | None = None,
) -> Question:
    return Question(
        instrument=instrument,
        place=place,
        section=section,
        number=number,
        code=part.code,
        kind=part.kind,
        text=part.text,
        help=part.help or {},
        options=[option.model_dump() for option in part.options],
        is_required=part.required,
        max_length=part.max_length,
        lowest=part.lowest,
        highest=part.highest,
    )
