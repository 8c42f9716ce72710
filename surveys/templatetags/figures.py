"""Figures as people read them. Rounding, half up, happens here and nowhere before.

`{% load figures %}`: None reads "no figure"; the decimal sign is the language's.
"""

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from surveys import scoring
from surveys.charts.words import shown
from surveys.localized import text_in
from surveys.models import Instrument

register = template.Library()


@register.filter
def percent(value: Fraction | Decimal | int | None) -> str:
    """Percentage points as "38%"."""
    return shown(value, "%")


@register.filter
def percent_as_given(value: Fraction | Decimal | int | None) -> str:
    """As `percent`, with the decimals somebody gave it, two at most: "29.5%"."""
    return shown(value, "%", _places(value))


@register.filter
def score(value: Fraction | Decimal | int | None) -> str:
    """A mean, in points of the scale, as "1.8"."""
    return shown(value, places=1)


@register.filter
def text(texts: dict[str, str] | None) -> str:
    """A text in several languages, in the page's."""
    return text_in(texts or {})


@register.simple_tag
def band(instrument: Instrument, value: Fraction | Decimal | int | None) -> SafeString:
    """The band of a percentage: a meter and its name; nothing where there is none."""
    found = scoring.band_of(
        None if value is None else Fraction(value), instrument.score_bands
    )
    codes = [one["code"] for one in instrument.bands]
    if found is None:
        return SafeString("")
    place = codes.index(found.name)
    return format_html(
        '<span class="band band-{} bands-{}">{}</span>',
        place + 1,
        len(codes),
        text_in(instrument.bands[place]["name"]),
    )


def _places(value: Fraction | Decimal | int | None) -> int:
    if value is None:
        return 0
    rounded = scoring.round_half_up(value, 2)
    return next(p for p in (0, 1, 2) if scoring.round_half_up(value, p) == rounded)
