"""Whatever the description of the API allows or forbids is sent, and answered so."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from scorecard_site.wsgi import application
from surveys.models import Response
from surveys.tallies import read_tallies, recount_tallies

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection_kept(db) -> Iterator[None]:
    """As Django's own test client does: a request leaves the test its connection."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("POST", "/api/v1/responses", GenerationMode.POSITIVE),
        ("POST", "/api/v1/responses", GenerationMode.NEGATIVE),
        ("GET", "/api/v1/responses", GenerationMode.POSITIVE),
        ("GET", "/api/v1/responses", GenerationMode.NEGATIVE),
        ("GET", "/api/v1/questionnaire", GenerationMode.POSITIVE),
    ],
)
def test_every_operation_answers_as_described(
    connection_kept, secret, scorecard, method, path, mode
):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    sent: list[int] = []

    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def try_it(case):
        case.headers["Authorization"] = f"Bearer {secret}"
        case.headers["Accept-Encoding"] = "identity"
        answer = case.call()
        sent.append(answer.status_code)
        assert answer.status_code < 500
        case.operation.validate_response(answer)

    try_it()

    assert sent
    stored = Response.objects.count()
    assert (stored == 0) or method == "POST"
    assert read_tallies(scorecard) == recount_tallies(scorecard)
