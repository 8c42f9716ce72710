"""Every trigger refuses, past all services, on both databases."""

from datetime import timedelta
from fractions import Fraction
from string import printable

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from surveys.instrument.file import read_instrument
from surveys.instrument.services import load_instrument
from surveys.intake.trials import start_trial
from surveys.models import (
    Dimension,
    Draft,
    DraftAnswer,
    Indicator,
    Instrument,
    Job,
    Question,
    Section,
    Ticket,
)
from surveys.triggers import Lift, Refuse
from tests import factories
from tests.database.writing import (
    World,
    Write,
    again,
    answer,
    change,
    empty_response,
    excluded,
    next_entry,
    open_overtaken_round,
    proposal_by,
    readmitted,
    refused,
    remove,
    settle_as_written,
    settlement_of,
    sql,
    support_by,
)
from tests.factories import DAY, NOW, goal_of
from validation.models import (
    Assignment,
    Baseline,
    Comment,
    LedgerEntry,
    LedgerSalt,
    Meeting,
    Round,
    RoundGoal,
    Seat,
)

pytestmark = pytest.mark.django_db
ON_SQLITE = connection.vendor == "sqlite"

OFF_THE_SCALE = ["111", "11111", "", "6111", "1 11"] + [
    f"111{character}" for character in printable if character not in "12345?/-"
]


def give_ticket_again(w: World) -> None:
    change(w.invitation_letter, state="sent", sent_at=NOW)
    w.anna.ticket.delete()
    Ticket.objects.create(invitation=w.anna)


