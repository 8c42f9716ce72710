"""Every address and every role. An address that stands in no row fails.

Whoever may not see a page is told exactly what they are told of a scorecard that does
not exist: there is nothing here (404), or, where the address as such takes no such
method whatever it names, that (405).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from reports.downloads.runner import KIND
from reports.editions.services import release_edition
from reports.workshop.services import add_statement, write_chapter
from surveys.collected.keys import make_key
from surveys.collected.paper.services import begin_entry
from surveys.collected.tables.keeping import keep
from surveys.collected.tables.services import KIND as FROM_TABLE
from surveys.exports.runner import KIND as RESPONSES
from surveys.instrument.services import new_instrument
from surveys.instrument.stored import file_of
from surveys.invitations.letters import SALT
from surveys.invitations.links import make_link
from surveys.invitations.people import Person, add_person
from surveys.jobs.services import claim_next_job, request_job, run_job
from surveys.mailing.leaving import leave_token
from surveys.models import (
    Exclusion,
    FlaggedResponse,
    Member,
    Response,
    Scorecard,
)
from surveys.sample.exclusions import exclude_response
from surveys.sample.suspects import key_of
from surveys.sheets.reading import Sheet
from tests import factories
from validation.board.official import attach_figure
from validation.board.pulse import make_token
from validation.mailing.letters import token_against_reminders
from validation.models import MailDelivery, Proposal, RoundGoal
from validation.rounds.services import add_meeting

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ROLES = (
    "anonymous",
    "stranger",
    "respondent",
    "expert",
    "rapporteur",
    "observer",
    "coordinator",
)
PUBLIC = ROLES
MEMBERS = ("expert", "rapporteur", "observer", "coordinator")
STAFF = ("rapporteur", "observer", "coordinator")
WRITERS = ("rapporteur", "coordinator")
COORDINATOR = ("coordinator",)
EXPERT = ("expert",)


@dataclass(frozen=True)
class Row:
    """Who may, and what they get with GET: a page, a redirect, or "POST only"."""

    may: tuple[str, ...]
    status: int = 200
    where: tuple[str, ...] = field(default=())


SLUG = ("slug",)
ROUND = ("slug", "number")
GOAL = ("slug", "number", "goal")
MEETING = ("slug", "number", "meeting")
EDITION = ("slug", "edition")
INVITEE = ("slug", "invitee")
QUESTIONNAIRE = ("slug", "pk")
PART = (*QUESTIONNAIRE, "kind", "part")

TABLE: Mapping[str, Row] = {
    # signing in
    "account_request_login_code": Row(PUBLIC),
    "account_confirm_login_code": Row(PUBLIC, 302),
    "account_login": Row(PUBLIC, 302),
    "account_signup": Row(PUBLIC, 302),
    "account_logout": Row(PUBLIC, 302),
    # answering: whoever has the link
    "intake_start": Row(PUBLIC, where=("open_link",)),
    "intake_resume": Row(PUBLIC, where=("token",)),
    "intake_goals": Row(PUBLIC, where=("token",)),
    "intake_goal": Row(PUBLIC, where=("token", "number")),
    "intake_section": Row(PUBLIC, where=("token", "section")),
    "intake_profile": Row(PUBLIC, where=("token",)),
    "intake_review": Row(PUBLIC, where=("token",)),
    "intake_worker": Row(PUBLIC),
    "intake_enter": Row(PUBLIC),
    "intake_code": Row(PUBLIC, 405, ("token",)),
    "intake_pages": Row(PUBLIC, where=("token",)),
    "intake_answers": Row(PUBLIC, where=("token",)),
    "intake_language": Row(PUBLIC, 405, ("token",)),
    # programs: whoever has a key, which no session is
    "api:api-root": Row(PUBLIC, 404),
    "api:openapi-json": Row(PUBLIC),
    "api:openapi-view": Row(PUBLIC),
    "api:responses": Row(PUBLIC, 401),
    "api:questionnaire": Row(PUBLIC, 401),
    # responses as a file
    "exports": Row(COORDINATOR, where=SLUG),
    "export": Row(COORDINATOR, where=("slug", "export_job")),
    "export_file": Row(COORDINATOR, where=("slug", "export_job")),
    # the sample
    "sample": Row(STAFF, where=SLUG),
    "sample_now": Row(STAFF, where=SLUG),
    "sample_figures": Row(STAFF, where=SLUG),
    "sample_flagged": Row(STAFF, where=SLUG),
    "response_exclude": Row(COORDINATOR, where=("slug", "suspect")),
    "receipt_exclude": Row(COORDINATOR, 405, SLUG),
    "response_readmit": Row(COORDINATOR, where=("slug", "exclusion")),
    # inviting to the survey
    "invitations": Row(STAFF, where=SLUG),
    "invitation_add": Row(COORDINATOR, where=SLUG),
    "invitation_table": Row(COORDINATOR, where=SLUG),
    # No table is waiting: on to where one is sent.
    "invitation_preview": Row(COORDINATOR, 302, SLUG),
    "invitation_send": Row(COORDINATOR, where=SLUG),
    "invitation_again": Row(COORDINATOR, 405, SLUG),
    "invitation_reminders": Row(COORDINATOR, where=SLUG),
    "invitation_open_link": Row(COORDINATOR, 405, SLUG),
    "invitation": Row(COORDINATOR, where=INVITEE),
    "invitation_letters": Row(COORDINATOR, 405, INVITEE),
    "invitation_erase": Row(COORDINATOR, where=INVITEE),
    "invited": Row(PUBLIC, where=("invited_token",)),
    "no_letters": Row(PUBLIC, where=("leave_token",)),
    # what was collected elsewhere
    "collected": Row(WRITERS, where=SLUG),
    "collected_tables": Row(COORDINATOR, where=SLUG),
    "collected_match": Row(COORDINATOR, where=("slug", "table")),
    # Not matched yet: on to where it is.
    "collected_preview": Row(COORDINATOR, 302, ("slug", "table")),
    "collected_job": Row(COORDINATOR, where=("slug", "intake_job")),
    "collected_keys": Row(COORDINATOR, where=SLUG),
    "collected_key_revoke": Row(COORDINATOR, 405, ("slug", "api_key")),
    "paper": Row(WRITERS, where=SLUG),
    "paper_entry": Row(WRITERS, where=("slug", "sheet", "turn")),
    "paper_number": Row(WRITERS, 405, ("slug", "sheet")),
    # Typed once: back to the list.
    "paper_compare": Row(WRITERS, 302, ("slug", "sheet")),
    # the consultation
    "panel": Row(STAFF, where=SLUG),
    "panel_goals": Row(COORDINATOR, 200, ("slug", "expert")),
    "person": Row(COORDINATOR, where=("slug", "person")),
    "person_remove": Row(COORDINATOR, 405, ("slug", "person")),
    "panel_table": Row(COORDINATOR, where=SLUG),
    "panel_interest": Row(COORDINATOR, where=("slug", "expert", "goal")),
    "my_goals": Row(EXPERT, where=SLUG),
    "my_goal": Row(EXPERT, where=("slug", "goal")),
    "my_mail": Row(EXPERT, 405, SLUG),
    "mail": Row(COORDINATOR, where=SLUG),
    "mail_invitations": Row(COORDINATOR, where=SLUG),
    "mail_again": Row(COORDINATOR, 405, SLUG),
    "reminders": Row(COORDINATOR, where=ROUND),
    "reminders_off": Row(PUBLIC, where=("reminder_token",)),
    "baseline_freeze": Row(COORDINATOR, 405, SLUG),
    "rounds": Row(MEMBERS, where=SLUG),
    "round_new": Row(COORDINATOR, where=SLUG),
    "round": Row(MEMBERS, where=ROUND),
    # The round is open: on to its page.
    "round_edit": Row(COORDINATOR, 302, ROUND),
    "round_due": Row(COORDINATOR, 405, ROUND),
    "round_delete": Row(COORDINATOR, 405, ROUND),
    "round_open": Row(COORDINATOR, 405, ROUND),
    "round_close": Row(COORDINATOR, 405, ROUND),
    "meeting_new": Row(WRITERS, where=ROUND),
    "meeting": Row(MEMBERS, where=MEETING),
    # The meeting has started: on to its page.
    "meeting_edit": Row(WRITERS, 302, MEETING),
    "meeting_ics": Row(MEMBERS, where=MEETING),
    "contribution_add": Row(WRITERS, 405, MEETING),
    "board": Row(MEMBERS, where=GOAL),
    "propose": Row(EXPERT, 405, GOAL),
    "support": Row(EXPERT, 405, (*GOAL, "proposal")),
    "support_withdraw": Row(EXPERT, 405, (*GOAL, "proposal")),
    "board_panel": Row(MEMBERS, where=GOAL),
    "board_written": Row(MEMBERS, where=GOAL),
    "goal_reveal": Row(COORDINATOR, 405, GOAL),
    "comment": Row(("expert", *WRITERS), 405, GOAL),
    "figure_new": Row(WRITERS, 405, GOAL),
    "figure_remove": Row(WRITERS, 405, (*GOAL, "figure")),
    # Whoever has the token, which only members' pages carry.
    "pulse": Row(PUBLIC, where=("signed",)),
    "settle": Row(COORDINATOR, where=GOAL),
    "propose_for": Row(WRITERS, where=GOAL),
    "room": Row(WRITERS, where=GOAL),
    "room_live": Row(WRITERS, where=GOAL),
    "room_reveal": Row(COORDINATOR, 405, GOAL),
    "room_settle": Row(COORDINATOR, 405, GOAL),
    "room_note": Row(WRITERS, 405, GOAL),
    "consensus": Row(STAFF, where=ROUND),
    "consensus_csv": Row(STAFF, where=ROUND),
    "estimates": Row(WRITERS, where=SLUG),
    # No table is waiting: on to where one is sent.
    "estimates_preview": Row(WRITERS, 302, SLUG),
    "estimates_csv": Row(WRITERS, where=SLUG),
    "estimates_xlsx": Row(WRITERS, where=SLUG),
    "estimates_blank": Row(WRITERS, where=SLUG),
    "trail": Row(MEMBERS, where=("slug", "goal")),
    "trail_csv": Row(STAFF, where=SLUG),
    "trail_json": Row(STAFF, where=SLUG),
    "erase_person": Row(COORDINATOR, where=("slug", "person")),
    # the report in the making
    "home": Row(PUBLIC),
    # Back to where the link was.
    "language": Row(PUBLIC, 302, ("language_code",)),
    "scorecard": Row(MEMBERS, where=SLUG),
    "instruments": Row(STAFF, where=SLUG),
    "instrument_blank": Row(COORDINATOR, 405, SLUG),
    "instrument_import": Row(COORDINATOR, where=SLUG),
    "instrument": Row(STAFF, where=QUESTIONNAIRE),
    "instrument_compare": Row(STAFF, where=QUESTIONNAIRE),
    "instrument_copy": Row(COORDINATOR, 405, QUESTIONNAIRE),
    "instrument_use": Row(COORDINATOR, 405, QUESTIONNAIRE),
    "instrument_remove": Row(COORDINATOR, 405, QUESTIONNAIRE),
    "instrument_replace": Row(COORDINATOR, where=QUESTIONNAIRE),
    "instrument_xlsx": Row(STAFF, where=QUESTIONNAIRE),
    "instrument_yaml": Row(STAFF, where=QUESTIONNAIRE),
    "instrument_pdf": Row(STAFF, where=(*QUESTIONNAIRE, "print_language")),
    "instrument_try": Row(STAFF, where=QUESTIONNAIRE),
    "instrument_edit": Row(COORDINATOR, where=(*QUESTIONNAIRE, "whole_kind")),
    "instrument_add": Row(COORDINATOR, where=(*QUESTIONNAIRE, "kind")),
    "instrument_part": Row(COORDINATOR, where=PART),
    "instrument_part_move": Row(COORDINATOR, 405, PART),
    "instrument_part_remove": Row(COORDINATOR, 405, PART),
    "survey_close": Row(COORDINATOR, where=SLUG),
    # setting up; whoever coordinates any scorecard may found another
    "found": Row((*COORDINATOR, "stranger")),
    "setup": Row(COORDINATOR, where=SLUG),
    "targets": Row(COORDINATOR, where=SLUG),
    "scorecard_copy": Row(COORDINATOR, where=SLUG),
    "survey_open": Row(COORDINATOR, where=SLUG),
    "changes": Row(STAFF, where=SLUG),
    "report": Row(STAFF, where=SLUG),
    "report_computation": Row(STAFF, where=SLUG),
    "report_chapter": Row(STAFF, where=("slug", "code")),
    "report_goal": Row(STAFF, where=ROUND),
    "report_goal_computation": Row(STAFF, where=ROUND),
    "statements": Row(WRITERS, where=ROUND),
    "statement_new": Row(WRITERS, where=ROUND),
    "statement_edit": Row(WRITERS, where=(*ROUND, "statement")),
    "statement_remove": Row(WRITERS, where=(*ROUND, "statement")),
    "statement_sources": Row(WRITERS, where=(*ROUND, "statement")),
    "downloads": Row(STAFF, where=SLUG),
    "download": Row(STAFF, where=("slug", "job")),
    "download_file": Row(STAFF, where=("slug", "job")),
    "editions": Row(STAFF, where=SLUG),
    # Released by POST; read, it leads to the list.
    "edition_release": Row(COORDINATOR, 302, SLUG),
    # released editions
    "latest_edition": Row(PUBLIC, 302, SLUG),
    "edition": Row(PUBLIC, where=EDITION),
    "edition_computation": Row(PUBLIC, where=EDITION),
    "edition_chapter": Row(PUBLIC, where=(*EDITION, "code")),
    "edition_goal": Row(PUBLIC, where=(*EDITION, "number")),
    "edition_goal_computation": Row(PUBLIC, where=(*EDITION, "number")),
    "edition_downloads": Row(PUBLIC, where=EDITION),
    "edition_download": Row(PUBLIC, where=(*EDITION, "edition_job")),
    "edition_download_file": Row(PUBLIC, where=(*EDITION, "edition_job")),
}


def every_name(patterns: Any = None) -> set[str]:
    names: set[str] = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            names |= {space + name for name in every_name(pattern.url_patterns)}
        elif isinstance(pattern, URLPattern):
            names.add(pattern.name or str(pattern.pattern))
    return names


def test_every_address_stands_in_the_table():
    assert every_name() == set(TABLE)


@pytest.fixture
def exclusion(scorecard, coordinator) -> Exclusion:
    """Of a sixth response, before figures are frozen."""
    return exclude_response(
        response_id=factories.respond(scorecard, {1: "1111"}).pk,
        cause="other",
        reason="A trial.",
        by=coordinator,
        now=factories.NOW,
    )


def suspect_of(scorecard: Scorecard) -> str:
    """What the pages call a response that is flagged."""
    flag = FlaggedResponse.objects.create(
        response=Response.objects.counted().filter(scorecard=scorecard).first(),
        scorecard=scorecard,
        is_straight=True,
        is_fast=False,
        is_shown=True,
    )
    return key_of(scorecard, flag.pk)


@pytest.fixture
def places(
    exclusion,
    frozen,
    scorecard,
    coordinator,
    rapporteur,
    observer,
    expert,
    experts,
    stranger,
) -> dict[str, Any]:
    """One of everything an address can name, all in one scorecard.

    Its first edition was released before the round was opened that is open now.
    """
    write_chapter(
        scorecard=scorecard,
        code="about",
        placement="front",
        title={"en": "About"},
        blocks={"en": [{"paragraphs": ["What this is."]}]},
    )
    goal = factories.goal_of(scorecard, 5)
    statement = add_statement(
        scorecard=scorecard,
        goal=goal,
        section="challenge",
        text={"en": "Too little is done."},
    )
    release_edition(scorecard_id=scorecard.pk, by=coordinator, now=factories.NOW)
    factories.make_open_round(scorecard, {5: "mean_of_supported"}, by=coordinator)
    round_goal = RoundGoal.objects.get(goal=goal)
    meeting = add_meeting(
        round_=round_goal.round,
        starts_at=factories.NOW,
        minutes_long=60,
        place="Zoom",
        agenda=[round_goal],
    )
    survey = factories.make_scorecard(instrument=scorecard.instrument, slug="survey")
    _, token = factories.write_draft(scorecard=survey, ratings={5: "1234"})
    invitee = add_person(scorecard=scorecard, person=Person("Anna", "a@example.org"))
    asked = add_person(scorecard=survey, person=Person("Boris", "b@example.org"))
    return {
        "invitee": invitee.pk,
        "invited_token": make_link(asked),
        "leave_token": leave_token(asked.pk, SALT),
        "slug": scorecard.slug,
        "suspect": suspect_of(scorecard),
        "exclusion": exclusion.pk,
        "number": 1,
        "goal": 5,
        "edition": 1,
        "meeting": meeting.number,
        "proposal": factories.propose(round_goal, expert, 25).pk,
        "figure": attach_figure(
            by=coordinator, goal=goal, name="Women", value="27 %", source="Bureau"
        ).pk,
        "signed": make_token(expert, round_goal, is_shown=True),
        "expert": expert.pk,
        "person": expert.pk,
        "statement": statement.pk,
        "code": "about",
        "language_code": "ru",
        "pk": new_instrument(
            scorecard=scorecard, file=file_of(scorecard.instrument)
        ).pk,
        "kind": "indicator",
        "whole_kind": "bands",
        "part": "laws",
        "print_language": "ru",
        "section": "left_behind",
        "open_link": survey.open_link,
        "token": token,
        "reminder_token": token_against_reminders(expert),
        "job": report_file(scorecard, None, coordinator),
        "edition_job": report_file(scorecard, 1, None),
        **collected_elsewhere(scorecard, coordinator),
        "export_job": finished_job(
            scorecard, RESPONSES, coordinator, format="csv", language="en"
        ),
    }


def collected_elsewhere(scorecard: Scorecard, by: Member) -> dict[str, Any]:
    """A table that waits, a job that took one in, a key, and a sheet typed once."""
    table = keep(by, Sheet([(1, ["id"]), (2, ["1"])], is_workbook=False), "forms.csv")
    entry = begin_entry(by=by, number="17", now=timezone.now())
    return {
        "table": table.key,
        "intake_job": finished_job(
            scorecard, FROM_TABLE, by, table=str(table.key), checksum="", name="x.csv"
        ),
        "api_key": make_key(by=by, name="Kobo", now=timezone.now())[0].pk,
        "sheet": entry.sheet_id,
        "turn": entry.turn,
    }


def report_file(
    scorecard: Scorecard, edition: int | None, requested_by: Member | None
) -> Any:
    choice = {"format": "xlsx", "edition": edition, "language": "en"}
    return finished_job(scorecard, KIND, requested_by, **choice)


def finished_job(
    scorecard: Scorecard, kind: str, requested_by: Member | None, **parameters: Any
) -> Any:
    job = request_job(
        scorecard=scorecard,
        kind=kind,
        parameters=parameters,
        requested_by=requested_by,
        now=timezone.now(),
    )
    claimed = claim_next_job(timezone.now())
    assert claimed
    run_job(claimed)
    return job.pk


def address(name: str, places: Mapping[str, Any]) -> str:
    """The page of this name; goal pages of report and form are those of goal 5."""
    about_a_goal = name.startswith(("report_goal", "edition_goal", "statement"))
    renamed = {
        "section": "code",
        "language_code": "code",
        "table": "key",
        "api_key": "key",
        "intake_job": "job",
        "whole_kind": "kind",
        "part": "code",
        "print_language": "language",
        "edition_job": "job",
        "export_job": "job",
        "reminder_token": "token",
        "suspect": "key",
        "invited_token": "token",
        "leave_token": "token",
        "invitee": "number",
    }
    kwargs = {renamed.get(key, key): places[key] for key in TABLE[name].where}
    if about_a_goal or name == "intake_goal":
        kwargs["number"] = 5
    return reverse(name, kwargs=kwargs)


@pytest.fixture
def clients(places, sign_in, stranger, request) -> dict[str, Client]:
    signed_in = {
        role: sign_in(request.getfixturevalue(role)) for role in (*MEMBERS, "stranger")
    }
    # A respondent is nobody but the holder of a link.
    return signed_in | {"anonymous": Client(), "respondent": Client()}


def test_every_role_gets_what_the_table_says(places, clients):
    wrong = []
    for name, row in TABLE.items():
        for role in row.may:
            got = clients[role].get(address(name, places)).status_code
            if name.startswith("account") and role in (*MEMBERS, "stranger"):
                # allauth sends those who are signed in on their way.
                got = row.status if got in (200, 302) else got
            if got != row.status:
                wrong.append(f"{name} as {role}: {got}, not {row.status}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["get", "post"])
def test_others_cannot_tell_a_thing_from_one_that_does_not_exist(
    places, clients, method
):
    wrong = []
    nowhere = dict(places, slug="unknown")
    before = state_of(places)
    for name, row in TABLE.items():
        for role in set(ROLES) - set(row.may):
            send = getattr(clients[role], method)
            got = send(address(name, places))
            unknown = send(address(name, nowhere))
            if got.status_code not in (404, 405) or told(got) != told(unknown):
                wrong.append(f"{name} as {role}: {got.status_code}")

    assert not wrong, "\n".join(wrong)
    assert state_of(places) == before


def told(answer: Any) -> tuple[int, bytes]:
    """What the visitor gets, but for the token against forged requests."""
    token = rb'name="csrfmiddlewaretoken" value="[^"]*"'
    return answer.status_code, re.sub(token, b"", answer.content)


def state_of(places: Mapping[str, Any]) -> tuple:
    scorecard = Scorecard.objects.get(slug=places["slug"])
    round_goal = RoundGoal.objects.get(scorecard=scorecard)
    return (
        Proposal.objects.count(),
        scorecard.closes_at,
        scorecard.members.count(),
        scorecard.editions.count(),
        scorecard.jobs.count(),
        scorecard.own_instruments.count(),
        MailDelivery.objects.count(),
        list(scorecard.invitations.values_list("name", "opted_out_at", "erased_at")),
        scorecard.has_open_link,
        round_goal.is_open,
        round_goal.round.meetings.count(),
    )


def test_things_of_another_scorecard_are_not_found(places, sign_in, stranger):
    """The stranger coordinates another scorecard, and names this one's things there."""
    client = sign_in(stranger)
    elsewhere = dict(places, slug=stranger.scorecard.slug)
    found = [
        name
        for name, row in TABLE.items()
        if len(row.where) > 1
        and row.where[0] == "slug"
        and client.get(address(name, elsewhere)).status_code != 404
    ]

    # A goal's page in the report exists in every scorecard.
    assert set(found) <= {
        "trail",
        "report_goal",
        "report_goal_computation",
        "statements",
        "statement_new",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/answer/unknown-link/",
        "/respond/unknown-token/",
        "/respond/unknown-token/review/",
        "/scorecards/unknown/",
        "/reports/unknown/",
        "/reports/unknown/1/",
    ],
)
def test_unknown_links_are_not_found(client, path):
    assert client.get(path).status_code == 404
