"""The languages in which the people of a scorecard can get their mail."""

from django.conf import settings
from django.utils.translation import get_language_info

from surveys.models import Scorecard


def language_choices(scorecard: Scorecard) -> list[tuple[str, str]]:
    """(code, its own name) of each language of the scorecard, the first one first."""
    known = dict(settings.LANGUAGES)
    return [(code, known.get(code) or _own_name(code)) for code in scorecard.languages]


def _own_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code
