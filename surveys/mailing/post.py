"""What a room that sends letters hands over, so that all are sent in one way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveys.mailing.mail import Mail
from surveys.models import Letter, LetterQuerySet, LetterState


def _nothing(letter: Any, state: LetterState, now: datetime) -> None:
    pass


def _dropped(letter: Any) -> LetterState:
    return LetterState.DROPPED


def _always(letter: Any, state: LetterState) -> bool:
    return True


@dataclass(frozen=True)
class Post:
    """The letters of one room.

    `job_kind`: the kind of job that sends them. `related`: what is loaded with each.
    `write` gives the mail as it reads now, None where there is nothing left to say:
    then `without_words` says what became of the letter. `when_done` is called in the
    transaction that marks it. A row that `keeps` says no of is removed instead.
    """

    model: type[Letter]
    job_kind: str
    write: Callable[[Any], Mail | None]
    related: tuple[str, ...] = ()
    without_words: Callable[[Any], LetterState] = _dropped
    when_done: Callable[[Any, LetterState, datetime], None] = _nothing
    keeps: Callable[[Any, LetterState], bool] = _always

    def letters(self) -> LetterQuerySet[Any]:
        return self.model.objects.all()
