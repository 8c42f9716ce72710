"""How far the panel agrees, and where one stands in it: three parts of the board.

The figures are everybody's, and made once. The strip of dots has one's own estimate
marked: it is made once for each value. The sentence on where one stands is one's own.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from surveys.charts import to_svg
from validation.agreement_page import agreement_of, strip_of
from validation.agreement_words import points as percent_points
from validation.board.parts import Part, Reader
from validation.board.voices import Panel, Voice
from validation.consensus_figures import PanelFigures

PARTS = ("strip", "standing", "agreement")


def agreement_parts(reader: Reader, panel: Panel | None) -> SafeString:
    """The strip, where the reader stands, what the panel comes to; empty parts where
    nothing is shown."""
    return mark_safe("".join(one.html for one in _parts(reader, panel)))


def _parts(reader: Reader, panel: Panel | None) -> Iterable[Part]:
    figures = panel.figures if panel else None
    if panel is None or figures is None or not figures.n:
        for name in PARTS:
            yield reader.part(name, "nothing", ())
        return
    mine = panel.voice_of(reader.member)
    marked = figures.estimates.get(reader.member.pk)
    yield reader.part(
        "strip",
        "strip",
        (panel.figures_state, marked),
        lambda: _strip(figures, reader),
    )
    about = _standing(
        figures,
        mine,
        is_left_out=mine is not None and marked is None,
        is_open=reader.round_goal.is_open,
    )
    yield reader.part("standing", "standing", tuple(about.items()), about.copy)
    yield reader.part(
        "agreement",
        "agreement",
        (panel.figures_state,),
        lambda: {"agreement": agreement_of(figures, None, panel.names)},
    )


def _strip(figures: PanelFigures, reader: Reader) -> dict[str, Any]:
    strip = strip_of(figures, reader.member)
    return {
        "strip": strip,
        # Both are built element by element and escaped by ElementTree.
        "wide": mark_safe(to_svg(strip)),
        "narrow": mark_safe(to_svg(strip, is_narrow=True)),
        "table": strip.table(),
    }


def _standing(
    figures: PanelFigures, mine: Voice | None, *, is_left_out: bool, is_open: bool
) -> dict[str, Any]:
    return {
        "standing": standing(figures, mine),
        # Where nothing can be said any more, nobody is asked.
        "is_asked": is_open and mine is not None and mine.asked == "asked",
        "is_left_out": is_left_out,
    }


def standing(figures: PanelFigures, mine: Voice | None) -> str:
    """Where the own estimate stands among those that count, in a sentence."""
    if mine is None or mine.percent is None or not figures.quartiles:
        return ""
    low, high = figures.quartiles
    if low <= mine.percent <= high:
        return _("Your estimate lies in the middle half of the panel.")
    if mine.percent < low:
        by = percent_points(low - mine.percent)
        return _("Your estimate lies %(points)s below the middle half.") % {
            "points": by
        }
    by = percent_points(mine.percent - high)
    return _("Your estimate lies %(points)s above the middle half.") % {"points": by}
