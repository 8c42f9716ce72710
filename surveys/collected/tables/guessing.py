"""What the columns of a table probably stand for, by what their headings say.

A guess is shown before it counts. Patterns that are understood, beside codes, names and
texts in any language of the questionnaire, with or without spaces and groups before:

    goal1_laws   Goal 1 [Laws]   1.3   goal_5/why   SDG 13: money   Goal5Title_Laws

LimeSurvey numbers its groups and questions, not the goals: see `_Numbered`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from surveys.collected.tables.targets import DAY, ID, LANGUAGE, MINUTES, Target
from surveys.intake.questionnaire import Questionnaire

WHOLE = {
    ID: ("id", "uuid", "instanceid", "response id", "respondent id", "entry id",
         "submission id", "идентификатор", "id ответа", "номер ответа",
         "жауап нөмірі"),
    DAY: ("timestamp", "submitdate", "date submitted", "submission time", "end",
          "entry datesubmitted", "datesubmitted", "submission date", "date",
          "submitted at", "submitted on", "completed at", "completion time",
          "дата заполнения", "дата и время", "толтырылған күні",
          "отметка времени", "дата", "дата отправки", "уақыт белгісі", "күні"),
    LANGUAGE: ("startlanguage", "start language", "language", "lang", "начальный язык",
               "язык", "тіл", "тілі"),
    MINUTES: ("minutes", "duration minutes", "минуты", "минут"),
}  # fmt: skip
GOAL = re.compile(
    r"(?:\b(?:goal|sdg|цель|цур|мақсат|тдм)\s*(?:no|№|n)?\s*|\bg)0*(\d{1,3})(?!\d)"
)
BARE = re.compile(r"0*(\d{1,3})\s+0*(\d{1,3})")
NUMBERED = re.compile(r"g0*(\d{1,3})q0*(\d{1,3})(?:\s*sq0*(\d{1,3}))?(?: .*)?")
# Cognito Forms: the form's name, then its word for the number of an entry.
OWN_ID = re.compile(r"\w+_Id")
INDICATOR = re.compile(r"(?:indicator|area|ind|sq|i|q)?\s*0*(\d{1,3})")


def plain(text: str) -> str:
    """Lower case, with one space for whatever is neither letter nor digit."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def guess_columns(
    names: Sequence[str],
    headings: Sequence[str],
    asked: Questionnaire,
    targets: Mapping[str, Target],
    remembered: Mapping[str, str],
) -> list[str]:
    """The code of a target for each column, "" where nothing is guessed.

    `names`: of the columns, each unlike the others; `headings`: as they stand there.
    `remembered`: {name: code} of the last table; "" there means: leave it out. No
    target is guessed twice. A question of a goal without the goal's number is taken for
    that of the goal whose column stood before.
    """
    guesser = _Guesser(asked, targets, headings)
    taken: set[str] = set()
    guesses = []
    for name, heading in zip(names, headings, strict=True):
        guesser.pass_by(heading)
        code = remembered.get(name)
        if code is None or (code and code not in targets):
            code = guesser.guess(heading)
        if code in taken:
            code = ""
        if code:
            taken.add(code)
            guesser.goal = _goal_of(targets[code]) or guesser.goal
        guesses.append(code)
    return guesses


def guess_language(
    headings: Sequence[str], asked: Questionnaire, languages: Sequence[str]
) -> str:
    """The language whose words most of the headings hold; the first one of equals."""
    parts = [
        *(one.title for one in asked.goals),
        *(one.name for one in asked.indicators),
        *(one.question for one in asked.indicators),
        *(one.text for one in (*asked.goal_questions, *asked.profile)),
    ]
    found = [plain(heading).replace(" ", "") for heading in headings]

    def held(language: str) -> int:
        words = {plain(p[language]).replace(" ", "") for p in parts if language in p}
        return sum(any(w in heading for w in words - {""}) for heading in found)

    return max(languages, key=held)


def _goal_of(target: Target) -> int | None:
    return target.goal.number if target.goal else None


