"""Keeps respondents' links out of the logs: who reads a log must not read answers."""

import logging
import re
from typing import Any

LINK = re.compile(r"/(respond|answer|invitation|no-letters)/[^/\s?\"']+")
# The loggers that write down the address of a request.
LOGGERS = ("django.request", "django.security.csrf", "django.server")


def without_links(text: Any) -> Any:
    """The text with every token replaced; anything but a string unchanged.

    >>> without_links("Not Found: /respond/wq3-Zk_81/goals/5/")
    'Not Found: /respond/…/goals/5/'
    """
    return LINK.sub(r"/\1/…", text) if isinstance(text, str) else text


class HideLinks(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_links(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(without_links(argument) for argument in record.args)
        return True


def keep_links_out_of_logs() -> None:
    """Called once, when the app is ready."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(HideLinks())
