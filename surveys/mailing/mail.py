"""A mail as it is handed to the server. Plain text; nothing is tracked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

GENERATED = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True)
class Mail:
    address: str
    subject: str
    body: str
    reply_to: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def written(
    *,
    address: str,
    subject: str,
    body: str,
    reply_to: tuple[str, ...] = (),
    leave_at: str = "",
) -> Mail:
    """The mail, tidied. `leave_at`: where its reader asks for no more of these."""
    return Mail(
        address,
        # A line break in a heading would begin another heading.
        " ".join(subject.split()),
        # Template tags leave lines behind: paragraphs stand one empty line apart.
        re.sub(r"\n(?:[ \t]*\n)+", "\n\n", body).strip("\n") + "\n",
        reply_to,
        # RFC 2369 and 8058: the button of mail programs, one click without a page.
        {
            "List-Unsubscribe": f"<{leave_at}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        if leave_at
        else {},
    )


def message(mail: Mail, connection: BaseEmailBackend) -> EmailMessage:
    return EmailMessage(
        mail.subject,
        mail.body,
        to=[mail.address],
        reply_to=list(mail.reply_to),
        headers={**GENERATED, **mail.headers},
        connection=connection,
    )


def absolute(name: str, *args: object) -> str:
    """The address of a page for somebody who reads it outside the site."""
    return settings.SITE_URL + reverse(name, args=args)


def by_sign_in(name: str, *args: object) -> str:
    """As `absolute`, for a member: whoever is not signed in is asked to, and then
    comes to the page, which before does not exist for them."""
    there = urlencode({"next": reverse(name, args=args)}, safe="/")
    return f"{absolute('account_request_login_code')}?{there}"
