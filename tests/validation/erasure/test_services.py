"""Who they were and what they wrote goes; that somebody spoke stays."""

from fractions import Fraction
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from surveys.members.services import add_member
from surveys.models import Member, Role, User
from tests import factories
from validation.board.remarks import comment_on_goal, withdraw_support
from validation.board.voices import panel_for
from validation.erasure.services import (
    AlreadyErased,
    LastCoordinator,
    NotTheirCoordinator,
    erase_person,
)
from validation.ledger.services import verify_ledger
from validation.mailing.recipients import missing_goals
from validation.models import (
    Assignment,
    Comment,
    Erasure,
    InterestDecision,
    LedgerSalt,
    MailDelivery,
    Proposal,
    Support,
    Withdrawal,
)
from validation.panels import panel_view
from validation.room.panel import room_panel

pytestmark = pytest.mark.django_db

SECRETS = ("Aigul", "aigul", "my clinic", "I own shares", "because I know", "too low")


@pytest.fixture
def aigul(round_goal, experts, coordinator, now):
    """Somebody who said everything one can say."""
    aigul, bolat, dana = experts
    Assignment.objects.filter(expert=aigul, goal=round_goal.goal).update(
        expertise="my clinic",
        interest="I own shares",
        interest_handling="disclosed",
    )
    InterestDecision.objects.create(
        expert=aigul,
        goal=round_goal.goal,
        handling="disclosed",
        reason="Aigul: I own shares",
        decided_by=coordinator,
        decided_at=now,
    )
    factories.propose(
        round_goal, aigul, 33, justification="because I know", interest="I own shares"
    )
    factories.propose(round_goal, aigul, 35, justification="because I know more")
    for other, percent in ((bolat, 20), (dana, 30)):
        proposal = factories.propose(round_goal, other, percent)
        support = factories.support(proposal, aigul, reason="because I know")
    withdraw_support(expert=aigul, support_id=support.pk, reason="too low", now=now)
    comment_on_goal(
        member=aigul, round_goal_id=round_goal.pk, text="because I know", now=now
    )
    MailDelivery.objects.create(
        scorecard=aigul.scorecard,
        member=aigul,
        kind="invitation",
        state="failed",
        error="550 no such user aigul@kazakhstan-2022.example",
        requested_at=now,
    )
    return aigul


@pytest.fixture
def erased(aigul, coordinator, now):
    erase_person(member_id=aigul.pk, by=coordinator, now=now)
    aigul.refresh_from_db()
    return aigul


def everything_written():
    """Every text of every table that could hold something about the person."""
    from django.apps import apps

    return [
        str(value)
        for model in apps.get_models()
        for row in model._default_manager.values()
        for value in row.values()
        if isinstance(value, str | dict | list)
    ]


def test_nothing_about_the_person_is_left_in_any_table(aigul, coordinator, now):
    before = everything_written()
    assert all(any(secret in text for text in before) for secret in SECRETS)

    erase_person(member_id=aigul.pk, by=coordinator, now=now)

    after = everything_written()
    assert not [text for text in after for secret in SECRETS if secret in text]


def test_the_figures_and_who_is_counted_stay(aigul, coordinator, round_goal, now):
    Assignment.objects.filter(expert=aigul).exclude(interest="").update(
        interest_handling="not_counted"
    )
    before = panel_view(round_goal, 38)
    erase_person(member_id=aigul.pk, by=coordinator, now=now)

    assert panel_view(round_goal, 38) == before
    percents = Proposal.objects.filter(expert=aigul).values_list("percent", flat=True)
    assert list(percents) == [33, 35]
    assert Support.objects.filter(expert=aigul).count() == 2
    assert Withdrawal.objects.count() == 1


def test_the_chain_stays_whole_and_counts_what_cannot_be_opened(erased, coordinator):
    verdict = verify_ledger(erased.scorecard)

    # Two proposals, two supports, a withdrawal.
    assert (verdict.broken, verdict.erased) == (None, 5)
    assert LedgerSalt.objects.count() == verdict.entries - 5


def test_the_erasure_names_who_did_it_and_when(erased, coordinator, now):
    erasure = Erasure.objects.get(member=erased)

    assert (erasure.erased_by, erasure.erased_at) == (coordinator, now)


def test_words_of_others_stay(erased, experts):
    texts = Proposal.objects.exclude(expert=erased).values_list(
        "justification", flat=True
    )
    assert set(texts) == {"Because of what I see in my work."}


