"""Readers choose their language with a link, and stay where they are."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def switch(client, code: str, to: str):
    return client.get(reverse("language", args=[code]), {"next": to})


def test_the_language_is_remembered_and_the_reader_comes_back(client, scorecard):
    answer = switch(client, "ru", "/?page=1")

    assert answer.url == "/?page=1"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ru"
    assert '<html lang="ru"' in client.get("/").content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1", ""],
)
def test_nobody_is_led_to_another_site(client, elsewhere):
    assert switch(client, "ru", elsewhere).url == "/"


def test_an_unknown_language_is_not_found(client):
    answer = switch(client, "xx", "/")

    assert answer.status_code == 404
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_every_page_for_readers_has_the_switch(client, sign_in, coordinator):
    slug = coordinator.scorecard.slug
    member = sign_in(coordinator)

    pages = [
        client.get(reverse("home")),
        client.get(reverse("account_request_login_code")),
        member.get(reverse("scorecard", args=[slug])),
        member.get(reverse("rounds", args=[slug])),
        member.get(reverse("report", args=[slug])),
    ]

    for page in pages:
        path = page.request["PATH_INFO"].replace("/", "%2F")
        assert f"/language/kk/?next={path}" in page.content.decode()


def test_the_respondents_form_has_its_own(client, scorecard):
    _, token = factories.write_draft(scorecard=scorecard, ratings={5: "1234"})

    for name, where in (
        ("intake_start", scorecard.open_link),
        ("intake_goals", token),
    ):
        page = client.get(reverse(name, args=[where])).content.decode()
        assert "/language/" not in page.replace(f"/respond/{token}/language/", "")
