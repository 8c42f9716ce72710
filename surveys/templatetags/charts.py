"""`{% chart description %}`: a chart with its title, picture, script data and table."""

import json
from typing import Any

from django import template
from django.utils.safestring import mark_safe

from surveys.charts import Chart, to_svg
from surveys.charts.canvas import safe_href

register = template.Library()


@register.inclusion_tag("charts/figure.html")
def chart(description: Chart, note: str = "") -> dict[str, Any]:
    """The chart as a figure, with an optional `note` below the picture."""
    from surveys.charts.plotly_figure import to_plotly  # slow to import

    table = description.table()
    shown_rows = table.shown_rows()
    hrefs = [safe_href(href) for href in table.hrefs] or [""] * len(shown_rows)
    return {
        "chart": description,
        "note": note,
        # both are built element by element and escaped by ElementTree
        "wide": mark_safe(to_svg(description)),
        "narrow": mark_safe(to_svg(description, is_narrow=True)),
        "figure": json.loads(to_plotly(description).to_json()),
        "alternative": description.alternative(),
        "header": table.header,
        "rows": [
            {"label": row[0], "cells": row[1:], "href": href}
            for row, href in zip(shown_rows, hrefs, strict=True)
        ],
    }
