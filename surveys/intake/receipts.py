"""The code a respondent keeps: random, shown before it is sent, bound to one draft.

The form carries it signed, so that only a code made here for this very draft can be
submitted, while nothing about it is stored before.
"""

import secrets

from django.core.signing import BadSignature, Signer

from surveys.models import Draft

# Without I, O, 0 and 1, which are easily taken for one another.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, GROUP_LENGTH = 3, 4


class ForeignReceipt(Exception):
    """Not a receipt that was made for this draft."""


def new_receipt() -> str:
    """ABCD-EFGH-JKLM: twelve letters out of 32, hence 60 random bits."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH))
        for _ in range(GROUPS)
    )


def _signer(draft: Draft) -> Signer:
    return Signer(salt=f"surveys.intake.receipts:{draft.link_hash}")


def sealed(receipt: str, draft: Draft) -> str:
    """The receipt as the form carries it."""
    return _signer(draft).sign(receipt)


def unsealed(value: str, draft: Draft) -> str:
    """The receipt that the form carried. Raises ForeignReceipt."""
    try:
        return _signer(draft).unsign(value)
    except BadSignature as error:
        raise ForeignReceipt from error