PUT_OFF = {"refusals": 1, "error": "451"}
TRIGGERS: dict[str, list[Write]] = {
    # ------------------------------------------------------------------ surveys
    "surveys_response_names_an_invitee": [
        lambda w: empty_response(w.open_card, invitation=w.anna),
        lambda w: empty_response(w.private, invitation=w.anna),
        lambda w: empty_response(w.open_card, invitation=w.other_named),
    ],
    "surveys_ticket_given_again": [lambda w: give_ticket_again(w)],
    "surveys_draft_foreign_ticket_insert": [
        lambda w: again(w.draft, token_hash="c" * 64, ticket_id=w.named.pk)
    ],
    "surveys_draft_foreign_ticket_update": [
        lambda w: change(w.draft, ticket=w.named.ticket)
    ],
    "surveys_invitationletter_foreign": [
        lambda w: again(w.invitation_letter, invitation_id=w.named.pk),
        lambda w: again(w.invitation_letter, invitation_id=999999),
        lambda w: again(
            w.reminder_letter, invitation_id=w.named.pk, scorecard_id=w.private.pk
        ),
    ],
    "surveys_invitationletter_on_record_insert": [
        lambda w: again(
            w.reminder_letter, invitation_id=w.boris.pk, state="sent", sent_at=NOW
        ),
        lambda w: again(w.reminder_letter, invitation_id=w.boris.pk, state="dropped"),
    ],
    "surveys_invitationletter_on_record_update": [
        lambda w: change(w.reminder_letter, state="sent", sent_at=NOW),
        lambda w: change(w.reminder_letter, state="dropped"),
    ],
    "surveys_invitationletter_put_off_insert": [
        lambda w: again(
            w.reminder_letter,
            invitation_id=w.boris.pk,
            try_again_at=NOW,
            refusals=1,
        ),
    ],
    "surveys_invitationletter_put_off_update": [
        lambda w: change(w.invitation_letter, try_again_at=NOW, refusals=1),
        lambda w: change(w.invitation_letter, try_again_at=NOW, error="451"),
        lambda w: change(
            w.invitation_letter, state="dropped", try_again_at=NOW, **PUT_OFF
        ),
    ],
    "validation_maildelivery_put_off_insert": [
        lambda w: again(w.letter, occasion="x", try_again_at=NOW, refusals=1),
    ],
    "validation_maildelivery_put_off_update": [
        lambda w: change(w.letter, try_again_at=NOW, refusals=1),
        lambda w: change(w.letter, try_again_at=NOW, error="451"),
        lambda w: change(w.letter, state="dropped", try_again_at=NOW, **PUT_OFF),
    ],
    "surveys_answer_off_the_scale": [
        lambda w, codes=codes: answer(w.new_response, goal_of(w.open_card, 5), codes)
        for codes in OFF_THE_SCALE
    ],
    "surveys_answer_foreign_goal": [
        lambda w: answer(w.new_response, w.standard.goals.get(number=5), "1" * 10)
    ],
    "surveys_draftanswer_off_the_scale_insert": [
        lambda w, codes=codes: again(
            w.written, goal_id=goal_of(w.open_card, 5).pk, ratings=codes
        )
        for codes in OFF_THE_SCALE
    ],
    "surveys_draftanswer_off_the_scale_update": [
        lambda w, codes=codes: change(w.written, ratings=codes)
        for codes in OFF_THE_SCALE
    ],
    "surveys_instrument_locked_update": [
        lambda w: change(w.instrument, percent_formula="percent_of_range"),
        lambda w: change(w.instrument, bands=[]),
    ],
    "surveys_instrument_locked_delete": [lambda w: remove(w.instrument)],
    **{
        f"surveys_{part}_locked_{event}": [
            lambda w, part=part, write=write: write(
                getattr(w.instrument, f"{part}s").first()
            )
        ]
        for part in ("goal", "indicator", "dimension", "section", "question")
        for event, write in {
            "insert": lambda row: again(row, number=99, code="one_more"),
            "update": lambda row: change(row, number=98),
            "delete": remove,
        }.items()
    },
    "surveys_papersheet_removed": [lambda w: remove(w.taken_sheet)],
    "surveys_papersheet_taken": [
        lambda w: change(w.taken_sheet, number="19"),
        lambda w: change(w.sheet, scorecard=w.scorecard),
    ],
    "surveys_scorecard_another_instrument": [
        lambda w: change(w.begun_card, instrument=w.standard)
    ],
    # The survey has not opened, so that nothing else stands in the way.
    "surveys_scorecard_another_panel": [
        lambda w: change(w.waiting_card, instrument=w.standard)
    ],
    "surveys_scorecard_opened": [
        lambda w, values=values: change(w.open_card, **values)
        for values in (
            {"anonymity": "confidential"},
            {"opens_at": None},
            {"opens_at": NOW + DAY},
            {"languages": ["en"]},
            {"languages": []},
            {"smallest_group": 4},
            {"year": 2023},
            {"slug": "elsewhere"},
            {"time_zone": "UTC"},
        )
    ],
    "surveys_member_last_coordinator_update": [
        lambda w: change(w.coordinator, role="observer"),
        lambda w: change(w.coordinator, scorecard=w.open_card),
    ],
    "surveys_member_last_coordinator_delete": [lambda w: remove(w.coordinator)],
    "surveys_scorecard_moved_after_freezing": [
        lambda w: change(w.scorecard, closes_at=NOW + DAY)
    ],
    "surveys_member_another_part": [
        lambda w: change(w.aigul, role="observer"),
        lambda w: change(w.second_coordinator, role="expert"),
    ],
    "surveys_scorecard_promises": [
        lambda w: change(w.scorecard, smallest_group=9),
        lambda w: change(w.scorecard, identities="by_role"),
    ],
    "surveys_response_after_baseline": [lambda w: empty_response(w.scorecard)],
    "validation_baseline_too_early": [
        # Closed half an hour before, with half an hour of grace: one second is missing.
        lambda w: Baseline.objects.create(
            scorecard=w.just_closed,
            tallies={},
            frozen_at=NOW + timedelta(minutes=30, seconds=-1),
            frozen_by=w.coordinator,
        )
    ],
    "surveys_answer_after_baseline": [
        lambda w: answer(w.frozen_response, goal_of(w.scorecard, 13), "5555")
    ],
    "surveys_exclusion_after_baseline": [
        lambda w: excluded(w.frozen_response, w.coordinator)
    ],
    "surveys_readmission_after_baseline": [
        lambda w: readmitted(w.frozen_exclusion, w.coordinator)
    ],
    "surveys_exclusion_out_of_turn": [
        # Already excluded; nobody of this scorecard; no coordinator; a number again.
        lambda w: again(w.exclusion, number=2),
        lambda w: excluded(w.response, w.coordinator),
        lambda w: excluded(w.response, w.guest),
        lambda w: again(w.exclusion, response_id=w.frozen_response.pk),
        lambda w: again(w.readmission.exclusion),
    ],
    "surveys_readmission_by_others": [
        lambda w: readmitted(w.exclusion, w.coordinator),
        lambda w: readmitted(w.exclusion, w.guest),
    ],
    # ------------------------------------------------------------------- rounds
    "validation_round_inserted_open": [
        lambda w: Round.objects.create(
            scorecard=w.scorecard,
            number=9,
            title="Open at once",
            opened_at=NOW,
            opened_by=w.coordinator,
        )
    ],
    "validation_round_without_baseline": [
        lambda w: change(
            factories.prepare(w.open_card, {5: "keep"}),
            opened_at=NOW,
            opened_by=w.coordinator,
        )
    ],
    "validation_round_rewritten": [
        lambda w: change(w.round, opened_at=None, opened_by=None),
        lambda w: change(w.round, opened_at=NOW - DAY),
        lambda w: change(w.round, is_blind=False),
        lambda w: change(w.round, number=9),
        lambda w: change(w.round, scorecard=w.closed.scorecard),
        lambda w: change(w.round, opened_by=w.aigul),
        lambda w: change(w.closed, closed_by=w.closed.scorecard.members.last()),
        lambda w: change(w.closed, closed_at=None, closed_by=None),
        lambda w: change(w.closed, closed_at=NOW + 2 * DAY),
    ],
    "validation_round_removed": [
        lambda w: remove(w.round),
        lambda w: remove(w.closed),
    ],
    "validation_roundgoal_added_late": [
        lambda w: RoundGoal.objects.create(
            round=w.round,
            scorecard=w.scorecard,
            goal=goal_of(w.scorecard, 13),
            rule="keep",
        )
    ],
    "validation_roundgoal_foreign": [
        lambda w: again(w.goal_13, goal_id=w.standard.goals.get(number=1).pk),
        lambda w: again(
            w.goal_13, goal_id=w.goal_5.goal_id, scorecard_id=w.open_card.pk
        ),
    ],
    "validation_roundgoal_inserted_open": [
        lambda w: again(w.goal_13, goal_id=w.goal_1.goal_id, is_open=True)
    ],
    "validation_roundgoal_rewritten": [
        lambda w: change(w.goal_5, rule="keep"),
        lambda w: change(w.goal_5, goal=goal_of(w.scorecard, 13)),
        lambda w: change(w.goal_5, round=w.prepared, is_open=False),
        lambda w: change(w.goal_13, round=w.round),
        lambda w: change(w.goal_13, scorecard=w.open_card),
        lambda w: change(w.closed.round_goals.get(), rule="agreed"),
    ],
    "validation_roundgoal_opened_out_of_turn": [
        lambda w: change(w.goal_13, is_open=True),
        lambda w: change(w.goal_1, is_open=True),
        lambda w: change(w.closed.round_goals.get(), is_open=True),
    ],
    "validation_roundgoal_overtaken": [open_overtaken_round],
    "validation_roundgoal_turned_back": [
        lambda w: change(w.goal_5, revealed_at=None, revealed_by=None),
        lambda w: change(w.goal_5, revealed_at=NOW + DAY),
        lambda w: change(w.goal_5, changes=8),
    ],
    "validation_roundgoal_removed": [lambda w: remove(w.goal_5)],
    # ---------------------------------------------------------------- proposals
    "validation_proposal_into_closed_goal": [
        lambda w: proposal_by(w.dana, w.goal_1),
        lambda w: proposal_by(w.yerlan, w.goal_13),
    ],
    "validation_proposal_by_outsider": [
        lambda w: proposal_by(w.yerlan, w.goal_5),
        lambda w: proposal_by(w.guest, w.goal_5),
        lambda w: proposal_by(w.coordinator, w.goal_5),
    ],
    "validation_seat_after_closing": [
        lambda w: Seat.objects.create(round_goal=w.goal_13, expert=w.yerlan),
        lambda w: Seat.objects.create(round_goal=w.goal_1, expert=w.aigul),
    ],
    "validation_seat_of_outsider": [
        lambda w: Seat.objects.create(round_goal=w.goal_5, expert=w.yerlan),
        lambda w: Seat.objects.create(round_goal=w.goal_5, expert=w.guest),
    ],
    "validation_proposal_foreign_revision": [
        lambda w: proposal_by(w.dana, w.goal_5, revises=w.other),
        lambda w: proposal_by(w.aigul, w.goal_5, revises=w.on_one),
    ],
    "validation_support_into_closed_goal": [lambda w: support_by(w.dana, w.on_one)],
    "validation_support_by_outsider": [
        lambda w: support_by(w.yerlan, w.proposal),
        lambda w: support_by(w.guest, w.proposal),
    ],
    "validation_support_of_own": [lambda w: support_by(w.aigul, w.proposal)],
    "validation_support_of_revised": [lambda w: support_by(w.bolat, w.revised)],
    # ------------------------------------------------------------------- ledger
    "validation_ledgerentry_out_of_turn": [
        lambda w: again(LedgerEntry.objects.last(), record=999),
        lambda w: next_entry(w, previous="0" * 64),
        lambda w: next_entry(w, number=99),
    ],
    "validation_ledgersalt_refuses_update": [
        lambda w: LedgerSalt.objects.update(salt="0" * 64)
    ],
    "validation_ledgersalt_removed": [
        lambda w: sql("DELETE FROM validation_ledgersalt"),
    ],
    # ------------------------------------------------------------------ erasure
    "validation_proposal_by_erased": [lambda w: proposal_by(w.erased, w.goal_5)],
    "validation_support_by_erased": [lambda w: support_by(w.erased, w.proposal)],
    "validation_comment_by_erased": [
        lambda w: Comment.objects.create(
            round_goal=w.goal_5, member=w.erased, text="Why?", commented_at=NOW
        )
    ],
    # -------------------------------------------------------------- settlements
    "validation_settlement_unfrozen_rule": [
        lambda w: settlement_of(w.goal_5, w.coordinator, rule="keep"),
        lambda w: settlement_of(w.goal_13, w.coordinator),
    ],
    "validation_settlement_out_of_range": [
        lambda w: settlement_of(w.goal_5, w.coordinator, percent=Fraction(10001, 100)),
        lambda w: settlement_of(w.goal_5, w.coordinator, percent=Fraction(-1, 3)),
        *(
            lambda w, percent=percent: settle_as_written(
                w.goal_5, w.coordinator, percent
            )
            for percent in ["29", "1/0", "29.3/1", "", "/", "1/3/2", "x/1", "1/x", "1/"]
        ),
    ],
}


