"""Whether a board has changed, answered before Django's middleware is asked.

Every open board asks each second. The answer costs one signature check and a look at
counters that a process reads from the database at most twice a second, all of them in
one query, however many people ask.

A blind expert's token carries no counter: until they may see the panel, all they are
told is whether the goal was revealed, closed or settled.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.utils import timezone

from surveys.models import Member
from validation.models import RoundGoal

PATH = "/pulse/"
# A page that is still looked at gets a new one with every change.
TOKEN_LIVES = timedelta(hours=4)
# Settling may follow the closing of a round; afterwards nothing changes any more.
FOLLOWED_AFTER_CLOSING = timedelta(days=1)
READ_AGAIN_AFTER = 0.5


@dataclass(frozen=True, order=True)
class Version:
    """`changes` counts up (0 where it may not be told); `state` only gains marks."""

    changes: int
    state: int

    def __str__(self) -> str:
        return f"{self.changes}.{self.state}"

    @classmethod
    def parse(cls, etag: str) -> "Version | None":
        """What `If-None-Match` holds: "3.1", in quotes. None for anything else."""
        changes, _, state = etag.strip().removeprefix("W/").strip('"').partition(".")
        if not (changes.isdecimal() and state.isdecimal()):
            return None
        return cls(int(changes), int(state))

    def is_known_to(self, other: "Version | None") -> bool:
        """Another process may have read the database a moment later than this one."""
        return bool(
            other and other.changes >= self.changes and other.state >= self.state
        )


# Of a round long closed: any page knows as much.
NOTHING_NEW = Version(0, 0)


def version_of(round_goal: RoundGoal, *, is_settled: bool, is_shown: bool) -> Version:
    """What a page shows that is made of this row."""
    return Version(
        changes=round_goal.changes if is_shown else 0,
        state=_state(
            round_goal.is_open, round_goal.revealed_at is not None, is_settled
        ),
    )


def _state(is_open: bool, is_revealed: bool, is_settled: bool) -> int:
    if is_settled:
        return 3
    return int(is_revealed) if is_open else 2


class Versions:
    """The versions of all goals in current rounds, read together. For all threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._versions: Mapping[int, Version] | None = None

    def of(self, round_goal: int) -> Version:
        """At most READ_AGAIN_AFTER seconds old. DatabaseError if it cannot be had."""
        with self._lock:
            now = self._clock()
            if self._read_at is None or now - self._read_at >= READ_AGAIN_AFTER:
                # Before reading: a database that is down is asked no more often.
                self._read_at, self._versions = now, None
                self._versions = dict(_read())
            if self._versions is None:
                raise DatabaseError("the database did not answer a moment ago")
            return self._versions.get(round_goal, NOTHING_NEW)

    def forget(self) -> None:
        with self._lock:
            self._read_at = None


def _read() -> Iterable[tuple[int, Version]]:
    since = timezone.now() - FOLLOWED_AFTER_CLOSING
    rows = (
        RoundGoal.objects.filter(round__opened_at__isnull=False)
        .filter(Q(round__closed_at__isnull=True) | Q(round__closed_at__gt=since))
        .order_by()
        .values_list("pk", "changes", "is_open", "revealed_at", "settlement")
    )
    for pk, changes, is_open, revealed_at, settlement in rows:
        state = _state(is_open, revealed_at is not None, settlement is not None)
        yield pk, Version(changes, state)


versions = Versions()


def make_token(member: Member, round_goal: RoundGoal, *, is_shown: bool) -> str:
    """What lets a page ask for this goal's pulse. `is_shown`: with its counter."""
    return _signer().sign(f"{member.pk}:{round_goal.pk}:{int(is_shown)}")


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="validation.board.pulse")


@dataclass(frozen=True)
class Answer:
    status: HTTPStatus
    etag: str = ""

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Cache-Control": "private, no-cache"}
        if self.etag:
            headers |= {"ETag": self.etag}
        return headers

    @property
    def body(self) -> str:
        return self.etag if self.status == HTTPStatus.OK else ""


def answer(token: str, if_none_match: str) -> Answer:
    """304 if nothing changed, 200 with the version, 404 for a token that is no good."""
    try:
        signed = _signer().unsign(token, max_age=TOKEN_LIVES)
    except BadSignature:
        return Answer(HTTPStatus.NOT_FOUND)
    _member, round_goal, is_shown = (int(part) for part in signed.split(":"))
    try:
        version = versions.of(round_goal)
    except DatabaseError:
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
    if not is_shown:
        version = Version(0, version.state)
    if version.is_known_to(Version.parse(if_none_match)):
        return Answer(HTTPStatus.NOT_MODIFIED, f'"{version}"')
    return Answer(HTTPStatus.OK, f'"{version}"')


class PulseFirst:
    """A WSGI application that answers pulses and hands on everything else."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PATH) or environ.get("REQUEST_METHOD") != "GET":
            return self.application(environ, start_response)
        close_old_connections()
        try:
            found = answer(
                path.removeprefix(PATH).rstrip("/"),
                environ.get("HTTP_IF_NONE_MATCH", ""),
            )
        finally:
            close_old_connections()
        body = found.body.encode()
        headers = {**found.headers, "X-Content-Type-Options": "nosniff"}
        if found.status != HTTPStatus.NOT_MODIFIED:
            headers |= {
                "Content-Type": "text/plain",
                "Content-Length": str(len(body)),
            }
        status = f"{found.status.value} {found.status.phrase}"
        start_response(status, list(headers.items()))
        return [body]
