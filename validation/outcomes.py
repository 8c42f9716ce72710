"""Post-consultation averages: what the consultation made of the survey averages."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from surveys import scoring
from surveys.averages import SurveyAverages
from surveys.models import Scorecard
from validation.models import Settlement


@dataclass(frozen=True)
class Outcome:
    """One goal. `percent` is its settlement's, else its survey average's."""

    goal: int
    survey_percent: Fraction | None
    percent: Fraction | None
    settlement: Settlement | None


@dataclass(frozen=True)
class Outcomes:
    goals: Mapping[int, Outcome]
    # Mean of the unrounded post-consultation percentages.
    percent: Fraction | None


def outcomes_of(scorecard: Scorecard, averages: SurveyAverages) -> Outcomes:
    """The post-consultation percentage of every goal, and their mean.

    A goal settled in several rounds has the settlement of the last of them.
    """
    settled: dict[int, Settlement] = {}
    for done in (
        Settlement.objects.filter(round_goal__scorecard=scorecard)
        .select_related("round_goal__goal", "round_goal__round", "settled_by")
        .order_by("round_goal__round__number")
    ):
        settled[done.round_goal.goal.number] = done
    goals = {}
    for number, average in averages.goals.items():
        last = settled.get(number)
        goals[number] = Outcome(
            goal=number,
            survey_percent=average.percent,
            percent=last.percent if last else average.percent,
            settlement=last,
        )
    return Outcomes(
        goals=goals,
        percent=scoring.overall(outcome.percent for outcome in goals.values()),
    )
