"""Signing in: by a code sent by mail, and only for people who were invited."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from surveys.mailing.mail import by_sign_in
from surveys.models import User

pytestmark = pytest.mark.django_db


def ask_for_code(client, email):
    return client.post(reverse("account_request_login_code"), {"email": email})


def code_in(mail) -> str:
    return re.search(r"^([A-Z0-9-]{6,})$", mail.body, re.MULTILINE)[1]


def test_member_signs_in_with_the_code_from_the_mail(client, expert, mailoutbox):
    ask_for_code(client, expert.user.email)

    answer = client.post(
        reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[0])}
    )

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(expert.user.pk)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Your code for the People’s Scorecard"),
        ("ru", "Код для входа в «Народную оценку»"),
    ],
)
def test_the_mail_with_the_code_is_ours_in_the_readers_language(
    client, expert, mailoutbox, language, subject
):
    client.post(
        reverse("account_request_login_code"),
        {"email": expert.user.email},
        headers={"Accept-Language": language},
    )
    (mail,) = mailoutbox
    assert mail.subject == subject
    assert "testserver" not in mail.body


def test_a_link_from_a_letter_leads_to_its_page_by_way_of_the_code(
    client, expert, mailoutbox
):
    there = reverse("my_goals", args=[expert.scorecard.slug])
    address = by_sign_in("my_goals", expert.scorecard.slug)
    page = client.get(address)
    assert f'value="{there}"' in page.content.decode()
    asked = client.post(
        reverse("account_request_login_code"),
        {"email": expert.user.email, "next": there},
    )
    assert f'value="{there}"' in client.get(asked.url).content.decode()

    answer = client.post(
        reverse("account_confirm_login_code"),
        {"code": code_in(mailoutbox[0]), "next": there},
    )

    assert answer.url == there
    assert client.get(address).url == there


def test_address_is_known_in_any_letter_case(client, expert, mailoutbox):
    ask_for_code(client, expert.user.email.upper())

    assert mailoutbox[0].to == [expert.user.email]


def test_wrong_code_signs_nobody_in(client, expert, mailoutbox):
    ask_for_code(client, expert.user.email)

    answer = client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_unknown_address_sees_the_same_page_and_gets_no_mail(
    client, expert, mailoutbox
):
    known = ask_for_code(client, expert.user.email)
    unknown = ask_for_code(Client(), "nobody@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [mail.to for mail in mailoutbox] == [[expert.user.email]]


def test_nobody_signs_up_by_themselves(client):
    client.post(reverse("account_signup"), {"email": "new@example.org"})

    assert not User.objects.filter(email="new@example.org").exists()


def test_sign_in_by_address_is_only_for_the_demo(client):
    assert client.get("/demo/sign-in/").status_code == 404


def test_signing_out_takes_a_post(sign_in, expert):
    client = sign_in(expert)
    client.post(reverse("account_logout"))

    assert "_auth_user_id" not in client.session
