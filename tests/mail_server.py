"""A mail server that refuses, breaks or kills, and a worker to send with."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from surveys.jobs.services import claim_next_job, run_job
from surveys.models import InvitationLetter, Job
from validation.models import MailDelivery


class Killed(BaseException):
    """The worker's process ends here, whatever it was doing."""


class Server:
    """Delivers to django's outbox; `trouble` says what happens at which address."""

    trouble: dict[str, str] = {}
    is_down = False
    # Raised when a worker comes to the door.
    at_the_door: Exception | None = None

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.outbox = EmailBackend()

    def open(self) -> bool:
        if Server.is_down:
            raise ConnectionRefusedError("nobody listens")
        if Server.at_the_door:
            raise Server.at_the_door
        return True

    def close(self) -> None:
        pass

    def send_messages(self, messages: list) -> int:
        for message in messages:
            (address,) = message.to
            trouble = Server.trouble.get(address, "")
            if trouble == "refused":
                raise SMTPRecipientsRefused({address: (550, b"no such mailbox")})
            if trouble == "greylisted":
                raise SMTPRecipientsRefused({address: (451, b"4.7.1 come back later")})
            if trouble == "full":
                raise SMTPDataError(452, b"4.2.2 the mailbox is full")
            if trouble == "too big":
                raise SMTPDataError(552, b"5.3.4 too big")
            if trouble == "broken off":
                raise SMTPServerDisconnected("the line broke")
            if trouble == "killed before":
                raise Killed
            self.outbox.send_messages([message])
            if trouble == "killed after":
                raise Killed
        return len(messages)


@pytest.fixture
def server(settings) -> Iterator[type[Server]]:
    """A mail server with moods; works well unless told otherwise."""
    settings.EMAIL_BACKEND = f"{Server.__module__}.Server"
    Server.trouble, Server.is_down, Server.at_the_door = {}, False, None
    yield Server
    Server.trouble, Server.is_down, Server.at_the_door = {}, False, None


@pytest.fixture
def work() -> Callable[..., None]:
    """work() does what a worker does until nothing is left; work(at) at that moment."""

    def worked(now: datetime | None = None) -> None:
        while job := claim_next_job(now or timezone.now()):
            run_job(job)

    return worked


def silent_for(minutes: int) -> None:
    """Whatever a worker left, it left so long ago."""
    past = timezone.now() - timedelta(minutes=minutes)
    Job.objects.filter(state="running").update(heartbeat_at=past)
    for letters in (MailDelivery, InvitationLetter):
        letters.objects.filter(state="sending").update(claimed_at=past)


def hours_pass(hours: float) -> None:
    """For letters that are put off."""
    for letters in (MailDelivery, InvitationLetter):
        for one in letters.objects.put_off():
            again_at = one.try_again_at - timedelta(hours=hours)
            letters.objects.filter(pk=one.pk).update(try_again_at=again_at)


def addressees() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)
