"""What goes out is compressed where that helps, and is the same once unpacked."""

import gzip

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from surveys.compressed import Compressed

LONG = "Ниже — страница. " * 100


def sent(response: HttpResponse, accepts: str = "br, gzip") -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return Compressed(lambda _: response)(request)


def test_a_page_is_packed_and_says_so():
    response = sent(HttpResponse(LONG, headers={"ETag": '"1"', "Content-Length": "9"}))

    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Length"] == str(len(response.content))
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["ETag"] == 'W/"1"'
    assert len(response.content) < 400
    assert gzip.decompress(response.content).decode() == LONG


def test_two_answers_with_the_same_words_differ_in_length():
    lengths = {len(sent(HttpResponse(LONG)).content) for _ in range(40)}

    assert len(lengths) > 5


@pytest.mark.parametrize(
    ("response", "accepts"),
    [
        (HttpResponse(LONG), "br"),
        (HttpResponse("short"), "gzip"),
        (HttpResponse(LONG, content_type="application/pdf"), "gzip"),
        (HttpResponse(LONG, headers={"Content-Encoding": "br"}), "gzip"),
        (FileResponse([LONG.encode()], content_type="text/csv"), "gzip"),
    ],
    ids=["not taken", "short", "no text", "packed already", "in pieces"],
)
def test_anything_else_goes_out_as_it_is(response, accepts):
    encoding = response.headers.get("Content-Encoding")

    answer = sent(response, accepts)

    assert answer.headers.get("Content-Encoding") == encoding


@pytest.mark.django_db
def test_respondents_pages_are_packed(client, scorecard):
    page = client.get(
        f"/answer/{scorecard.open_link}/", headers={"Accept-Encoding": "gzip"}
    )

    assert page.headers["Content-Encoding"] == "gzip"
    assert scorecard.open_link in gzip.decompress(page.content).decode()