def declared_triggers() -> dict[str, Refuse]:
    """Every trigger that the migrations create on this database and leave, by name."""
    operations = [
        operation
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
    ]
    lifted = {one.refuse.name for one in operations if isinstance(one, Lift)}
    return {
        operation.name: operation
        for operation in operations
        if isinstance(operation, Refuse)
        and operation.name not in lifted
        and not (ON_SQLITE and operation.event == "TRUNCATE")
    }


def append_only(trigger: Refuse) -> bool:
    return trigger.message == f"{trigger.table} is append-only"


TRIGGERS_DECLARED = declared_triggers()
APPEND_ONLY = [name for name, t in TRIGGERS_DECLARED.items() if append_only(t)]


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_refuses(name: str, world: World):
    for write in TRIGGERS[name]:
        assert TRIGGERS_DECLARED[name].message in refused(write, world)


@pytest.mark.parametrize("name", sorted(APPEND_ONLY))
def test_an_append_only_table_keeps_every_row(name: str, world: World):
    trigger = TRIGGERS_DECLARED[name]
    table = trigger.table
    column = next(
        model._meta.concrete_fields[0].column
        for model in apps.get_models()
        if model._meta.db_table == table
    )
    statement = {
        "UPDATE": f"UPDATE {table} SET {column} = {column}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[trigger.event]
    assert f"{table} is append-only" in refused(lambda w: sql(statement), world)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] > 0


