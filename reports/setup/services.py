"""Copying last year's scorecard: who works on it, and on which goals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from surveys.members.services import copy_members
from surveys.models import Member, Scorecard
from surveys.setup.services import change_scorecard, found_scorecard, targets_that_fit
from validation.identities import choose_identities
from validation.mailing.services import invite
from validation.panel.copying import copy_panel


@transaction.atomic
def copy_scorecard(
    *,
    source: Scorecard,
    by: Member,
    now: datetime,
    with_members: bool,
    invites: bool,
    **fields: Any,
) -> tuple[Scorecard, Member]:
    """A scorecard like `source`, without its answers; `fields` as they were filled in.

    `with_members`: everybody who still has an account, in the same role, experts on the
    goals of the same code; `invites`: a letter to each of them. Targets are taken over
    as far as the questionnaire still asks for them. `by` becomes its coordinator.
    Raises Refused.
    """
    scorecard, founder = found_scorecard(
        now=now,
        copied_from=source,
        coordinator_email=by.user.email,
        coordinator_name=by.name,
        targets=targets_that_fit(
            source.targets, fields["instrument"], fields["languages"]
        ),
        target_responses=source.target_responses,
        **fields,
    )
    Scorecard.objects.filter(pk=scorecard.pk).update(has_open_link=source.has_open_link)
    if with_members:
        people = copy_members(source=source, target=scorecard, by=founder, now=now)
        copy_panel(source=source, target=scorecard, people=people)
        if invites:
            others = [one for one in people.values() if one != founder]
            invite(scorecard=scorecard, members=others, by=founder, now=now)
    return scorecard, founder


@transaction.atomic
def change_everything(
    *, scorecard: Scorecard, by: Member, now: datetime, values: Mapping[str, Any]
) -> None:
    """Change the scorecard to what was typed, all of it or nothing.

    Raises Refused, and IdentitiesPromised once a round has opened.
    """
    typed = dict(values)
    identities = typed.pop("identities")
    change_scorecard(scorecard_id=scorecard.pk, by=by, now=now, **typed)
    choose_identities(scorecard_id=scorecard.pk, identities=identities, by=by, now=now)
