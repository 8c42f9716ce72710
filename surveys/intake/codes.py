"""A short code for the way back, which can be written on paper.

It follows from the link and the site's secret key, so that it can be shown again and
need not be stored. It stands for a long token that follows from it and the key in turn,
and what is stored is that token's hash: whoever has the database cannot try codes on
it, and whoever has not must try them here, where tries are counted
(`ACCOUNT_RATE_LIMITS`).
"""

import base64
import hmac
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from surveys.intake.receipts import ALPHABET
from surveys.intake.rows import change
from surveys.intake.services import until_stored
from surveys.intake.storing import hash_of
from surveys.models import Draft, PersonalLink

LENGTH, GROUP = 10, 5


def code_of(draft: Draft) -> str:
    """ABCDE-FGHJK: ten letters out of 32, hence 50 bits that nobody can foretell."""
    digest = hmac.digest(_key("code"), draft.token_hash.encode(), "sha256")
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
    return f"{letters[:GROUP]}-{letters[GROUP:]}"


def token_of(code: str) -> str | None:
    """The token of the link that a code stands for; None for what cannot be a code.

    Small letters, blanks and hyphens make no difference.
    """
    letters = "".join(code.upper().replace("-", " ").split())
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    digest = hmac.digest(_key("token"), letters.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:18]).decode()


@lru_cache(maxsize=2)
def _key(use: str) -> bytes:
    purpose = f"surveys.intake.codes.{use}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), purpose, "sha256")


def give_code(*, draft: Draft, now: datetime) -> str:
    """The code of this draft, which opens it from now on. `draft` as it was read.

    Like every link it leaves a row of its own, so that it can be told later that its
    answers were submitted. Raises AlreadySubmitted, SurveyNotOpen.
    """
    code = code_of(draft)
    code_hash = hash_of(token_of(code) or "")

    def give() -> str | None:
        if draft.code_hash is not None:
            return code
        with transaction.atomic():
            if not change(draft, now, code_hash=code_hash):
                return None
            # As of an invitee's link: the language would tell whose it was.
            PersonalLink.objects.create(
                scorecard_id=draft.scorecard_id, token_hash=code_hash
            )
        return code

    return until_stored(draft, now, give)
