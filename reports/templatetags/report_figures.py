"""Figures of a frozen report; the filters of `{% load figures %}` stand beside it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.pages.document import Report
from surveys.localized import text_in

register = template.Library()


@register.simple_tag
def band_of(report: Report, code: str | None) -> SafeString:
    """The band with this code: a meter and its name; nothing where there is none."""
    codes = [band.code for band in report.bands]
    band = report.band(code)
    if band is None:
        return SafeString("")
    return format_html(
        '<span class="band band-{} bands-{}">{}</span>',
        codes.index(band.code) + 1,
        len(codes),
        text_in(band.name),
    )
