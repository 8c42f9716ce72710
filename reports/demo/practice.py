"""Two practice scorecards: one whose survey is open, one whose round is open."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from reports.demo.answers import answer_survey, read_respondents
from reports.demo.invitees import invite_people
from reports.demo.kazakhstan import add_experts, email_of
from reports.demo.unfinished import (
    answer_carelessly,
    exclude_careless,
    leave_drafts,
)
from surveys.members.services import add_member
from surveys.models import Goal, Instrument, Member, Role, Scorecard
from surveys.setup.services import create_scorecard
from validation.baseline import freeze_baseline
from validation.models import Rule
from validation.rounds.services import open_round, prepare_round

OPEN_SURVEY, OPEN_ROUND = "practice-survey", "practice-round"
PLACES = {
    OPEN_SURVEY: {
        "en": "Practice survey",
        "ru": "Пробный опрос",
        "kk": "Байқау сауалнамасы",
    },
    OPEN_ROUND: {
        "en": "Practice round",
        "ru": "Пробное обсуждение",
        "kk": "Байқау талқылауы",
    },
}
NOTICE = {
    "en": "For practice: all answers here are invented.",
    "ru": "Для пробы: все ответы здесь вымышлены.",
    "kk": "Байқап көру үшін: мұндағы барлық жауап ойдан алынған.",
}
# How many of the demo's respondents have answered each of them.
RESPONDENTS = {OPEN_SURVEY: 40, OPEN_ROUND: 14}
LANGUAGES = ("ru", "kk", "ru", "en", "ru")
# Responses wanted of the open survey, by grouping (surveys.sample.groups) and group.
TARGETS = {
    "sector": {"ngo": 20, "public_association": 8, "academia": 8, "media": 6},
    "gender": {"woman": 30, "man": 30},
    "age": {"from_18": 20, "from_30": 20, "from_45": 15, "from_60": 5},
    "region": {"astana": 8, "almaty_city": 8, "karaganda": 5, "turkistan": 5},
    "@language": {"ru": 25, "kk": 25, "en": 10},
}
RULES = {
    3: Rule.AGREED,
    5: Rule.MEAN_OF_SUPPORTED,
    10: Rule.KEEP,
    13: Rule.MEDIAN_OF_LATEST,
    16: Rule.WEIGHTED_BY_SUPPORTERS,
}


@transaction.atomic
def load_open_survey(instrument: Instrument, now: datetime) -> Scorecard:
    """A scorecard to answer, with some answers in it already."""
    scorecard, coordinator = _load(
        OPEN_SURVEY,
        instrument,
        now,
        closes_at=now + timedelta(days=60),
        target_responses=60,
        targets=TARGETS,
    )
    if coordinator is not None:
        goals = {goal.number: goal for goal in instrument.goals.all()}
        *_, worst = answer_carelessly(scorecard, goals, now)
        exclude_careless(worst, coordinator, now)
        leave_drafts(scorecard, goals, now)
        invite_people(scorecard, coordinator, now)
    return scorecard


@transaction.atomic
def load_open_round(instrument: Instrument, now: datetime) -> Scorecard:
    """A scorecard to consult on: figures frozen, a blind round open on five goals."""
    scorecard, coordinator = _load(
        OPEN_ROUND, instrument, now, closes_at=now - timedelta(hours=1)
    )
    if coordinator is None:
        return scorecard
    goals = {goal.number: goal for goal in instrument.goals.all()}
    *_, worst = answer_carelessly(scorecard, goals, now - timedelta(days=1))
    exclude_careless(worst, coordinator, now - timedelta(hours=1))
    freeze_baseline(scorecard_id=scorecard.pk, by=coordinator, now=now)
    round_ = prepare_round(
        scorecard=scorecard,
        title="First round",
        rules={goals[number]: rule for number, rule in RULES.items()},
        by=coordinator,
        now=now,
    )
    open_round(round_id=round_.pk, by=coordinator, now=now)
    return scorecard


def _load(
    slug: str,
    instrument: Instrument,
    now: datetime,
    closes_at: datetime,
    **wanted: Any,
) -> tuple[Scorecard, Member | None]:
    known = Scorecard.objects.filter(slug=slug).first()
    if known:
        return known, None
    scorecard, coordinator = create_scorecard(
        slug=slug,
        place=PLACES[slug],
        year=now.year,
        languages=["en", "ru", "kk"],
        instrument=instrument,
        opens_at=now - timedelta(days=14),
        closes_at=closes_at,
        time_zone="Asia/Almaty",
        # Whoever tries the whole way out closes it and goes on at once.
        grace_minutes=0,
        coordinator_email=email_of("coordinator"),
        coordinator_name="Coordinator",
        notice=NOTICE,
        **wanted,
    )
    for role in (Role.RAPPORTEUR, Role.OBSERVER):
        add_member(
            scorecard=scorecard, email=email_of(role), name=str(role.label), role=role
        )
    goals = {goal.number: goal for goal in instrument.goals.all()}
    add_experts(scorecard, goals)
    _answer(scorecard, goals, now)
    return scorecard, coordinator


def _answer(scorecard: Scorecard, goals: dict[int, Goal], now: datetime) -> None:
    """Most come in the first days, later ones trickle in."""
    people = read_respondents()[: RESPONDENTS[scorecard.slug]]
    for place, person in enumerate(people):
        days = 13 - 12 * place**2 // len(people) ** 2
        answer_survey(
            person,
            scorecard,
            goals,
            moment=now - timedelta(days=days),
            language=LANGUAGES[place % len(LANGUAGES)],
        )
