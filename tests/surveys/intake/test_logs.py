import logging

import pytest

from surveys.intake.logs import HideLinks, without_links


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/respond/s3cret/", "/respond/…/"),
        ("GET /answer/s3cret HTTP/1.1", "GET /answer/… HTTP/1.1"),
        ('"/respond/s3cret?x=1"', '"/respond/…?x=1"'),
        ("/respond/a/ and /respond/b/review/", "/respond/…/ and /respond/…/review/"),
        ("/scorecards/kazakhstan-2022/", "/scorecards/kazakhstan-2022/"),
    ],
)
def test_tokens_are_taken_out_and_nothing_else(written, kept):
    assert without_links(written) == kept


def test_the_filter_cleans_message_and_arguments():
    record = logging.LogRecord(
        "django.request", 30, "", 0, "%s: %s", ("Not Found", "/respond/s3cret/"), None
    )

    assert HideLinks().filter(record)
    assert record.getMessage() == "Not Found: /respond/…/"
