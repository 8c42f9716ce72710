"""Every constraint refuses, past all services, on both databases."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from surveys.models import (
    FlaggedResponse,
    PersonalLink,
    Readmission,
    RespondentTally,
    Tally,
    User,
)
from tests.database.writing import (
    World,
    Write,
    again,
    answer,
    change,
    next_entry,
    open_second_round_on_goal_5,
    proposal_by,
    refused,
    settlement_of,
)
from tests.factories import DAY, NOW, goal_of
from validation.models import (
    Baseline,
    Comment,
    Contribution,
    Erasure,
    InterestDecision,
    RoundStep,
    Seat,
)

pytestmark = pytest.mark.django_db
ON_SQLITE = connection.vendor == "sqlite"

CONSTRAINTS: dict[str, list[Write]] = {
    # --------------------------------------------------------------- instrument
    "one_instrument_per_code_and_version": [lambda w: again(w.standard)],
    "scale_runs_upwards_to_35_at_most": [
        lambda w: change(w.standard, scale_minimum=5, scale_maximum=5),
        lambda w: change(w.standard, scale_maximum=36),
    ],
    "percent_formula_is_known": [lambda w: change(w.standard, percent_formula="x")],
    "dimension_numbers_are_unique": [lambda w: again(w.standard.dimensions.first())],
    "indicator_numbers_are_unique": [lambda w: again(w.standard.indicators.first())],
    "indicators_are_numbered_from_1": [
        lambda w: again(w.standard.indicators.first(), number=0)
    ],
    "goal_numbers_are_unique": [lambda w: again(w.standard.goals.first())],
    "section_numbers_are_unique": [lambda w: again(w.standard.sections.first())],
    "question_codes_are_unique": [
        lambda w: again(w.standard.questions.get(code="age"))
    ],
    "cross_cutting_questions_have_a_section": [
        lambda w: change(
            w.standard.questions.filter(place="cross_cutting").first(), section=None
        ),
        lambda w: change(
            w.standard.questions.get(code="age"),
            section=w.standard.sections.first(),
        ),
    ],
    # ---------------------------------------------------------- people, studies
    "one_user_per_email_address": [
        lambda w: User.objects.create(email=w.coordinator.user.email.upper())
    ],
    "surveys_user.email": [lambda w: again(w.coordinator.user)],
    "surveys_scorecard.slug": [lambda w: again(w.scorecard, open_link="another")],
    "surveys_scorecard.open_link": [lambda w: again(w.scorecard, slug="another")],
    "a_survey_opens_before_it_closes": [
        lambda w: change(w.planned, closes_at=w.planned.opens_at)
    ],
    "smallest_group_is_positive": [lambda w: change(w.planned, smallest_group=0)],
    "one_role_per_person_and_scorecard": [
        lambda w: again(w.coordinator, role="observer")
    ],
    "identities_are_named_by_role_or_pseudonyms": [
        lambda w: change(w.open_card, identities="masked")
    ],
    "responses_are_anonymous_or_confidential": [
        lambda w: change(w.planned, anonymity="open")
    ],
    "role_is_known": [lambda w: change(w.second_coordinator, role="administrator")],
    "a_change_is_of_a_known_kind": [lambda w: again(w.change, what="other")],
    "a_changed_field_is_named": [
        lambda w: again(w.change, what="field"),
        lambda w: again(w.change, field="year"),
    ],
    # ------------------------------------------------------------------- intake
    "surveys_draft.token_hash": [lambda w: again(w.draft)],
    "surveys_draft.code_hash": [
        lambda w: [
            again(w.draft, token_hash=f"{place}" * 64, code_hash="c" * 64)
            for place in (1, 2)
        ]
    ],
    "surveys_personallink.token_hash": [
        lambda w: again(PersonalLink.objects.get(token_hash=w.draft.token_hash))
    ],
    "a_trial_names_what_it_tries": [
        lambda w: change(w.draft, is_test=True),
        lambda w: change(w.draft, tried=w.instrument),
    ],
    "one_draft_answer_per_goal": [lambda w: again(w.written)],
    "one_response_per_receipt": [lambda w: again(w.response)],
    "one_invitation_per_address": [lambda w: again(w.anna)],
    "addresses_are_in_lower_case": [lambda w: change(w.anna, email="Anna@example.org")],
    "nothing_personal_is_left_of_an_erased_invitee": [
        lambda w: change(w.anna, erased_at=NOW),
        lambda w: change(w.anna, erased_at=NOW, name="", email="", sector="NGO"),
        lambda w: change(w.anna, name=""),
        lambda w: change(w.anna, email=""),
        lambda w: change(w.anna, erased_address="a" * 64),
    ],
    "surveys_ticketlink.token_hash": [lambda w: again(w.ticket_link)],
    "surveys_draft.ticket_id": [lambda w: again(w.invited_draft, token_hash="c" * 64)],
    "surveys_response.invitation_id": [
        lambda w: again(w.named_response, receipt_hash="c" * 64)
    ],
    "one_reminder_a_day": [lambda w: again(w.planned_reminder)],
    "reminders_come_in_the_last_60_days": [
        lambda w: change(w.planned_reminder, days_before=61)
    ],
    "a_day_has_24_hours": [lambda w: change(w.planned_reminder, hour=24)],
    "one_reminder_per_occasion": [lambda w: again(w.run)],
    "one_letter_of_invitation": [lambda w: again(w.invitation_letter)],
    "one_reminder_per_run": [lambda w: again(w.reminder_letter)],
    "it_is_known_what_became_of_a_invitationletter": [
        lambda w: change(w.invitation_letter, state="lost"),
        lambda w: change(w.invitation_letter, state="sent"),
        lambda w: change(w.invitation_letter, state="failed"),
        lambda w: change(w.invitation_letter, state="sending", claimed_at=NOW),
    ],
    "origin_is_known": [
        lambda w: again(w.response, origin="telephone", receipt_hash="another")
    ],
    # ------------------------------------------------------------- the sample
    "a_flag_says_what_is_suspect": [
        lambda w: FlaggedResponse.objects.create(
            response=w.response,
            scorecard=w.open_card,
            is_straight=False,
            is_fast=False,
        )
    ],
    # the trigger on its turn is asked first
    "exclusions_are_numbered": [],
    "cause_of_an_exclusion_is_known": [
        lambda w: again(w.exclusion, response_id=w.response.pk, cause="dislike")
    ],
    "an_exclusion_says_why": [
        lambda w, reason=reason: again(
            w.exclusion, response_id=w.response.pk, reason=reason
        )
        for reason in ("", "  ")
    ],
    "a_readmission_says_why": [
        lambda w: Readmission.objects.create(
            exclusion=w.exclusion,
            reason=" ",
            readmitted_by=w.open_coordinator,
            readmitted_at=NOW,
        )
    ],
    # -------------------------------------------------------- collected elsewhere
    "surveys_tablematching.scorecard_id": [lambda w: again(w.matching)],
    "surveys_tableintake.job_id": [lambda w: again(w.intake)],
    "dates_begin_with_day_or_month": [lambda w: change(w.matching, date_order="ymd")],
    "surveys_apikey.key_hash": [lambda w: again(w.api_key)],
    "a_key_is_revoked_after_it_was_made": [
        lambda w: change(w.api_key, revoked_at=NOW - DAY)
    ],
    "one_sheet_per_number": [lambda w: again(w.sheet)],
    "a_sheet_is_numbered": [lambda w: again(w.sheet, number="")],
    "one_entry_per_sheet_and_turn": [lambda w: again(w.entry)],
    "a_sheet_is_entered_twice": [lambda w: change(w.entry, turn=3)],
    # -------------------------------------------------------------- jobs, counts
    "a_running_job_is_claimed_and_beats": [
        lambda w: change(w.job, state="running"),
        lambda w: change(w.job, state="running", claim=uuid4()),
        lambda w: change(w.job, state="running", heartbeat_at=NOW),
    ],
    "a_failed_job_names_its_error": [lambda w: change(w.job, state="failed")],
    "one_tally_per_cell_and_code": [lambda w: again(Tally.objects.first())],
    "a_tally_counts": [lambda w: change(Tally.objects.first(), n=0)],
    "one_respondent_tally_per_sum": [lambda w: again(RespondentTally.objects.first())],
    "a_respondent_tally_counts": [
        lambda w: change(RespondentTally.objects.first(), n=0)
    ],
    # ------------------------------------------------------------- consultation
    "one_assignment_per_expert_and_goal": [
        lambda w: again(w.aigul.assignments.first())
    ],
    "a_declared_interest_is_handled": [
        lambda w: change(w.assignment, interest="I drafted the law."),
        lambda w: change(w.assignment, interest_handling="not_counted"),
        lambda w: change(w.assignment, interest="Mine", interest_handling="ignored"),
    ],
    "round_numbers_are_unique": [lambda w: change(w.prepared, number=w.round.number)],
    "somebody_opened_the_round": [
        lambda w: change(w.prepared, opened_by=w.coordinator),
        lambda w: change(w.prepared, opened_at=NOW),
        lambda w: change(w.round, opened_by=None),
    ],
    "somebody_closed_the_round_after_it_opened": [
        lambda w: change(w.round, closed_at=NOW - DAY, closed_by=w.coordinator),
        lambda w: change(w.round, closed_at=NOW + DAY),
        lambda w: change(w.round, closed_by=w.coordinator),
        lambda w: change(w.prepared, closed_at=NOW, closed_by=w.coordinator),
    ],
    "round_step_is_known": [
        lambda w: again(RoundStep.objects.first(), what="forgotten"),
    ],
    "a_goal_stands_once_in_a_round": [lambda w: again(w.goal_13, rule="agreed")],
    "one_open_round_per_goal": [open_second_round_on_goal_5],
    "one_seat_per_expert_and_goal": [
        lambda w: [
            Seat.objects.create(round_goal=w.goal_5, expert=w.aigul) for _ in range(2)
        ]
    ],
    "rule_is_known": [lambda w: change(w.goal_13, rule="toss_a_coin")],
    "somebody_revealed_the_goal": [
        lambda w: change(w.goal_13, revealed_at=NOW),
        lambda w: change(w.goal_13, revealed_by=w.coordinator),
    ],
    "meeting_numbers_are_unique": [lambda w: again(w.meeting)],
    "a_meeting_takes_time": [lambda w: change(w.meeting, minutes_long=0)],
    "one_first_proposal_per_expert_and_goal": [
        lambda w: proposal_by(w.aigul, w.goal_5)
    ],
    "validation_proposal.revises_id": [
        lambda w: proposal_by(w.aigul, w.goal_5, revises=w.revised)
    ],
    "a_change_names_a_percent_from_0_to_100": [
        lambda w: proposal_by(w.dana, w.goal_5, percent="100.01"),
        lambda w: proposal_by(w.dana, w.goal_5, percent="-0.01"),
        lambda w: proposal_by(w.dana, w.goal_5, percent=None),
        lambda w: proposal_by(w.dana, w.goal_5, kind="keep", percent=38),
        lambda w: proposal_by(w.dana, w.goal_5, kind="raise"),
    ],
    "a_proposal_says_why": [
        lambda w: proposal_by(w.dana, w.goal_5, justification=""),
        lambda w: proposal_by(w.dana, w.goal_5, justification="   "),
    ],
    "confidence_is_known": [
        lambda w: proposal_by(w.dana, w.goal_5, confidence="certain")
    ],
    "bounds_run_upwards_and_say_how_sure": [
        lambda w, bounds=bounds: proposal_by(w.dana, w.goal_5, **bounds)
        for bounds in [
            {"lower": 20, "upper": 30},
            {"lower": 20, "sureness": 80},
            {"upper": 20, "sureness": 80},
            {"sureness": 80},
            {"lower": 30, "upper": 20, "sureness": 80},
            {"lower": -1, "upper": 20, "sureness": 80},
            {"lower": 1, "upper": 101, "sureness": 80},
            {"lower": 20, "upper": 30, "sureness": 49},
            {"lower": 20, "upper": 30, "sureness": 100},
        ]
    ],
    "a_comment_says_something": [lambda w: again(Comment.objects.get(), text="  ")],
    "a_contribution_says_something": [
        lambda w: again(Contribution.objects.get(), text="")
    ],
    "contribution_section_is_known": [
        lambda w: again(Contribution.objects.get(), section="summary")
    ],
    "validation_contribution.corrects_id": [
        lambda w: [
            again(said, corrects_id=said.pk)
            for said in [Contribution.objects.first()] * 2
        ]
    ],
    "validation_erasure.member_id": [lambda w: again(Erasure.objects.get())],
    "an_interest_is_disclosed_or_not_counted": [
        lambda w: again(InterestDecision.objects.get(), handling="none")
    ],
    "one_letter_per_member_and_occasion": [lambda w: again(w.letter)],
    "kind_of_letter_is_known": [lambda w: change(w.letter, kind="newsletter")],
    "it_is_known_what_became_of_a_maildelivery": [
        lambda w: change(w.letter, state="lost"),
        lambda w: change(w.letter, state="sent"),
        lambda w: change(w.letter, sent_at=NOW),
        lambda w: change(w.letter, state="failed"),
        lambda w: change(w.letter, state="unknown"),
        lambda w: change(w.letter, state="sending", claimed_at=NOW),
        lambda w: change(w.letter, state="sending", claim=uuid4()),
    ],
    "ledger_numbers_are_unique": [],  # the trigger on its turn is asked first
    "the_ledger_does_not_fork": [],  # likewise
    "one_ledger_entry_per_record": [
        lambda w: next_entry(w, kind="proposal", record=w.proposal.pk)
    ],
    "ledger_entries_are_numbered_from_1": [],  # likewise
    "one_support_per_expert": [lambda w: again(w.support)],
    "a_settlement_says_why": [
        lambda w: settlement_of(w.goal_5, w.coordinator, reason=" ")
    ],
    "settlement_rule_is_known": [],  # the trigger on its rule is asked first
    "validation_settlement.round_goal_id": [
        lambda w: settlement_of(w.goal_1, w.coordinator)
    ],
    # ------------------------------------------------------------------ reports
    "statement_numbers_are_unique": [lambda w: again(w.statement)],
    "recommendations_and_only_they_have_a_heading": [
        lambda w: change(w.statement, heading=""),
        lambda w: change(w.statement, section="challenge"),
        lambda w: change(w.statement, heading="budget"),
        lambda w: change(w.statement, section="opinion", heading=""),
    ],
    "one_source_per_statement_and_answer": [lambda w: again(w.answer_source)],
    "one_source_per_statement_and_proposal": [lambda w: again(w.proposal_source)],
    "a_source_is_an_answer_or_a_proposal": [
        lambda w: change(w.answer_source, proposal=w.other),
        lambda w: change(w.answer_source, question_code=""),
        lambda w: change(w.answer_source, response=None),
        lambda w: change(w.proposal_source, question_code="why"),
        lambda w: change(w.proposal_source, proposal=None),
    ],
    "chapter_codes_are_unique": [lambda w: again(w.chapter, number=2)],
    "chapter_numbers_are_unique": [lambda w: again(w.chapter, code="another")],
    "edition_numbers_are_unique": [lambda w: again(w.edition)],
}


def declared_constraints() -> dict[str, bool]:
    """{name: whether it is a uniqueness}, single columns as "table.column"."""
    declared = {}
    for app in ("surveys", "validation", "reports"):
        for model in apps.get_app_config(app).get_models():
            for constraint in model._meta.constraints:
                declared[constraint.name] = isinstance(
                    constraint, models.UniqueConstraint
                )
            for field in model._meta.concrete_fields:
                if field.unique and not field.primary_key:
                    declared[f"{model._meta.db_table}.{field.column}"] = True
    return declared


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_refuses(name: str, world: World):
    if declared_constraints()[name] and ON_SQLITE:
        # SQLite names the columns of a uniqueness, not the constraint.
        expected = "UNIQUE constraint failed"
    else:
        expected = name.split(".")[-1]
    for write in CONSTRAINTS[name]:
        assert expected in refused(write, world)


def test_figures_are_frozen_once(world: World):
    with pytest.raises(IntegrityError), transaction.atomic():
        Baseline.objects.create(
            scorecard=world.scorecard,
            tallies={},
            frozen_at=NOW,
            frozen_by=world.coordinator,
        )


def test_a_respondent_answers_a_goal_once(world: World):
    with pytest.raises(IntegrityError), transaction.atomic():
        answer(world.response, goal_of(world.open_card, 1), "1111")


def test_every_constraint_has_a_row_here():
    assert set(CONSTRAINTS) == set(declared_constraints())
