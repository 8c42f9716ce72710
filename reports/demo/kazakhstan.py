"""Kazakhstan 2022: the whole job, from 61 answers to a released edition.

Everything goes through the services that users' clicks call, at the moments the
reconstruction gives. No figure is written down anywhere: they follow from the answers,
the proposals and the rules.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db import transaction

from reports.demo.answers import (
    FOLDER,
    Respondent,
    answer_survey,
    hand_out_cross_cutting,
    read_respondents,
    voices_in_turn,
)
from reports.editions.services import release_edition
from reports.models import Statement
from reports.workshop.services import (
    add_statement,
    link_answer,
    write_chapter,
)
from surveys.members.services import add_member
from surveys.models import Goal, Instrument, Member, Response, Role, Scorecard
from surveys.setup.services import create_scorecard
from validation.baseline import freeze_baseline
from validation.board.services import propose_score, support_proposal
from validation.models import Meeting, Proposal, RoundGoal
from validation.rounds.services import (
    add_meeting,
    assign_goal,
    close_round,
    open_round,
    prepare_round,
    record_meeting,
)
from validation.settling.services import settle_goal

SLUG = "kazakhstan-2022"
ZONE = ZoneInfo("Asia/Almaty")
QUESTIONS = {
    Statement.Section.CHALLENGE: "challenges",
    Statement.Section.ACHIEVEMENT: "achievements",
    Statement.Section.RECOMMENDATION: "recommendations",
}
PLACE = {"en": "Kazakhstan", "ru": "Казахстан", "kk": "Қазақстан"}
NOTICE = {
    "en": (
        "Demonstration. The averages are those of the report printed in July 2022; the "
        "single answers, experts and proposals behind them are reconstructed."
    ),
    "ru": (
        "Демонстрация. Средние значения взяты из отчета, напечатанного в июле 2022 "
        "года; отдельные ответы, эксперты и предложения реконструированы."
    ),
    "kk": (
        "Көрсетілім. Орташа мәндер 2022 жылғы шілдеде басылған есептен алынған; жеке "
        "жауаптар, сарапшылар мен ұсыныстар қайта құрастырылған."
    ),
}


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def email_of(key: str) -> str:
    return f"{key}@demo.example"


@transaction.atomic
def load_kazakhstan(instrument: Instrument) -> Scorecard:
    """The demo scorecard; made if it is not there, all or nothing."""
    known = Scorecard.objects.filter(slug=SLUG).first()
    if known:
        return known
    scorecard, coordinator = create_scorecard(
        slug=SLUG,
        place=PLACE,
        year=2022,
        languages=["en", "ru", "kk"],
        instrument=instrument,
        opens_at=datetime(2022, 5, 14, tzinfo=ZONE),
        closes_at=datetime(2022, 6, 28, tzinfo=ZONE),
        time_zone="Asia/Almaty",
        coordinator_email=email_of("coordinator"),
        coordinator_name="Coordinator",
        notice=NOTICE,
    )
    for role in (Role.RAPPORTEUR, Role.OBSERVER):
        add_member(
            scorecard=scorecard,
            email=email_of(role),
            name=str(role.label),
            role=role,
        )
    goals = {goal.number: goal for goal in instrument.goals.all()}
    statements = read("statements.yaml")["goals"]
    written = _load_answers(scorecard, goals, statements)
    _load_statements(scorecard, goals, statements, written)
    _load_chapters(scorecard)
    _consult(scorecard, coordinator, goals)
    release_edition(
        scorecard_id=scorecard.pk,
        by=coordinator,
        now=datetime(2022, 7, 29, 12, tzinfo=ZONE),
    )
    return scorecard


def _points(
    page: Mapping[str, Any],
) -> list[tuple[Statement.Section, str, Mapping[str, str]]]:
    """(section, heading, point) of one goal, in the order of the report."""
    challenge, achievement, recommendation = QUESTIONS
    points = [(challenge, "", point) for point in page["challenges"]]
    points += [(achievement, "", point) for point in page["achievements"]]
    for heading, inside in page["recommendations"].items():
        points += [(recommendation, heading, point) for point in inside or []]
    return points


def _load_answers(
    scorecard: Scorecard, goals: Mapping[int, Goal], statements: list[dict[str, Any]]
) -> dict[str, Response]:
    """Submit every response; return which one wrote each statement's voice."""
    respondents = read_respondents()
    authors: dict[str, Respondent] = {}
    for page in statements:
        turns = {
            question: voices_in_turn(respondents, page["goal"], question)
            for question in QUESTIONS.values()
        }
        for section, _, point in _points(page):
            question = QUESTIONS[section]
            person = next(turns[question])
            person.texts.setdefault(page["goal"], {})[question] = point["voice"]
            authors[point["voice"]] = person
    hand_out_cross_cutting(respondents, scorecard, read("cross_cutting_voices.yaml"))
    submitted = {
        person.number: answer_survey(person, scorecard, goals) for person in respondents
    }
    return {voice: submitted[person.number] for voice, person in authors.items()}


