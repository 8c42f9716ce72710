"""The coordinator's pages on invitees, and what the links in letters lead to."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.invitations.counts import counts_of
from surveys.invitations.due import do_what_is_due
from surveys.invitations.people import Person, add_people, opt_in, opt_out
from surveys.invitations.services import (
    RemindedLately,
    invite_everybody,
    plan_reminders,
    remind_by_hand,
)
from surveys.models import (
    Draft,
    Invitation,
    InvitationLetter,
    ReminderRun,
    Scorecard,
)
from tests import factories
from tests.surveys.invitations.conftest import (
    NAMES,
    address,
    begin,
    finish,
    invitee,
    put_on_list,
    sent_days_ago,
    token_to,
)

pytestmark = pytest.mark.django_db
SLUG = "kazakhstan-2022"
LIST = reverse("invitations", args=[SLUG])
SEND = reverse("invitation_send", args=[SLUG])
REMINDERS = reverse("invitation_reminders", args=[SLUG])
MORE = tuple(f"Person{n}" for n in range(10))


@pytest.fixture
def coordinating(coordinator, sign_in):
    return sign_in(coordinator)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def without_tokens(answer) -> str:
    return re.sub(r'value="\w{64}"', "", text_of(answer))


def closing_tomorrow(scorecard: Scorecard) -> Scorecard:
    """So that what is planned for the first hour of the day before is due."""
    tomorrow = timezone.now().astimezone(scorecard.zone) + factories.DAY
    closes_at = tomorrow.replace(hour=23, minute=59)
    Scorecard.objects.filter(pk=scorecard.pk).update(closes_at=closes_at)
    scorecard.refresh_from_db()
    return scorecard


class TestList:
    def test_an_empty_one_says_what_to_do(self, scorecard, coordinating):
        assert "Nobody is on the list yet" in text_of(coordinating.get(LIST))

    def test_people_are_found_by_name_address_and_sector(self, invited, coordinating):
        cyrillic = Person("Айгерим Ұлт", "ulto@x.org", "", "Университет")
        add_people(scorecard=invited, people=[cyrillic])
        for search in ("bolat", "BOLAT@EX", "айгерим", "ұлт", "университет"):
            found = coordinating.get(LIST, {"q": search}).context["people"]
            assert found.paginator.count == 1, search
        assert "Nobody fits" in text_of(coordinating.get(LIST, {"q": "nobody"}))

    def test_it_narrows_down_to_what_became_of_letters(
        self, scorecard, coordinator, coordinating, server, work
    ):
        put_on_list(scorecard)
        server.trouble = {address("Bolat"): "refused"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        put_on_list(scorecard, ("New",))
        for state, names in {"failed": ["Bolat"], "new": ["New"]}.items():
            page = coordinating.get(LIST, {"state": state})
            shown = [line.invitation.name for line in page.context["lines"]]
            assert shown == names
        assert "no such mailbox" in text_of(coordinating.get(LIST))

    def test_when_and_why_one_is_tried_again_is_shown(
        self, scorecard, coordinator, coordinating, server, work
    ):
        put_on_list(scorecard)
        server.trouble = {address("Bolat"): "full"}
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        letter = InvitationLetter.objects.get(state="waiting")
        there = letter.try_again_at.astimezone(scorecard.zone)
        text = text_of(coordinating.get(LIST))
        assert f"will be tried again at {there:%H:%M}" in text
        assert "did not take it for now: 452 4.2.2 the mailbox is full" in text
        assert "Try now" in text

    def test_it_tells_of_nobody_whether_they_finished(self, invited, coordinating):
        def lines() -> str:
            page = text_of(coordinating.get(LIST))
            return re.sub(r'name="csrf\w+" value="\w+"', "", page)

        before = lines()
        begin(token_to("Aigul"))
        finish(token_to("Bolat"))
        assert lines() == before
        for state in ("finished", "begun", "not_begun"):
            found = coordinating.get(LIST, {"state": state}).context["people"]
            assert found.paginator.count == len(NAMES)

    def test_a_confidential_one_does(self, confidential, invited, coordinating):
        begin(token_to("Aigul"))
        finish(token_to("Bolat"))
        for state, names in {"begun": ["Aigul"], "finished": ["Bolat"]}.items():
            page = coordinating.get(LIST, {"state": state})
            shown = [line.invitation.name for line in page.context["lines"]]
            assert shown == names

    def test_thirty_people_cost_as_many_queries_as_one(
        self, scorecard, coordinator, coordinating, server, work
    ):
        def cost(names) -> int:
            put_on_list(scorecard, names)
            invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
            work()
            with CaptureQueriesContext(connection) as queries:
                page = coordinating.get(LIST)
            assert len(page.context["lines"]) == scorecard.invitations.count()
            return len(queries)

        few = cost(("Aigul",))
        assert cost(tuple(f"Person{n}" for n in range(30))) == few

    def test_pages_hold_fifty(self, scorecard, coordinating):
        put_on_list(scorecard, tuple(f"Person{n}" for n in range(51)))
        page = coordinating.get(LIST, {"page": 2})
        assert len(page.context["lines"]) == 1
        assert "Page 2 of 2" in text_of(page)

    def test_it_follows_the_sending_and_ends(
        self, scorecard, coordinator, coordinating, server, work
    ):
        put_on_list(scorecard)
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        page = coordinating.get(LIST)
        assert "6 of 6 letters are still on their way" in text_of(page)
        seen = page.context["standing"].seen
        asking = {"headers": {"HX-Request": "true"}, "data": {"seen": seen}}
        assert coordinating.get(LIST, **asking).status_code == 204
        work()
        moved = coordinating.get(LIST, **asking)
        assert moved.status_code == 286
        figures = moved.content.decode().split('<div id="invited-figures"')[1]
        assert "<dt>invited</dt><dd>6</dd>" in figures.split("</dl>")[0]
        # What somebody is typing meanwhile stays as it is.
        assert "<input" not in figures.split('id="people-found"')[1].split("<form")[0]
        assert 'type="search"' not in moved.content.decode()

    @pytest.mark.parametrize("role", ["rapporteur", "observer"])
    def test_others_see_numbers_and_no_names(self, invited, role, request, sign_in):
        page = text_of(sign_in(request.getfixturevalue(role)).get(LIST))
        assert "Who they are is for the coordinators to see" in page
        assert "Aigul" not in page


class TestCounts:
    def test_small_groups_are_hidden_on_either_side(self, invited):
        put_on_list(invited, MORE)
        for name in NAMES[:4]:
            finish(token_to(name))
        assert counts_of(invited).finished is None

    def test_large_enough_groups_are_shown(self, scorecard, coordinator, server, work):
        put_on_list(scorecard, MORE)
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        for name in MORE[:5]:
            finish(token_to(name))
        counts = counts_of(scorecard)
        assert (counts.finished, counts.unfinished) == (5, 5)
        finish(token_to(MORE[5]))
        assert counts_of(scorecard).finished is None

    def test_a_confidential_one_hides_nothing(self, confidential, invited):
        finish(token_to("Aigul"))
        assert counts_of(confidential).finished == 1


class TestSending:
    def test_letters_are_shown_in_each_language_before(self, scorecard, coordinating):
        put_on_list(scorecard)
        page = text_of(coordinating.get(SEND))
        assert "Send 6 invitations" in page
        assert "Ваша личная ссылка: " in page
        assert "Your personal link: " in page
        assert not InvitationLetter.objects.exists()

    def test_one_button_writes_to_everybody(
        self, scorecard, coordinating, server, work
    ):
        put_on_list(scorecard)
        assert coordinating.post(SEND).url == LIST
        work()
        assert len(mail.outbox) == len(NAMES)
        assert "has been written to" in text_of(coordinating.get(SEND))


class TestReminders:
    def test_a_schedule_is_set_and_shown(self, scorecard, coordinating):
        sent = {"do": "plan", "days": "7, 3 1", "hour": "9"}
        assert coordinating.post(REMINDERS, sent).status_code == 302
        planned = scorecard.planned_reminders.values_list("days_before", "hour")
        assert list(planned) == [(7, 9), (3, 9), (1, 9)]
        assert "still to come" in text_of(coordinating.get(REMINDERS))
        coordinating.post(REMINDERS, {"do": "plan", "days": "", "hour": "9"})
        assert not scorecard.planned_reminders.exists()

    @pytest.mark.parametrize("days", ["x", "61", "-1", "1,2,3,4,5,6,7", "9" * 30])
    def test_what_is_no_number_of_days_is_refused(self, scorecard, coordinating, days):
        sent = {"do": "plan", "days": days, "hour": "9"}
        page = coordinating.post(REMINDERS, sent)
        assert page.status_code == 422
        assert "days" in page.context["form"].errors
        assert days in text_of(page)

    def test_an_anonymous_one_tells_no_small_number(
        self, invited, coordinating, coordinator, work
    ):
        for name in NAMES[:4]:
            finish(token_to(name))
        sent_days_ago(3)
        page = text_of(coordinating.get(REMINDERS))
        assert "2 people were invited" not in page
        remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
        work()
        assert "How many were reminded is not shown" in text_of(
            coordinating.get(REMINDERS)
        )

    def test_taking_one_person_out_does_not_tell_whether_they_finished(
        self, scorecard, coordinator, coordinating, server, work
    ):
        put_on_list(scorecard, NAMES + MORE)
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        for name in MORE[:6]:
            finish(token_to(name))
        sent_days_ago(3)

        def looks(name: str) -> str:
            page = reverse("invitation_letters", args=[SLUG, invitee(name).pk])
            coordinating.post(page, {"letters": "no"})
            shown = without_tokens(coordinating.get(REMINDERS))
            coordinating.post(page, {"letters": "yes"})
            return shown

        assert looks(NAMES[1]) == looks(MORE[0])

    @pytest.mark.parametrize("by_plan", [False, True])
    def test_whoever_has_finished_reminding_looks_the_same(
        self, invited, coordinating, work, by_plan
    ):
        """Of six, five have finished: with any one of them left out in turn."""
        for name in NAMES[:5]:
            finish(token_to(name))
        sent_days_ago(3)
        scorecard = closing_tomorrow(invited)
        plan_reminders(scorecard=scorecard, days=[1], hour=0)

        def looks(out: str) -> list[str]:
            opt_out(invitation_id=invitee(out).pk, now=timezone.now())
            told = []
            if by_plan:
                do_what_is_due(scorecard.planned_reminders.get().moment())
            else:
                told.append(coordinating.post(REMINDERS, {"do": "now"}, follow=True))
            told.append(coordinating.get(REMINDERS))
            told.append(coordinating.post(REMINDERS, {"do": "now"}, follow=True))
            work()
            told.append(coordinating.get(REMINDERS))
            shown = [f"{one.status_code} {without_tokens(one)}" for one in told]
            again = coordinating.post(reverse("invitation_again", args=[SLUG]))
            (said,) = coordinating.get(again.url).context["messages"]
            shown.append(str(said))
            InvitationLetter.objects.filter(run__isnull=False).delete()
            ReminderRun.objects.all().delete()
            opt_in(invitation_id=invitee(out).pk)
            return [re.sub(r"\d\d?:\d\d( [ap]\.m\.)?", "", one) for one in shown]

        # One who has not finished is among the five, or not.
        among, alone = looks(NAMES[4]), looks(NAMES[5])
        assert among == alone
        pages = " ".join(alone)
        assert "less than 20 hours ago" in pages
        assert "Reminders went out on" in pages
        assert "being sent" not in pages
        assert "What had failed is sent again." in alone[-1]

    def test_the_next_ones_wait_even_if_the_first_wrote_to_nobody(
        self, invited, coordinating, coordinator
    ):
        for name in NAMES:
            finish(token_to(name))
        sent_days_ago(3)
        now = timezone.now()
        first = remind_by_hand(scorecard=invited, by=coordinator, now=now)
        assert (first.written, first.left_out_at) == (0, None)
        with pytest.raises(RemindedLately):
            remind_by_hand(scorecard=invited, by=coordinator, now=now + factories.HOUR)
        page = text_of(coordinating.get(REMINDERS))
        assert "Reminders went out on" in page
        assert "left out" not in page.split("Sent before")[1]

    def test_why_one_is_left_out_is_said_in_full(self, invited, coordinating):
        scorecard = closing_tomorrow(invited)
        plan_reminders(scorecard=scorecard, days=[1], hour=0)
        sent_days_ago(3)
        for name in NAMES[1:]:
            opt_out(invitation_id=invitee(name).pk, now=timezone.now())
        do_what_is_due(timezone.now())
        assert ReminderRun.objects.get().left_out_at
        page = text_of(coordinating.get(REMINDERS))
        assert "<td>left out</td>" in page
        assert "planned, left out" in page
        assert "fewer than 5 people could be reminded, finished or not" in page
        assert "Reminders went out on" not in page

    @pytest.mark.parametrize("is_confidential", [True, False])
    def test_pressing_twice_with_nobody_to_remind_says_so_twice(
        self, is_confidential, scorecard, request, coordinating, monkeypatch
    ):
        if is_confidential:
            request.getfixturevalue("confidential")
        request.getfixturevalue("invited")
        moment = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: moment)
        for _ in range(2):
            page = coordinating.post(REMINDERS, {"do": "now"}, follow=True)
            assert "There is nobody to remind" in text_of(page)
        assert ReminderRun.objects.get().left_out_at

    @pytest.mark.parametrize("is_confidential", [True, False])
    def test_how_many_are_sent_again_is_said_where_that_tells_nothing(
        self, scorecard, is_confidential, request, coordinating, server, work
    ):
        if is_confidential:
            request.getfixturevalue("confidential")
        request.getfixturevalue("invited")
        sent_days_ago(3)
        server.trouble = {address(name): "refused" for name in NAMES[:2]}
        coordinating.post(REMINDERS, {"do": "now"})
        work()
        again = reverse("invitation_again", args=[SLUG])
        page = text_of(coordinating.post(again, follow=True))
        assert ("2 letters are sent again" in page) is is_confidential
        assert ("What had failed is sent again" in page) is not is_confidential

    def test_nobody_is_left_alone_to_be_reminded(
        self, invited, coordinating, coordinator
    ):
        """Whether a reminder went to the only one left would tell."""
        sent_days_ago(3)
        for name in NAMES[1:]:
            opt_out(invitation_id=invitee(name).pk, now=timezone.now())
        for has_finished in (False, True):
            if has_finished:
                finish(token_to(NAMES[0]))
            page = coordinating.post(REMINDERS, {"do": "now"})
            assert page.status_code == 422
            assert "Fewer than 5 people could be reminded" in text_of(page)
        assert not ReminderRun.objects.exists()

    def test_it_tells_nobody_by_name_whom_it_could_not_reach(
        self, invited, coordinating, coordinator, server, work
    ):
        sent_days_ago(3)
        server.trouble = {address("Bolat"): "refused"}
        remind_by_hand(scorecard=invited, by=coordinator, now=timezone.now())
        work()
        page = coordinating.get(REMINDERS)
        (reason,) = page.context["reasons"]
        assert (reason.name, reason.n) == ("", None)
        assert reason.words == "The mail server refused this address: 550"
        assert "Bolat" not in text_of(page)

    def test_by_hand_only_once_a_day(self, invited, coordinating):
        sent_days_ago(3)
        assert coordinating.post(REMINDERS, {"do": "now"}).status_code == 302
        page = coordinating.post(REMINDERS, {"do": "now"})
        assert page.status_code == 422
        assert "less than 20 hours ago" in text_of(page)


class TestLinks:
    def test_it_asks_for_consent_then_opens_the_draft(self, invited, client):
        token = token_to("Aigul")
        page = client.get(f"/invitation/{token}/")
        assert "I have read this and want to take part" in text_of(page)
        assert not Draft.objects.exists()
        assert client.post(f"/invitation/{token}/").status_code == 422
        sent = {"consent": "on", "language": "ru"}
        went = client.post(f"/invitation/{token}/", sent)
        assert went.url == f"/respond/{token}/"
        assert Draft.objects.get().language == "ru"
        assert client.get(f"/invitation/{token}/").url == went.url

    def test_it_opens_in_the_invitees_language(
        self, scorecard, coordinator, server, work, client
    ):
        add_people(
            scorecard=scorecard, people=[Person("Aigul", address("Aigul"), "ru")]
        )
        invite_everybody(scorecard=scorecard, by=coordinator, now=timezone.now())
        work()
        page = client.get(f"/invitation/{token_to('Aigul')}/")
        assert page.headers["Content-Language"] == "ru"

    def test_used_up_it_speaks_the_readers_language(self, invited, client):
        token = token_to("Aigul")
        finish(token)
        page = client.get(f"/invitation/{token}/", headers={"Accept-Language": "ru"})
        assert page.headers["Content-Language"] == "ru"
        assert client.post(f"/invitation/{token}/").status_code == 409

    @pytest.mark.parametrize("token", ["unknown", "not a token", "x" * 300])
    def test_a_made_up_one_leads_nowhere(self, scorecard, client, token):
        assert client.get(f"/invitation/{token}/").status_code == 404

    @pytest.mark.parametrize("is_confidential", [True, False])
    def test_no_page_promises_more_than_is_kept(
        self, scorecard, is_confidential, request, client
    ):
        if is_confidential:
            request.getfixturevalue("confidential")
        request.getfixturevalue("invited")
        token = token_to("Aigul")
        begin(token)
        review = client.get(f"/respond/{token}/review/")
        finish(token)
        pages = text_of(review) + text_of(client.get(f"/respond/{token}/"))
        assert ("nothing leads from" in pages) is not is_confidential

    def test_closed_it_says_so(self, invited, client):
        Scorecard.objects.update(closes_at=timezone.now())
        page = client.get(f"/invitation/{token_to('Aigul')}/")
        assert "The survey is closed" in text_of(page)

    def test_no_log_names_it(self, invited, client, caplog):
        client.get(f"/invitation/{token_to('Aigul')[:-1]}/")
        assert "/invitation/…/" in caplog.text
        assert token_to("Aigul")[:-1] not in caplog.text


class TestOpenLink:
    def test_it_can_be_shut_and_opened(self, scorecard, coordinating, client):
        url = reverse("invitation_open_link", args=[SLUG])
        start = reverse("intake_start", args=[scorecard.open_link])
        assert client.get(start).status_code == 200
        coordinating.post(url, {"open": "no"})
        assert client.get(start).status_code == 404
        coordinating.post(url, {"open": "yes"})
        assert client.get(start).status_code == 200


class TestPerson:
    def test_by_hand_with_what_is_wrong_at_its_field(self, scorecard, coordinating):
        url = reverse("invitation_add", args=[SLUG])
        page = coordinating.post(url, {"name": "Aigul", "email": "nowhere"})
        assert page.status_code == 422
        assert list(page.context["form"].errors) == ["email"]
        assert 'value="Aigul"' in text_of(page)
        sent = {"name": "Aigul", "email": "A@x.org", "language": "ru", "sector": "NGO"}
        assert coordinating.post(url, sent).url == LIST
        assert coordinating.post(url, sent).status_code == 422
        assert Invitation.objects.get().email == "a@x.org"

    def test_a_new_address_sends_a_new_letter(self, invited, coordinating, work):
        url = reverse("invitation", args=[SLUG, invitee("Aigul").pk])
        sent = {"name": "Aigul", "email": "new@x.org", "language": "en", "sector": ""}
        coordinating.post(url, sent)
        work()
        assert mail.outbox[-1].to == ["new@x.org"]

    def test_saving_a_new_address_twice_succeeds_twice(self, invited, coordinating):
        url = reverse("invitation", args=[SLUG, invitee("Aigul").pk])
        sent = {"name": "Aigul", "email": "new@x.org", "language": "en", "sector": ""}
        for _ in range(2):
            page = coordinating.post(url, sent, follow=True)
            assert page.redirect_chain == [(LIST, 302)]
            assert "A letter with a new link goes to the new address" in text_of(page)
        assert Invitation.objects.filter(email="new@x.org").count() == 1
        assert InvitationLetter.objects.filter(state="waiting").count() == 1
        # What was not done is nobody's any more.
        assert coordinating.post(url, sent | {"name": "Anna"}).status_code == 404
        assert coordinating.post(url, sent | {"email": "?"}).status_code == 404
        assert coordinating.get(url).status_code == 404

    def test_who_is_invited_anew_is_told_apart_in_the_figures(
        self, invited, coordinating, work
    ):
        assert "Among the invited" not in text_of(coordinating.get(LIST))
        url = reverse("invitation", args=[SLUG, invitee("Aigul").pk])
        sent = {"name": "Aigul", "email": "new@x.org", "language": "en", "sector": ""}
        coordinating.post(url, sent)
        work()
        page = text_of(coordinating.get(LIST))
        assert "<dt>invited</dt><dd>7</dd>" in page
        assert "Among the invited is 1 who was erased since, or invited anew" in page

    @pytest.mark.parametrize("is_confidential", [True, False])
    @pytest.mark.parametrize("why", ["closed", "wants none"])
    def test_no_letter_is_promised_that_does_not_go(
        self, scorecard, is_confidential, why, request, coordinating, work
    ):
        if is_confidential:
            request.getfixturevalue("confidential")
        request.getfixturevalue("invited")
        person = invitee("Aigul")
        if why == "closed":
            Scorecard.objects.update(closes_at=timezone.now())
        else:
            opt_out(invitation_id=person.pk, now=timezone.now())
        url = reverse("invitation", args=[SLUG, person.pk])
        sent = {"name": "Aigul", "email": "new@x.org", "language": "en", "sector": ""}
        page = text_of(coordinating.post(url, sent, follow=True))
        assert "Saved." in page
        assert "A letter with a new link" not in page
        assert not InvitationLetter.objects.filter(state="waiting").exists()
        work()
        assert len(mail.outbox) == len(NAMES)

    def test_letters_are_stopped_for_whoever_asked(self, invited, coordinating):
        person = invitee("Aigul")
        url = reverse("invitation_letters", args=[SLUG, person.pk])
        coordinating.post(url, {"letters": "no"})
        assert invitee("Aigul").opted_out_at
        coordinating.post(url, {"letters": "yes"})
        assert not invitee("Aigul").opted_out_at
