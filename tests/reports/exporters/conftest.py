"""A small finished report: one goal settled by supported scores, one hidden."""

from datetime import date
from decimal import Decimal

import pytest

from reports.exporters.format import Imprint
from reports.models import Statement
from reports.pages.build import build_report
from reports.pages.document import Report
from reports.workshop.services import add_statement, link_proposal, write_chapter
from surveys.models import Member
from tests import factories
from validation.models import Proposal, Round
from validation.rounds.services import add_meeting, record_meeting

BLOCKS = [
    {"heading": "Money", "paragraphs": ["One paragraph.\n\nAnother one."]},
    {"bullets": ["First bullet", "Second bullet"]},
    {"terms": [{"short": "NGO", "long": "Non-governmental organisation"}]},
    {
        "table": {
            "caption": "Coverage",
            "columns": ["Year", "Share"],
            "rows": [["2019", "79.9%"], ["2022", "46%"]],
            "note": "Two different things.",
        }
    },
]


@pytest.fixture
def settled_round(open_round: Round, coordinator: Member, experts: list) -> Round:
    """Goal 5: 25, 30 and 33 are proposed and supported, so that it settles at 29.33.

    Aigul first says 20 and revises it to 25.
    """
    aigul, bolat, dana = experts
    goal_5 = open_round.round_goals.get(goal__number=5)
    factories.propose(goal_5, aigul, 20, justification="At first sight.")
    factories.propose(goal_5, bolat, 30, interest="Works for a crisis centre.")
    factories.propose(goal_5, dana, 33, confidence="high")
    revised = factories.propose(goal_5, aigul, 25, justification="After talking.")
    standing = Proposal.objects.filter(round_goal=goal_5).exclude(percent=Decimal(20))
    for proposal in standing:
        backer = bolat if proposal.expert == aigul else aigul
        factories.support(proposal, backer, reason="I see the same.")
    factories.settle(goal_5, by=coordinator, dissent="Dana would have said 33%.")
    goal_1 = open_round.round_goals.get(goal__number=1)
    factories.propose(goal_1, aigul)
    factories.settle(goal_1, by=coordinator, agreed=27)
    statement = add_statement(
        scorecard=open_round.scorecard,
        goal=goal_5.goal,
        section=Statement.Section.CHALLENGE,
        text={"en": "Shelters live on donations."},
    )
    link_proposal(statement=statement, proposal=revised)
    return open_round


@pytest.fixture
def report(settled_round: Round, coordinator: Member) -> Report:
    """Goals 1 (30 -> 27 percent), 5 (38 -> 29.33) and 13, which is not shown."""
    scorecard = settled_round.scorecard
    meeting = add_meeting(
        round_=settled_round,
        starts_at=factories.NOW,
        minutes_long=90,
        place="Almaty",
        agenda=settled_round.round_goals.filter(goal__number=5),
    )
    record_meeting(
        meeting_id=meeting.pk,
        attended_by=[coordinator],
        minutes="They spoke about shelters.",
    )
    write_chapter(
        scorecard=scorecard,
        code="frame",
        placement="front",
        title={"en": "How goals are governed"},
        blocks={"en": BLOCKS},
    )
    return build_report(scorecard)


@pytest.fixture
def imprint() -> Imprint:
    return Imprint(edition=1, day=date(2022, 7, 29), language="en")
