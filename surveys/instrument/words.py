"""Words for the parts of an instrument, and for what is refused about them."""

from django.utils.translation import gettext

from surveys.instrument.editing import ChangedMeanwhile
from surveys.instrument.languages import language_names
from surveys.instrument.parts import InvalidInstrument, Place
from surveys.instrument.services import (
    InstrumentInUse,
    InstrumentLocked,
    LanguageMissing,
)


def kind_words(kind: str) -> str:
    """A kind of part, as a page's heading names it."""
    return {
        "goal": gettext("Goal"),
        "dimension": gettext("Dimension"),
        "indicator": gettext("Key area"),
        "section": gettext("Section of questions"),
        "question": gettext("Question"),
        "general": gettext("Title, languages and formula"),
        "scale": gettext("Scale"),
        "bands": gettext("Bands"),
    }[kind]


def why_refused(error: Exception) -> list[str]:
    """Why a change was not made, in the page's language."""
    if isinstance(error, InvalidInstrument):
        return [_located(place, words) for place, words in error.located] or [
            *error.problems
        ]
    if isinstance(error, LanguageMissing):
        names = ", ".join(one.name for one in language_names(error.languages))
        return [
            gettext("The scorecard asks in these languages, and so must this: %s.")
            % names
        ]
    return [
        {
            ChangedMeanwhile: gettext(
                "Somebody else changed this meanwhile. Nothing was saved. Look at it "
                "in another window; if you save again, yours stays."
            ),
            InstrumentInUse: gettext(
                "This is in use: a scorecard asks these questions, or experts are "
                "assigned to this goal."
            ),
            InstrumentLocked: gettext(
                "This version is locked: a survey that uses it has opened. Make a new "
                "version to change it."
            ),
        }[type(error)]
    ]


def _located(place: Place, words: str) -> str:
    names = {
        "scale": gettext("Scale"),
        "bands": gettext("Bands"),
        "goals": gettext("Goals"),
        "dimensions": gettext("Dimensions"),
        "indicators": gettext("Key areas"),
        "goal_questions": gettext("Questions on each goal"),
        "cross_cutting": gettext("Questions across all goals"),
        "profile": gettext("About the respondent"),
        "options": gettext("Options"),
        "languages": gettext("Languages"),
    }
    parts = [
        names.get(str(one), "" if isinstance(one, int) else str(one)) for one in place
    ]
    named = " · ".join(filter(None, parts))
    return f"{named}: {words}" if named else words
