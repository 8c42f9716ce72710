"""What a worker does with letters: send those that wait, one by one.

Each letter is claimed by one conditional UPDATE before it is handed to the server and
marked afterwards. A worker that dies in between leaves it claimed: nobody knows whether
it went out, so that it is sent again only when a person says so.
"""

import logging
import uuid
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from surveys.jobs.services import Progress
from surveys.mailing.mail import Mail, message
from surveys.mailing.post import Post
from surveys.models import Job, Letter, LetterQuerySet, LetterState

log = logging.getLogger(__name__)
SENDING = gettext_noop("Sending letters")


class ServerUnreachable(Exception):
    """No letter can be handed over to the mail server."""


def send_letters(post: Post, job: Job, progress: Progress) -> None:
    """Send every letter of this post that waits on the job's scorecard."""
    connection = get_connection()
    done = 0
    try:
        while letter := _next_waiting(post, job):
            # Before the claim: a worker that lost its job claims no more letters.
            progress(SENDING, done, done + _waiting(post, job).count())
            if _claim(post, letter):
                _deliver(post, letter, connection)
            done += 1
    except ServerUnreachable as error:
        _waiting(post, job).update(state=LetterState.FAILED, error=f"{error}")
    finally:
        _close(connection)


def _waiting(post: Post, job: Job) -> LetterQuerySet[Any]:
    return post.letters().filter(scorecard=job.scorecard_id, state=LetterState.WAITING)


def _next_waiting(post: Post, job: Job) -> Letter | None:
    waiting = _waiting(post, job).select_related(*post.related)
    return waiting.order_by("requested_at", "pk").first()


def _claim(post: Post, letter: Letter) -> bool:
    """Whether this worker, and no other, sends the letter."""
    letter.claim = uuid.uuid4()
    waiting = post.letters().filter(pk=letter.pk, state=LetterState.WAITING)
    return bool(
        waiting.update(
            state=LetterState.SENDING,
            claim=letter.claim,
            claimed_at=timezone.now(),
            attempts=F("attempts") + 1,
        )
    )


def _deliver(post: Post, letter: Letter, connection: BaseEmailBackend) -> None:
    """Hand a claimed letter over, and write down what became of it."""
    try:
        mail = post.write(letter)
    except Exception as error:
        log.exception("letter %s could not be written", letter.pk)
        _mark(post, letter, LetterState.FAILED, _named(error))
        return
    if mail is None:
        _mark(post, letter, post.without_words(letter))
        return
    try:
        connection.open()
    except Exception as error:
        words = f"The mail server could not be reached: {_named(error)}"
        _mark(post, letter, LetterState.FAILED, words)
        raise ServerUnreachable(words) from error
    _send(post, letter, mail, connection)


def _send(post: Post, letter: Letter, mail: Mail, connection: BaseEmailBackend) -> None:
    try:
        message(mail, connection).send()
    except Exception as error:
        refused = isinstance(error, SMTPException)
        if not refused:
            log.exception("letter %s could not be sent", letter.pk)
        # If the line broke, the letter may have been taken before.
        is_unknown = isinstance(error, SMTPServerDisconnected) or (
            isinstance(error, OSError) and not refused
        )
        state = LetterState.UNKNOWN if is_unknown else LetterState.FAILED
        _mark(post, letter, state, _named(error, mail.address))
        _close(connection)
    else:
        _mark(post, letter, LetterState.SENT)


@transaction.atomic
def _mark(post: Post, letter: Letter, state: LetterState, error: str = "") -> None:
    now = timezone.now()
    held = post.letters().filter(
        pk=letter.pk, claim=letter.claim, state=LetterState.SENDING
    )
    if not post.keeps(letter, state):
        marked, _ = held.delete()
    else:
        sent_at = now if state == LetterState.SENT else None
        marked = held.update(state=state, error=error, sent_at=sent_at)
    if marked:
        post.when_done(letter, state, now)


def _named(error: Exception, address: str = "") -> str:
    """The error by its kind, and what the mail server said.

    Without the address: whoever is erased leaves none here.
    """
    words = f"{type(error).__name__}: {_said(error, address)}"
    return (words.replace(address, "…") if address else words)[:500]


def _said(error: Exception, address: str) -> str:
    """e.g. "550 5.1.1 User unknown"."""
    code, text = getattr(error, "smtp_code", ""), getattr(error, "smtp_error", b"")
    if isinstance(error, SMTPRecipientsRefused):
        code, text = error.recipients.get(address, ("", b""))
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return " ".join(f"{code} {text}".split()) or f"{error}"


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception:
        log.warning("the connection to the mail server did not close", exc_info=True)
