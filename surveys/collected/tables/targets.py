"""What a column of a table can stand for: each part of a response, by code and name."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext

from surveys.intake.questionnaire import Questionnaire
from surveys.localized import text_in
from surveys.models import Goal, Indicator, Question

ID, DAY, LANGUAGE, MINUTES = "id", "day", "language", "minutes"
RATINGS = "ratings"


@dataclass(frozen=True)
class Target:
    """`code`: "rating.5.laws", "text.5.why", "profile.age", "whole.who", "id" …; with
    "=option" where the column says whether that option was chosen. `name`: what the
    page calls it, unlike any other."""

    code: str
    name: str
    goal: Goal | None = None
    indicator: Indicator | None = None
    question: Question | None = None
    option: str = ""

    @property
    def values_of(self) -> str:
        """The question whose values are matched with this column's; "" for free ones.

        All ratings share one scale, hence one matching of values.
        """
        if self.indicator:
            return RATINGS
        if self.code == LANGUAGE:
            return LANGUAGE
        if self.question and not self.option and "choice" in self.question.kind:
            return self.code
        return ""


def targets_of(asked: Questionnaire) -> dict[str, Target]:
    """Code -> target, in the order of the questionnaire."""
    found = [*_whole(), *_goals(asked), *_questions(asked)]
    names: dict[str, int] = {}
    for one in found:
        names[one.name] = names.get(one.name, 0) + 1
    return {
        one.code: one
        if names[one.name] == 1
        else Target(
            one.code,
            f"{one.name} ({one.code})",
            one.goal,
            one.indicator,
            one.question,
            one.option,
        )
        for one in found
    }


def _whole() -> list[Target]:
    return [
        Target(ID, gettext("Identifier of the response")),
        Target(DAY, gettext("Day it was submitted")),
        Target(LANGUAGE, gettext("Language of the answers")),
        Target(MINUTES, gettext("Minutes taken")),
    ]


def _goals(asked: Questionnaire) -> list[Target]:
    found = []
    for goal in asked.goals:
        goal_name = gettext("Goal %(n)d") % {"n": goal.number}
        for indicator in asked.indicators:
            code = f"rating.{goal.number}.{indicator.code}"
            name = f"{goal_name}: {_short(indicator.name)}"
            found.append(Target(code, name, goal=goal, indicator=indicator))
        for question in asked.goal_questions:
            code = f"text.{goal.number}.{question.code}"
            name = f"{goal_name}: {_short(question.text)}"
            found.append(Target(code, name, goal=goal, question=question))
    return found


def _questions(asked: Questionnaire) -> list[Target]:
    found = []
    for question in [*asked.profile, *asked.cross_cutting]:
        place = "profile" if question.place == Question.Place.PROFILE else "whole"
        code = f"{place}.{question.code}"
        name = _short(question.text)
        found.append(Target(code, name, question=question))
        if question.kind == Question.Kind.MULTIPLE_CHOICE:
            found += [
                Target(
                    f"{code}={option['code']}",
                    f"{name}: {_short(option['label'], 40)}",
                    question=question,
                    option=option["code"],
                )
                for option in question.options
            ]
    return found


def _short(texts: Mapping[str, str], most: int = 70) -> str:
    return Truncator(" ".join(text_in(texts).split())).chars(most)