def test_what_is_right_is_not_refused(world: World):
    """The rows above are refused for their one fault, not because nothing fits."""
    answer(world.new_response, goal_of(world.open_card, 5), "15?/")
    change(world.written, ratings="-51?")
    again(world.written, goal_id=goal_of(world.open_card, 5).pk)
    proposal = proposal_by(world.dana, world.goal_5, percent=100)
    proposal_by(world.dana, world.goal_5, percent=0, revises=proposal)
    support_by(world.bolat, world.proposal)
    settlement_of(world.goal_5, world.coordinator, percent=Fraction(100))
    change(world.goal_13, rule="agreed")
    change(world.round, title="Another title")
    remove(world.goal_13)
    remove(world.prepared)
    change(world.planned, anonymity="confidential", opens_at=None)
    change(world.planned, instrument=world.standard, languages=["kk"], slug="later")
    change(world.untouched, languages=["kk", "ru", "en"], smallest_group=6)
    change(world.change, person="")
    for model in (Dimension, Indicator, Section, Question, Assignment, Meeting, Job):
        assert model.objects.exists()
    assert Draft.objects.exists()
    assert DraftAnswer.objects.exists()
    assert Instrument.objects.count() == 2


def test_what_was_said_and_published_is_append_only():
    tables = {TRIGGERS_DECLARED[name].table for name in APPEND_ONLY}
    assert tables == {
        "surveys_response",
        "surveys_answer",
        "surveys_personallink",
        "surveys_change",
        "surveys_exclusion",
        "surveys_readmission",
        "surveys_tableintake",
        "validation_baseline",
        "validation_proposal",
        "validation_support",
        "validation_withdrawal",
        "validation_comment",
        "validation_contribution",
        "validation_settlement",
        "validation_roundstep",
        "validation_seat",
        "validation_reminder",
        "validation_erasure",
        "validation_interestdeclaration",
        "validation_interestdecision",
        "validation_ledgerentry",
        "reports_edition",
    }
    # UPDATE and DELETE on both databases, TRUNCATE where there is such a thing.
    assert len(APPEND_ONLY) == len(tables) * (2 if ON_SQLITE else 3)


