"""The demo's respondents, answering through the same services as anybody else."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from surveys import ratings
from surveys.intake import services as intake
from surveys.intake.submitting import submit_response
from surveys.models import Goal, Question, Response, Scorecard

FOLDER = Path(__file__).parent / "kazakhstan_2022"


@dataclass
class Respondent:
    """A row of responses.csv, and what this person wrote."""

    number: int
    day: date
    profile: dict[str, Any]
    # goal number -> the row's string of ratings (surveys.ratings)
    ratings: dict[int, str]
    cross_cutting: dict[str, Any]
    # goal number -> {question code: text}
    texts: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """How long this person took; invented, like the single answers."""
        return 14 + 11 * self.number % 53


def read_respondents() -> list[Respondent]:
    """The reconstructed respondents, in the order of the file."""
    with (FOLDER / "responses.csv").open(newline="", encoding="utf-8") as file:
        return [_respondent(row) for row in csv.DictReader(file)]


def _respondent(row: Mapping[str, str]) -> Respondent:
    profile: dict[str, Any] = {
        code: row[code] for code in ("sector", "gender", "region")
    }
    return Respondent(
        number=int(row["respondent"]),
        day=date.fromisoformat(row["submitted_on"]),
        profile=profile | {"age": int(row["age"])},
        ratings={
            int(column.removeprefix("goal ")): codes
            for column, codes in row.items()
            if column.startswith("goal ") and codes
        },
        cross_cutting={"marginalised_groups": row["marginalised_groups"].split()},
    )


def voices_in_turn(
    respondents: list[Respondent], goal: int, question: str
) -> Iterator[Respondent]:
    """Respondents who rated the goal, each given one text to the question at most."""
    start = 7 * goal + 3 * len(question)
    order = respondents[start % len(respondents) :] + respondents
    seen = set()
    for person in order:
        if goal in person.ratings and person.number not in seen:
            seen.add(person.number)
            yield person


def answer_survey(
    person: Respondent,
    scorecard: Scorecard,
    goals: Mapping[int, Goal],
    moment: datetime | None = None,
    language: str = "en",
) -> Response:
    """One respondent's whole way from the link to the receipt."""
    now = moment or datetime.combine(person.day, time(12), tzinfo=scorecard.zone)
    begun = now - timedelta(minutes=person.minutes)
    draft, token = intake.start_draft(scorecard=scorecard, language=language, now=begun)
    intake.choose_goals(
        draft=draft, goals=[goals[number] for number in person.ratings], now=now
    )
    for number, codes in person.ratings.items():
        intake.save_goal_answer(
            draft=draft,
            goal=goals[number],
            ratings=dict(enumerate(ratings.decode(codes), start=1)),
            texts=person.texts.get(number, {}),
            now=now,
        )
    intake.save_cross_cutting(draft=draft, answers=person.cross_cutting, now=now)
    intake.save_profile(draft=draft, profile=person.profile, now=now)
    return submit_response(
        draft=draft, receipt=f"demo-{scorecard.slug}-{token}", now=now
    )


def hand_out_cross_cutting(
    respondents: list[Respondent],
    scorecard: Scorecard,
    voices: Mapping[str, list[str]],
) -> None:
    """Give each cross-cutting text to one respondent, question by question."""
    for place, (section, texts) in enumerate(voices.items()):
        questions = list(
            scorecard.instrument.questions.filter(
                section__code=section, kind=Question.Kind.LONG_TEXT
            ).values_list("code", flat=True)
        )
        for turn, text in enumerate(texts):
            person = respondents[(11 * place + 5 * turn) % len(respondents)]
            person.cross_cutting[questions[turn % len(questions)]] = text