class _Guesser:
    def __init__(
        self,
        asked: Questionnaire,
        targets: Mapping[str, Target],
        headings: Sequence[str],
    ) -> None:
        self.asked, self.targets = asked, targets
        self.goal: int | None = None
        self.indicators = _index(
            (one.code, [one.code, *one.name.values(), *one.question.values()])
            for one in asked.indicators
        )
        self.goal_questions = _index(
            (one.code, [one.code, *one.text.values()]) for one in asked.goal_questions
        )
        self.goals = _index(
            (str(one.number), [one.code, *one.title.values(), *one.full_title.values()])
            for one in asked.goals
        )
        self.rest = _index(_names(targets.values()))
        self.rest |= {name: code for code, names in WHOLE.items() for name in names}
        self.numbered = _Numbered(asked, headings)
        self.often = Counter(plain(heading) for heading in headings)
        self.passed: Counter[str] = Counter()

    def pass_by(self, heading: str) -> None:
        """Called of every column in turn, before it is guessed."""
        self.passed[plain(heading)] += 1

    def guess(self, heading: str) -> str:
        text = plain(heading)
        code = (
            self._of_all(heading)
            or self.numbered.guess(text)
            or self._of_named_goal(text)
            or self._bare(text)
            or self._by_order(text)
            or self._of_goal_before(text)
        )
        return code if code in self.targets else ""

    def _of_all(self, heading: str) -> str:
        """What is asked once, with or without the groups that stand before it."""
        if OWN_ID.fullmatch(heading.strip()):
            return ID
        parts = heading.split("/")
        for start in range(len(parts)):
            name = plain(" ".join(parts[start:]))
            if code := self.rest.get(name) or self.rest.get(name.replace(" ", "")):
                return code
        return ""

    def _bare(self, text: str) -> str:
        found = BARE.fullmatch(text)
        return self._rating(int(found[1]), int(found[2])) if found else ""

    def _rating(self, goal: int, number: int) -> str:
        for indicator in self.asked.indicators:
            if indicator.number == number:
                return f"rating.{goal}.{indicator.code}"
        return ""

    def _of_named_goal(self, text: str) -> str:
        found = GOAL.search(text)
        if found:
            number = int(found[1])
            rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
            return self._part(number, rest)
        for name, goal in self.goals.items():
            before, is_named, rest = f" {text} ".rpartition(f" {name} ")
            if is_named and (code := self._part(int(goal), rest or before)):
                return code
        return ""

    def _part(self, goal: int, rest: str) -> str:
        """The rest of a heading names the indicator or question of a goal."""
        rest = rest.strip()
        for title, number in self.goals.items():
            if int(number) == goal:
                rest = rest.removeprefix(title).removesuffix(title).strip()
        rest = rest.removeprefix("q ")
        if code := self.indicators.get(rest) or _ending(self.indicators, rest):
            return f"rating.{goal}.{code}"
        if code := self.goal_questions.get(rest) or _ending(self.goal_questions, rest):
            return f"text.{goal}.{code}"
        found = INDICATOR.fullmatch(rest)
        return self._rating(goal, int(found[1])) if found else ""

    def _by_order(self, text: str) -> str:
        """A heading without its goal that stands there once for each: Kobo's labels
        without groups. The first is about the first goal."""
        goals = [one.number for one in self.asked.goals]
        if self.often[text] != len(goals) or len(goals) < 2:
            return ""
        goal = goals[self.passed[text] - 1]
        if code := self.indicators.get(text):
            return f"rating.{goal}.{code}"
        code = self.goal_questions.get(text)
        return f"text.{goal}.{code}" if code else ""

    def _of_goal_before(self, text: str) -> str:
        code = self.goal_questions.get(text)
        return f"text.{self.goal}.{code}" if code and self.goal is not None else ""


class _Numbered:
    """Headings as LimeSurvey numbers them: G02Q01[SQ003], G02Q02.

    A group that asks for as many parts as there are key areas is about a goal. If there
    are as many such groups as goals, the first is about the first goal, whatever its
    number is: other questions may come before. Else its number is taken for the goal's.
    """

    def __init__(self, asked: Questionnaire, headings: Sequence[str]) -> None:
        self.indicators = [one.code for one in asked.indicators]
        self.questions = [one.code for one in asked.goal_questions]
        parts: dict[tuple[int, int], int] = {}
        for heading in headings:
            if found := NUMBERED.fullmatch(plain(heading)):
                key = int(found[1]), int(found[2])
                parts[key] = parts.get(key, 0) + bool(found[3])
        goals = [one.number for one in asked.goals]
        grids = sorted(g for (g, _), n in parts.items() if n == len(self.indicators))
        is_whole = len(grids) == len(goals) == len(set(grids))
        self.goal_of = dict(zip(grids if is_whole else goals, goals, strict=True))
        self.free = {
            group: sorted(q for (g, q), n in parts.items() if g == group and not n)
            for group in self.goal_of
        }

    def guess(self, text: str) -> str:
        """A rating or a text of a goal; "" where the heading is none of these."""
        found = NUMBERED.fullmatch(text)
        goal = self.goal_of.get(int(found[1])) if found else None
        if not found or goal is None:
            return ""
        if found[3]:
            place = int(found[3]) - 1
            is_there = 0 <= place < len(self.indicators)
            return f"rating.{goal}.{self.indicators[place]}" if is_there else ""
        free = self.free[int(found[1])]
        if len(free) != len(self.questions):
            return ""
        return f"text.{goal}.{self.questions[free.index(int(found[2]))]}"


def _index(parts: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Plain name, spaced and not -> code; a name of two things names neither."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for code, names in parts:
        spaced = {plain(one) for one in names}
        for name in spaced | {one.replace(" ", "") for one in spaced}:
            if name and found.setdefault(name, code) != code:
                twice.add(name)
    return {name: code for name, code in found.items() if name not in twice}


def _ending(names: Mapping[str, str], text: str) -> str:
    """The longest name that the text ends with; "" for none.

    "how do you rate goal 1 [laws]" ends with "laws".
    """
    ends = [name for name in names if text.endswith(f" {name}")]
    return names[max(ends, key=len)] if ends else ""


def _names(targets: Iterable[Target]) -> Iterable[tuple[str, list[str]]]:
    for one in targets:
        question = one.question
        if question is None or one.goal is not None:
            continue
        own = [question.code, *question.text.values()]
        if not one.option:
            yield one.code, [*own, one.code]
            continue
        labels = next(o for o in question.options if o["code"] == one.option)["label"]
        yield (
            one.code,
            [f"{a} {b}" for a in own for b in (one.option, *labels.values())],
        )
