"""One row at least of everything, for writing badly on."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from reports.models import Chapter, Edition, Source, Statement
from surveys.invitations.people import Person, add_people
from surveys.models import (
    ApiKey,
    Change,
    Draft,
    InvitationLetter,
    Job,
    PaperEntry,
    PaperSheet,
    PlannedReminder,
    ReminderRun,
    Response,
    Scorecard,
    TableIntake,
    TableMatching,
    TicketLink,
)
from surveys.sample.exclusions import exclude_response, readmit_response
from surveys.tallies import fold_tallies
from tests import factories
from tests.database.writing import World, empty_response
from tests.factories import DAY, FAR_AWAY, NOW
from validation.models import (
    Comment,
    Contribution,
    Erasure,
    InterestDecision,
    InterestDeclaration,
    MailDelivery,
    Reminder,
    Round,
    RoundGoal,
    Withdrawal,
)
from validation.rounds.services import add_meeting, close_round


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for a module: what a test writes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        freeze_a_survey(world)
        consult_on_it(world)
        say_the_rest(world)
        leave_a_survey_open(world)
        collect_elsewhere(world)
        invite_to_surveys(world)
        let_a_survey_wait(world)
        report_on_it(world)
        # PostgreSQL truncates no table that still has checks to come.
        connection.check_constraints()
        yield world
        transaction.set_rollback(True)


def freeze_a_survey(w: World) -> None:
    w.standard = factories.make_standard_instrument()
    w.instrument = factories.make_small_instrument()
    w.scorecard = factories.make_scorecard(instrument=w.instrument)
    for ratings in factories.FIVE_RESPONSES:
        factories.respond(w.scorecard, ratings)
    fold_tallies(w.scorecard)
    w.coordinator = factories.make_member(scorecard=w.scorecard, role="coordinator")
    trial = factories.respond(w.scorecard, {1: "1111"})
    factories.close_survey(w.scorecard)
    w.frozen_exclusion = exclude_response(
        response_id=trial.pk,
        cause="other",
        reason="A trial.",
        by=w.coordinator,
        now=NOW,
    )
    factories.freeze(w.scorecard, by=w.coordinator)
    w.just_closed = factories.make_scorecard(
        instrument=w.instrument, slug="just-closed", closes_at=NOW
    )
    w.frozen_response = (
        Response.objects.filter(scorecard=w.scorecard)
        .exclude(answers__goal__number=13)
        .first()
    )


def consult_on_it(w: World) -> None:
    """Goal 5 is open and revealed, goal 1 settled, goal 13 in a prepared round."""
    w.aigul, w.bolat, w.dana = (
        factories.make_expert(scorecard=w.scorecard, name=name, goals=[1, 5])
        for name in ("Aigul", "Bolat", "Dana")
    )
    w.yerlan = factories.make_expert(scorecard=w.scorecard, name="Yerlan", goals=[13])
    w.assignment = w.yerlan.assignments.get()
    w.round = factories.make_open_round(
        w.scorecard, {1: "agreed", 5: "mean_of_supported"}, by=w.coordinator
    )
    w.goal_1, w.goal_5 = w.round.round_goals.all()
    w.revised = factories.propose(w.goal_5, w.aigul, 20)
    w.proposal = factories.propose(w.goal_5, w.aigul, 25)
    w.on_one = factories.propose(w.goal_1, w.aigul, 31)
    w.other = factories.propose(w.goal_5, w.bolat, 33)
    w.support = factories.support(w.other, w.aigul)
    factories.settle(w.goal_1, by=w.coordinator, agreed=20)
    w.prepared = factories.prepare(w.scorecard, {13: "keep"})
    w.goal_13 = w.prepared.round_goals.get()
    RoundGoal.objects.filter(pk=w.goal_5.pk).update(
        revealed_at=NOW, revealed_by=w.coordinator, changes=9
    )


def say_the_rest(w: World) -> None:
    """A row in each of the other tables of the consultation."""
    w.meeting = add_meeting(
        round_=w.round, starts_at=NOW, minutes_long=60, place="Online", agenda=[]
    )
    Withdrawal.objects.create(support=w.support, withdrawn_at=NOW)
    Comment.objects.create(
        round_goal=w.goal_5, member=w.dana, text="Why?", commented_at=NOW
    )
    Contribution.objects.create(
        meeting=w.meeting,
        round_goal=w.goal_5,
        section="challenge",
        text="No by-laws.",
        recorded_by=w.coordinator,
        recorded_at=NOW,
    )
    Reminder.objects.create(round=w.round, expert=w.dana, sent_at=NOW)
    w.erased = factories.make_expert(scorecard=w.scorecard, name="Marat", goals=[5])
    Erasure.objects.create(member=w.erased, erased_by=w.coordinator, erased_at=NOW)
    InterestDeclaration.objects.create(
        expert=w.dana, goal=w.goal_5.goal, has_interest=True, declared_at=NOW
    )
    InterestDecision.objects.create(
        expert=w.dana,
        goal=w.goal_5.goal,
        handling="disclosed",
        decided_by=w.coordinator,
        decided_at=NOW,
    )
    w.letter = MailDelivery.objects.create(
        scorecard=w.scorecard, member=w.dana, kind="invitation", requested_at=NOW
    )
    w.closed = closed_round(w)


def closed_round(w: World) -> Round:
    """In a study of its own, opened and closed."""
    study = factories.make_scorecard(instrument=w.instrument, slug="closed")
    factories.respond(study, {1: "1234"})
    member = factories.make_member(scorecard=study, role="coordinator", name="First")
    w.second_coordinator = factories.make_member(
        scorecard=study, role="coordinator", name="Second"
    )
    factories.freeze(factories.close_survey(study), by=member)
    round_ = factories.make_open_round(study, {5: "keep"}, by=member)
    return close_round(round_id=round_.pk, by=member, now=NOW + DAY)


def leave_a_survey_open(w: World) -> None:
    """Another study, with a draft, a response and a job."""
    w.open_card = factories.make_scorecard(instrument=w.instrument, slug="open")
    w.guest = factories.make_expert(
        scorecard=w.open_card, name="Guest", goals=[1, 5, 13]
    )
    w.draft, _ = factories.write_draft(scorecard=w.open_card, ratings={1: "1234"})
    w.written = w.draft.answers.get()
    w.response = factories.respond(w.open_card, {1: "1234"})
    w.new_response = empty_response(w.open_card)
    w.untouched = factories.make_scorecard(instrument=w.instrument, slug="untouched")
    w.planned = factories.make_scorecard(
        instrument=w.instrument, slug="planned", opens_at=FAR_AWAY - DAY
    )
    w.change = Change.objects.create(
        scorecard=w.planned, what="member_added", person="Guest", changed_at=NOW
    )
    w.open_coordinator = factories.make_member(
        scorecard=w.open_card, role="coordinator", name="Coordinator there"
    )
    w.exclusion = exclude_response(
        response_id=factories.respond(w.open_card, {1: "1111"}).pk,
        cause="other",
        reason="A trial.",
        by=w.open_coordinator,
        now=NOW,
    )
    undone = exclude_response(
        response_id=factories.respond(w.open_card, {1: "1111"}).pk,
        cause="other",
        reason="A trial.",
        by=w.open_coordinator,
        now=NOW,
    )
    w.readmission = readmit_response(
        exclusion_id=undone.pk, reason="It was none.", by=w.open_coordinator, now=NOW
    )
    w.job = Job.objects.create(scorecard=w.open_card, kind="any", requested_at=NOW)


def collect_elsewhere(w: World) -> None:
    """For the open study: a table, a key for programs, a sheet of paper."""
    card, by = w.open_card, w.guest
    w.matching = TableMatching.objects.create(scorecard=card, saved_at=NOW)
    w.intake = TableIntake.objects.create(
        scorecard=card,
        job=w.job,
        name="forms.csv",
        added=1,
        known=0,
        changed=0,
        taken_by=by,
        taken_at=NOW,
    )
    w.api_key = ApiKey.objects.create(
        scorecard=card, name="Kobo", key_hash="0" * 64, made_by=by, made_at=NOW
    )
    w.sheet = PaperSheet.objects.create(scorecard=card, number="17", begun_at=NOW)
    w.taken_sheet = PaperSheet.objects.create(scorecard=card, number="18", begun_at=NOW)
    w.entry = PaperEntry.objects.create(
        sheet=w.sheet, turn=1, entered_by=by, saved_at=NOW
    )


def invite_to_surveys(w: World) -> None:
    """Two people each to an anonymous and to a confidential one."""
    w.private = factories.make_scorecard(
        instrument=w.instrument, slug="private", anonymity="confidential"
    )
    for scorecard in (w.open_card, w.private):
        people = [Person(name, f"{name}@example.org") for name in ("anna", "boris")]
        add_people(scorecard=scorecard, people=people)
    w.anna, w.boris = w.open_card.invitations.all()
    w.named, w.other_named = w.private.invitations.all()
    w.invitation_letter = InvitationLetter.objects.create(
        scorecard=w.open_card, invitation=w.anna, requested_at=NOW
    )
    w.ticket_link = TicketLink.objects.create(ticket=w.anna.ticket, token_hash="a" * 64)
    w.planned_reminder = PlannedReminder.objects.create(
        scorecard=w.open_card, days_before=3
    )
    w.run = ReminderRun.objects.create(
        scorecard=w.open_card, occasion="3 days before", written_at=NOW
    )
    w.reminder_letter = InvitationLetter.objects.create(
        scorecard=w.open_card, invitation=w.anna, run=w.run, requested_at=NOW
    )
    w.named_response = empty_response(w.private, invitation=w.named)
    w.invited_draft = Draft.objects.create(
        scorecard=w.open_card,
        ticket=w.anna.ticket,
        token_hash="b" * 64,
        language="en",
        started_at=NOW,
        saved_at=NOW,
    )


def let_a_survey_wait(w: World) -> None:
    """A third study, whose survey has not opened, with an expert."""
    now = timezone.now()
    w.waiting_card = factories.make_scorecard(
        instrument=w.instrument,
        slug="waiting-card",
        opens_at=now + DAY,
        closes_at=now + 2 * DAY,
    )
    factories.make_expert(scorecard=w.waiting_card, name="Early", goals=[5])
    w.begun_card = factories.make_scorecard(instrument=w.instrument, slug="begun-card")


def report_on_it(w: World) -> None:
    scorecard: Scorecard = w.scorecard
    w.statement = Statement.objects.create(
        scorecard=scorecard,
        goal=w.goal_5.goal,
        section="recommendation",
        heading="legislation",
        number=1,
        text={"en": "Pass the law."},
    )
    w.answer_source = Source.objects.create(
        statement=w.statement, response=w.response, question_code="why"
    )
    w.proposal_source = Source.objects.create(statement=w.statement, proposal=w.other)
    w.chapter = Chapter.objects.create(
        scorecard=scorecard,
        placement="front",
        number=1,
        code="method",
        title={"en": "Method"},
    )
    w.edition = Edition.objects.create(
        scorecard=scorecard,
        number=1,
        report="{}",
        checksum="0" * 64,
        released_at=NOW,
        released_by=w.coordinator,
    )
