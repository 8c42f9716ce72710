"""Links by which people ask for no more letters: signed, nobody can make one up."""

from django.core import signing


def leave_token(key: int, salt: str) -> str:
    """What the link at the end of a letter carries. `salt`: of which letters."""
    return signing.dumps(key, salt=salt)


def who_leaves(token: str, salt: str) -> int | None:
    """Whose link it is; None for one that was made up."""
    try:
        key = signing.loads(token, salt=salt)
    except signing.BadSignature:
        return None
    return key if isinstance(key, int) else None
