"""What a worker does with letters: send those that wait, one by one.

Each letter is claimed by one conditional UPDATE before it is handed to the server and
marked afterwards. What the server will not take for now waits on and is tried again a
few times, after growing pauses (surveys.mailing.refusals). A worker that dies in
between leaves its letter claimed: nobody knows whether it went out, so that it is sent
again only when a person says so.
"""

import logging
import uuid
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from surveys.jobs.services import Progress
from surveys.mailing.mail import Mail, message
from surveys.mailing.post import Post
from surveys.mailing.refusals import (
    MOST_TRIES,
    PAUSES,
    code_of,
    is_for_now,
    may_come_back,
    pause_after,
)
from surveys.models import Job, Letter, LetterQuerySet, LetterState

log = logging.getLogger(__name__)
SENDING = gettext_noop("Sending letters")


class ServerUnreachable(Exception):
    """No letter can be handed over to the mail server; it may be there later."""


class ServerRefusesUs(Exception):
    """The mail server takes no letter from us, and will not by waiting."""


def send_letters(post: Post, job: Job, progress: Progress) -> None:
    """Send every letter of this post that waits on the job's scorecard."""
    connection = get_connection()
    done = 0
    try:
        while letter := _next_waiting(post, job):
            # Before the claim: a worker that lost its job claims no more letters.
            progress(SENDING, done, done + _due(post, job).count())
            if _claim(post, letter):
                _deliver(post, letter, connection)
            done += 1
    except ServerUnreachable as error:
        _put_all_off(post, job, f"{error}")
    except ServerRefusesUs as error:
        _give_up(_due(post, job), f"{error}")
    finally:
        _close(connection)


def _due(post: Post, job: Job) -> LetterQuerySet[Any]:
    return post.letters().filter(scorecard=job.scorecard_id).due(timezone.now())


def _put_all_off(post: Post, job: Job, words: str) -> None:
    """Nothing can be sent for now: each letter rests as long as it is its turn to."""
    for refused, pause in enumerate(PAUSES):
        times = Q(refusals=refused) if refused else Q(refusals=None)
        # The moment in between: what was just put off is no longer due.
        _due(post, job).filter(times).update(
            error=words, refusals=refused + 1, try_again_at=timezone.now() + pause
        )
    _give_up(_due(post, job), words, refusals=MOST_TRIES)


def _give_up(letters: LetterQuerySet[Any], words: str, **values: Any) -> None:
    letters.update(state=LetterState.FAILED, error=words, try_again_at=None, **values)


def _next_waiting(post: Post, job: Job) -> Letter | None:
    waiting = _due(post, job).select_related(*post.related)
    return waiting.order_by("requested_at", "pk").first()


def _claim(post: Post, letter: Letter) -> bool:
    """Whether this worker, and no other, sends the letter."""
    letter.claim = uuid.uuid4()
    now = timezone.now()
    waiting = post.letters().filter(pk=letter.pk).due(now)
    return bool(
        waiting.update(
            state=LetterState.SENDING,
            claim=letter.claim,
            claimed_at=now,
            attempts=F("attempts") + 1,
            try_again_at=None,
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
        if may_come_back(error):
            _put_off(post, letter, words)
            raise ServerUnreachable(words) from error
        _mark(post, letter, LetterState.FAILED, words)
        raise ServerRefusesUs(words) from error
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
        words = _named(error, mail.address)
        if refused and is_for_now(error, mail.address):
            _put_off(post, letter, words)
        else:
            state = LetterState.UNKNOWN if is_unknown else LetterState.FAILED
            _mark(post, letter, state, words)
        _close(connection)
    else:
        _mark(post, letter, LetterState.SENT)


def _put_off(post: Post, letter: Letter, words: str) -> None:
    """The server did not take it for now: it rests, or has failed at the end."""
    refusals = (letter.refusals or 0) + 1
    pause = pause_after(refusals)
    if pause is None:
        _mark(post, letter, LetterState.FAILED, words, refusals=refusals)
        return
    again_at = timezone.now() + pause
    _mark(
        post,
        letter,
        LetterState.WAITING,
        words,
        refusals=refusals,
        try_again_at=again_at,
    )


@transaction.atomic
def _mark(
    post: Post, letter: Letter, state: LetterState, error: str = "", **values: Any
) -> None:
    now = timezone.now()
    held = post.letters().filter(
        pk=letter.pk, claim=letter.claim, state=LetterState.SENDING
    )
    if not post.keeps(letter, state):
        marked, _ = held.delete()
    else:
        sent_at = now if state == LetterState.SENT else None
        marked = held.update(state=state, error=error, sent_at=sent_at, **values)
    if marked and state != LetterState.WAITING:
        post.when_done(letter, state, now)


def _named(error: Exception, address: str = "") -> str:
    """The error by its kind, and what the mail server said.

    Without the address: whoever is erased leaves none here.
    """
    words = f"{type(error).__name__}: {_said(error, address)}"
    return (words.replace(address, "…") if address else words)[:500]


def _said(error: Exception, address: str) -> str:
    """e.g. "550 5.1.1 User unknown"."""
    code, text = code_of(error, address) or "", getattr(error, "smtp_error", b"")
    if isinstance(error, SMTPRecipientsRefused):
        _, text = error.recipients.get(address, ("", b""))
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return " ".join(f"{code} {text}".split()) or f"{error}"


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception:
        log.warning("the connection to the mail server did not close", exc_info=True)