def test_the_account_closes_and_its_sessions_end(aigul, coordinator, sign_in, now):
    client, other = sign_in(aigul), sign_in(coordinator)
    EmailAddress.objects.create(user_id=aigul.user_id, email=aigul.user.email)
    place = f"/scorecards/{aigul.scorecard.slug}/"
    assert client.get(place).status_code == 200

    erase_person(member_id=aigul.pk, by=coordinator, now=now)

    user = User.objects.get(pk=aigul.user_id)
    assert (user.is_active, user.name) == (False, "")
    assert user.email.endswith("@erased.invalid")
    assert not EmailAddress.objects.filter(user_id=user.pk).exists()
    assert client.get(place).status_code == 404
    assert client.session.is_empty()
    assert other.get(place).status_code == 200


def test_somebody_with_another_part_keeps_the_account_for_that(
    aigul, coordinator, other_scorecard, sign_in, now
):
    elsewhere = add_member(
        scorecard=other_scorecard,
        email=aigul.user.email,
        name="Aigul",
        role=Role.OBSERVER,
    )
    client = sign_in(elsewhere)
    erase_person(member_id=aigul.pk, by=coordinator, now=now)
    elsewhere.refresh_from_db()

    assert elsewhere.name == "Aigul"
    assert elsewhere.user.is_active
    assert Member.objects.get(pk=aigul.pk).user != elsewhere.user
    assert client.get(f"/scorecards/{other_scorecard.slug}/").status_code == 200
    assert client.get(f"/scorecards/{aigul.scorecard.slug}/").status_code == 404


def test_the_same_address_can_be_invited_again(erased):
    again = factories.make_expert(scorecard=erased.scorecard, name="Aigul", goals=[5])

    assert again.pk != erased.pk
    assert again.user.is_active


def test_nobody_waits_for_an_estimate_of_whoever_was_erased(
    experts, coordinator, round_goal, now
):
    aigul, bolat, dana = experts
    factories.propose(round_goal, aigul, 20)
    factories.propose(round_goal, dana, 30)
    erase_person(member_id=bolat.pk, by=coordinator, now=now)
    erase_person(member_id=dana.pk, by=coordinator, now=now)

    assert panel_for(coordinator, round_goal).missing == ()
    shown = room_panel(coordinator, round_goal, Fraction(35), {})
    assert (shown.experts, shown.estimated) == (2, 2)
    assert set(missing_goals(round_goal.round)) == {aigul.pk}


def test_waiting_mail_is_dropped(experts, coordinator, now):
    letter = MailDelivery.objects.create(
        scorecard=experts[0].scorecard,
        member=experts[0],
        kind="invitation",
        requested_at=now,
    )
    erase_person(member_id=experts[0].pk, by=coordinator, now=now)
    letter.refresh_from_db()

    assert letter.state == "dropped"


# ------------------------------------------------------------------------- refusals


def test_nobody_is_erased_twice(erased, coordinator, now):
    with pytest.raises(AlreadyErased):
        erase_person(member_id=erased.pk, by=coordinator, now=now)


@pytest.mark.parametrize(
    "who", ["rapporteur", "observer", "climate_expert", "stranger"]
)
def test_only_a_coordinator_of_the_scorecard_erases(aigul, request, who, now):
    by = request.getfixturevalue(who)
    with pytest.raises(NotTheirCoordinator):
        erase_person(member_id=aigul.pk, by=by, now=now)
    assert not Erasure.objects.exists()


def test_the_only_coordinator_stays_until_there_is_another(scorecard, coordinator, now):
    with pytest.raises(LastCoordinator):
        erase_person(member_id=coordinator.pk, by=coordinator, now=now)
    second = factories.make_member(
        scorecard=scorecard, role=Role.COORDINATOR, name="Second"
    )
    erase_person(member_id=coordinator.pk, by=second, now=now)

    assert Member.objects.get(pk=coordinator.pk).name == "Erased participant"


# ----------------------------------------------------------------- what cannot be done

BLANKS = {
    Proposal: {"justification": "[erased]", "interest": ""},
    Support: {"reason": ""},
    Withdrawal: {"reason": ""},
    Comment: {"text": "[erased]"},
    InterestDecision: {"reason": ""},
}
OTHERWISE = [
    (Proposal, {"percent": 36}),
    (Proposal, {"percent": None, "kind": "keep"}),
    (Proposal, {"justification": "Something else", "interest": ""}),
    (Proposal, {"justification": "[erased]", "interest": "", "lower": 1}),
    (Proposal, {"justification": "[erased]", "interest": "", "confidence": "high"}),
    (Proposal, {"justification": "[erased]", "interest": "", "revises": None}),
    (Support, {"reason": "Something else"}),
    (Withdrawal, {"reason": "Something else"}),
    (Comment, {"text": "Something else"}),
    (InterestDecision, {"reason": "", "handling": "not_counted"}),
]


