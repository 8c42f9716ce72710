"""The arithmetic of the ledger. Pure: no Django, clock, settings or randomness."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# What the first entry of a chain names as the hash before it.
BEGINNING = "0" * 64


def canonical(content: Mapping[str, Any]) -> str:
    """The same text for the same content: JSON with sorted keys and no spaces.

    >>> canonical({"b": 1, "a": "ә"})
    '{"a":"ә","b":1}'
    """
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def commitment_to(content: Mapping[str, Any], salt: str) -> str:
    """SHA-256(salt | content), in hexadecimal.

    Without the salt it cannot be told which content it is of, even if every possible
    content is tried: hiding and binding, as in a hash commitment (Halevi and Micali,
    CRYPTO 1996).

    >>> commitment_to({"percent": "25"}, "salt")[:16]
    'acf038db652fe0e9'
    """
    return hashlib.sha256(f"{salt}|{canonical(content)}".encode()).hexdigest()


def entry_hash(
    *, number: int, kind: str, record: int, commitment: str, previous: str
) -> str:
    """SHA-256 of an entry and of the hash before it, in hexadecimal.

    Source: linked time-stamping, Haber and Stornetta, Journal of Cryptology 3 (1991).
    """
    content = {
        "number": number,
        "kind": kind,
        "record": record,
        "commitment": commitment,
        "previous": previous,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()
