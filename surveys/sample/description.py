"""The sample described from the data: who answered, when, in which language."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Max, Min, QuerySet

from surveys.models import Anonymity, Question, Response, Scorecard
from surveys.sample.ranges import AGE, AGES, UNKNOWN, people_by_range
from surveys.sample.suppression import suppress
from surveys.scoring import round_half_up


@dataclass(frozen=True)
class Group:
    """One option of a profile question. `n` is None where it may not be shown."""

    code: str
    label: Mapping[str, str]
    n: int | None


@dataclass(frozen=True)
class Breakdown:
    """A choice question of the profile; `unanswered` counts as a group of its own."""

    code: str
    text: Mapping[str, str]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class NumberSummary:
    """A number question of the profile: whole numbers, the mean exact.

    `lowest` and `highest` are what single people said: None unless many answered. `n`
    is None where the monitor does not tell how many gave no number: they would follow.
    The mean is rounded to a whole number then, since its fraction would tell n.
    """

    code: str
    text: Mapping[str, str]
    n: int | None
    lowest: int | None
    highest: int | None
    mean: Fraction


@dataclass(frozen=True)
class SampleDescription:
    """`answered` sent a response, `responses` of these count; the rest is excluded.

    Groups, days and numbers are of the responses that `described_responses` names.
    """

    answered: int
    responses: int
    first_day: date | None
    last_day: date | None
    breakdowns: tuple[Breakdown, ...]
    numbers: tuple[NumberSummary, ...]


# The lowest and the highest number are said where so many times the smallest group
# answered: who is known to have answered is one of many then.
EXTREMES_FROM = 10
UNANSWERED = {"en": "Not stated", "ru": "Не указано", "kk": "Көрсетілмеген"}


def described_responses(scorecard: Scorecard) -> QuerySet[Response]:
    """Those whose profile is described: see docs/decisions.md, "Who answered".

    In an anonymous scorecard all of them, excluded ones included: otherwise a count
    before and after would tell who was excluded.
    """
    responses = Response.objects.filter(scorecard=scorecard)
    if scorecard.anonymity == Anonymity.ANONYMOUS:
        return responses
    return responses.counted()


def describe_sample(scorecard: Scorecard) -> SampleDescription:
    """Who answered `scorecard`; groups under its smallest group are hidden.

    Nothing but the counts is shown while fewer people than that answered in all.
    """
    responses = described_responses(scorecard)
    answered = scorecard.responses.count()
    counted = answered - scorecard.exclusions.standing().count()
    days = responses.aggregate(
        n=Count("pk"), first=Min("submitted_on"), last=Max("submitted_on")
    )
    questions = list(
        scorecard.instrument.questions.filter(place=Question.Place.PROFILE)
    )
    if days["n"] < scorecard.smallest_group:
        return SampleDescription(answered, counted, None, None, (), ())
    return SampleDescription(
        answered=answered,
        responses=counted,
        first_day=days["first"],
        last_day=days["last"],
        breakdowns=tuple(
            _breakdown(responses, question, scorecard.smallest_group)
            for question in questions
            if question.kind == Question.Kind.SINGLE_CHOICE
        ),
        numbers=tuple(_numbers(responses, questions, scorecard.smallest_group)),
    )


def describe_choices(scorecard: Scorecard) -> list[Breakdown]:
    """How many respondents chose each option of the cross-cutting choice questions.

    One person may choose several, so nothing follows from the sum; an option that fewer
    people chose than the smallest group is hidden.
    """
    breakdowns = []
    for question in scorecard.instrument.questions.filter(
        place=Question.Place.CROSS_CUTTING, kind=Question.Kind.MULTIPLE_CHOICE
    ):
        chosen: Counter[str] = Counter()
        counted = Response.objects.counted().filter(scorecard=scorecard)
        rows = counted.values_list(f"cross_cutting__{question.code}")
        for options, n in rows.annotate(n=Count("pk")):
            chosen.update(dict.fromkeys(options or [], n))
        breakdowns.append(
            Breakdown(
                code=question.code,
                text=question.text,
                groups=tuple(
                    Group(
                        option["code"],
                        option["label"],
                        _at_least(chosen[option["code"]], scorecard.smallest_group),
                    )
                    for option in question.options
                ),
            )
        )
    return breakdowns


def _at_least(n: int, smallest: int) -> int | None:
    return None if 0 < n < smallest else n


def _counts(responses: QuerySet[Response], question: Question) -> dict:
    rows = responses.values_list(f"profile__{question.code}").annotate(n=Count("pk"))
    return dict(rows)


def _breakdown(
    responses: QuerySet[Response], question: Question, smallest: int
) -> Breakdown:
    counts = _counts(responses, question)
    groups = {
        option["code"]: counts.get(option["code"], 0) for option in question.options
    }
    labels = {option["code"]: option["label"] for option in question.options}
    if counts.get(None):
        groups["unanswered"], labels["unanswered"] = counts[None], UNANSWERED
    shown = suppress(groups, smallest)
    return Breakdown(
        code=question.code,
        text=question.text,
        groups=tuple(Group(code, labels[code], shown[code]) for code in groups),
    )


def _numbers(
    responses: QuerySet[Response], questions: Sequence[Question], smallest: int
) -> list[NumberSummary]:
    summaries = []
    for question in questions:
        if question.kind != Question.Kind.NUMBER:
            continue
        counts = _counts(responses, question)
        missing = counts.pop(None, 0)
        n = sum(counts.values())
        if n >= smallest:
            mean = Fraction(sum(value * times for value, times in counts.items()), n)
            starts = AGES if question.code == AGE else ()
            groups = people_by_range(counts, missing, starts)
            tells_n = suppress(groups, smallest)[UNKNOWN] is not None
            summaries.append(
                NumberSummary(
                    code=question.code,
                    text=question.text,
                    n=n if tells_n else None,
                    lowest=min(counts) if n >= EXTREMES_FROM * smallest else None,
                    highest=max(counts) if n >= EXTREMES_FROM * smallest else None,
                    mean=mean if tells_n else Fraction(round_half_up(mean)),
                )
            )
    return summaries
