"""Two versions of a questionnaire beside each other."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from surveys.instrument.access import instrument_seen, instruments_compared
from surveys.instrument.comparing.earlier import likely_before
from surveys.instrument.comparing.matching import compare
from surveys.instrument.comparing.shown import ShownComparison
from surveys.instrument.stored import file_of
from surveys.members.pages import member_page
from surveys.models import Instrument
from surveys.setup.forms import instrument_label


@require_safe
def instrument_compare(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What changed in this version, seen from another one (`?with=`).

    An other one that this member does not see is as one that does not exist.
    """
    member, found = instrument_seen(request, slug, pk)
    scorecard = member.scorecard
    others = list(instruments_compared(member, found))
    other = _asked(request, others)
    if other is None:
        other = likely_before(found, others, scorecard.instrument_id)
    shown = ShownComparison(compare(file_of(other), file_of(found))) if other else None
    return member_page(
        request,
        "instrument/compare.html",
        member,
        instrument=found,
        other=other,
        choices=[(one.pk, instrument_label(one), one == other) for one in others],
        # Others stand on no page of this scorecard.
        is_other_here=other
        and (other.owner_id == scorecard.pk or other.pk == scorecard.instrument_id),
        shown=shown,
    )


def _asked(request: HttpRequest, others: list[Instrument]) -> Instrument | None:
    """The other version that the address names; Http404 if it is none of these."""
    key = request.GET.get("with")
    for one in others:
        if str(one.pk) == key:
            return one
    if key is not None:
        raise Http404
    return None
