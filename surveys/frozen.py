"""Whether a scorecard's survey figures are frozen, asked before the database refuses.

This app knows nothing of baselines: the app that freezes figures registers how to ask.
"""

from collections.abc import Callable

from surveys.models import Scorecard

Asks = Callable[[Scorecard], bool]
_asks: list[Asks] = []


class FiguresFrozen(Exception):
    """The figures of this survey are frozen: it takes no further response."""


def tells_whether_frozen(ask: Asks) -> Asks:
    """Register a function that says so of a scorecard."""
    if ask not in _asks:
        _asks.append(ask)
    return ask


def is_frozen(scorecard: Scorecard) -> bool:
    """One query for each app that registered."""
    return any(ask(scorecard) for ask in _asks)
