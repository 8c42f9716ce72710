"""Moments and days as respondents read them: in their language, with the time zone."""

from datetime import date, datetime

from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext

from surveys.models import Scorecard


def moment_html(moment: datetime, scorecard: Scorecard) -> SafeString:
    """The same as a <time>, beside which scripts write the reader's own time."""
    return format_html(
        '<time datetime="{}" data-zone="{}" data-words="{}">{}</time>',
        moment.isoformat(),
        scorecard.time_zone,
        gettext("where you are: %(time)s"),
        moment_text(moment, scorecard),
    )


def moment_text(moment: datetime, scorecard: Scorecard) -> str:
    """e.g. "16 May 2022, 14:30 (time zone Asia/Almaty, UTC+06:00)"."""
    there = localtime(moment, scorecard.zone)
    # Translators: a date format, see Django's `date` filter; Russian takes "j E Y".
    pattern = pgettext("moment", "j F Y, H:i")
    return gettext("%(moment)s (time zone %(zone)s, UTC%(offset)s)") % {
        "moment": _formatted(there, pattern),
        "zone": scorecard.time_zone,
        "offset": f"{there:%z}"[:3] + ":" + f"{there:%z}"[3:5],
    }


def day_text(day: date) -> str:
    """e.g. "16 May 2022"."""
    # Translators: a date format, see Django's `date` filter; Russian takes "j E Y".
    return _formatted(day, pgettext("day", "j F Y"))


def _formatted(moment: date, pattern: str) -> str:
    text = dateformat.format(moment, pattern)
    # Django names the Kazakh months with a capital letter, Kazakh does not.
    return text.lower() if get_language() == "kk" else text
