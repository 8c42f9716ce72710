"""What of each response a file may tell.

In a confidential scorecard: all of it. In an anonymous one a coordinator could join the
file with what they know of the people invited (who answered when, who is the one person
of a small region). Therefore answers of the profile, language and origin that fewer
people share than the smallest group are not told, days and numbers only as spans that
so many people share, and how long somebody took not at all. While such a survey is open
the file grows by groups of so many people, never by one, and tells no numbers: their
spans would move from file to file, and two that overlap tell more than either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from surveys.exports.coarsening import complete_before, spans, spans_beside
from surveys.models import Anonymity, Question, Response, Scorecard
from surveys.sample.ranges import AGE, AGES
from surveys.sample.suppression import suppress

SINGLE, MULTIPLE = Question.Kind.SINGLE_CHOICE, Question.Kind.MULTIPLE_CHOICE


class TooFewResponses(Exception):
    """Fewer people answered than the smallest group: what they said is not told."""


@dataclass(frozen=True)
class Protection:
    """`until`: the last day told of, None for all. `days`, `numbers`: value -> span.

    `hidden`: {"language", "origin" or question code: what is not told}; in it None
    stands for no answer. `smallest` is 1 where all is told.
    """

    smallest: int = 1
    until: date | None = None
    days: Mapping[date, tuple[date, date]] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[int, tuple[int, int]]] = field(default_factory=dict)
    hidden: Mapping[str, frozenset[str | None]] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether all of each response is told."""
        return self.smallest <= 1

    def hides(self, of: str) -> frozenset[str | None]:
        return self.hidden.get(of, frozenset())

    def of(self, scorecard: Scorecard) -> QuerySet[Response]:
        """The responses a file holds."""
        responses = Response.objects.filter(scorecard=scorecard)
        if self.until is None:
            return responses
        return responses.filter(submitted_on__lte=self.until)


def told_until(
    scorecard: Scorecard, days: Mapping[date, int], now: datetime
) -> date | None:
    """The last day that a file made now tells of; None where it tells of all.

    `days`: how many responses each day has (`by_day`). Raises TooFewResponses.
    """
    smallest = smallest_told(scorecard)
    if smallest > 1 and not scorecard.has_ended(now):
        today = now.astimezone(scorecard.zone).date()
        past = {day: n for day, n in days.items() if day < today}
        until = complete_before(past, smallest)
        if until is None:
            raise TooFewResponses
        return until
    if sum(days.values()) < smallest:
        raise TooFewResponses
    return None


def smallest_told(scorecard: Scorecard) -> int:
    """How many people must share what is told of them; 1 where all is told."""
    is_anonymous = scorecard.anonymity == Anonymity.ANONYMOUS
    return scorecard.smallest_group if is_anonymous else 1


def protect(scorecard: Scorecard, now: datetime) -> Protection:
    """What a file made now may tell. Raises TooFewResponses."""
    days = by_day(scorecard)
    until = told_until(scorecard, days, now)
    smallest = smallest_told(scorecard)
    if smallest <= 1:
        return Protection()
    told = Protection(smallest=smallest, until=until).of(scorecard)
    told_days = {day: n for day, n in days.items() if until is None or day <= until}
    return Protection(
        smallest=smallest,
        until=until,
        days=spans(told_days, smallest),
        numbers=_numbers(scorecard, told) if until is None else {},
        hidden=_hidden(scorecard, told),
    )


def by_day(scorecard: Scorecard) -> dict[date, int]:
    """How many responses were submitted on each day, excluded ones included."""
    rows = Response.objects.filter(scorecard=scorecard).values_list("submitted_on")
    return dict(rows.annotate(n=Count("pk")).order_by())


def _profile(scorecard: Scorecard, *kinds: str) -> QuerySet[Question]:
    return scorecard.instrument.questions.filter(
        place=Question.Place.PROFILE, kind__in=kinds
    )


def _counts(told: QuerySet[Response], of: str) -> list[tuple[Any, int]]:
    return list(told.values_list(of).annotate(n=Count("pk")).order_by())


def _numbers(scorecard: Scorecard, told: QuerySet[Response]) -> dict[str, Any]:
    found, smallest = {}, scorecard.smallest_group
    for question in _profile(scorecard, Question.Kind.NUMBER):
        counts = {
            value: n
            for value, n in _counts(told, f"profile__{question.code}")
            if type(value) is int
        }
        missing = told.count() - sum(counts.values())
        starts = AGES if question.code == AGE else ()
        found[question.code] = spans_beside(counts, missing, smallest, starts)
    return found


def _hidden(
    scorecard: Scorecard, told: QuerySet[Response]
) -> dict[str, frozenset[str | None]]:
    groups: dict[str, Mapping[Any, int]] = {
        "language": _in_order(scorecard.languages, _counts(told, "language")),
        "origin": _in_order(Response.Origin.values, _counts(told, "origin")),
    }
    for question in _profile(scorecard, SINGLE):
        groups[question.code] = _choices(told, question)
    smallest = scorecard.smallest_group
    hidden = {
        of: frozenset(key for key, n in suppress(counts, smallest).items() if n is None)
        for of, counts in groups.items()
    }
    for question in _profile(scorecard, MULTIPLE):
        # One person may choose several, so that nothing follows from the sum.
        chosen = _ticked(told, question)
        hidden[question.code] = frozenset(
            code for code, n in chosen.items() if 0 < n < smallest
        )
    return hidden


def _choices(told: QuerySet[Response], question: Question) -> dict[str | None, int]:
    """How many chose each option; what is no option counts as no answer."""
    options = {option["code"]: 0 for option in question.options}
    counts: Counter[str | None] = Counter()
    for value, n in _counts(told, f"profile__{question.code}"):
        is_option = isinstance(value, str) and value in options
        counts[value if is_option else None] += n
    return _in_order(options, counts.items())


def _in_order(
    groups: Iterable[str], counts: Iterable[tuple[Any, int]]
) -> dict[Any, int]:
    """Counts in the order in which the monitor shows the groups, any other last.

    Where two groups tie, the one named first is hidden to protect a third: were that
    another one here, page and file together would tell all three.
    """
    return dict.fromkeys(groups, 0) | dict(counts)


def _ticked(told: QuerySet[Response], question: Question) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for values, n in _counts(told, f"profile__{question.code}"):
        for value in values if isinstance(values, list) else []:
            if isinstance(value, str):
                counts[value] += n
    return counts
