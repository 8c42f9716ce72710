"""A request's body, read with limits: nothing large, nothing said twice."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

MOST_BYTES = 2 * 1024**2


class Unreadable(Exception):
    """`code` and `status` say what is wrong with the body."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


TOO_LARGE = Unreadable(
    413, "too_large", f"A response takes {MOST_BYTES} bytes at most."
)


class StrictParser(Parser):
    """JSON in UTF-8, of 2 MB at most, without a name given twice in one object."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        try:
            return json.loads(_body(request), object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            words = f"This is no JSON: {str(error)[:200]}"
            raise Unreadable(400, "not_json", words) from error


def _body(request: HttpRequest) -> bytes:
    body = request.body
    if len(body) > MOST_BYTES:
        raise TOO_LARGE
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} stands twice in one object")
    return found
