"""The groups that respondents are in: by profile, age, language, origin, minutes taken.

A grouping is a profile question's code, or one of the words below with an "@" before,
which no question's code can hold.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext

from surveys.localized import language_name, text_in
from surveys.models import Instrument, Question, Response, Scorecard
from surveys.sample.description import UNANSWERED, described_responses
from surveys.sample.ranges import AGE, AGES, UNKNOWN, range_of

LANGUAGE, ORIGIN, MINUTES = "@language", "@origin", "@minutes"
# The lowest number of each group but the first, as in AGES.
MINUTES_TAKEN = (5, 10, 20, 40, 80)


@dataclass(frozen=True)
class Grouping:
    """One way to divide the respondents. `labels`: group -> its name on the page."""

    code: str
    name: str
    labels: Mapping[str, str]


def groupings_of(scorecard: Scorecard) -> list[Grouping]:
    """Every grouping, those of the profile first. One query."""
    return [
        *groupings_with_targets(scorecard.instrument, scorecard.languages),
        Grouping(ORIGIN, gettext("How it got here"), _origins()),
        Grouping(MINUTES, gettext("Minutes taken"), _ranges(MINUTES_TAKEN)),
    ]


def groupings_with_targets(
    instrument: Instrument, languages: Sequence[str]
) -> list[Grouping]:
    """Those of whose groups so many responses can be wanted. One query."""
    questions = instrument.questions.filter(place=Question.Place.PROFILE)
    found = [_of_question(question) for question in questions]
    return [
        *(grouping for grouping in found if grouping),
        Grouping(
            LANGUAGE,
            gettext("Language"),
            {code: language_name(code) for code in languages},
        ),
    ]


def _of_question(question: Question) -> Grouping | None:
    if question.kind == Question.Kind.SINGLE_CHOICE:
        labels = {
            option["code"]: text_in(option["label"]) for option in question.options
        }
        return Grouping(question.code, text_in(question.text), labels)
    if question.kind == Question.Kind.NUMBER and question.code == AGE:
        return Grouping(AGE, gettext("Age group"), _ranges(AGES))
    return None


def _ranges(starts: tuple[int, ...]) -> dict[str, str]:
    labels = {range_of(0, starts): gettext("under %d") % starts[0]}
    for start, following in zip(starts, (*starts[1:], None), strict=True):
        name = (
            f"{start}–{following - 1}" if following else gettext("%d or more") % start
        )
        labels[range_of(start, starts)] = name
    return labels


def _origins() -> dict[str, str]:
    return {
        Response.Origin.FORM: gettext("Filled in on the site"),
        Response.Origin.PAPER: gettext("Entered from paper"),
        Response.Origin.TABLE: gettext("Taken in from a table"),
        Response.Origin.API: gettext("Sent by another system"),
    }


def count_groups(
    scorecard: Scorecard, groupings: Iterable[Grouping], but: Sequence[UUID] = ()
) -> dict[str, dict[str, int]]:
    """{grouping: {group: people}}, all from one statement, hence of the same people.

    Every group that exists is there, with 0 if nobody is in it. `but`: responses that
    are left out.
    """
    responses = described_responses(scorecard).exclude(pk__in=but)
    known = {grouping.code: grouping for grouping in groupings}
    first, *others = (_counted(responses, code) for code in known)
    counts = {
        code: Counter(dict.fromkeys(one.labels, 0)) for code, one in known.items()
    }
    for code, value, n in first.union(*others, all=True):
        counts[code][_group_of(known[code], value)] += n
    return {code: dict(groups) for code, groups in counts.items()}


def _counted(responses: QuerySet[Response], code: str) -> QuerySet:
    columns = {LANGUAGE: F("language"), ORIGIN: F("origin"), MINUTES: F("minutes")}
    value = columns.get(code) or KeyTextTransform(code, "profile")
    return (
        responses.order_by()
        .annotate(
            grouping=Value(code, output_field=TextField()),
            group=Cast(value, TextField()),
        )
        .values_list("grouping", "group")
        .annotate(n=Count("*"))
    )


def _group_of(grouping: Grouping, value: str | None) -> str:
    if value is None:
        return UNKNOWN
    starts = {AGE: AGES, MINUTES: MINUTES_TAKEN}.get(grouping.code)
    if starts and range_of(0, starts) in grouping.labels:
        return range_of(int(float(value)), starts)
    return value if value in grouping.labels else UNKNOWN


def unknown_label() -> str:
    return text_in(UNANSWERED)
