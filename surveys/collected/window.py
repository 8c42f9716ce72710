"""When what was collected elsewhere may be taken in."""

from datetime import datetime

from surveys.frozen import FiguresFrozen, is_frozen
from surveys.models import Scorecard


class NotYetOpen(Exception):
    """The survey has not opened: its questionnaire may still change."""


def check_window(scorecard: Scorecard, now: datetime) -> None:
    """From the opening of the survey, also after it closed, until figures are frozen.

    Raises NotYetOpen or FiguresFrozen.
    """
    if not scorecard.has_opened(now):
        raise NotYetOpen
    if is_frozen(scorecard):
        raise FiguresFrozen


def is_taking(scorecard: Scorecard, now: datetime) -> bool:
    try:
        check_window(scorecard, now)
    except (NotYetOpen, FiguresFrozen):
        return False
    return True
