"""The shared screen: a chart without its table, and what is told to who cannot see."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from surveys.charts import Chart, to_svg
from surveys.charts.words import shown
from validation.room.panel import RoomPanel

register = template.Library()


@register.simple_tag
def picture(chart: Chart, is_narrow: bool = False) -> SafeString:
    """The chart alone; its text alternative is inside."""
    # Built element by element and escaped by ElementTree.
    return mark_safe(to_svg(chart, is_narrow=is_narrow))


@register.simple_tag
def room_words(panel: RoomPanel) -> str:
    """One sentence on where the goal stands, for a live region."""
    if panel.settlement:
        percent = shown(panel.settlement.percent, "%")
        return gettext("Settled at %(percent)s.") % {"percent": percent}
    if panel.agreement:
        return panel.agreement.summary
    return ngettext(
        "%(estimated)d of %(n)d expert has given an estimate.",
        "%(estimated)d of %(n)d experts have given an estimate.",
        panel.experts,
    ) % {"estimated": panel.estimated, "n": panel.experts}
