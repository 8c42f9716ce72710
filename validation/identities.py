"""Under which name everybody appears, as the scorecard has promised.

named: the name that the coordinator entered. by_role: the expertise an expert was
invited for. pseudonyms: "Expert 57". The promise is about experts; coordinators,
rapporteurs and observers act in their office and keep their names. Whoever was erased
is "Erased participant", whatever was promised.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext

from surveys.models import Change, Identities, Member, Role, Scorecard
from surveys.setup.changes import record_change
from validation.models import Round

# A pseudonym is drawn from 1 to 99; where that is taken too often, from more.
DRAWS = ((8, 99), (8, 999), (None, 99_999))


class IdentitiesPromised(Exception):
    """A round has opened: experts have spoken, relying on how they will appear."""


@transaction.atomic
def choose_identities(
    *,
    scorecard_id: int,
    identities: str,
    by: Member | None = None,
    now: datetime | None = None,
) -> Scorecard:
    """How experts appear to one another and in the report.

    With `now`, it is written down as a change. Raises ValueError for an unknown way,
    IdentitiesPromised once a round was opened.
    """
    if identities not in Identities.values:
        raise ValueError(identities)
    scorecard = Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard_id)
    if scorecard.identities == identities:
        return scorecard
    # Waits for a round that is being opened: opening holds its row.
    rounds = list(
        Round.objects.select_for_update(no_key=True).filter(scorecard=scorecard)
    )
    if any(round_.opened_at for round_ in rounds):
        raise IdentitiesPromised
    before, scorecard.identities = scorecard.identities, identities
    scorecard.save(update_fields=["identities"])
    if now:
        record_change(
            Change.What.FIELD,
            scorecard=scorecard,
            by=by,
            now=now,
            field="identities",
            before=before,
            after=identities,
        )
    return scorecard


def names_of(scorecard: Scorecard, language: str | None = None) -> Mapping[int, str]:
    """Primary key of every member -> the name they appear under. One query.

    In `language`, or in the one that is active. A name stays what it is when others
    join. Neither the pseudonym nor the place of a name in this mapping tells who was
    invited first; "by role", the second of two alike is the one who joined later.
    """
    people = Member.objects.filter(scorecard=scorecard).order_by(
        "pk", "assignments__pk"
    )
    rows = people.values_list("pk", "role", "name", "erasure", "assignments__expertise")
    names: dict[int, str] = {}
    experts: dict[int, str] = {}
    with _in(language):
        for pk, role, name, erasure, expertise in rows:
            if erasure is not None:
                names[pk] = erased_name()
            elif role != Role.EXPERT or scorecard.identities == Identities.NAMED:
                names[pk] = name
            if role == Role.EXPERT:
                # The expertise of the goal they were assigned first.
                experts[pk] = experts.get(pk) or (expertise or "").strip()
        if scorecard.identities == Identities.BY_ROLE:
            names = dict(_by_role(experts)) | names
        elif scorecard.identities == Identities.PSEUDONYMS:
            names = dict(_pseudonyms(scorecard.pk, experts)) | names
    return dict(sorted(names.items(), key=lambda item: item[1]))


def erased_name() -> str:
    """What stands in the place of the name of a person who was erased."""
    return gettext("Erased participant")


def _in(language: str | None) -> AbstractContextManager:
    return translation.override(language) if language else nullcontext()


def _by_role(experts: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    seen: dict[str, int] = {}
    for pk, expertise in experts.items():
        seen[expertise.casefold()] = number = seen.get(expertise.casefold(), 0) + 1
        name = gettext("Expert")
        if expertise:
            name = gettext("Expert, %(expertise)s") % {"expertise": expertise}
        yield pk, f"{name} ({number})" if number > 1 else name


def _pseudonyms(
    scorecard: int, experts: Mapping[int, str]
) -> Iterator[tuple[int, str]]:
    """Drawn by a keyed hash. A number that is taken is drawn anew by who came later,
    so that nobody's changes when others join."""
    taken: set[int] = set()
    for pk in experts:
        number = next(n for n in _draws(scorecard, pk) if n not in taken)
        taken.add(number)
        yield pk, pgettext("pseudonym", "Expert %(number)d") % {"number": number}


def _draws(scorecard: int, member: int) -> Iterator[int]:
    draw = 0
    for times, highest in DRAWS:
        last = None if times is None else draw + times
        while last is None or draw < last:
            digest = salted_hmac(
                "validation.pseudonym",
                f"{scorecard} {member} {draw}",
                algorithm="sha256",
            ).digest()
            yield int.from_bytes(digest, "big") % highest + 1
            draw += 1