def test_every_trigger_has_a_row_here():
    assert set(TRIGGERS) | set(APPEND_ONLY) == set(TRIGGERS_DECLARED)


def test_the_database_has_the_triggers_that_the_migrations_declare():
    """SQLite makes an altered table anew and drops its triggers without a word."""
    query = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if ON_SQLITE
        else "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = dict(cursor.fetchall())
    assert there == {name: t.table for name, t in declared_triggers().items()}


@pytest.fixture
def fresh(db):
    """An instrument that no scorecard uses yet."""
    text = factories.SMALL.read_text(encoding="utf-8").replace("code: small", "code: a")
    return load_instrument(file=read_instrument(text))


def test_an_instrument_is_locked_from_the_moment_its_survey_opens(fresh):
    now = timezone.now()
    card = factories.make_scorecard(
        slug="waiting", instrument=fresh, opens_at=now + DAY, closes_at=now + 2 * DAY
    )
    goal = fresh.goals.first()
    change(goal, colour="#000000")

    change(card, opens_at=now - timedelta(seconds=1))

    said = refused(lambda _: change(goal, colour="#FFFFFF"), World())
    assert "locked" in said


def test_an_instrument_stays_locked_while_a_respondent_writes(fresh):
    """Whatever the date says on which it opens."""
    later = timezone.now() + DAY
    card = factories.make_scorecard(
        slug="waiting", instrument=fresh, opens_at=later, closes_at=later + DAY
    )
    factories.write_draft(scorecard=card, ratings={1: "1212"})
    goal = fresh.goals.first()

    said = refused(lambda _: change(goal, colour="#FFFFFF"), World())
    assert "locked" in said


def test_a_trial_locks_nothing(fresh):
    now = timezone.now()
    card = factories.make_scorecard(
        slug="waiting", instrument=fresh, opens_at=now + DAY, closes_at=now + 2 * DAY
    )
    start_trial(scorecard=card, instrument=fresh, language="en", now=now)

    assert change(fresh.goals.first(), colour="#FFFFFF") == 1
