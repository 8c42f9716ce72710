"""What a mail server will not do for now, and after which pauses it is asked again."""

from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected

# After the first refusal, the second, and so on. There is none after the last try.
PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
)
MOST_TRIES = len(PAUSES) + 1


def pause_after(refusals: int) -> timedelta | None:
    """How long a letter rests that was refused so often in a row; None: for good.

    >>> pause_after(1), pause_after(MOST_TRIES)
    (datetime.timedelta(seconds=300), None)
    """
    return PAUSES[refusals - 1] if refusals <= len(PAUSES) else None


def code_of(error: Exception, address: str = "") -> int | None:
    """The number by which the server refused; None where it said none."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, SMTPRecipientsRefused):
        code, _ = error.recipients.get(address, (None, b""))
    return code


def is_for_now(error: Exception, address: str = "") -> bool:
    """Whether the server refused the letter only for now: surely did not take it.

    RFC 5321, 4.2.1: a code from 400 to 499.
    """
    code = code_of(error, address)
    return code is not None and 400 <= code < 500


def may_come_back(error: Exception) -> bool:
    """Whether a server that could not be reached may be there later.

    It may where nothing answered, or answered for now; not where it refuses us.
    """
    if isinstance(error, SMTPServerDisconnected):
        return True
    if isinstance(error, SMTPException):
        return is_for_now(error)
    return isinstance(error, OSError)