def _load_statements(
    scorecard: Scorecard,
    goals: Mapping[int, Goal],
    statements: list[dict[str, Any]],
    written: Mapping[str, Response],
) -> None:
    for page in statements:
        goal = goals[page["goal"]]
        add_statement(
            scorecard=scorecard,
            goal=goal,
            section=Statement.Section.SUMMARY,
            text={"en": page["summary"]},
        )
        for section, heading, point in _points(page):
            statement = add_statement(
                scorecard=scorecard,
                goal=goal,
                section=section,
                heading=heading,
                text={"en": point["text"]},
            )
            link_answer(
                statement=statement,
                response=written[point["voice"]],
                question_code=QUESTIONS[section],
            )


def _load_chapters(scorecard: Scorecard) -> None:
    for chapter in read("chapters.yaml")["chapters"]:
        blocks = chapter.get("body") or [{"terms": chapter["terms"]}]
        write_chapter(
            scorecard=scorecard,
            code=chapter["code"],
            placement=chapter["placement"],
            title={"en": chapter["title"]},
            blocks={"en": blocks},
        )


def add_experts(
    scorecard: Scorecard, goals: Mapping[int, Goal], keys: set[str] | None = None
) -> dict[str, Member]:
    """The consultation's experts (or those named) and the goals they are on."""
    experts = {}
    for entry in read("consultation.yaml")["experts"]:
        if keys is not None and entry["key"] not in keys:
            continue
        expert = add_member(
            scorecard=scorecard,
            email=email_of(entry["key"]),
            name=entry["name"],
            role=Role.EXPERT,
        )
        experts[entry["key"]] = expert
        for number in entry["goals"]:
            assign_goal(expert=expert, goal=goals[number], expertise=entry["expertise"])
    return experts


def _consult(
    scorecard: Scorecard, coordinator: Member, goals: Mapping[int, Goal]
) -> None:
    """Ten meetings of one round, each settling the goals on its agenda."""
    plan = read("consultation.yaml")
    experts = add_experts(scorecard, goals)
    freeze_baseline(
        scorecard_id=scorecard.pk,
        by=coordinator,
        now=datetime(2022, 6, 28, 10, tzinfo=ZONE),
    )
    discussions = {entry["goal"]: entry for entry in plan["goals"]}
    round_ = prepare_round(
        scorecard=scorecard,
        title="Expert meetings, July 2022",
        rules={goals[number]: entry["rule"] for number, entry in discussions.items()},
        # In 2022 the experts spoke in the open, each hearing the others.
        is_blind=False,
        by=coordinator,
        now=datetime(2022, 6, 29, 9, tzinfo=ZONE),
    )
    open_round(
        round_id=round_.pk, by=coordinator, now=datetime(2022, 7, 1, 9, tzinfo=ZONE)
    )
    round_goals = {
        round_goal.goal.number: round_goal
        for round_goal in round_.round_goals.select_related("goal")
    }
    for entry in plan["meetings"]:
        agenda = [round_goals[number] for number in entry["goals"]]
        meeting = add_meeting(
            round_=round_,
            starts_at=entry["starts_at"],
            minutes_long=entry["minutes_long"],
            place=entry["where"],
            agenda=agenda,
        )
        for place, round_goal in enumerate(agenda):
            _discuss(
                discussions[round_goal.goal.number],
                round_goal,
                experts,
                coordinator,
                _start_of_item(meeting, place, len(agenda)),
            )
        record_meeting(
            meeting_id=meeting.pk,
            attended_by=[experts[key] for key in entry["present"]] + [coordinator],
            minutes=entry["minutes"],
        )
    close_round(
        round_id=round_.pk, by=coordinator, now=datetime(2022, 7, 16, 9, tzinfo=ZONE)
    )


def _start_of_item(meeting: Meeting, place: int, items: int) -> datetime:
    share = timedelta(minutes=meeting.minutes_long) * place / items
    return (meeting.starts_at + share).astimezone(UTC)


def _discuss(
    discussion: Mapping[str, Any],
    round_goal: RoundGoal,
    experts: Mapping[str, Member],
    coordinator: Member,
    now: datetime,
) -> None:
    """Proposals, then support for them, then the settlement, a minute apart."""
    current: dict[str, Proposal] = {}
    for entry in discussion["proposals"]:
        now += timedelta(minutes=1)
        keeps = entry.get("keep", False)
        current[entry["expert"]] = propose_score(
            expert=experts[entry["expert"]],
            round_goal_id=round_goal.pk,
            kind=Proposal.Kind.KEEP if keeps else Proposal.Kind.CHANGE,
            percent=None if keeps else Decimal(str(entry["percent"])),
            justification=entry["justification"],
            confidence=entry["confidence"],
            interest=entry.get("interest", ""),
            now=now,
        )
    for entry in discussion.get("supports") or []:
        now += timedelta(minutes=1)
        support_proposal(
            expert=experts[entry["expert"]],
            proposal_id=current[entry["of"]].pk,
            reason=entry.get("reason", ""),
            now=now,
        )
    settle = discussion["settle"]
    agreed = settle.get("agreed")
    settle_goal(
        round_goal_id=round_goal.pk,
        rule=discussion["rule"],
        by=coordinator,
        reason=settle["reason"],
        dissent=settle.get("dissent") or "",
        agreed=None if agreed is None else Decimal(str(agreed)),
        now=now + timedelta(minutes=2),
    )
