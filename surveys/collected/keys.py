"""Keys with which programs hand in responses: shown once, stored as a hash."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from surveys.intake.storing import hash_of
from surveys.models import ApiKey, Member, Scorecard

PREFIX = "sck_"
MOST_KEYS = 20


class TooManyKeys(Exception):
    """A scorecard has so many keys in use that nobody could keep an eye on them."""


@transaction.atomic
def make_key(*, by: Member, name: str, now: datetime) -> tuple[ApiKey, str]:
    """A new key of the member's scorecard, and its secret: nobody sees it again.

    Raises TooManyKeys.
    """
    scorecard = Scorecard.objects.select_for_update(no_key=True).get(pk=by.scorecard_id)
    if scorecard.api_keys.filter(revoked_at=None).count() >= MOST_KEYS:
        raise TooManyKeys
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        scorecard=scorecard,
        name=name.strip(),
        key_hash=hash_of(secret),
        made_by=by,
        made_at=now,
    )
    return key, secret


def revoke_key(*, key_id: int, now: datetime) -> None:
    """From now on the key opens nothing. A key revoked before stays as it is."""
    ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now)


def key_in_use(secret: str, now: datetime) -> ApiKey | None:
    """The key of this secret, with scorecard and instrument, unless it was revoked.

    Notes the day on which it was used.
    """
    key = (
        ApiKey.objects.select_related("scorecard__instrument")
        .filter(key_hash=hash_of(secret), revoked_at=None)
        .first()
    )
    if key is None:
        return None
    today = now.astimezone(key.scorecard.zone).date()
    if key.last_used_on != today:
        is_older = Q(last_used_on=None) | Q(last_used_on__lt=today)
        ApiKey.objects.filter(is_older, pk=key.pk).update(last_used_on=today)
    return key
