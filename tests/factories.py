"""What a test starts from, made the way people make it: through the services."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from surveys.instrument.file import STANDARD, read_instrument
from surveys.instrument.services import load_instrument
from surveys.intake.services import (
    save_cross_cutting,
    save_goal_answer,
    save_profile,
    start_draft,
)
from surveys.intake.submitting import submit_response
from surveys.members.services import add_member
from surveys.models import Draft, Goal, Instrument, Member, Response, Role, Scorecard
from surveys.ratings import decode
from validation.baseline import freeze_baseline
from validation.board.services import propose_score, support_proposal
from validation.models import Baseline, Proposal, Round, RoundGoal, Settlement, Support
from validation.rounds.services import assign_goal, open_round, prepare_round
from validation.settling.services import settle_goal

NOW = datetime(2022, 5, 16, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A survey that closes here is open on the day of the test, whenever that is.
FAR_AWAY = datetime(2100, 1, 1, tzinfo=UTC)
SMALL = Path(__file__).parent / "instruments" / "small.yaml"
PROFILE = {"sector": "ngo", "gender": "woman", "age": 34}

# Five respondents. Goal 1: 30 percent. Goal 5: 38 percent. Goal 13: three people only,
# fewer than the smallest group. Overall: 34 percent.
FIVE_RESPONSES: list[dict[int, str]] = [
    {1: "1212", 5: "2222", 13: "5555"},
    {1: "1212", 5: "2222", 13: "5555"},
    {1: "1212", 5: "2222", 13: "5555"},
    {1: "1212", 5: "1222"},
    {1: "1212", 5: "1222"},
]


def make_small_instrument() -> Instrument:
    """Goals 1, 5 and 13; indicators 1 to 4 in two dimensions; scale 1 to 5."""
    return load_instrument(file=read_instrument(SMALL.read_text(encoding="utf-8")))


def make_standard_instrument() -> Instrument:
    """The one that is shipped: 17 goals, 10 indicators, three languages."""
    return load_instrument(file=read_instrument(STANDARD.read_text(encoding="utf-8")))


def make_scorecard(
    *,
    instrument: Instrument,
    slug: str = "kazakhstan-2022",
    opens_at: datetime | None = NOW - 30 * DAY,
    closes_at: datetime = FAR_AWAY,
    **fields: Any,
) -> Scorecard:
    """A scorecard whose survey is open, at NOW and on the day of the test."""
    return Scorecard.objects.create(
        instrument=instrument,
        slug=slug,
        opens_at=opens_at,
        closes_at=closes_at,
        **{
            "place": {"en": "Kazakhstan", "ru": "Казахстан"},
            "year": 2022,
            "languages": instrument.languages,
            "time_zone": "Asia/Almaty",
            **fields,
        },
    )


def goal_of(scorecard: Scorecard, number: int) -> Goal:
    return scorecard.instrument.goals.get(number=number)


def make_member(
    *, scorecard: Scorecard, role: str, name: str = "", email: str = ""
) -> Member:
    """A person in this role, with an address of their own."""
    name = name or role.title()
    address = email or f"{name.lower().replace(' ', '.')}@{scorecard.slug}.example"
    return add_member(scorecard=scorecard, email=address, name=name, role=role)


def make_expert(
    *, scorecard: Scorecard, name: str, goals: Iterable[int] = ()
) -> Member:
    """An expert on the panels of these goals (by number)."""
    expert = make_member(scorecard=scorecard, role=Role.EXPERT, name=name)
    for number in goals:
        assign_goal(expert=expert, goal=goal_of(scorecard, number))
    return expert


def write_draft(
    *,
    scorecard: Scorecard,
    ratings: Mapping[int, str],
    texts: Mapping[int, Mapping[str, str]] | None = None,
    profile: Mapping[str, Any] = PROFILE,
    cross_cutting: Mapping[str, Any] | None = None,
    language: str = "en",
    now: datetime | None = None,
) -> tuple[Draft, str]:
    """A draft ready to be submitted, and the token of its link.

    `ratings`: goal number -> one character an indicator, e.g. "21?4" (surveys.ratings).
    `now` is an hour after the survey opened, unless given.
    """
    now = now or scorecard.opens_at + HOUR
    draft, token = start_draft(scorecard=scorecard, language=language, now=now)
    for number, codes in ratings.items():
        save_goal_answer(
            draft=draft,
            goal=goal_of(scorecard, number),
            ratings=dict(enumerate(decode(codes), start=1)),
            texts=(texts or {}).get(number, {}),
            now=now,
        )
    save_profile(draft=draft, profile=profile, now=now)
    if cross_cutting:
        save_cross_cutting(draft=draft, answers=cross_cutting, now=now)
    return draft, token


def respond(
    scorecard: Scorecard,
    ratings: Mapping[int, str],
    *,
    receipt: str | None = None,
    now: datetime | None = None,
    **written: Any,
) -> Response:
    """One respondent, from the link to the receipt; arguments as for `write_draft`."""
    now = now or scorecard.opens_at + HOUR
    draft, _ = write_draft(scorecard=scorecard, ratings=ratings, now=now, **written)
    return submit_response(
        draft=draft, receipt=receipt or secrets.token_hex(8), now=now
    )


def close_survey(scorecard: Scorecard, at: datetime = NOW - HOUR) -> Scorecard:
    """Nobody can answer from `at` on."""
    scorecard.closes_at = at
    scorecard.save()
    return scorecard


def freeze(scorecard: Scorecard, *, by: Member, now: datetime = NOW) -> Baseline:
    return freeze_baseline(scorecard_id=scorecard.pk, by=by, now=now)


def prepare(
    scorecard: Scorecard,
    rules: Mapping[int, str],
    *,
    title: str = "",
    is_blind: bool = True,
    by: Member | None = None,
    now: datetime = NOW,
) -> Round:
    """A round that has not opened. `rules`: goal number -> settlement rule.

    Each has a title of its own: two alike would be one, sent twice.
    """
    before = scorecard.rounds.count()
    title = title or (f"Consultation {before + 1}" if before else "First consultation")
    return prepare_round(
        scorecard=scorecard,
        title=title,
        rules={goal_of(scorecard, number): rule for number, rule in rules.items()},
        is_blind=is_blind,
        by=by or coordinator_of(scorecard),
        now=now,
    )


def coordinator_of(scorecard: Scorecard) -> Member:
    found = scorecard.members.filter(role=Role.COORDINATOR).first()
    return found or make_member(scorecard=scorecard, role=Role.COORDINATOR)


def make_open_round(
    scorecard: Scorecard,
    rules: Mapping[int, str],
    *,
    by: Member,
    is_blind: bool = True,
    now: datetime = NOW,
) -> Round:
    """An open round. `rules`: goal number -> settlement rule."""
    round_ = prepare(scorecard, rules, is_blind=is_blind, by=by, now=now)
    return open_round(round_id=round_.pk, by=by, now=now)


def propose(
    round_goal: RoundGoal,
    expert: Member,
    percent: Decimal | int | str | None = None,
    *,
    justification: str = "Because of what I see in my work.",
    confidence: str = "medium",
    interest: str = "",
    now: datetime = NOW,
) -> Proposal:
    """Propose to change to `percent`, or to keep the survey average without one."""
    return propose_score(
        expert=expert,
        round_goal_id=round_goal.pk,
        kind="keep" if percent is None else "change",
        percent=None if percent is None else Decimal(percent),
        justification=justification,
        confidence=confidence,
        interest=interest,
        now=now,
    )


def support(
    proposal: Proposal, expert: Member, *, reason: str = "", now: datetime = NOW
) -> Support:
    return support_proposal(
        expert=expert, proposal_id=proposal.pk, reason=reason, now=now
    )


def settle(
    round_goal: RoundGoal,
    *,
    by: Member,
    agreed: Decimal | int | None = None,
    reason: str = "So the panel agreed.",
    dissent: str = "",
    now: datetime = NOW,
) -> Settlement:
    """Settle a goal by the rule of its round."""
    return settle_goal(
        round_goal_id=round_goal.pk,
        rule=round_goal.rule,
        by=by,
        reason=reason,
        dissent=dissent,
        agreed=None if agreed is None else Decimal(agreed),
        now=now,
    )