def people(model):
    return {
        Withdrawal: "support__expert",
        Comment: "member",
    }.get(model, "expert")


@pytest.mark.parametrize("model", BLANKS)
def test_words_of_somebody_who_was_not_erased_are_not_blanked(aigul, model):
    rows = model.objects.filter(**{people(model): aigul})
    assert rows.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**BLANKS[model])


@pytest.mark.parametrize("model", [Proposal, Support, Withdrawal])
def test_words_are_not_blanked_while_their_salt_is_there(
    aigul, coordinator, model, now
):
    """With the salt, the commitment would no longer fit: the chain would break."""
    Erasure.objects.create(member=aigul, erased_by=coordinator, erased_at=now)
    rows = model.objects.filter(**{people(model): aigul})
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**BLANKS[model])


@pytest.mark.parametrize(("model", "values"), OTHERWISE)
def test_nothing_else_changes_even_where_somebody_was_erased(erased, model, values):
    rows = model.objects.filter(**{people(model): erased})
    assert rows.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**values)


@pytest.mark.parametrize("model", BLANKS)
def test_what_was_blanked_is_still_not_removed(erased, model):
    rows = model.objects.filter(**{people(model): erased})
    with pytest.raises(IntegrityError), transaction.atomic():
        rows._raw_delete(rows.db)


def test_whoever_was_erased_says_nothing_more(erased, round_goal, now):
    with pytest.raises(IntegrityError, match="this person was erased"):
        factories.propose(round_goal, erased, 50)


# ------------------------------------------------------------------------- the command


def erase(*words):
    out = StringIO()
    call_command("erase_person", *words, stdout=out)
    return out.getvalue()


def test_the_command_erases_and_names_the_coordinator(aigul, coordinator):
    assert "Erased" in erase(aigul.scorecard.slug, aigul.user.email.upper())
    assert Erasure.objects.get().erased_by == coordinator


def test_the_command_asks_which_coordinator_where_there_are_several(aigul):
    second = factories.make_member(
        scorecard=aigul.scorecard, role=Role.COORDINATOR, name="Second"
    )
    with pytest.raises(CommandError, match="--by"):
        erase(aigul.scorecard.slug, aigul.user.email)
    erase(aigul.scorecard.slug, aigul.user.email, "--by", second.user.email)

    assert Erasure.objects.get().erased_by == second


@pytest.mark.parametrize(
    ("slug", "email"),
    [
        ("unknown", "aigul@kazakhstan-2022.example"),
        ("kazakhstan-2022", "nobody@kazakhstan-2022.example"),
    ],
)
def test_the_command_says_whom_it_does_not_know(aigul, slug, email):
    with pytest.raises(CommandError, match="No such person"):
        erase(slug, email)


def test_the_command_does_not_erase_the_only_coordinator(aigul, coordinator):
    with pytest.raises(CommandError, match="coordinator"):
        erase(aigul.scorecard.slug, coordinator.user.email)


# ---------------------------------------------------------------------------- the page


@pytest.fixture
def place(aigul):
    return f"/scorecards/{aigul.scorecard.slug}/panel/{aigul.pk}/erase/"


def test_the_page_asks_first(place, coordinator, sign_in):
    page = sign_in(coordinator).get(place)

    assert page.status_code == 200
    assert "Erase Aigul" in page.content.decode()
    assert not Erasure.objects.exists()


def test_the_page_erases_once_it_was_confirmed(place, coordinator, sign_in):
    client = sign_in(coordinator)
    assert client.post(place).status_code == 422
    assert not Erasure.objects.exists()

    assert client.post(place, {"sure": "yes"}).status_code == 302
    assert Erasure.objects.get().erased_by == coordinator
    assert client.get(place).status_code == 404


@pytest.mark.parametrize(
    "who", ["rapporteur", "observer", "stranger", "climate_expert"]
)
def test_others_do_not_find_the_page(place, request, sign_in, who):
    client: Client = sign_in(request.getfixturevalue(who))

    assert client.get(place).status_code == 404
    assert client.post(place, {"sure": "yes"}).status_code == 404
    assert not Erasure.objects.exists()
