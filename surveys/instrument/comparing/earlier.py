"""Which version one most likely wants a version to be compared with."""

from collections.abc import Iterable

from surveys.models import Instrument


def likely_before(
    instrument: Instrument, others: Iterable[Instrument], in_use: int
) -> Instrument | None:
    """The one that `instrument` was probably made from; None where nothing says so.

    What a version was copied from is recorded nowhere. A copy within a scorecard is
    the next version of the same code; one from elsewhere keeps the title until
    somebody changes it. `in_use`: the key of the version that the scorecard asks.
    """
    others = list(others)
    versions = [
        one
        for one in others
        if one.code == instrument.code and one.version < instrument.version
    ]
    if versions:
        return max(versions, key=lambda one: one.version)
    older = sorted((one for one in others if one.pk < instrument.pk), key=_age)
    titled = [one for one in older if one.title.items() & instrument.title.items()]
    used = [one for one in older if one.pk == in_use]
    return next(iter(titled or used or (older if len(older) == 1 else [])), None)


def _age(instrument: Instrument) -> int:
    """The youngest first."""
    return -instrument.pk
