"""Did groups of respondents see a goal differently? Only where groups may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from surveys import scoring
from surveys.averages import percent_of
from surveys.charts import Bar, BarGroup, Bars
from surveys.localized import text_in
from surveys.models import Answer, Goal, Question, Scorecard
from surveys.ratings import score_of
from surveys.sample.description import UNANSWERED
from surveys.sample.suppression import suppress

INDICATORS = "goal__instrument__indicators"


@dataclass(frozen=True)
class GroupAverage:
    """One option of a profile question. `n` rated the goal; both None if hidden."""

    label: str
    n: int | None
    percent: Fraction | None


@dataclass(frozen=True)
class Comparison:
    """The groups that one profile question makes of those who rated a goal."""

    question: str
    groups: tuple[GroupAverage, ...]

    @property
    def has_hidden(self) -> bool:
        return any(group.n is None for group in self.groups)


def compare_groups(scorecard: Scorecard, goal: Goal) -> tuple[Comparison, ...]:
    """For each choice question of the profile, the goal's average in each group.

    From the answers themselves, with two queries for each question. A group of fewer
    people than the scorecard's smallest group is hidden, and so is what could be
    subtracted from the goal's average to get it. Empty where the goal itself is hidden.
    """
    answers = Answer.objects.counted().filter(
        response__scorecard=scorecard, goal=goal, answered__gt=0
    )
    questions = scorecard.instrument.questions.filter(
        place=Question.Place.PROFILE, kind=Question.Kind.SINGLE_CHOICE
    )
    comparisons = (_comparison(scorecard, answers, one) for one in questions)
    return tuple(one for one in comparisons if one is not None)


def _comparison(
    scorecard: Scorecard, answers: QuerySet[Answer], question: Question
) -> Comparison | None:
    by_group = answers.order_by().values(group=F(f"response__profile__{question.code}"))
    people = {row["group"]: row["n"] for row in by_group.annotate(n=Count("*"))}
    if sum(people.values()) < scorecard.smallest_group:
        return None
    shown = suppress(
        {group: people.get(group, 0) for group in _labels(question, people)},
        scorecard.smallest_group,
    )
    percents = _percents(scorecard, by_group)
    return Comparison(
        question=str(question),
        groups=tuple(
            GroupAverage(
                label=label,
                n=shown[group],
                percent=percents.get(group) if shown[group] else None,
            )
            for group, label in _labels(question, people).items()
            if shown[group] != 0
        ),
    )


def _labels(question: Question, people: Mapping[str | None, int]) -> dict:
    labels: dict[str | None, str] = {
        option["code"]: text_in(option["label"]) for option in question.options
    }
    if people.get(None):
        labels[None] = text_in(UNANSWERED)
    return labels


def _percents(
    scorecard: Scorecard, by_group: QuerySet
) -> dict[str | None, Fraction | None]:
    """Group -> mean of its indicator means, as a percentage."""
    tallies: dict[str | None, dict[int, dict[int, int]]] = {}
    cells = by_group.annotate(
        indicator=F(f"{INDICATORS}__number"),
        code=Substr("ratings", F(f"{INDICATORS}__number"), 1),  # type: ignore[arg-type]
        n=Count("*"),
    )
    for row in cells:
        if (score := score_of(row["code"])) is not None:
            indicators = tallies.setdefault(row["group"], {})
            indicators.setdefault(row["indicator"], {})[score] = row["n"]
    return {
        group: percent_of(scorecard.instrument, scoring.goal_mean(cells.values()))
        for group, cells in tallies.items()
    }


def chart_of(goal: Goal, comparisons: tuple[Comparison, ...]) -> Bars | None:
    """Every group that may be shown, under its question; None if there is none."""
    groups = tuple(
        BarGroup(
            name=one.question,
            rows=tuple(
                Bar(
                    label=_("%(group)s (n = %(n)d)") % {"group": g.label, "n": g.n},
                    value=g.percent,
                )
                for g in one.groups
                if g.n
            ),
        )
        for one in comparisons
        if any(group.n for group in one.groups)
    )
    if not groups:
        return None
    return Bars(
        title=_("Goal %(number)d: survey average by group of respondents")
        % {"number": goal.number},
        value_name=_("Survey average"),
        row_name=_("Group"),
        groups=groups,
    )
