"""A program with a key, and a response it hands in."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from surveys.collected.keys import make_key
from surveys.models import Member

RESPONSE: dict[str, Any] = {
    "language": "en",
    "submitted_on": "2022-05-10",
    "minutes": 25,
    "profile": {"sector": "ngo", "age": 34},
    "goals": {
        "5": {
            "ratings": {"laws": 3, "plans": "dont_know", "money": "not_applicable"},
            "texts": {"why": "Shelters closed."},
        },
        "13": {"ratings": {"laws": 1, "plans": 2, "money": 3, "participation": 4}},
    },
    "cross_cutting": {"who_is_left_behind": "Rural women."},
}


def response(**changes: Any) -> dict[str, Any]:
    return deepcopy(RESPONSE) | changes


@pytest.fixture
def secret(coordinator: Member) -> str:
    """A key of the scorecard."""
    return make_key(by=coordinator, name="Kobo", now=timezone.now())[1]


@pytest.fixture
def hand_in(secret: str) -> Callable[..., Any]:
    """hand_in({…}, key="1") -> the API's answer."""

    def handed_in(body: Any, key: str | None = "1", **headers: str) -> Any:
        headers.setdefault("Authorization", f"Bearer {secret}")
        if key is not None:
            headers["Idempotency-Key"] = key
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return Client(enforce_csrf_checks=True, raise_request_exception=False).post(
            "/api/v1/responses", content, "application/json", headers=headers
        )

    return handed_in
